"""Search over all lessons and notes: the index follows the files, survives damage, and no sign breaks a query."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoclass.disk import paths
from evoclass.learner import config
from evoclass.learner.annotations import Notebook
from evoclass.learner.searching import Found, Searching
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.reading.searchindex import SearchIndex
from evoclass.wording.folding import folded, occurrences

PLUGINS = Plugins()
HEAD = "---\nformat: 1\nid: {id}\nnumber: {number}\ntitle: {title}\nlanguage: {language}\n---\n\n"


def lesson(number: int, title: str, body: str, language: str = "en") -> str:
    return HEAD.format(id=f"lesson-{number}", number=number, title=title, language=language) + body


@pytest.fixture
def hills(tmp_path: Path) -> Path:
    folder = tmp_path / "hills"
    for language in ("en", "it"):
        (folder / language).mkdir(parents=True)
    (folder / "en" / "01-one.md").write_text(
        lesson(1, "Slopes", "## Steep\n\nA ball on the gradient.\n\n## Flat\n\nA **gradient** is a slope.\n")
    )
    (folder / "en" / "02-two.md").write_text(
        lesson(
            2,
            "Valleys",
            "Nothing steep, only x_train and gradients.\n\n"
            ":::{choice} why\nWhy a valley?\n\n- [x] Because of water\n- [ ] No idea\n\n:hint: A secret hint.\n:::\n",
        )
    )
    (folder / "it" / "01-one.md").write_text(
        lesson(1, "Pendenze", "## Ripido\n\nEcco perché la pendenza è più ripida.\n", "it"), encoding="utf-8"
    )
    return folder


def searching(folder: Path, cache: Path | None) -> Searching:
    parser = Parser(PLUGINS)
    return Searching(Library([folder], parser), parser, cache)


def found(folder: Path, typed: str, language: str = "en", cache: Path | None = None) -> list[Found]:
    search = searching(folder, cache)
    places = search.entries()
    search.update(entry for _, entry in places.values())
    result = search.lessons(typed, language, places)
    search.close()
    return result


def places_of(result: list[Found]) -> list[tuple[str, str, int]]:
    return [(one.entry.id, one.block, one.line) for one in result]


def test_the_number_of_a_footnote_is_no_part_of_the_text(hills: Path) -> None:
    page = hills / "en" / "01-one.md"
    page.write_text(
        page.read_text() + "\n## Day[^1] two\n\nOn the first day[^2] it rained.\n\n[^1]: A.\n[^2]: B.\n"
    )
    texts = {(one.heading, "".join(piece for piece, _ in one.pieces)) for one in found(hills, "day")}
    assert ("Day two", "On the first day it rained.") in texts


def test_words_are_found_whatever_their_accents_and_capitals(hills: Path) -> None:
    (one,) = found(hills, "PERCHE pend", "it")
    assert one.block == "s1.1"
    assert [piece for piece, sought in one.pieces if sought] == ["perché", "pendenza"]
    (other,) = found(hills, "ripído è", "it")
    assert other.block == "s1.1"
    # What the learner's language does not have may be in another one.
    assert [one.entry.language for one in found(hills, "perche", "en")] == ["it"]


def test_a_term_comes_before_a_mention_and_a_title_before_both(hills: Path) -> None:
    assert found(hills, "gradient")[0].block == "s2.1"
    assert found(hills, "slopes")[0].line == 1
    assert places_of(found(hills, "steep"))[0] == ("lesson-1", "s1", 9)


def test_beginnings_of_words_options_and_names_are_found_and_no_secrets(hills: Path) -> None:
    assert [one.block for one in found(hills, "wat")] == ["why"]
    assert [one.block for one in found(hills, "x_train")] == ["s0.1"]
    assert found(hills, "train_x") == []
    assert found(hills, "secret") == []


@pytest.mark.parametrize(
    "typed", ['"', "*", "-", "gradient:", 'a" OR "b', "NEAR(", "^", "(", "{x}", "", "  ", "\0"]
)
def test_no_sign_breaks_a_query(hills: Path, typed: str) -> None:
    found(hills, typed)


@given(st.text(max_size=30))
def test_nothing_that_is_typed_breaks_a_query(typed: str) -> None:
    index = SearchIndex(None, (), ())
    index.find(typed)
    index.close()


def test_the_index_follows_the_files_and_reads_only_what_has_changed(hills: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    read: list[str] = []
    parser = Parser(PLUGINS)
    library = Library([hills], parser)

    def look(typed: str) -> list[str]:
        library.refresh()
        index = SearchIndex(cache, [hills], parser.names)
        entries = [*library.courses("en")[0].lessons, *library.courses("it")[0].lessons]

        def opened(path: Path):  # type: ignore[no-untyped-def]
            read.append(path.name)
            return library.open(path)

        index.update(entries, opened)
        blocks = [passage.block for passage in index.find(typed, "en")]
        index.close()
        return blocks

    assert look("valley")
    read.clear()
    assert look("valley")
    assert read == []
    (hills / "en" / "02-two.md").write_text(lesson(2, "Rivers", "Only water.\n"))
    assert not look("valley")
    assert read == ["02-two.md"]
    (hills / "en" / "02-two.md").unlink()
    assert not look("water")


def test_an_included_text_is_part_of_the_index(hills: Path, tmp_path: Path) -> None:
    (hills / "shared").mkdir()
    part = hills / "shared" / "part.md"
    part.write_text("Words of a shared cloud.\n")
    (hills / "en" / "03-three.md").write_text(
        lesson(3, "Three", "Before.\n\n```{include} shared/part.md\n```\n")
    )
    cache = tmp_path / "cache"
    (one,) = found(hills, "cloud", cache=cache)
    assert (Path(one.file), one.line) == (part, 1)
    part.write_text("\n\nWords of a shared storm and of more.\n")
    assert found(hills, "cloud", cache=cache) == []
    (other,) = found(hills, "storm", cache=cache)
    assert other.line == 3


@pytest.mark.parametrize("how", ["garbage", "cut", "older", "folder", "other"])
def test_a_damaged_index_is_made_again(hills: Path, tmp_path: Path, how: str) -> None:
    cache = tmp_path / "cache"
    assert found(hills, "valley", cache=cache)
    (file,) = cache.glob("search-*.db")
    match how:
        case "garbage":
            file.write_bytes(b"no database at all" * 999)
        case "cut":
            file.write_bytes(file.read_bytes()[:6000])
        case "older":
            subprocess.run(
                [
                    sys.executable,
                    "-c",
                    f"import sqlite3; sqlite3.connect({str(file)!r}).execute('PRAGMA user_version = 0')",
                ],
                check=True,
            )
        case "folder":
            file.unlink()
            file.mkdir()
        case "other":
            file.unlink()
            subprocess.run(
                [
                    sys.executable,
                    "-c",
                    f"import sqlite3; sqlite3.connect({str(file)!r}).execute('CREATE TABLE file (x)')",
                ],
                check=True,
            )
    assert found(hills, "valley", cache=cache)


def test_a_cache_that_cannot_be_written_costs_only_time(hills: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("in the way")
    assert found(hills, "valley", cache=nowhere)
    assert found(hills, "valley", cache=None)


def test_two_processes_make_the_index_at_once(hills: Path) -> None:
    for number in range(4, 24):
        (hills / "en" / f"{number:02}-more.md").write_text(
            lesson(number, f"More {number}", "A cloud.\n" * 50)
        )
    command = [sys.executable, "-m", "evoclass", "search", "cloud", "--json", "--content", str(hills)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        assert len(json.loads(said)) == 20


def test_one_thread_searches_while_another_reads(hills: Path, tmp_path: Path) -> None:
    search = searching(hills, tmp_path / "cache")
    places = search.entries()
    reader = threading.Thread(target=search.update, args=([entry for _, entry in places.values()],))
    reader.start()
    while reader.is_alive():
        search.lessons("valley", "en", places)
    reader.join()
    assert search.lessons("valley", "en", places)
    search.close()


def evoclass(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", "search", *words, "--content", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder)


def test_the_command_finds_lessons_and_notes(hills: Path) -> None:
    library = Library([hills], Parser(PLUGINS))
    store, settings = Store(paths.progress_file()), config.load(paths.config_file())
    session = Session.open(library, store, PLUGINS, settings, "1", "en")
    Notebook(session).write("s1.1", "Ask Renée about the\nsummit \x1b[31m")
    store.close()
    ended = evoclass(hills, "renee", "summit")
    assert ended.stdout.splitlines()[0] == f"en{os.sep}01-one.md:11: Your note: 1 Slopes · Steep"
    assert "Ask Renée about the summit" in ended.stdout
    assert "\x1b" not in ended.stdout
    rows = json.loads(evoclass(hills, "ball", "--json").stdout)
    assert [(row["kind"], row["lesson"], row["block"], row["line"]) for row in rows] == [
        ("lesson", "lesson-1", "s1.1", 11)
    ]
    nothing = evoclass(hills, '"(')
    assert nothing.returncode == 1
    assert 'Nothing was found for "(.' in nothing.stdout


@pytest.mark.parametrize(
    ("text", "sought", "places"),
    [
        ("Perché no", "perche", [(0, 6)]),
        ("straße", "ss", [(4, 5)]),
        ("e\u0301a", "ea", [(0, 3)]),
        ("aaa", "aa", [(0, 2)]),
        ("ﬁne", "fin", [(0, 2)]),
        ("x", "", []),
    ],
)
def test_occurrences_are_places_in_the_text_as_it_is(
    text: str, sought: str, places: list[tuple[int, int]]
) -> None:
    assert occurrences(text, folded(sought)) == places


def test_where_a_term_is_introduced_comes_first_and_says_so(hills: Path) -> None:
    (hills / "en" / "01-one.md").write_text(
        lesson(
            1,
            "The gradient",
            "## The gradient\n\nThe gradient is met again.\n\n"
            "- **The gradient** is a slope.\n- **Steep gradients** hurt.\n",
        )
    )
    (hills / "en" / "02-two.md").write_text(lesson(2, "Later", "Once more, a **gradient**.\n"))
    look = searching(hills, None)
    places = look.entries()
    look.update(entry for _, entry in places.values())
    for typed in ("gradient", "Gradi", "the gradient"):
        found = look.lessons(typed, "en", places)
        assert found[0].is_term, typed
        assert found[0].file.endswith("01-one.md")
        assert "is a slope" in found[0].text.replace("\x02", "").replace("\x03", "")
        assert [one.block for one in found if one.line == found[0].line] == ["s1.2"]
    assert [one.file[-9:] for one in look.lessons("gradient", "en", places) if one.is_term] == [
        "01-one.md",
        "02-two.md",
    ]
    assert not any(one.is_term for one in look.lessons("again", "en", places))
    assert not any(one.is_term for one in look.lessons("hurt", "en", places))
