"""The exported page says of an answer what EvoClass says, or that it cannot tell."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import pytest

from chromium import CHROMIUM, found
from evoclass.reading.markup import Parser

HEAD = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n"

QUESTIONS: dict[str, tuple[str, list[str]]] = {
    "text default": (
        ":answer: Fine tuning\n:accept: Straße",
        [
            "fine  TUNING",
            " fine tuning ",
            "finetuning",
            "STRASSE",
            "strasse",
            "straẞe",
            "fine-tuning",
            "x",
            "’",
        ],
    ),
    "text spaces": (":fold: spaces\n:answer: dtype", ["dtype", " dtype ", "DTYPE", "d type"]),
    "text all": (
        ":fold: case spaces accents punctuation\n:answer: Però",
        ["pero", "Però!", "PERÒ", "pe ro", "«però»", "per", "pero\u0300", "p_e_r_o", "perØ"],
    ),
    "text accents": (":fold: accents\n:answer: città", ["citta", "città", "Citta", "cittá", "citt"]),
    "text punctuation": (":fold: punctuation\n:answer: it's", ["its", "it’s", "IT'S", "it s", "i.t.s."]),
    "text signs": (":fold: spaces\n:answer: ½ ﬁn", ["1⁄2 fin", "½ ﬁn", "½ fin", "0.5 fin"]),
    "text dotless": (":fold: case\n:answer: ı", ["ı", "i", "I"]),
    "text greek": (":fold: case\n:answer: ΟΔΟΣ", ["οδος", "οδοσ", "Οδος", "οδο"]),
    "code call": (
        ":fold: code\n:answer: nn.Linear(2, 3)",
        [
            *(
                "nn.Linear(2,3)",
                "NN.LINEAR(2, 3)",
                "nn.Linear( 2 , 3 )",
                "nn.Linear(3, 2)",
                "nn.Linear(2, 3,)",
            ),
            *(
                "nn.Linear(2, 3) # yes",
                "(nn.Linear)(2, 0x3)",
                "nn.Linear(2, (3))",
                "nn.Linear(2, 3.0)",
                "nn.linear",
            ),
            *(
                "nn.Linear(0b10, 3)",
                "nn.Linear[2, 3]",
                "nn.Linear(2 3)",
                "nn . Linear (2, 3);",
                "nn.Linear(23)",
            ),
        ],
    ),
    "code names": (
        ':fold: code\n:answer: f(a=1, b="x y", c=1_000.50)',
        [
            *('f(b="x y", a=1, c=1000.5)', "f(a=1, b='x y', c=1000.5)", 'f(a=1,b="xy",c=1000.5)', "f()"),
            *('f(a="x y", b=1, c=1000.5)', 'f(a=1, b="x" " y", c=1000.5)', 'f(a=1, b=r"x y", c=1e3)'),
        ],
    ),
    "code escapes": (
        ':fold: code\n:answer: print("a\\n", \'"\')',
        ["print('a\\n', '\"')", "print('a\\x0a', '\"')", 'print("a\\n", "\\"")', "print('an', '\"')"],
    ),
    "code slice": (":fold: code\n:answer: x[1:2]", ["x[1:2:]", "x[ 1 : 2 ]", "x[1:3]", "x[1,2]", "x[(1):2]"]),
    "code none": (":fold: code\n:answer: for x in y", ["for x in y", "forx iny", "for x in z", "x"]),
    "number plain": (
        ":answer: 1234.5",
        [
            *(
                "1234.5",
                "1 234,5",
                "1'234.5",
                "1_234.5",
                "1\u202f234.5",
                "+1234.50",
                "12345e-1",
                "1,234.5",
                "12 34.5",
            ),
            *("−1234.5", "1234.6", "x", "0x10", "1234.5.", "Infinity", "1e999", ".5", "1234.5000000001"),
        ],
    ),
    "number unit": (":answer: 9\n:unit: cm", ["9 cm", "9cm", "9 CM", "9", "9 m", "cm", "9,0 cm", "cm 9"]),
    "number tolerance": (
        ":answer: 3\n:tolerance: 0.12345678",
        ["3.12345678", "3.1234568", "2.87654322", "2.8"],
    ),
    "number groups": (
        ":answer: 8967",
        ["8,967", "8.967", "8 967", "8,967.0", "08,967", "8,96,7", "8967", "+8,967", "8,9670", "0,8967e4"],
    ),
    "number zero": (":answer: 0", ["0", "-0", "1e-12", "0,0"]),
    "shape": (
        ":answer: (N, 512, H, H)",
        [
            *(
                "(M, 512, K, K)",
                "[n,512,h,h]",
                "N x 512 x H x H",
                "(N, 512, H, W)",
                "(N, 512, 7, 7)",
                "N 512 H H",
            ),
            *(
                "(H, 512, N, N)",
                "(N, 512)",
                "torch.Size([N, 512, H, H])",
                "(N, 511, H, H)",
                "()",
                "(N, 512, H, H,)",
            ),
            *("(N, 2*256, H, H)", "(N, 500, H*2, 3)", "x"),
        ],
    ),
    "shape sizes": (
        ":answer: (N, 7 * 7 * 512)",
        ["(N, 7*7*512)", "(N, 25088)", "(B, 7*7*512)", "(N, 7)", "(N,)"],
    ),
    "shape none": (":answer: ()", ["()", "[]", "(1)", "1"]),
}


async def judged(parser: Parser, lesson: bytes) -> dict[str, list[str]]:
    """Return what EvoClass says of each answer."""
    bench = SimpleNamespace(language="en", text=lambda key, **fields: key)
    said = {}
    for block, (_, answers) in zip(parser.lesson(lesson).exercises, QUESTIONS.values(), strict=True):
        (field,) = block.exercise.form()
        verdicts = [await block.exercise.grade({field.name: answer}, bench) for answer in answers]
        said[block.id] = ["right" if verdict.passed else "wrong" for verdict in verdicts]
    return said


@pytest.fixture(scope="module")
def grades(tmp_path_factory, parser) -> dict[str, list[tuple[str, str, str]]]:
    """Each answer with what EvoClass says of it, and what the page says."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    from click.testing import CliRunner

    from evoclass.cli import cli

    folder = tmp_path_factory.mktemp("grading")
    source = folder / "01-a.md"
    body = "\n\n".join(
        f":::{{{name.split()[0].replace('code', 'text')}}} {name.replace(' ', '-')}\n?\n\n{options}\n:::"
        for name, (options, _) in QUESTIONS.items()
    )
    source.write_text(f"{HEAD}{body}\n", encoding="utf-8")
    page = folder / "page.html"
    result = CliRunner().invoke(cli, ["export", str(source), "--to", "html", "-o", str(page)])
    assert result.exit_code == 0, result.output
    asked = {name.replace(" ", "-"): answers for name, (_, answers) in QUESTIONS.items()}
    script = f"""
    const words = {{"Right.": "right", "Not yet.": "wrong"}};
    return Object.fromEntries(Object.entries({json.dumps(asked)}).map(([id, answers]) => {{
      const form = document.getElementById(id).querySelector("form");
      return [id, answers.map((answer) => {{
        form.querySelector("input").value = answer;
        form.requestSubmit();
        return words[form.querySelector("output").textContent] ?? "unsure";
      }})];
    }}));"""
    shown = found(page, script)
    said = asyncio.run(judged(parser, source.read_bytes()))
    return {key: list(zip(asked[key], said[key], shown[key], strict=True)) for key in asked}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_page_never_says_otherwise_than_evoclass(grades, name):
    rows = grades[name.replace(" ", "-")]
    assert [row for row in rows if row[2] not in (row[1], "unsure")] == []


