"""Every problem that a lesson can have is found, said in words, and gone when it is mended."""

import re
import tomllib
from importlib.resources import files

import pytest

from evoclass import lint
from evoclass.contracts.lessons import sample_lesson
from evoclass.errors import Problem
from evoclass.i18n import Catalog
from evoclass.lint.fixes import FIXERS
from evoclass.lint.pages import examples, page
from evoclass.lint.python import code_difference
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from pseudo import EVERY

PLUGINS = Plugins()
PARSER = Parser(PLUGINS)
WITH_EXAMPLE = sorted(code for code, example in examples().items() if example.wrong)


@pytest.mark.parametrize("code", WITH_EXAMPLE)
def test_the_problem_is_found_where_it_is_and_nowhere_else(code):
    example = examples()[code]
    wrong = {problem.code for problem in example.problems(example.wrong, PARSER)}
    right = {problem.code for problem in example.problems(example.right, PARSER)}
    assert code in wrong
    assert right == set()


@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("code", sorted(examples()))
def test_every_code_has_words(code, language):
    catalog = Catalog(language)
    assert catalog.has(f"problem.{code}")
    assert catalog.has(f"problem.{code}_fix")
    shown = page(code, catalog, PARSER)
    assert shown.startswith(f"# {code}\n")
    if code in WITH_EXAMPLE and code != "E012":
        assert not re.search(r"(?<!\{)\{[a-z_]+\}(?!\}|`|\s|-)", shown.split("~~~~")[0]), shown


def test_both_languages_have_the_same_sentences_with_the_same_fields():
    tables = {
        language: tomllib.loads(files("evoclass").joinpath("locale", f"{language}.toml").read_text("utf-8"))[
            "problem"
        ]
        for language in ("en", "it")
    }
    assert tables["en"].keys() == tables["it"].keys()
    for key, english in tables["en"].items():
        if isinstance(english, str):
            italian = tables["it"][key]
            fields = [set(re.findall(r"(?<!\{)\{(\w+)\}", text)) for text in (english, italian)]
            assert fields[0] == fields[1], key


def test_every_code_in_the_source_has_an_example_entry():
    used = set()
    folders = [files("evoclass"), *(files(package) for package in PLUGINS.packages)]
    for folder in folders:
        for path in folder.rglob("*.py"):
            used |= set(re.findall(r'"([EW]\d{3})"', path.read_text(encoding="utf-8")))
    assert used == set(examples()), "`evoclass explain` lists the codes: one that nobody uses is free"


def test_every_correction_is_for_a_code_that_exists():
    assert set(FIXERS) <= set(examples())


def test_messages_of_plugins_are_used_as_they_are():
    problem = Problem("E100", 3, message="Not like this.", fix="Like that.")
    assert lint.describe(problem, Catalog("it")) == ("Not like this.", "Like that.")


def test_near_names_are_in_the_fix():
    (problem,) = sample_lesson(":::{chioce} c\n:::\n", PARSER).problems
    assert lint.describe(problem, Catalog("en"))[1] == "Did you mean `choice`?"
    assert lint.describe(problem, Catalog("it"))[1] == "Intendevi `choice`?"


# ------------------------------------------------------------------------------------------------------- courses

LESSON = """---
id: {id}
number: {number}
title: A lesson
language: {language}
{more}---

{body}
"""


def put(folder, language, name, body="Text.", id="one", number=1, more=""):
    path = folder / language / name
    path.parent.mkdir(parents=True, exist_ok=True)
    source = folder / "en" / name
    if language != "en" and source.is_file() and not more:
        more = f"source: en {PARSER.lesson(source.read_bytes()).digest[:12]}\n"
    path.write_text(
        LESSON.format(id=id, number=number, language=language, body=body, more=more), encoding="utf-8"
    )
    return path


def found(folder, cache=None):
    checker = lint.Checker(PARSER, cache)
    return [
        (problem.code, problem.path.parent.name, problem.path.name, problem.line)
        for problem in checker.libraries([Library([folder], PARSER)])
    ]


def test_clashes_of_numbers_and_ids(tmp_path):
    put(tmp_path, "en", "01-one.md")
    put(tmp_path, "en", "1-two.md")
    assert found(tmp_path) == [("E081", "en", "1-two.md", 3), ("E080", "en", "1-two.md", 2)]


