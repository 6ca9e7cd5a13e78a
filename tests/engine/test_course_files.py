"""Files of a course that lessons take in: data, programs and included texts, from inside the course only."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from course import opened
from evoclass import lint
from evoclass.cli import cli
from evoclass.i18n import Catalog
from evoclass.installing import install_command, missing
from evoclass.model import Callout, Fault, Heading, Lab, Paragraph, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading import coursefiles, passages
from evoclass.reading.coursefiles import Refused
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

PARSER = Parser(Plugins())

HEAD = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n"


class Shelf:
    """A course in a folder, with a lesson and files around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "en").mkdir(parents=True)

    def put(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def lesson(self, body: str):
        return Library([self.folder], PARSER).open(self.put("en/01-a.md", HEAD + body))

    def problems(self) -> list[tuple[str, int, str, str]]:
        found = lint.check_course(Library([self.folder], PARSER))
        return [
            (
                problem.path.relative_to(self.folder.resolve()).as_posix(),
                problem.line,
                problem.code,
                problem.fields.get("variant", ""),
            )
            for problem in found
        ]


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "course")


def include(name: str) -> str:
    return f":::{{include}} {name}\n:::\n"


def lab(*options: str, code: str = "print(1)\n") -> str:
    return "```{lab} train.py\n" + "".join(f"{option}\n" for option in options) + code + "```\n"


# ------------------------------------------------------------------------------------------- out of the course


def hostile(shelf: Shelf, tmp_path: Path) -> dict[str, str]:
    """Return names that a lesson may not use, with the reason."""
    (tmp_path / "secret.md").write_text("secret")
    (shelf.folder / "link.md").symlink_to(tmp_path / "secret.md")
    (shelf.folder / "out").symlink_to(tmp_path)
    (shelf.folder / "round").symlink_to(shelf.folder / "round")
    (shelf.folder / "dangling.md").symlink_to(shelf.folder / "nothing.md")
    os.mkfifo(shelf.folder / "pipe")
    shelf.put(".git/hooks/x.md", "text")
    shelf.put("sub/__pycache__/x.md", "text")
    (shelf.folder / "null").symlink_to("/dev/zero")
    return {
        "../secret.md": "outside",
        "en/../../secret.md": "outside",
        str(tmp_path / "secret.md"): "outside",
        str(shelf.folder / "en"): "outside",
        "link.md": "outside",
        "out/secret.md": "outside",
        "null": "outside",
        "C:\\secret.md": "outside",
        "\\\\host\\secret.md": "outside",
        "pipe": "kind",
        "sub": "kind",
        "round": "",
        "dangling.md": "",
        "no.md": "",
        "~/secret.md": "",
        ".git/hooks/x.md": "uncounted",
        "sub/__pycache__/x.md": "uncounted",
        "sub/__PYCACHE__/x.md": "uncounted",
        "x" * 5000: "",
    }


def test_no_name_leads_out_of_the_course(shelf, tmp_path):
    for name, reason in hostile(shelf, tmp_path).items():
        for use in (
            lambda name: coursefiles.read(coursefiles.find(name, shelf.folder), 100),
            lambda name: coursefiles.check(coursefiles.find(name, shelf.folder), 100),
        ):
            with pytest.raises(Refused) as refused:
                use(name)
            assert refused.value.reason == reason, name
    with pytest.raises(Refused):
        coursefiles.find("a\0b", shelf.folder)


def test_each_directive_refuses_hostile_names_and_the_rest_of_the_lesson_stays(shelf, tmp_path):
    for name, reason in hostile(shelf, tmp_path).items():
        if "\\" in name:
            continue  # in an option a backslash escapes
        lesson = shelf.lesson(f"{include(name)}\n{lab(f':file: {name}', code='')}\n{lab(f':data: {name}')}")
        assert [problem.code for problem in lesson.problems] == ["E107"] * 3, name
        assert {problem.fields["variant"] for problem in lesson.problems} == {reason}
        assert [type(block) for block in lesson.blocks] == [Fault, Fault, Lab]
        assert lesson.passages == ()
        assert "secret" not in str([block for block in lesson.blocks if not isinstance(block, Fault)])


def test_a_link_inside_the_course_is_followed(shelf):
    shelf.put("parts/a.md", "Inside.")
    (shelf.folder / "b.md").symlink_to(shelf.folder / "parts" / "a.md")
    lesson = shelf.lesson(include("b.md"))
    assert lesson.problems == ()
    assert lesson.passages[0].path == (shelf.folder / "parts" / "a.md").resolve()


