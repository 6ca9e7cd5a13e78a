"""What lessons say is kept between starts, and is what a reading would give."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from evoclass import hookimpl
from evoclass.directive import BlockType, Directive
from evoclass.disk import keyedfile, paths
from evoclass.model import AnyBlock, ExerciseBlock, Lesson, Paragraph, Span
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading import keptbody
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.reading.storedform import Reader, UnknownError
from evoclass.reading.variants import personal

BUNDLED = sorted(paths.content_folder().glob("*/*.md"))

HEAD = "---\nid: kept\nnumber: 1\ntitle: Kept\nlanguage: en\n---\n\n"

DRAWN = """# Kept

:::{number} weights
:draw: n in 1..1000
Twice {{n}}?

:answer: {{2 * n}}
:::
"""


class CountingParser(Parser):
    """Counts the texts that it reads."""

    def __init__(self, plugins: Plugins) -> None:
        super().__init__(plugins)
        self.count = 0

    def _parse(self, *arguments: Any, **named: Any) -> Any:
        self.count += 1
        return super()._parse(*arguments, **named)


class Start:
    """The library as each start of the program makes it."""

    def __init__(self, cache: Path) -> None:
        cache.mkdir(exist_ok=True)
        self.parser = CountingParser(Plugins())
        self.library = Library([], self.parser, cache)

    def open(self, path: Path) -> Lesson:
        return self.library.open(path)


@pytest.fixture
def start(tmp_path: Path) -> Callable[[], Start]:
    return lambda: Start(tmp_path / "cache")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "course" / "01-kept.md"
    file.parent.mkdir()
    file.write_text(HEAD + "# Kept\n\nSome *text* with `code`.\n")
    return file


def exactly(lesson: object) -> str:
    """Return everything in a lesson as text; a set's members have no order."""
    marks = re.compile(r"frozenset\(\{([^}]*)\}\)")
    return marks.sub(lambda found: str(sorted(found[1].split(", "))), repr(lesson))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_bundled_lesson_is_read_once_and_stays_the_same(path: Path, start: Callable[[], Start]) -> None:
    read = Library([], Parser(Plugins())).open(path)
    start().open(path)
    again = start()
    kept = again.open(path)
    assert again.parser.count == 0
    assert kept == read
    assert exactly(kept) == exactly(read)  # compares what equality leaves out, types among it
    assert kept.labs == read.labs
    variants = [block.variants for block in read.exercises if block.variants is not None]
    assert variants or path.name in ("index.md", "end.md")
    for mine, other in zip(kept.exercises, read.exercises, strict=True):
        assert mine.settings == other.settings
        if other.variants is not None:
            assert mine.variants is not None
            assert (mine.variants.settings, list(mine.variants.lines)) == (
                other.variants.settings,
                list(other.variants.lines),
            )
            assert mine.variants.draw("somebody") == other.variants.draw("somebody")
    assert again.parser.count == (1 if variants else 0)


def change_text(file: Path) -> None:
    file.write_text(file.read_text() + "\nMore.\n")


def change_front_matter_only(file: Path) -> None:
    file.write_text(file.read_text().replace("number: 1", "number: 1\nminutes: 5"))


@pytest.mark.parametrize("change", [change_text, change_front_matter_only])
def test_a_changed_file_is_read_again(
    file: Path, start: Callable[[], Start], change: Callable[[Path], None]
) -> None:
    start().open(file)
    change(file)
    again = start()
    assert again.open(file) == Library([], Parser(Plugins())).open(file)
    assert again.parser.count == 1


def test_a_changed_included_file_is_read_again(file: Path, start: Callable[[], Start]) -> None:
    part = file.with_name("part.md")
    part.write_text("One.\n")
    file.write_text(HEAD + "# Kept\n\n```{include} part.md\n```\n")
    assert "One." in repr(start().open(file).blocks)
    again = start()
    assert "One." in repr(again.open(file).blocks)
    assert again.parser.count == 0
    part.write_text("Two, and longer.\n")
    assert "Two" in repr(start().open(file).blocks)


def test_another_code_reads_again(
    file: Path, start: Callable[[], Start], monkeypatch: pytest.MonkeyPatch
) -> None:
    start().open(file)
    monkeypatch.setattr(keptbody, "VERSION", keptbody.VERSION + 1)
    again = start()
    again.open(file)
    assert again.parser.count == 1


