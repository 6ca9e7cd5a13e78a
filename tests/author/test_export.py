"""Web pages, flash cards, question packages."""

import json
import re
import sqlite3
import zipfile
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from evoclass.errors import ConfigError
from evoclass.exercise import Number, Option, Order, Text
from evoclass.i18n import Catalog
from evoclass.learner.trust import Trust
from evoclass.model import ExerciseBlock, Lesson, Span, Table
from evoclass.reading.filenames import course_folder
from evoclass_author.asked import questions
from evoclass_author.cards import cards
from evoclass_author.losses import Losses
from evoclass_author.page import page
from pngs import png

CONTENT = Path(__file__).parents[2] / "content"


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
    assert len(first) == 18
    front, back = next(fields for fields in first.values() if "new_layer" in fields).split("\x1f")
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
    assert (words["right"], words["wrong"]) == ("Right.", "Not yet.")


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


# ------------------------------------------------------------------------------ blocks and questions, one by one


CATALOG = Catalog("en", ["evoclass_author"])


@pytest.fixture
def drawn(parser):
    """Return what a page shows of a text, and what is said to be left out."""

    def draw(text):
        return parts(parser.lesson(f"---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n{text}\n"))

    return draw


def parts(lesson):
    losses = Losses(lesson)
    text = page(lesson, CATALOG, questions(lesson), losses)
    inner = text.partition("</header>\n")[2].rpartition("\n</main>")[0]
    return inner, "\n".join(losses.sentences(CATALOG))


@pytest.fixture
def card(parser):
    """Return front and back of the card of a question."""

    def make(text):
        lesson = parser.lesson(f"---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n{text}\n")
        (made,) = cards(lesson, CATALOG, questions(lesson), Losses(lesson))
        return made.front, made.back

    return make


def made_up(*fields, runs_code=False, **solution):
    """Return what a page shows of a question of a plugin, and what is said to be left out."""
    exercise = SimpleNamespace(
        form=lambda: fields, solution=lambda: solution, remarks=lambda: (), runs_code=runs_code
    )
    block = ExerciseBlock(id="q", line=1, exercise=exercise, prompt=(), number=3)
    return parts(Lesson(id="a", number=1, title="A", language="en", blocks=(block,)))


NUMBER = ":::{number} n\nHow many?\n:answer: 4\n:::"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("3. a\n4. b", "<ol start='3'><li>a</li><li>b</li></ol>"),
        ("1. a", "<ol><li>a</li></ol>"),
        ("- a", "<ul><li>a</li></ul>"),
        ("- a\n\n  b", "<ul><li><p>a</p>\n<p>b</p></li></ul>"),
        ("- - a", "<ul><li><ul><li>a</li></ul></li></ul>"),
        ("a **b** *c* ~~d~~ `e`", "<p>a <strong>b</strong> <em>c</em> <s>d</s> <code>e</code></p>"),
        ("[a](https://x.org/a)", "<p><a href='https://x.org/a'>a</a></p>"),
        ("[a](b.md) b", "<p>a b</p>"),
        (":::{tip} Mind\nIt.\n:::", "<aside class='callout tip'><p class='title'>Mind</p><p>It.</p></aside>"),
        (":::{tip}\nIt.\n:::", "<aside class='callout tip'><p class='title'>Tip</p><p>It.</p></aside>"),
        ("![gone](gone.png)", "<figure><p class='absent'>gone</p></figure>"),
        (
            "![](https://x.org/a.png)",
            "<figure><p class='absent'><a href='https://x.org/a.png'>https://x.org/a.png</a></p></figure>",
        ),
        (
            '![an "odd" one](https://x.org/a.png)',
            "<figure><p class='absent'><a href='https://x.org/a.png'>an &quot;odd&quot; one</a></p></figure>",
        ),
    ],
)
def test_prose_becomes_plain_html(drawn, source, shown):
    assert drawn(source)[0] == shown


def test_a_table_of_a_plugin_may_have_short_rows():
    cell = (Span("a"),)
    table = Table(id="t", line=1, header=(cell, cell), rows=((cell,),), align=("left", "right"))
    shown, _ = parts(Lesson(id="a", number=1, title="A", language="en", blocks=(table,)))
    assert "<tr><th class='left'>a</th><th class='right'>a</th></tr>" in shown
    assert "<tr><td class='left'>a</td></tr>" in shown


def test_a_formula_in_a_line_stays_in_it_and_one_of_its_own_gets_a_line(drawn):
    assert 'display="inline"' in drawn("If $x$ is")[0]
    assert 'display="block"' in drawn("$$\nx\n$$")[0]