def test_huge_and_binary_files_are_refused(shelf):
    with shelf.put("huge.csv", "").open("wb") as file:
        file.truncate(coursefiles.LARGEST + 1)  # a sparse file takes no room
    shelf.put("picture.md", b"\x89PNG\r\n\x1a\n\0\0\xff\xfe")
    shelf.put("latin.md", "caf\xe9".encode("latin-1"))
    lesson = shelf.lesson(
        include("huge.csv")
        + "\n"
        + include("picture.md")
        + "\n"
        + include("latin.md")
        + "\n"
        + lab(":data: huge.csv")
    )
    assert [problem.fields["variant"] for problem in lesson.problems] == ["large", "text", "text", "large"]


def test_a_course_called_like_a_language_does_not_begin_above(tmp_path):
    flat = tmp_path / "ai"
    flat.mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (flat / "01-a.md").write_text(HEAD + include("secret.md"))
    assert Library([flat], PARSER).open(flat / "01-a.md").problems[0].code == "E107"
    assert [problem.code for problem in lint.check_course(Library([flat], PARSER))] == ["E107"]


# ------------------------------------------------------------------------------------------------- include


def test_an_included_text_reads_as_if_it_stood_there(shelf):
    shelf.put(
        "parts/setup.md",
        "First [here][docs][^one].\n\n## Inside\n\n:::{note}\nA note.\n:::\n\n"
        "[docs]: https://example.org\n[^one]: Source one.\n",
    )
    body = f"Before [^two].\n\n{include('parts/setup.md')}\nAfter.\n\n## Own\n\n[^two]: Source two.\n"
    lesson = shelf.lesson(body)
    plain = shelf.lesson(
        body.replace(include("parts/setup.md"), (shelf.folder / "parts/setup.md").read_text())
    )
    assert lesson.problems == plain.problems == ()
    assert [(type(block), block.id) for block in lesson.walk()] == [
        (type(block), block.id) for block in plain.walk()
    ]
    assert [plain_text(b.text) for b in lesson.walk() if isinstance(b, (Heading, Paragraph))] == [
        plain_text(b.text) for b in plain.walk() if isinstance(b, (Heading, Paragraph))
    ]
    assert shelf.problems() == []


def test_an_include_works_inside_a_callout_but_not_in_a_question_or_a_note(shelf):
    shelf.put("a.md", "Text.\n\n- one\n- two\n")
    lesson = shelf.lesson(f"::::{{tip}} Look\n{include('a.md')}::::\n\nEnd.\n")
    assert lesson.problems == ()
    assert isinstance(lesson.blocks[0], Callout)
    assert [block.id for block in lesson.blocks[0].children] == ["s0.1.1", "s0.1.2"]
    question = f"::::{{text}} q\nWhat?\n\n{include('a.md')}\n:answer: x\n::::\n"
    note = "See[^n].\n\n[^n]: Note\n\n    " + include("a.md").replace("\n", "\n    ")
    for body in (question, note):
        (problem,) = shelf.lesson(body).problems
        assert (problem.code, problem.fields["variant"]) == ("E108", "inside")


def test_faults_are_told_with_the_file_and_line_where_they_are(shelf):
    shelf.put("parts/a.md", "Good.\n\n:::{text} q\nWhat?\n:::\n\n" + include("parts/b.md"))
    shelf.put("parts/b.md", "[dead](nowhere.md)\n\n```python\nx = (\n```\n")
    lesson = shelf.lesson(f"One.\n\n{include('parts/a.md')}\n## End\n\n## End\n")
    assert sorted(shelf.problems()) == [
        ("en/01-a.md", 15, "W041", "twice"),
        ("parts/a.md", 3, "E022", ""),
        ("parts/b.md", 1, "E055", ""),
        ("parts/b.md", 4, "W051", ""),
    ]
    fault = next(block for block in lesson.walk() if isinstance(block, Fault))
    assert (fault.problem.path.name, fault.problem.line, fault.source_line) == ("a.md", 3, 3)
    assert fault.source.startswith(":::{text} q")


def test_circles_and_towers_end_with_a_sentence(shelf):
    shelf.put("a.md", include("b.md"))
    shelf.put("b.md", "B.\n\n" + include("a.md"))
    shelf.lesson(include("a.md") + "\n" + include("en/01-a.md"))
    assert shelf.problems() == [("b.md", 3, "E108", ""), ("en/01-a.md", 11, "E108", "")]
    message, fix = lint.describe(lint.check_course(Library([shelf.folder], PARSER))[0], Catalog("en"))
    assert message.startswith("`a.md` includes itself")
    assert fix
    for level in range(passages.DEEPEST + 2):
        shelf.put(f"t{level}.md", include(f"t{level + 1}.md"))
    lesson = shelf.lesson(include("t0.md"))
    assert [(problem.code, problem.fields["variant"]) for problem in lesson.problems] == [("E108", "deep")]
    assert len(lesson.passages) == passages.DEEPEST


