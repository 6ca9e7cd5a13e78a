"""What an export leaves out is said, what must go along goes along, and a file is there whole or not at all."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from evoclass.errors import ConfigError
from evoclass.exercise import Choice, Exercise, Field, Number, Option, Order, Text, Verdict
from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock, Lesson, Paragraph, Span
from evoclass.pluginhost.kept import kept_exercise
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser
from evoclass_author.asked import questions
from evoclass_author.cards import cards
from evoclass_author.losses import Losses
from evoclass_author.markdown import MarkdownWriter
from evoclass_author.notebook import Files
from evoclass_author.page import page
from evoclass_author.qti_items import item
from evoclass_author.question_text import QuestionText
from pngs import png

pytestmark = pytest.mark.usefixtures("without_torch")

HEAD = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n"
PNG = png()
KINDS = ("html", "anki", "qti", "notebook")


def written(tmp_path: Path, body: str, front: str = "") -> Path:
    file = tmp_path / "01-a.md"
    file.write_text(f"{HEAD}{front}---\n\n{body}\n", encoding="utf-8")
    return file


def fields(target: Path) -> list[list[str]]:
    with zipfile.ZipFile(target) as package:
        name = next(name for name in package.namelist() if name.startswith("collection"))
        database = target.with_suffix(".db")
        database.write_bytes(package.read(name))
    with sqlite3.connect(database) as connection:
        return [row[0].split("\x1f") for row in connection.execute("SELECT flds FROM notes")]


CHALLENGE = (
    "::::{challenge} by-hand\n:title: By hand\n\nA ball rolls down $x^2$.\n\n"
    ":::{number} gradient\nWhat is the gradient at the start?\n:answer: -18\n:unit: m\n:hint: Look.\n:::\n\n"
    ":::{choice} way\nWhich way?\n\n- [x] left\n  > Right.\n- [ ] right\n:::\n::::"
)


def test_a_step_of_a_challenge_tells_its_story(tmp_path, command):
    source = written(tmp_path, CHALLENGE)
    command("export", source, "--to", "anki", "-o", tmp_path / "a.apkg")
    fronts = [front for front, _ in fields(tmp_path / "a.apkg")]
    assert len(fronts) == 2
    assert all("By hand" in front and "A ball rolls down" in front for front in fronts)
    command("export", source, "--to", "qti", "-o", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        items = [package.read(name).decode() for name in package.namelist() if name != "imsmanifest.xml"]
    assert len(items) == 2
    assert all("By hand" in text and "A ball rolls down" in text for text in items)


def test_cards_keep_units_and_other_right_answers(tmp_path, command):
    body = f"{CHALLENGE}\n\n:::{{text}} t\nWhat?\n:answer: one\n:accept: two\n:::"
    command("export", written(tmp_path, body), "--to", "anki", "-o", tmp_path / "a.apkg")
    backs = " ".join(back for _, back in fields(tmp_path / "a.apkg"))
    assert "-18</span> m" in backs
    assert "Also right: two" in backs


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("html", ["02-b.md", "web are not fetched", "cannot be run: x.py"]),
        ("anki", ["hints of by-hand/gradient", "by-hand/way", "prose"]),
        ("qti", ["hints of by-hand/gradient", "plain characters: by-hand/gradient", "descriptions: by-hand"]),
        ("notebook", ["02-b.md", "web are not fetched", "feedback", "not graded"]),
    ],
)
def test_what_is_left_out_is_said(tmp_path, command, kind, told):
    (tmp_path / "p.png").write_bytes(PNG)
    body = (
        "See [that](02-b.md) and ![x](https://x.org/a.png).\n\n![y](https://x.org/a.png)\n\n"
        "```{lab} x.py\nx = 1\n```\n\n" + CHALLENGE.replace("$x^2$.", "$x^2$.\n\n![ball](p.png)")
    )
    result = command("export", written(tmp_path, body), "--to", kind, "-o", tmp_path / "out")
    for words in told:
        assert words in result.stderr, (words, result.stderr)


def test_a_refused_image_is_told_with_file_and_line(tmp_path, command):
    body = "![secret](/etc/passwd)\n\n![also](../../../../etc/hostname)\n\n![zero](/dev/zero)"
    source = written(tmp_path, body)
    for kind in ("html", "notebook"):
        result = command("export", source, "--to", kind, "-o", tmp_path / "out")
        assert "root:" not in (tmp_path / "out").read_text(encoding="utf-8")
        assert "base64" not in (tmp_path / "out").read_text(encoding="utf-8")
        for line in (8, 10, 12):
            assert f"{source}:{line}: " in result.stderr


@pytest.mark.parametrize(
    ("name", "data"), [("p.png", PNG[:-30]), ("p.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><rect")]
)
def test_a_damaged_image_is_told_and_left_out(tmp_path, command, name, data):
    (tmp_path / name).write_bytes(data)
    result = command(
        "export", written(tmp_path, f"![a ball]({name})"), "--to", "html", "-o", tmp_path / "p.html"
    )
    assert "is damaged" in result.stderr
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "base64" not in page
    assert "a ball" in page


def test_images_are_inside_of_page_and_notebook(tmp_path, command):
    (tmp_path / "p.png").write_bytes(PNG)
    source = written(tmp_path, """![a ball](p.png 'A "red" ball')""")
    command("export", source, "--to", "html", "-o", tmp_path / "p.html")
    assert "<img src='data:image/png;base64," in (tmp_path / "p.html").read_text()
    command("export", source, "--to", "notebook", "-o", tmp_path / "p.ipynb")
    (cell,) = [
        cell for cell in json.loads((tmp_path / "p.ipynb").read_text())["cells"] if "attachments" in cell
    ]
    assert "".join(cell["source"]) == '![a ball](attachment:image-1.png "A &quot;red&quot; ball")'
    assert list(cell["attachments"]["image-1.png"]) == ["image/png"]


def test_authors_and_licence_go_along(tmp_path, command):
    folder = tmp_path / "en"
    folder.mkdir()
    course = "---\nid: c\ntitle: C\nlanguage: en\nauthors:\n  - Ada <L>\nlicense: CC-BY-4.0\n---\n"
    (folder / "index.md").write_text(course)
    source = written(folder, CHALLENGE)
    command("export", source, "--to", "html", "-o", tmp_path / "p.html")
    assert "Ada &lt;L&gt; · CC-BY-4.0" in (tmp_path / "p.html").read_text()
    command("export", source, "--to", "anki", "-o", tmp_path / "a.apkg")
    fields(tmp_path / "a.apkg")
    with sqlite3.connect(tmp_path / "a.db") as connection:
        (decks,) = connection.execute("SELECT decks FROM col").fetchone()
    assert "CC-BY-4.0" in decks
    command("export", source, "--to", "notebook", "-o", tmp_path / "n.ipynb")
    metadata = json.loads((tmp_path / "n.ipynb").read_text())["metadata"]
    assert (metadata["authors"], metadata["license"]) == ([{"name": "Ada <L>"}], "CC-BY-4.0")


@pytest.mark.slow
def test_a_prediction_has_its_solution_when_the_program_may_run(tmp_path, command):
    for number, kind in enumerate(
        ("html", "notebook", "anki"), 1234
    ):  # what was run once is known from then on
        body = f":::{{predict}} p\nWhat?\n\n```python\nprint({number} * 7)\n```\n:::"
        if kind != "anki":
            result = command("export", written(tmp_path, body), "--to", kind, "-o", tmp_path / "out")
            assert "only running the program gives it" in result.stderr
            assert "<input" not in (tmp_path / "out").read_text()
        result = command("export", written(tmp_path, body), "--to", kind, "--trust", "-o", tmp_path / "out")
        assert "only running the program" not in result.stderr
        shown = str(fields(tmp_path / "out")) if kind == "anki" else (tmp_path / "out").read_text()
        assert str(number * 7) in shown


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_that_cannot_be_read_is_told(tmp_path, command, kind):
    faulty = ":::{choice} wrong\nWhich?\n\n- [ ] a\n- [ ] b\n:::"
    inside = CHALLENGE.replace(":::{choice} way", ":::{nope} way")
    source = written(tmp_path, f"{faulty}\n\n{inside}\n\n:::{{number}} n\n2?\n:answer: 2\n:::")
    told = command("export", source, "--to", kind, "-o", tmp_path / "out").stderr
    verb = "shown as written" if kind in ("html", "notebook") else "left out"
    assert f"{verb}" in told
    for line in (8, 27):
        assert f"01-a.md:{line} (E" in told


REPLY = ":::{number} n\nHow many?\n:answer: 9\n:reply: 1280 | Those are the *features*.\n:::"


@pytest.mark.parametrize("kind", KINDS)
def test_replies_to_wrong_numbers_come_along_or_are_told(tmp_path, command, kind):
    target = tmp_path / "out"
    told = command("export", written(tmp_path, REPLY), "--to", kind, "-o", target).stderr
    if kind == "qti":
        assert "left out: feedback on individual answers in n" in told
        return
    assert "feedback" not in told
    shown = str(fields(target)) if kind == "anki" else target.read_text(encoding="utf-8")
    assert "Those are the" in shown
    assert "1280" in shown


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (":answer: one", False),
        (":answer: one two", True),
        (":answer: però\n:fold: accents case", True),
        (":answer: f(2, 3)\n:fold: code", True),
        (":answer: requires_grad_\n:fold: code", False),
        (":answer: one two\n:fold: case", False),
    ],
)
def test_spellings_that_qti_does_not_know_are_told(tmp_path, command, options, told):
    source = written(tmp_path, f":::{{text}} t\nWhat?\n{options}\n:::")
    said = command("export", source, "--to", "qti", "-o", tmp_path / "q.zip").stderr
    assert ("only the spellings that are written out" in said) == told
    if "accents" in options:
        with zipfile.ZipFile(tmp_path / "q.zip") as package:
            assert "mapKey='pero'" in package.read("q-t.xml").decode()


# ------------------------------------------------------------------------------------ question types of plugins


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Number):
    """A field of a plugin: `low..high`."""


@dataclass(frozen=True)
class Asked(Exercise):
    """A question type of a plugin."""

    kind: ClassVar[str] = "asked"
    parts: tuple[Field, ...]
    answer: Mapping[str, object] | Exception

    @classmethod
    def parse(cls, block):
        return cls((), {})

    def form(self) -> Sequence[Field]:
        return self.parts

    async def grade(self, answer, bench) -> Verdict:
        return Verdict.right()

    def solution(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def asked(exercise: Exercise) -> Lesson:
    prompt = (Paragraph(id="p", line=1, text=(Span("How?"),)),)
    block = ExerciseBlock(id="q", line=1, exercise=exercise, prompt=prompt, number=1)
    return Lesson(id="a", number=1, title="A", language="en", blocks=(block,))


def everywhere(lesson: Lesson) -> tuple[str, str, str | None, str, str]:
    """Return the question in each format, and what was said."""
    catalog = Catalog("en", ["evoclass_author"])
    losses, found = Losses(lesson), questions(lesson)
    html = page(lesson, catalog, found, losses)
    anki = "".join(card.front + card.back for card in cards(lesson, catalog, found, losses))
    xml = item(found[0], lesson)
    notebook = QuestionText(MarkdownWriter(lesson, catalog, losses), catalog, losses).question(found[0])
    return html, anki, xml, notebook, "\n".join(losses.sentences(catalog))


def test_a_field_of_a_plugin_is_no_field_that_it_is_derived_from():
    lesson = asked(Asked((Interval(name="x"),), {"x": "0.7..5.7"}))
    html, anki, xml, notebook, told = everywhere(lesson)
    assert "<input" not in html
    assert all("0.7..5.7" in text for text in (html, anki, notebook))
    assert xml is None
    assert "only EvoClass knows this kind of answer: q" in told


def test_a_type_whose_right_answers_nobody_lists_is_not_checked_on_the_page():
    for part, value in ((Text(name="x"), "a+"), (Number(name="x"), 3.0)):
        html, _, xml, _, told = everywhere(asked(Asked((part,), {"x": value})))
        assert "data-accept" not in html
        assert xml is None
        assert "not checked on the page: q" in told


@pytest.mark.parametrize("error", [ValueError("no <solution>\x1b[31m"), RecursionError(), KeyError("x")])
def test_a_question_type_that_fails_is_told_and_the_rest_is_exported(error):
    html, _, xml, notebook, told = everywhere(asked(Asked((Number(name="x"),), error)))
    assert "How?" in html
    assert "How?" in notebook
    assert xml is None
    assert f"q ({type(error).__name__}" in told
    assert "\x1b" not in told


def test_options_of_a_plugins_choice_are_asked_like_all_others():
    options = (Option("a", (Span("one"),)), Option("b", (Span("two"),)))
    html, _, xml, _, _ = everywhere(asked(Asked((Choice(name="x", options=options),), {"x": "b"})))
    assert html.count("type='radio'") == 2
    assert xml is not None


class Loose(Asked):
    """Has names that bundled types have too, with meanings of its own."""

    items = ("a", "b")
    gaps = 3
    groups = last = "all"
    tolerance = "wide"
    replies = (("' onclick='x", ()),)

    def accepted(self, text: str) -> bool:
        return True


TWO = (Option("a", (Span("one"),)), Option("b", (Span("two"),)))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (Number(name="x"), 3.0),
        (Text(name="x"), "a+"),
        (Choice(name="x", options=TWO), "b"),
        (Choice(name="x", options=TWO, multiple=True), []),
        (Order(name="x", items=TWO, indent=True), ["b:deep", "a:1000"]),
    ],
    ids=lambda found: type(found).__name__,
)
def test_names_that_a_plugins_type_shares_with_a_bundled_one_mean_nothing(part, value):
    made = kept_exercise(Loose, "loose")(Loose((part,), {"x": value}))
    html, anki, _, notebook, told = everywhere(asked(made))
    assert "onclick" not in html + anki + notebook
    assert "Error" not in told


# ------------------------------------------------------------------------------------------------ files


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_is_full_leaves_the_old_file_and_no_piece_of_a_new_one(tmp_path, kind):
    source = written(tmp_path, CHALLENGE)
    target = tmp_path / "out.file"
    target.write_text("old")
    call = [
        sys.executable,
        "-m",
        "evoclass",
        "export",
        str(source),
        "--to",
        kind,
        "-o",
        str(target),
        "--lang",
        "en",
    ]

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))

    environment = {**os.environ, "EVOCLASS_HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        call, capture_output=True, text=True, preexec_fn=full, env=environment, timeout=120
    )
    assert ended.returncode not in (0, 70), ended.stderr
    assert str(target) in ended.stderr
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".evoclass-")] == []


def test_no_questions_leave_the_old_file(tmp_path, command):
    (tmp_path / "x").write_text("old")
    with pytest.raises(ConfigError, match="no questions"):
        command("export", written(tmp_path, "Text."), "--to", "anki", "-o", tmp_path / "x")
    assert (tmp_path / "x").read_text() == "old"


def test_a_link_stays_a_link_and_a_new_file_can_be_read_by_others(tmp_path, command):
    (tmp_path / "real.html").touch()
    (tmp_path / "link.html").symlink_to("real.html")
    source = written(tmp_path, "Text.")
    command("export", source, "--to", "html", "-o", tmp_path / "link.html")
    assert (tmp_path / "link.html").is_symlink()
    assert "Text." in (tmp_path / "real.html").read_text()
    command("export", source, "--to", "html", "-o", tmp_path / "new.html")
    (tmp_path / "plain").touch()
    assert (tmp_path / "new.html").stat().st_mode == (tmp_path / "plain").stat().st_mode
    command("export", source, "--to", "html", "-o", "/dev/null")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(ConfigError, match="/dev/full"):
        command("export", source, "--to", "html", "-o", "/dev/full")


def test_labs_that_import_each_other_are_written_before_they_are_needed():
    parser = Parser(Plugins())
    body = "".join(
        f"```{{lab}} {file}\n{code}\n```\n\n"
        for file, code in (
            ("main.py", "from b import x"),
            ("b.py", "import c"),
            ("c.py", "x = 1"),
            ("d.py", "y"),
        )
    )
    labs = parser.lesson(f"{HEAD}---\n\n{body}").labs
    files = Files(labs, {})
    assert [file for file, _ in files.needed(labs[0])] == ["b.py", "c.py"]
    assert [files.is_file(lab) for lab in labs] == [False, True, True, False]


GUESS = (
    "```{lab} a.py\nloss = 1\n```\n\n"
    ":::{guess} where\n:lab: a.py\n:when: loss > 1\n\nWhere does the *loss* end?\n\n- [ ] above\n- [ ] below\n"
    "\n:solution: It falls <b>down</b> to **the floor**.\n:::\n\n"
    ":::{number} n\nWhat is 1 + 1?\n:answer: 2\n:::\n"
)


@pytest.mark.parametrize("to", KINDS)
def test_a_guess_is_shown_as_a_question_to_oneself_or_left_out_with_a_word(tmp_path: Path, to: str) -> None:
    written(tmp_path, GUESS)
    target = tmp_path / "out"
    command = [sys.executable, "-m", "evoclass", "export", "01-a.md", "--to", to, "--output", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    if to in ("anki", "qti"):
        assert "left out: the guesses before a run: where" in said
    else:
        assert "guesses are shown as questions to oneself" in said
        text = target.read_text()
        assert "Guess before you run" in text
        assert "above" in text
        if to == "notebook":
            text = "".join(line for cell in json.loads(text)["cells"] for line in cell["source"])
        # What comes is there for who unfolds it.
        folded = text[text.index("<summary>Show the result</summary>") :]
        assert "<details" in text
        assert "the floor" in folded[: folded.index("</details>")]
        assert "the floor" not in text[: text.index("<summary>Show the result</summary>")]
        assert "<b>down" not in text