@pytest.mark.parametrize("name", [name for name in QUESTIONS if not name.startswith(("code", "shape"))])
def test_texts_and_numbers_are_told_for_certain(grades, name):
    assert all(page != "unsure" for _, _, page in grades[name.replace(" ", "-")])


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("code call", "nn.Linear(2,3)", "right"),
        ("code call", "NN.LINEAR(2, 3)", "wrong"),
        ("code call", "nn.Linear(3, 2)", "wrong"),
        ("code call", "nn.Linear(2, 3,)", "unsure"),
        ("code names", "f(a=1, b='x y', c=1000.5)", "right"),
        ("code names", 'f(a="x y", b=1, c=1000.5)', "wrong"),
        ("code escapes", "print('a\\n', '\"')", "right"),
        ("shape", "(M, 512, K, K)", "right"),
        ("shape", "(N, 512, H, W)", "wrong"),
        ("shape sizes", "(N, 7*7*512)", "right"),
        ("shape sizes", "(N, 25088)", "unsure"),
    ],
)
def test_code_and_shapes_are_told_as_far_as_can_be(grades, name, answer, said):
    (row,) = [row for row in grades[name.replace(" ", "-")] if row[0] == answer]
    assert row[2] == said


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_wrong_number_that_was_expected_gets_its_reply(tmp_path, command):
    source = tmp_path / "01-a.md"
    replies = ":reply: 7 | Those are the *classes*.\n:reply: 70 | Ten times too much."
    source.write_text(f"{HEAD}:::{{number}} n\n?\n\n:answer: 9\n:unit: cm\n{replies}\n:::\n")
    result = command("export", source, "--to", "html", "-o", tmp_path / "p.html")
    assert "feedback" not in result.stderr
    script = """
    const form = document.querySelector("form");
    return ["7 cm", "70", "9", "8", ""].map((value) => {
      form.querySelector("input").value = value;
      form.requestSubmit();
      return [...form.querySelectorAll(".feedback:not([hidden])")].map((said) => said.textContent).join();
    });"""
    assert found(tmp_path / "p.html", script) == ["Those are the classes.", "Ten times too much.", "", "", ""]