def test_an_image_of_the_course_is_shown_with_its_description(tmp_path, command):
    (tmp_path / "p.png").write_bytes(png())
    file = tmp_path / "01-a.md"
    file.write_text('---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n![Ann\'s "ball"](p.png)\n')
    command("export", file, "--to", "html", "-o", tmp_path / "p.html")
    images = re.findall(
        r"<img src='data:image/png;base64,[^']*' alt='([^']*)'>", (tmp_path / "p.html").read_text()
    )
    assert images == ["Ann&#x27;s &quot;ball&quot;"]


def test_an_image_in_a_line_and_in_an_option_is_shown_too(tmp_path, command):
    (tmp_path / "p.png").write_bytes(png())
    file = tmp_path / "p.md"
    question = ":::{choice} q\nWhich?\n\n- [x] ![a dog](p.png)\n- [ ] None\n:::\n"
    head = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n"
    file.write_text(f"{head}See ![a cat](p.png) and ![a gap](gone.png).\n\n{question}")
    command("export", file, "--to", "html", "-o", tmp_path / "p.html")
    page = (tmp_path / "p.html").read_text()
    images = re.findall(r"<img src='data:image/png;base64,[^']*' alt='([^']*)'>", page)
    assert images[:2] == ["a cat", "a dog"]
    assert "a gap" in page
    command("export", file, "--to", "notebook", "-o", tmp_path / "p.ipynb")
    kept = re.findall(r"!\[(a \w+)\]\(attachment:", (tmp_path / "p.ipynb").read_text())
    assert kept == ["a cat", "a dog", "a dog"], "an option, and the solution"


def test_a_note_is_a_link_on_a_page_and_only_a_number_on_a_card(drawn, card):
    note = "\n\n[^n]: A source."
    web = NUMBER.replace("How", "[See](https://x.org/a), note[^n]: how")
    assert "note<sup><a href='#fn-1'>1</a></sup>" in drawn(web + note)[0]
    assert "<a href='https://x.org/a'>See</a>, note<sup>1</sup>: how many?" in card(web + note)[0]
    two = web.replace("[^n]", "[^n][^m]") + note + "\n[^m]: Another."
    assert "note<sup>1</sup><sup>,</sup><sup>2</sup>: how" in card(two)[0]


def test_a_number_is_typed_and_checked_on_the_page(drawn):
    shown, told = drawn(NUMBER)
    assert shown.count("<form class='typed'") == 1
    assert "aria-label='Question 1' data-accept='[4.0]'" in shown
    assert shown.endswith(
        "<details class='solution'><summary>Show the solution</summary><p><span>4</span></p></details></section>"
    )
    assert told == ""


def test_a_number_has_its_unit_beside_the_answer(drawn):
    assert "<p><span>4</span> m</p>" in drawn(NUMBER.replace("4", "4\n:unit: m"))[0]


def test_a_word_is_typed_and_its_other_spellings_are_right(drawn, card):
    source = ":::{text} t\nSay.\n:answer: two\n:accept: deux\n:solution: So.\n:::"
    shown, told = drawn(source)
    assert "aria-label='Question 1' data-accept='[&quot;two&quot;, &quot;deux&quot;]'" in shown
    assert "<p><span>two</span></p><p>So.</p></details>" in shown
    assert told == ""
    assert "<p><span>two</span></p><p>Also right: deux</p><p>So.</p>" in card(source)[1]


def test_a_gap_is_named_and_filled_with_code(drawn):
    shown, told = drawn(":::{blanks} b\nFill.\n\n```python\nx = ____\n```\n\n:blank: 7\n:why: It is.\n:::")
    assert "aria-label='__1__' data-accept='[&quot;7&quot;]'" in shown
    assert "<p>__1__ <code>7</code></p>" in shown
    assert told == "left out: feedback on individual answers in b"


def test_only_the_right_option_is_marked_and_remarks_stay_beside_theirs(drawn, card):
    source = ":::{choice} c\nWhich?\n\n- [x] left\n  > Just so.\n- [ ] right\n:::"
    shown, told = drawn(source)
    assert re.findall(r"data-right='(\d)'> <span>(\w+)", shown) == [("1", "left"), ("0", "right")]
    assert shown.count("<form class='choice'") == 1
    assert "<summary>Show the solution</summary><p>left</p></details>" in shown
    assert told == ""
    front, back = card(source)
    assert "<p>Which?</p><ul><li>left</li><li>right</li></ul></div>" in front
    assert "<p>left</p></div>" in back