def test_files_that_multiply_are_stopped(shelf):
    for level in range(4):
        shelf.put(f"t{level}.md", "\n".join(include(f"t{level + 1}.md") for _ in range(12)))
    shelf.put("t4.md", "x\n\n" * 100)
    lesson = shelf.lesson(include("t0.md"))
    assert {problem.code for problem in lesson.problems} <= {"E108", "E035"}
    assert len(lesson.passages) <= passages.MOST


def test_a_question_from_an_included_file_is_numbered_and_drawn(shelf):
    shelf.put("q.md", ":::{number} sum\n:draw: n in 2..9\nWhat is {{n}} + 1?\n:answer: {{n + 1}}\n:::\n")
    lesson = shelf.lesson(f"{include('q.md')}\n:::{{text}} two\nWhat?\n:answer: x\n:::\n")
    assert lesson.problems == ()
    assert [(block.id, block.number) for block in lesson.exercises] == [("sum", 1), ("two", 2)]
    assert lesson.exercises[0].variants is not None
    twice = shelf.lesson(f"{include('q.md')}\n{include('q.md')}")
    assert [problem.code for problem in twice.problems] == ["E018"]


def test_a_changed_included_file_is_checked_again(shelf, tmp_path):
    shelf.put("a.md", "Good.")
    shelf.lesson(include("a.md"))

    def codes():
        library = Library([shelf.folder], PARSER)
        return [
            problem.code
            for problem in lint.Checker(PARSER, lint.CheckCache(tmp_path, "x")).libraries([library])
        ]

    assert codes() == codes() == []
    shelf.put("a.md", "[dead](nowhere.md) and longer")
    assert codes() == codes() == ["E055"]
    (shelf.folder / "a.md").unlink()
    assert codes() == ["E107"]


# ----------------------------------------------------------------------------------------- programs and data


def test_a_lab_reads_its_program_from_a_file(shelf):
    shelf.put("labs/train.py", "x = 1\n\nprint(x)\n")
    lesson = shelf.lesson(lab(":file: labs/train.py", code=""))
    (found,) = lesson.labs
    assert lesson.problems == ()
    assert found.code == "x = 1\n\nprint(x)\n"
    shelf.put("labs/train.py", "x = 1\nassert (x, 'no')\ny = (\n")
    assert [found[:3] for found in shelf.problems()] == [("labs/train.py", 3, "E050")]
    for code, text, variant in (("print(2)\n", "x = 1\n", "both"), ("", "\n\n", "empty")):
        shelf.put("labs/train.py", text)
        (problem,) = shelf.lesson(lab(":file: labs/train.py", code=code)).problems
        assert (problem.code, problem.fields["variant"]) == ("E029", variant)


def test_data_is_named_in_several_ways_and_faults_have_their_line(shelf):
    for name in ("data/a.csv", "data/b c.csv", "other/a.csv", "data/.hidden", "data/train.py"):
        shelf.put(name, "1")
    lesson = shelf.lesson(lab(':data: data/a.csv "data/b c.csv"', ":data: data/a.csv other/a.csv"))
    assert lesson.data == ("data/a.csv", "data/b c.csv")
    assert [(p.code, p.line, p.fields["name"]) for p in lesson.problems] == [("E109", 10, "a.csv")]
    lesson = shelf.lesson(lab(":data: data/.hidden", ":data: data/train.py", ":data: data/no.csv"))
    assert [(p.code, p.line) for p in lesson.problems] == [("E109", 9), ("E109", 10), ("E107", 11)]
    assert lesson.data == ()