def test_a_lesson_with_errors_is_not_kept(file: Path, start: Callable[[], Start]) -> None:
    file.write_text(HEAD + "# Kept\n\n```{choice} nothing\n```\n")
    start().open(file)
    again = start()
    again.open(file)
    assert again.parser.count == 1


class Now(BlockType):
    """Makes another block each time."""

    name = "now"
    options: ClassVar[dict[str, str]] = {}
    count = 0

    @classmethod
    def expand(cls, directive: Directive, block_id: str) -> list[AnyBlock]:
        Now.count += 1
        return [Paragraph(id=block_id, line=directive.line, text=(Span(f"{Now.count}"),))]


def test_what_a_plugin_from_elsewhere_makes_is_made_each_time(file: Path, tmp_path: Path) -> None:
    class Clock:
        @hookimpl
        def register_directives(self) -> list[type[BlockType]]:
            return [Now]

    file.write_text(HEAD + "# Kept\n\n:::{now} time\n:::\n")
    cache = tmp_path / "cache"
    cache.mkdir()
    opened = [Library([], Parser(Plugins(extra=[("clock", Clock())])), cache).open(file) for _ in range(2)]
    assert [lesson.problems for lesson in opened] == [(), ()]
    assert opened[0].blocks != opened[1].blocks


def damaged_files(cache: Path) -> list[Path]:
    return sorted((cache / "bodies").glob("*.msgpack"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-3],
        lambda data: data.replace(b"Some ", b"Same "),
        lambda data: b"\x91" * 100_000,
    ],
    ids=["empty", "cut", "another text", "nested"],
)
def test_a_damaged_file_is_read_again(
    file: Path, tmp_path: Path, start: Callable[[], Start], damage: Callable[[bytes], bytes]
) -> None:
    read = start().open(file)
    (kept,) = damaged_files(tmp_path / "cache")
    kept.write_bytes(damage(kept.read_bytes()))
    again = start()
    assert again.open(file) == read
    assert again.parser.count == 1


@pytest.mark.parametrize("kind", [("os", "system"), ("subprocess", "Popen"), ("antigravity", "x")])
def test_a_file_can_name_no_class_but_our_data(kind: tuple[str, str]) -> None:
    with pytest.raises(UnknownError):
        Reader([kind])
    assert "antigravity" not in sys.modules


def test_a_list_of_an_unknown_kind_is_refused() -> None:
    reader = Reader([])
    for stored in ([99, "x"], [6, "x"], [-1]):
        with pytest.raises((UnknownError, IndexError)):
            reader.value(stored)


def ask(lesson: Lesson, learner: str) -> Sequence[ExerciseBlock]:
    return personal(lesson, lambda block_id: f"{learner}/{block_id}").exercises


def test_a_drawn_question_is_kept_as_it_was_drawn_last(file: Path, start: Callable[[], Start]) -> None:
    file.write_text(HEAD + DRAWN)
    first = start()
    before = ask(first.open(file), "ada")
    assert before
    first.library.keep_drawn()
    assert first.parser.count == 1
    again = start()
    assert ask(again.open(file), "ada") == before
    assert again.parser.count == 0
    other = ask(again.open(file), "bob")
    assert other != before
    assert again.parser.count == 1
    assert other == ask(Library([], Parser(Plugins())).open(file), "bob")


def test_only_so_many_are_kept(
    file: Path, tmp_path: Path, start: Callable[[], Start], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keptbody, "MOST", 4)
    opened = start()
    for number in range(8):
        other = file.with_name(f"{number:02}-kept.md")
        other.write_text(file.read_text() + f"\n{number}\n")
        opened.open(other)
    assert len(os.listdir(tmp_path / "cache" / "bodies")) == 4


def test_content_for_another_key_is_not_there(tmp_path: Path) -> None:
    place = tmp_path / "one.msgpack"
    keyedfile.save(place, "mine", msgspec.msgpack.encode([1]))
    assert keyedfile.load(place, "mine") == msgspec.msgpack.encode([1])
    assert keyedfile.load(place, "yours") is None
