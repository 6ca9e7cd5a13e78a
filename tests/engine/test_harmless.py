"""No control character of a lesson, a file name or an argument reaches the terminal, from any command."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evoclass.model import Fault, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading import source
from evoclass.reading.lessonfiles import read_file
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

EVIL = "\x1b]52;c;UFdORUQ=\x07\x9b6n\x1b]0;PWN\x07\u202e\x85\x7f\u2066"
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""Our own colours are the only sequences that a command may print."""

LESSON = f"""\
---
id: evil
number: 1
title: T{EVIL}x
language: en
nix{EVIL}: a
---

# Head{EVIL}

Text{EVIL} and {{live}}`a{EVIL}`, [link](a{EVIL}.md), `code{EVIL}`, $x{EVIL}$.

:::{{choice}} pick
:hint: H{EVIL}
What{EVIL}?

- [x] yes{EVIL}
  > right{EVIL}
- [ ] no{EVIL}
:::

:::{{number}} drawn
:draw: n in [27, 155]
:answer: 3{EVIL}
Draw {{{{n:c}}}} and {{{{'\\x1b'}}}} and {{{{'\\n'}}}}.
:::

:::{{nix{EVIL}}}
a
:::

```{{lab}} a.py
print("{EVIL}")
```
"""

PARSER = Parser(Plugins())


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / f"course{EVIL}"
    folder.mkdir()
    (folder / "01-evil.md").write_text(LESSON, encoding="utf-8")
    (folder / f"02-{EVIL}.md").write_text(LESSON.replace("id: evil", f"id: {EVIL}"), encoding="utf-8")
    (folder / f"03-{EVIL}.md").write_text("no front matter " + EVIL, encoding="utf-8")
    (folder / f"04-{EVIL}.md").write_bytes(b"\xff" + EVIL.encode())
    (folder / f"05-{EVIL}.md").mkdir()
    return folder


def test_reading_replaces_and_reports_what_acts_on_a_terminal():
    lesson = PARSER.lesson(LESSON)
    odd = [problem for problem in lesson.problems if problem.code == "W037"]
    assert [problem.line for problem in odd][:4] == [4, 6, 9, 11]
    assert (odd[0].column, odd[0].fields["character"]) == (9, "\\x1b")
    assert not ACTING.search(repr(lesson.blocks) + lesson.title)
    for number, line in enumerate(LESSON.split("\n"), 1):
        assert bool(ACTING.search(line)) == any(problem.line == number for problem in odd)


def test_ordinary_text_is_left_as_it_is():
    text = "Tab\there, naïve café, 日本語, 👩‍🔬, עברית, \u200fRTL\u200e, soft\u00adhyphen.\n"
    assert source.harmless(text) == text


def test_a_file_with_very_many_is_told_of_some():
    assert len(source.read("\x1b\n" * 100_000).problems) == 20


COMMANDS = [
    ["check", "{course}"],
    ["check", "{course}", "--json"],
    ["check", "{course}", "--fix"],
    ["check", "{missing}"],
    ["lessons", "--content", "{course}"],
    ["lessons", "--content", "{course}", "--json"],
    ["lessons", "--content", "{missing}"],
    ["run", "{course}/01-evil.md", "--file", EVIL],
    ["run", "{course}/01-evil.md"],
    ["run", "{missing}.py"],
    ["run", "{course}/01-evil.md", "--runner", EVIL],
    ["learn", "--plain", "{course}/01-evil.md"],
    ["learn", "--plain", "{missing}"],
    ["learn", "--plain", EVIL],
    ["progress", "--lang", EVIL],
    ["doctor", f"--{EVIL}"],
    ["plugins", EVIL],
    ["explain", EVIL],
    ["export", "{course}/01-evil.md", "--to", "html", "--output", "{course}/out{evil}.html"],
    ["export", "{course}/01-evil.md", "--to", EVIL],
    ["translate", "{course}/03-{evil}.md", "--to", "it"],
    ["migrate", "{course}/03-{evil}.md"],
    ["import", "{missing}.ipynb"],
    ["new", "lesson", "{course}/06-{evil}.md"],
    [EVIL],
]


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal")
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]).translate({27: "E"})[:30])
def test_no_command_hands_it_to_the_terminal(words, course, tmp_path):
    fields = {"course": str(course), "missing": str(tmp_path / f"missing{EVIL}"), "evil": EVIL}
    arguments = [word.format_map(fields) if word != EVIL else word for word in words]
    shown = on_a_terminal(arguments, tmp_path / f"home{EVIL}")
    assert shown.strip()
    found = ACTING.search(COLOUR.sub("", shown))
    assert not found, shown[max(found.start() - 200, 0) : found.start() + 40]


def on_a_terminal(arguments: list[str], home: Path) -> str:
    """Return what a command prints on a pseudo-terminal, where nobody answers its questions."""
    ours, its = os.openpty()
    environment = {**os.environ, "EVOCLASS_HOME": str(home), "TERM": "xterm-256color"}
    child = subprocess.Popen(
        [sys.executable, "-m", "evoclass", *arguments],
        stdin=its,
        stdout=its,
        stderr=its,
        env=environment,
        cwd=home.parent,
        start_new_session=True,
    )
    os.close(its)
    os.write(ours, b"n\n\x04\x04\n\x04")
    pieces = []
    try:
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    except OSError:
        pass  # the other side is closed
    finally:
        os.close(ours)
        child.wait(60)
    return b"".join(pieces).decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("^D\b\b", "")


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices")
def test_a_pipe_a_device_or_a_huge_file_in_the_place_of_a_lesson_is_told(tmp_path):
    os.mkfifo(tmp_path / "01-pipe.md")
    (tmp_path / "02-zero.md").symlink_to("/dev/zero")
    with (tmp_path / "03-huge.md").open("wb") as file:
        file.truncate(2**40)
    (tmp_path / "index.md").symlink_to("/dev/zero")
    (course,) = Library([tmp_path], PARSER).courses("en")
    assert [entry.problem.code for entry in course.lessons] == ["E000", "E000", "E002"]
    assert [problem.code for problem in course.problems] == ["E000"]
    for path in tmp_path.iterdir():
        assert not isinstance(read_file(path), bytes)
        lesson = Library([tmp_path], PARSER).open(path)
        assert isinstance(lesson.blocks[0], Fault)


def test_a_title_says_what_was_in_the_place(tmp_path):
    lesson = PARSER.lesson(LESSON)
    assert lesson.title.startswith("T\ufffd]52;c;UFdORUQ=\ufffd")
    assert plain_text(lesson.blocks[1].text).startswith("Text\ufffd]52")