def test_a_translation_keeps_data_and_is_behind_when_an_included_text_changes(shelf):
    shelf.put("data/a.csv", "1")
    shelf.put("parts/en.md", "A text in four words.")
    shelf.put("parts/it.md", "Un testo di quattro parole.")
    english = shelf.lesson(f"{include('parts/en.md')}\n{lab(':data: data/a.csv')}")
    head = HEAD.replace("language: en\n", f"language: it\nsource: en {english.digest[:12]}\n")
    shelf.put("it/01-a.md", f"{head}{include('parts/it.md')}\n{lab(':data: data/a.csv')}")
    assert shelf.problems() == []
    shelf.put("it/01-a.md", f"{head}{include('parts/it.md')}\n{lab()}")
    assert [found[2] for found in shelf.problems()] == ["E085"]
    shelf.put("it/01-a.md", f"{head}{include('parts/it.md')}\n{lab(':data: data/a.csv')}")
    shelf.put("parts/en.md", "Another text in five words.")
    assert [found[2] for found in shelf.problems()] == ["W089"]
    shelf.put("parts/it.md", "Un testo di quattro parole.\n\nE un altro che manca in inglese.")
    assert ("parts/it.md", 3, "W092", "") in shelf.problems()


def test_shared_modules_are_checked_where_they_are(shelf, tmp_path):
    shelf.lesson("Text.\n")
    shelf.put("shared/good.py", "x = 1\n")
    shelf.put("shared/broken.py", "x = 1\ny = (\n")
    shelf.put("shared/torch.py", "")
    shelf.put("shared/bytes.py", b"\0\xff")
    (tmp_path / "secret.py").write_text("")
    (shelf.folder / "shared" / "out.py").symlink_to(tmp_path / "secret.py")
    assert sorted(shelf.problems()) == [
        ("shared/broken.py", 2, "E050", ""),
        ("shared/bytes.py", 1, "E107", "text"),
        ("shared/out.py", 1, "E107", "outside"),
        ("shared/torch.py", 1, "W043", ""),
    ]


# ------------------------------------------------------------------------------------------------ packages


def test_requirements_are_read_and_a_malformed_one_has_its_line(shelf):
    head = "---\nid: c\ntitle: C\nlanguage: {}\nrequires:\n  - pandas>=2\n  - {}\n---\n\nText.\n"
    shelf.put("en/index.md", head.format("en", "matplotlib; python_version < '4'"))
    shelf.lesson("Text.\n")
    (course,) = Library([shelf.folder], PARSER).courses("en")
    assert course.requires == ("pandas>=2", "matplotlib; python_version < '4'")
    assert shelf.problems() == []
    for bad in ("pandas >> 2", '"two words"', "'-r evil.txt'", "git+https://evil", '"a; import os"'):
        shelf.put("en/index.md", head.format("en", bad))
        assert shelf.problems() == [("en/index.md", 7, "E010", "requirement")], bad
    shelf.put("en/index.md", head.format("en", "numpy"))
    shelf.put("it/index.md", head.format("it", "scipy").replace("Text.", "Testo."))
    assert ("it/index.md", 5, "E088", "") in shelf.problems()


def test_what_is_missing_is_found_by_name_version_and_marker():
    wanted = [
        "pytest",
        "pytest>=1",
        "pytest<1",
        "no-such-package-of-ours[extra]>=2",
        "nothing-here; python_version < '3'",
    ]
    found = missing([*wanted, "not a requirement"])
    assert found == ["pytest<1", "no-such-package-of-ours[extra]>=2"]
    command = install_command(found)
    assert command.endswith(" -m pip install 'pytest<1' 'no-such-package-of-ours[extra]>=2'")


def test_the_commands_name_missing_packages(shelf, monkeypatch):
    shelf.put(
        "en/index.md",
        "---\nid: c\ntitle: C\nlanguage: en\nrequires:\n  - no-such-package-of-ours\n---\n\nHi.\n",
    )
    shelf.lesson(lab())
    command = f"{sys.executable} -m pip install no-such-package-of-ours"
    checked = CliRunner().invoke(cli, ["check", str(shelf.folder)])
    assert (checked.exit_code, command in checked.stderr, command in checked.stdout) == (0, True, False)
    monkeypatch.chdir(shelf.folder)
    told = json.loads(CliRunner().invoke(cli, ["doctor", "--json"]).stdout)
    assert [(found["ok"], found["fix"]) for found in told if found["topic"] == "C"] == [(False, command)]


def test_the_lab_names_them_once_before_its_first_run(shelf):
    shelf.put(
        "en/index.md",
        "---\nid: c\ntitle: C\nlanguage: en\nrequires:\n  - no-such-package-of-ours\n---\n\nHi.\n",
    )
    shelf.lesson(lab())
    session = opened(shelf.folder)
    session.permission.give()
    said: list[str] = []
    session.on_notice = said.append
    session.desk.program("train.py")
    session.desk.program("train.py")
    assert len(said) == 1
    assert " -m pip install no-such-package-of-ours" in said[0]