def test_a_program_starts_from_what_is_there_and_is_not_called_unsolved(drawn, card):
    source = (
        ":::{code} c\nWrite.\n\n```python starter\nx = 0\n```\n\n"
        "```python solution\nx = 1\n```\n\n:expect: x == 1 | no\n:::"
    )
    shown, told = drawn(source)
    assert shown.index("<p>Write.</p>") < shown.index(">0</span>") < shown.index(">1</span>")
    assert told == "shown with their solution, but not checked on the page: c"
    assert "<pre>x = 0\n</pre>" in card(source)[0]
    assert "<pre>" not in card(source.replace("x = 0\n", ""))[0]


def test_an_order_is_shown_mixed_and_solved_with_its_indentation(drawn, card):
    shown, _ = drawn(":::{order} o\nSort.\n:indent: yes\n\n```python\nif x:\n    y\nz\n```\n:::")
    assert re.findall(r"class='level-(\d)'><code>(.*?)</code>", shown) == [
        ("0", "if x:"),
        ("1", "y"),
        ("0", "z"),
    ]
    source = ":::{order} o\nSort.\n\n1. a\n2. b\n:::"
    assert "<ol><li class='level-0'>a</li><li class='level-0'>b</li></ol>" in drawn(source)[0]
    assert card(source)[0].count("<ul>") == 1


def test_the_deepest_indentation_is_one_that_the_page_has_a_style_for():
    style = (Path(cards.__code__.co_filename).parent / "templates" / "page.css").read_text(encoding="utf-8")
    items = (Option("a", (Span("x"),)),)
    shown, _ = made_up(Order(name="o", items=items, indent=True), o=["a:12"])
    (level,) = re.findall(r"<li class='(level-\d+)'>x</li>", shown)
    assert f".{level} " in style


def test_a_prediction_is_written_on_several_lines_and_said_to_have_no_answer(drawn):
    shown, told = drawn(":::{predict} p\nWhat?\n\n```python\nprint(3)\n```\n:::")
    assert "<textarea rows='3'>" in shown
    assert "solution" not in shown
    assert told.startswith("shown without an answer, because only running the program gives it")
    assert told.endswith(": p")


def test_a_question_without_an_answer_shows_none_and_is_said_to_be_unchecked():
    shown, told = made_up(Text(name="x"), x=None)
    assert "None" not in shown
    assert "solution" not in shown
    assert "<textarea" not in shown
    assert told == "shown with their solution, but not checked on the page: q"


def test_two_lines_are_room_for_two_lines():
    assert "<textarea rows='2'>" in made_up(Text(name="x", lines=2), x="a\nb")[0]


def test_an_answer_of_several_lines_keeps_them():
    assert "<pre>a\nb</pre>" in made_up(Text(name="x", lines=2), x="a\nb")[0]
    assert "<p><span>a b</span></p>" in made_up(Text(name="x", lines=2), x="a b")[0]


def test_what_went_wrong_while_answers_were_looked_for_is_told(parser):
    lesson = parser.lesson(f"---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n{NUMBER}\n")
    losses, asked = Losses(lesson), questions(lesson)
    asked[0].failure = "the program stopped"
    page(lesson, CATALOG, asked, losses)
    assert "n (the program stopped)" in "\n".join(losses.sentences(CATALOG))


def test_a_kind_of_field_that_only_its_plugin_knows_shows_its_label_and_is_told():
    class Interval(Number):
        pass

    shown, told = made_up(Interval(name="x", label="From"), x="1..2")
    assert "<p class='label'>From</p><p class='how'>A number</p><details" in shown
    assert told.endswith(": q")
    assert "only EvoClass knows this kind of answer" in told


def test_trust_is_in_the_lesson_as_it_was_read(tmp_path, command, monkeypatch):
    head, ran = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n", []
    (tmp_path / "course").mkdir()
    file = tmp_path / "course" / "01-a.md"
    file.write_text(head + "Trusted.\n")
    Trust(()).grant(course_folder(file))

    async def solve(space, lesson, asked):
        ran.append(lesson)

    def put_back(lesson):
        file.write_text(head + "Trusted.\n")
        return questions(lesson)

    module = import_module("evoclass_author.commands.export")
    monkeypatch.setattr(module, "_solve", solve)
    monkeypatch.setattr(module, "questions", put_back)
    command("export", file, "--to", "html", "-o", tmp_path / "x")
    assert len(ran) == 1
    file.write_text(head + "Another.\n")
    command("export", file, "--to", "html", "-o", tmp_path / "x")
    assert len(ran) == 1
