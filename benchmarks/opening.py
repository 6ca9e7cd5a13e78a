"""From the start of the program to the lesson's first words, by turns with a bare Textual app and a Markdown viewer."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from emulator import Emulator
from row import report

WORD = "Zwetschgenknoedel"
"""A word at the top of each lesson, and nowhere else."""

BARE = f"""
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("{WORD}")

Bare().run()
"""

VIEWER = """
import sys
from pathlib import Path
from textual.app import App
from textual.widgets import MarkdownViewer

class Viewer(App):
    def compose(self):
        yield MarkdownViewer(Path(sys.argv[1]).read_text(), show_table_of_contents=False)

Viewer().run()
"""

COURSE = "---\nid: opening\ncode: OP1\ntitle: Opening\nlanguage: en\n---\n\n# Opening\n"

HEAD = f"---\nid: {{id}}\nnumber: 1\ntitle: Opening\nlanguage: en\n---\n\n# Opening\n\n{WORD} is the first word.\n\n"

SECTION = """## Section {number}

A paragraph with *emphasis*, `code` and a [link](https://example.org) that takes a little more than one row.

- a first point of section {number}
- a second point

```python
total = sum(range({number}))
print(total)
```

```{{choice}} question-{number}

What is {number} plus one?

- [x] {more}
- [ ] {number}
```

"""

QUESTION = (
    "```{{choice}} question-{number}\n\nWhat is {number} plus one?\n\n- [x] {more}\n- [ ] {number}\n```\n\n"
)

LAB = "```{lab} first.py\nprint(1)\n```\n"


def lesson(lines: int) -> str:
    """Return a lesson of this length: prose, code and questions, with one lab."""
    sections = (SECTION.format(number=number, more=number + 1) for number in range(1, lines))
    text = HEAD.format(id=f"lines-{lines}") + LAB
    while text.count("\n") < lines - 10:
        text += next(sections)
    return text


def questions(count: int) -> str:
    """Return a lesson of many questions."""
    asked = "".join(QUESTION.format(number=number, more=number + 1) for number in range(1, count + 1))
    return HEAD.format(id="questions") + LAB + asked


class Program:
    """One of the programs that are compared, with its results."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.arguments, self.environment = arguments, environment
        self.seconds: list[float] = []
        self.busy: list[float] = []
        self.memory: list[float] = []
        self.keys: list[float] = []

    def start(self) -> None:
        """Start it once and note what that took."""
        emulator = Emulator(self.arguments, **self.environment)
        try:
            self.seconds.append(emulator.wait_raw(WORD))
            self.busy.append(emulator.busy)
            emulator.settle(1.0)
            self.memory.append(emulator.memory)
        finally:
            emulator.close()

    def use(self) -> None:
        """Start it and leave it, as on the days before: it makes its folders, and keeps what it compiled."""
        emulator = Emulator(self.arguments, **self.environment)
        try:
            emulator.wait_raw(WORD)
            emulator.settle(2.0)
            emulator.leave()
        finally:
            emulator.close()

    def press(self) -> None:
        """Start it, send a key as soon as the first words are there, and note the milliseconds until its answer."""
        emulator = Emulator(self.arguments, **self.environment, TEXTUAL_ANIMATIONS="none")
        try:
            picture = b""
            while WORD.encode() not in picture:
                picture += emulator.read()
            emulator.child.send("j")
            begun, came = time.perf_counter(), []
            while time.perf_counter() < begun + PATIENCE:
                came.append((emulator.read(), time.perf_counter() - begun))
        finally:
            emulator.close()
        # Drawing takes this process longer than the key takes the program, so it comes last.
        emulator.stream.feed(picture + came[0][0])
        row = emulator.row(WORD)
        for data, passed in came[1:]:
            emulator.stream.feed(data)
            if emulator.row(WORD) != row:
                self.keys.append(passed * 1000)
                return
        raise RuntimeError("the key had no answer")


def programs(folder: Path) -> dict[str, Program]:
    """Return everything that is compared, by name."""
    made = {"bare": Program("-c", BARE)}
    for name, text in {
        "40": lesson(40),
        "400": lesson(400),
        "4,000": lesson(4000),
        "2,000 questions": questions(2000),
    }.items():
        course = folder / name.replace(" ", "-")
        course.mkdir()
        (course / "index.md").write_text(COURSE)
        (course / "01-opening.md").write_text(text)
        arguments = ("-m", "evoclass", "learn", "1", "--content", str(course), "--trust")
        made[name] = Program(*arguments, EVOCLASS_HOME=str(folder / "home" / course.name))
    made["viewer 400"] = Program("-c", VIEWER, str(folder / "400" / "01-opening.md"))
    return made


def main() -> None:
    """Measure by turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--only", nargs="*", help="names of lessons to open")
    parser.add_argument("--busy", action="store_true", help="also print the processor's seconds")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compared = programs(folder)
        if given.only:
            compared = {name: compared[name] for name in ("bare", *given.only)}
        for program in compared.values():
            for _ in range(2):
                program.use()
        for _ in range(given.turns):
            for name, program in compared.items():
                program.start()
                if name in KEYED:
                    program.press()
        if given.busy:
            for name, program in compared.items():
                print(f"{name}: {statistics.median(program.busy):.2f} s of a processor")
        tell(compared)


KEYED = {"40", "4,000"}
"""Lessons whose first key is timed."""

PATIENCE = 2.0
"""Seconds in which the answer to the first key must come."""

BARS = defaultdict(lambda: 2.0, {"40": 1.6, "400": 1.6})
"""Seconds divided by those of the bare app."""


def tell(compared: dict[str, Program]) -> None:
    """Report the medians against their bars."""
    middle = {name: statistics.median(program.seconds) for name, program in compared.items()}
    memory = {name: statistics.median(program.memory) for name, program in compared.items()}
    for name in KEYED & compared.keys():
        report(f"opening: first key, {name} lines", statistics.median(compared[name].keys), "ms", 50.0)
    for name in (name for name in compared if name != "bare" and not name.startswith("viewer")):
        title = name if "questions" in name else f"{name} lines"
        report(f"opening: {title}", middle[name], "s", BARS[name], "a bare Textual app", middle["bare"])
        if (viewer := f"viewer {name}") in compared:
            report(f"opening: {title}", middle[name], "s", 1.0, "Textual's Markdown viewer", middle[viewer])
    if "40" in memory and "4,000" in memory:
        report("opening: memory of 4,000 lines", memory["4,000"], "MB", 1.1, "40 lines", memory["40"])


if __name__ == "__main__":
    main()