def test_missing_translations(tmp_path):
    put(tmp_path, "en", "01-one.md")
    put(tmp_path, "en", "02-two.md", id="two", number=2)
    put(tmp_path, "it", "01-one.md", body="Testo.")
    assert found(tmp_path) == [("W082", "en", "02-two.md", 1)]


def test_drift_is_reported_on_the_translation(tmp_path):
    put(tmp_path, "en", "01-one.md", body="Seven is 7.\n\n- list")
    put(tmp_path, "it", "01-one.md", body="Sette è 8.", id="uno")
    assert found(tmp_path) == [
        ("E088", "it", "01-one.md", 2),
        ("W091", "it", "01-one.md", 9),
        ("W094", "it", "01-one.md", 9),
    ]


def test_a_source_that_changed_since_its_translation_was_confirmed(tmp_path):
    source = put(tmp_path, "en", "01-one.md")
    digest = PARSER.lesson(source.read_bytes()).digest
    put(tmp_path, "it", "01-one.md", body="Testo.", more=f"source: en {digest[:12]}\n")
    assert found(tmp_path) == []
    put(tmp_path, "en", "01-one.md", body="Other text.")
    assert found(tmp_path) == [("W089", "it", "01-one.md", 6)]


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"Text.\n", b"Text. \t\n"),
        lambda data: data + b"\n\n",
        lambda data: data.rstrip(b"\n"),
        lambda data: b"\xef\xbb\xbf" + data.rstrip().replace(b"\n", b"  \r\n"),
    ],
)
def test_what_editors_and_version_control_change_is_no_change_of_the_source(tmp_path, rewritten):
    source = put(tmp_path, "en", "01-one.md", body="Text.\n\nMore text.")
    digest = PARSER.lesson(source.read_bytes()).digest
    put(tmp_path, "it", "01-one.md", body="Testo.\n\nAltro.", more=f"source: en {digest[:12]}\n")
    source.write_bytes(rewritten(source.read_bytes()))
    assert found(tmp_path) == []
    put(tmp_path, "en", "01-one.md", body="Text.\n\n More, text.")
    assert found(tmp_path) == [("W089", "it", "01-one.md", 6)]


def test_a_folder_of_two_letters_need_not_be_a_language(tmp_path):
    put(tmp_path, "rl", "01-one.md")
    text = (tmp_path / "rl" / "01-one.md").read_text()
    (tmp_path / "rl" / "01-one.md").write_text(re.sub("language: .*", "language: en", text))
    assert found(tmp_path / "rl") == []


def test_file_names_and_folders(tmp_path):
    path = put(tmp_path, "en", "02-one.md", number=1)
    path.write_text(path.read_text().replace("language: en", "language: it"))
    assert [code for code, *_ in found(tmp_path)] == ["W057", "E058"]


