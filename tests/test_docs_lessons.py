"""The pages for authors: every example on them is a lesson without problems, and nothing goes without an example."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from evoclass import lint
from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.exercise import COMMON_OPTIONS
from evoclass.i18n import Catalog
from evoclass.lint.pages import examples, page
from evoclass.model import CALLOUTS, AnyBlock, Drawing, Fault
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.arithmetic import FUNCTIONS
from evoclass.reading.frontmatter import COURSE_KEYS, LESSON_KEYS
from evoclass.reading.guesses import GUESS_OPTIONS
from evoclass.reading.labs import LAB_OPTIONS
from evoclass.reading.markup import Parser

DOCS = Path(__file__).parents[1] / "docs"
FORMAT = (DOCS / "lesson-format.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^~~~~markdown\n(.*?)^~~~~$", FORMAT, re.MULTILINE | re.DOTALL)
PLUGINS = Plugins()
PARSER = Parser(PLUGINS)


def lesson_of(text: str):
    return PARSER.lesson(
        text if text.startswith("---\n") else FRONT_MATTER.format(language="en") + "\n" + text
    )


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.strip().split("\n")[0])
def test_every_example_is_a_lesson_without_problems(text: str) -> None:
    found = [problem for problem in lint.check_lesson(lesson_of(text), PARSER) if problem.code != "W040"]
    assert found == []


def test_every_construct_has_an_example() -> None:
    lessons = [lesson_of(text) for text in EXAMPLES]
    blocks = [block for lesson in lessons for block in lesson.walk()]
    shown = {type(block).__name__ for block in blocks}
    assert {cls.__name__ for cls in get_args(AnyBlock)} - {Fault.__name__, Drawing.__name__} <= shown
    kinds = {block.exercise.kind for lesson in lessons for block in lesson.exercises}
    assert kinds == set(PLUGINS.exercises)
    for name in (*CALLOUTS, *PLUGINS.directives, "lab"):
        assert f"`{name}`" in FORMAT or f"{{{name}}}" in FORMAT


def test_every_option_is_told_in_the_words_of_the_program() -> None:
    rows = dict(re.findall(r"^\| `:([\w-]+):`[^|]*\| (.+?) \|$", FORMAT.replace(r"\|", "¦"), re.MULTILINE))
    for cls in PLUGINS.exercises.values():
        for option, meaning in cls.options.items():
            assert f"`:{option}:`" in FORMAT, (cls.kind, option)
            assert meaning.replace("|", "¦") in FORMAT.replace(r"\|", "¦"), (cls.kind, option)
    for option, meaning in {**COMMON_OPTIONS, **LAB_OPTIONS, **GUESS_OPTIONS}.items():
        assert f"`:{option}:`" in FORMAT
        assert meaning.rstrip(".").replace("|", "¦") in FORMAT.replace(r"\|", "¦"), option
    assert len(rows) > 20


def test_every_key_is_told_in_the_words_of_the_program() -> None:
    for name, key in LESSON_KEYS.items():
        assert re.search(rf"^\| `{name}` \|.*\| {re.escape(key.meaning)} \|$", FORMAT, re.MULTILINE), name
    for name in COURSE_KEYS:
        assert f"`{name}`" in FORMAT


def test_every_function_of_drawn_values_is_named() -> None:
    assert "`" + " ".join(sorted(FUNCTIONS)) + "`" in FORMAT


def test_links_within_the_page_lead_somewhere() -> None:
    anchors = {
        re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-")
        for line in re.findall(r"^#+ (.+)$", FORMAT, re.M)
    }
    outside = re.sub(r"(?ms)^(~~~~|```).*?^\1$", "", FORMAT)
    for target in re.findall(r"\]\(#([\w-]+)\)", outside):
        assert target in anchors


@pytest.mark.parametrize("code", sorted(examples()))
def test_there_is_a_page_for_every_code_and_it_is_up_to_date(code: str) -> None:
    written = (DOCS / "problems" / f"{code}.md").read_text(encoding="utf-8")
    assert written == page(code, Catalog("en"), PARSER), "run scripts/problem_pages.py"


def test_there_are_no_pages_for_codes_that_are_gone() -> None:
    names = {path.stem for path in (DOCS / "problems").glob("*.md")} - {"README"}
    assert names == set(examples())


WALK = (DOCS / "write-a-lesson.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"^<!-- (?P<how>save|add): (?P<file>\S+) -->\n~~~~markdown\n(?P<text>.*?)^~~~~$"
    r"|^```console\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.slow
def test_the_walk_through_works_to_the_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Save what the page says to save, run what it says to run, and see what it says one sees."""
    monkeypatch.chdir(tmp_path)
    ran = []
    for match in STEP.finditer(WALK):
        if match["how"]:
            with Path(match["file"]).open("w" if match["how"] == "save" else "a", encoding="utf-8") as file:
                file.write(match["text"])
            continue
        lines = match["commands"].splitlines()
        commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        expected = [line for line in lines if not line.startswith("$ ")]
        for command in commands:
            program, *arguments = shlex.split(command)
            assert program == "evoclass"
            if "preview" in arguments or "learn" in arguments:
                continue  # they take the whole screen; tests of their own drive them
            ended = subprocess.run(
                [sys.executable, "-m", "evoclass", *arguments], capture_output=True, text=True
            )
            assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
            ran.append(arguments[0])
            if expected and command == commands[-1]:
                assert ended.stdout.splitlines() == expected
    assert set(ran) == {"new", "check", "translate", "export"}
    assert {path.suffix for path in tmp_path.iterdir() if path.is_file()} == {
        ".ipynb",
        ".html",
        ".apkg",
        ".zip",
    }
