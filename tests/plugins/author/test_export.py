"""Web pages, flash cards, question packages."""

import json
import sqlite3
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evoclass.errors import ConfigError

CONTENT = Path(__file__).parents[3] / "content"


@pytest.fixture
def showcase(tmp_path, command):
    """The lesson with one of each block."""
    command("new", "course", tmp_path / "c", "--title", "One of <each>", "--languages", "en,it")
    return tmp_path / "c" / "en" / "01-one-of-each.md"


class Page(HTMLParser):
    """Collects what a test asks of a page."""

    void = ("meta", "br", "hr", "img", "input", "link")

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.sources, self.links, self.words = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids += [values["id"]] if "id" in values else []
        self.sources += [
            values[key] for key in ("src", "href") if tag in ("img", "script", "link") and key in values
        ]
        self.links += [values["href"]] if tag == "a" else []
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_page_needs_nothing_else_and_all_its_links_lead_somewhere(tmp_path, command, language):
    target = tmp_path / "page.html"
    command("export", CONTENT / language / "07-transfer-learning.md", "--to", "html", "-o", target)
    page = Page(target.read_text(encoding="utf-8"))
    assert page.open == []
    assert page.sources == []
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("http") or link[1:] in page.ids for link in page.links)
    words = " ".join("".join(page.words).split())
    assert ("Domanda 1" if language == "it" else "Question 1") in words


def test_every_block_is_on_the_page(showcase, command, tmp_path):
    target = tmp_path / "page.html"
    command("export", showcase, "--to", "html", "-o", target)
    text = target.read_text(encoding="utf-8")
    page = Page(text)
    assert "One of &lt;each&gt;" in text
    assert page.sources[0].startswith("data:image/svg+xml;base64,")
    for mark in ("<math", "<table", "<blockquote", "callout tip", "'lab'", "'challenge'", "<figure>"):
        assert mark in text
    assert {"one-is-right", "build-a-network", "build-a-network/write-it", "train.py"} <= set(page.ids)


def test_text_of_authors_is_no_markup(tmp_path, command):
    file = tmp_path / "01-a.md"
    file.write_text(
        "---\nid: a\nnumber: 1\ntitle: <script>alert(1)</script>\nlanguage: en\n---\n\n"
        '<script>alert(2)</script> `<b>` [x](javascript:alert(3)) !["><i>](a"b.png)\n\n'
        ":::{choice} c\n<u>?\n\n- [x] <s>a\n  > '\"<q>\n- [ ] b\n:::\n"
    )
    command("export", file, "--to", "html", "-o", tmp_path / "p.html")
    text = (tmp_path / "p.html").read_text()
    for tag in ("<script>alert", "<b>", "<i>", "<u>", "<s>", "<q>", "href='javascript"):
        assert tag not in text


def notes(target):
    with zipfile.ZipFile(target) as package:
        name = next(name for name in package.namelist() if name.startswith("collection"))
        database = target.with_suffix(".db")
        database.write_bytes(package.read(name))
    with sqlite3.connect(database) as connection:
        return dict(connection.execute("SELECT guid, flds FROM notes").fetchall())


def test_anki_cards_keep_their_identity(tmp_path, command):
    source = CONTENT / "it" / "07-transfer-learning.md"
    for name in ("a", "b"):
        command("export", source, "--to", "anki", "-o", tmp_path / f"{name}.apkg")
    first, second = notes(tmp_path / "a.apkg"), notes(tmp_path / "b.apkg")
    assert first == second
    assert len(first) == 6
    front, back = next(fields for fields in first.values() if "Linear" in fields).split("\x1f")
    assert "new_layer" in front
    assert "torch.nn.Linear(512, 7)" in back


def test_a_lesson_without_questions_makes_no_package(tmp_path, command):
    file = tmp_path / "01-a.md"
    file.write_text("---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\nText.\n")
    for kind in ("anki", "qti"):
        with pytest.raises(ConfigError, match="no questions"):
            command("export", file, "--to", kind, "-o", tmp_path / "x")
        assert not (tmp_path / "x").exists()


def test_missing_libraries_are_named(tmp_path, command, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "genanki", None)
    with pytest.raises(ConfigError, match=r"pip install 'evoclass\[author\]'"):
        command("export", CONTENT / "en" / "07-transfer-learning.md", "--to", "anki", "-o", tmp_path / "x")


def test_words_of_the_buttons_are_data(showcase, command, tmp_path):
    command("export", showcase, "--to", "html", "-o", tmp_path / "p.html")
    text = (tmp_path / "p.html").read_text(encoding="utf-8")
    import html
    import re

    words = json.loads(html.unescape(re.search(r"data-words='([^']*)'", text)[1]))
    assert words == {"right": "Right.", "wrong": "Not yet."}


def test_cards_of_both_languages_live_side_by_side(tmp_path, command):
    found = {}
    for language in ("en", "it"):
        target = tmp_path / f"{language}.apkg"
        command("export", CONTENT / language / "07-transfer-learning.md", "--to", "anki", "-o", target)
        found[language] = notes(target)
    assert len(found["en"]) == len(found["it"])
    assert not found["en"].keys() & found["it"].keys()


def test_a_card_shows_all_there_is_to_choose_from_and_zero_is_an_answer(tmp_path, command):
    file = tmp_path / "01-a.md"
    file.write_text(
        "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n:::{number} n\nHow many?\n:answer: 0\n:::\n\n"
        ":::{match} m\nMatch\n\n| a | b |\n|-|-|\n| cat | meows |\n| dog | barks |\n:::\n"
    )
    command("export", file, "--to", "anki", "-o", tmp_path / "a.apkg")
    cards = [fields.split("\x1f") for fields in notes(tmp_path / "a.apkg").values()]
    assert len(cards) == 2
    (number,) = [back for front, back in cards if "How many?" in front]
    assert "0" in number
    (match,) = [front for front, _ in cards if "cat" in front]
    assert "barks" in match


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("notebook", ["layer.weight.shape", "with-drawn-values", "not graded"]),
        (
            "html",
            ["cannot be run: train.py", "with-drawn-values", "not checked on the page: the-training-step"],
        ),
        ("anki", ["no programs: train.py", "prose", "with-drawn-values", "what-it-prints"]),
        ("qti", ["no programs: train.py", "prose", "with-drawn-values", "write-it"]),
    ],
)
def test_what_an_export_cannot_carry_is_told_beside_the_result(showcase, command, tmp_path, kind, told):
    result = command("export", showcase, "--to", kind, "-o", tmp_path / "out")
    for piece in told:
        assert piece in result.stderr
    assert result.stdout.startswith(f"{tmp_path / 'out'}: ")