def test_links_to_files(tmp_path):
    put(
        tmp_path,
        "en",
        "01-one.md",
        body="[a](02-two.md) [b](gone.md) ![c](pic.png) <https://x.org> ![d](here%20it.png)",
    )
    put(tmp_path, "en", "02-two.md", id="two", number=2)
    (tmp_path / "en" / "here it.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert found(tmp_path) == [("E055", "en", "01-one.md", 8), ("E055", "en", "01-one.md", 8)]


def test_the_cache_is_used_and_notices_changes(tmp_path, monkeypatch):
    course, folder = tmp_path / "course", tmp_path / "cache"
    folder.mkdir()
    put(course, "en", "01-one.md", body=":::{nope}\n:::\n\n[b](gone.md)")
    put(course, "en", "02-two.md", id="two", number=2, body="Text 4.")
    put(course, "it", "02-two.md", id="two", number=2, body="Testo 5.")
    put(course, "it", "01-one.md", body="Testo.")

    def check():
        return found(course, lint.CheckCache(folder, "same code"))

    first = check()
    assert [code for code, *_ in first] == ["E012", "E055", "W094"]
    with monkeypatch.context() as patch:
        patch.setattr(Parser, "lesson", lambda *_: pytest.fail("an unchanged file was read again"))
        assert check() == first
        (course / "en" / "gone.md").touch()
        (course / "en" / "gone.md").rename(course / "gone.md")
    (course / "en" / "01-one.md").write_text((course / "en" / "01-one.md").read_text().replace("nope", "tip"))
    assert "E012" not in [code for code, *_ in check()]
    assert [code for code, *_ in found(course, lint.CheckCache(folder, "other code"))] == [
        code for code, *_ in check()
    ]


def test_a_damaged_cache_costs_nothing_but_time(tmp_path):
    put(tmp_path, "en", "01-one.md", body=":::{nope}\n:::")
    for damage in (b"", b"\xc1" * 50, b"\x93\xa1x\x80\x80"):
        (tmp_path / "check.msgpack").write_bytes(damage)
        assert [code for code, *_ in found(tmp_path, lint.CheckCache(tmp_path, "x"))] == ["E012"]


def test_unreadable_files_do_not_stop_the_check(tmp_path):
    put(tmp_path, "en", "01-one.md")
    (tmp_path / "en" / "02-binary.md").write_bytes(b"\x00")
    (tmp_path / "en" / "03-gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "02-binary.md").write_text("no front matter")
    codes = [(code, name) for code, _, name, _ in found(tmp_path)]
    assert codes == [
        ("W082", "01-one.md"),
        ("E001", "02-binary.md"),
        ("E005", "02-binary.md"),
        ("E000", "03-gone.md"),
        ("W082", "03-gone.md"),
    ]


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ('# altro\nx = 1\nprint(f"{x} sono {y:.1f}", "ciao")\n', None),
        ('x = 1\nprint(f"{y:.1f} non {x}", "ciao")\n', None),
        ('x = 2\nprint(f"{x} is {y:.1f}", "hello")\n', 0),
        ('x = 1\nprint(f"{x} is {z:.1f}", "hello")\n', 1),
        ('x = 1\nprint(f"{x} is {y:.1f}", 5)\n', 1),
        ('x = True\nprint(f"{x} is {y:.1f}", "hello")\n', 0),
        ('x = 1\nprint(f"{x} is {y:.1f}", "hello")\nmore()\n', 2),
        ("x = 1\n", 0),
        ("x = 1\nprint(\n", 1),
    ],
)
def test_code_may_differ_in_comments_and_strings_only(other, line):
    assert code_difference('x = 1  # one\nprint(f"{x} is {y:.1f}", "hello")\n', other) == line


def test_the_course_page_is_checked_like_a_lesson(tmp_path):
    head = "---\nid: c\ncode: C1\ntitle: C\nlanguage: {}\n---\n\n"
    for language, body in {"en": "In 3 weeks. [b](gone.md) ![](x.png)", "it": "In 4 settimane."}.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "index.md").write_text(head.format(language) + body)
    path = tmp_path / "it" / "index.md"
    path.write_text(path.read_text().replace("language: it", "language: it\nsource: en"))
    put(tmp_path, "en", "01-one.md")
    put(tmp_path, "it", "01-one.md", body="Testo.")
    assert found(tmp_path) == [
        ("E055", "en", "index.md", 8),
        ("E053", "en", "index.md", 8),
        ("E055", "en", "index.md", 8),
    ]
    (tmp_path / "en" / "index.md").write_text(head.format("en") + "In 3 weeks.")
    assert found(tmp_path) == [("W094", "it", "index.md", 9)]
    checker = lint.Checker(PARSER)
    checker.libraries([Library([tmp_path], PARSER)])
    assert {path.name for path in checker.checked} == {"01-one.md"}


def test_a_translation_alone_is_held_against_its_source(tmp_path):
    put(tmp_path, "en", "01-one.md", body="Seven is 7.")
    path = put(tmp_path, "it", "01-one.md", body="Sette è 8.")
    checker = lint.Checker(PARSER)
    assert [(problem.code, problem.path) for problem in checker.file(path)] == [("W094", path)]
    assert checker.checked == [path]


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        (":::{choice} q\n?\n\n- [x] Its running mean\n  > y\n- [ ] b\n  > n\n", "Its *running* mean."),
        (":::{multiple} q\n?\n\n- [x] one\n  > y\n- [x] two\n  > y\n- [ ] b\n  > n\n", "One, two"),
        (":::{number} q\n?\n:answer: 512\n:unit: kg\n", "512.0"),
        (":::{number} q\n?\n:answer: 512\n:unit: kg\n", "`512 kg`"),
        (":::{number} q\n?\n:draw: n in [3]\n:answer: {{n * 2}}\n", "6"),
        (":::{text} q\n?\n:answer: fine-tuning\n:accept: transfer learning\n", "Transfer learning!"[:-1]),
        (":::{shape} q\n?\n:answer: (N, 512)\n", "`(N,512)`"),
        (":::{blanks} q\n?\n\n```python\nx.____()\n```\n\n:blank: eval\n", "`eval`"),
        (":::{order} q\n?\n\n1. First\n2. Then\n\n", "First, then."),
        (
            ":::{code} q\n?\n\n```python solution\nx = 'a'\n```\n\n:expect: x == 'a' | Set it.\n",
            '`x = "a"`',
        ),
        (":::{number} q\n?\n:answer: 5\n:solution: Count.\n:solution: Then add.\n", "Count"),
    ],
)
def test_a_hint_that_is_the_solution(question, hint):
    lesson = sample_lesson(f"{question}:hint: Think.\n:hint: {hint}\n:::\n", PARSER)
    (problem,) = lint.check_lesson(lesson, PARSER)
    source = [setting.line for setting in lesson.exercises[0].settings if setting.key == "hint"]
    assert (problem.code, problem.line, problem.fields["number"]) == ("W052", source[1], 2)


@pytest.mark.parametrize(
    ("question", "hint", "tells"),
    [
        (":::{text} q\nWhat?\n:answer: dtype\n", "It is dtype.", True),
        (":::{text} q\nIs it dtype or shape?\n:answer: dtype\n", "A dtype says the kind.", False),
        (":::{text} q\nWhat?\n:answer: mean\n", "Look at the meaning.", False),
        (":::{text} q\nWhat?\n:answer: a\n", "It is a letter.", False),
        (":::{text} q\nWhat?\n:answer: x\n:accept: head.weight\n", "Try `head.weight` here.", True),
        (":::{shape} q\nShape?\n:answer: (N, 512)\n", "It is (N, 512) here.", True),
        (":::{number} q\nHow many?\n:answer: 4816896\n", "There are 4,816,896 of them.", True),
        (":::{number} q\nHow many?\n:answer: 512\n", "There are 512 of them.", True),
        (":::{number} q\nHow many of 512?\n:answer: 512\n", "Are 512 too many?", False),
        (":::{number} q\nHow many?\n:answer: 12\n", "Count the 12 months.", False),
        (":::{number} q\nHow many?\n:answer: 512\n", "Not 5120, 0.512 or 512.5.", False),
    ],
)
def test_a_hint_with_the_answer_among_its_words(question, hint, tells):
    lesson = sample_lesson(f"{question}:hint: {hint}\n:::\n", PARSER)
    assert [problem.code for problem in lint.check_lesson(lesson, PARSER)] == ["W052"] * tells


def test_what_is_the_same_is_told_together():
    head = "---\nid: a\nnumber: 1\ntitle: T\nlanguage: en\n---\n"
    body = ":::{xyz}\nText.\n:::\n\n" * 5 + "<b>x</b>\n\n" + "<i>y</i>\n"
    problems = lint.check_lesson(PARSER.lesson(head + body), PARSER)
    groups = lint.grouped(problems)
    assert [(group[0].code, len(group)) for group in groups] == [("E012", 5), *[("W033", 1)] * 4]
    assert sorted(map(id, problems)) == sorted(id(problem) for group in groups for problem in group)
    assert lint.grouped(problems, together=False) == [[problem] for problem in problems]


def test_a_hint_that_names_one_of_several_is_a_hint():
    options = "- [x] one\n  > y\n- [x] two\n  > y\n- [ ] three\n  > n\n"
    lesson = sample_lesson(f":::{{multiple}} q\n?\n\n{options}\n:hint: One\n:::\n", PARSER)
    assert lint.check_lesson(lesson, PARSER) == []


def test_the_place_is_that_of_the_link_or_role_in_its_paragraph(tmp_path):
    path = put(
        tmp_path,
        "en",
        "01-one.md",
        body="One\ntwo [a](gone.md) and ![](x.png)\nthree [b](#none) {liv}`x`\n[c](gone%20too.md)\nfive[^9] <b>\n",
    )
    found = [(p.code, p.line - 7, p.column) for p in lint.Checker(PARSER).file(path)]
    assert found == [
        ("E055", 2, 5),
        ("E053", 2, 23),
        ("E055", 2, 23),
        ("E055", 3, 7),
        ("E030", 3, 18),
        ("E055", 4, 1),
        ("E033", 5, 5),
        ("W033", 5, 10),
    ]


def test_a_heading_underlined_with_equals_signs_is_told(tmp_path):
    path = put(tmp_path, "en", "01-one.md", body="A heading\n===\n\nText with x\n== y")
    (problem,) = lint.Checker(PARSER).file(path)
    assert (problem.code, problem.line) == ("W034", 9)
    assert "`===`" in lint.describe(problem, Catalog("en"))[0]
