"""Checking and opening large courses, compared with the time of markdown-it-py just to parse the same files."""

from __future__ import annotations

import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from row import report

from evoclass import lint
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

LESSONS = 1_000
"""Files to check: half of them in English, each with its Italian translation."""
MAP = 10_000
"""Lessons of the large course map."""
CONTENT = Path(__file__).parent.parent / "content"

OPEN = """
import asyncio, sys
from pathlib import Path
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass_tui.app import EvoClassApp
from evoclass_tui.widgets.course_map import CourseMap
from textual.widgets import OptionList

async def main():
    space = Workspace(content=Path(sys.argv[1]), asked_language="en")
    session = Session.open(space.library, space.store, space.plugins, space.settings, None, "en")
    assert len(session.course.lessons) == int(sys.argv[2])
    async with EvoClassApp(session, {}).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert pilot.app.lesson_screen.query_one(CourseMap).query_one(OptionList).option_count >= 10

asyncio.run(main())
"""


def timed(task: Callable[[], object]) -> float:
    """Return the time of a task."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def make_course(folder: Path) -> None:
    """Write variations of Lesson 7: the same blocks with other words and programs, so that no two files are alike."""
    parser, digests = Parser(Plugins()), {}
    for language in ("en", "it"):
        source = (CONTENT / language / "07-transfer-learning.md").read_text(encoding="utf-8")
        parts = re.split(r"(?ms)(^```.*?^```$)", source)
        words = sorted(set(re.findall(r"(?<= )[a-z]{6,9}(?= )", " ".join(parts[::2]))))
        target = folder / language
        target.mkdir(parents=True)
        for number in range(1, LESSONS // 2 + 1):
            chosen = random.Random(number).sample(words, 5)
            pattern = rf"(?<= )({'|'.join(chosen)})(?= )"
            mark = "abcdefghij"[number % 10]
            varied = [re.sub(pattern, rf"\1x{mark}", part) for part in parts[::2]]
            text = "".join(piece for pair in zip(varied, [*parts[1::2], ""], strict=True) for piece in pair)
            text = text.replace("id: transfer-learning", f"id: lesson-{number}", 1)
            text = text.replace("number: 7", f"number: {number}", 1)
            text = text.replace("torch.manual_seed(7)", f"torch.manual_seed({number})")
            if language == "en":
                digests[number] = parser.lesson(text).digest
            text = re.sub(r"(?m)^source: en \w+$", f"source: en {digests[number][:12]}", text)
            (target / f"{number:04}-lesson.md").write_text(text, encoding="utf-8")


def bare_parse(folder: Path) -> None:
    """Parse every file as markdown-it-py's documentation shows, with the plugins that the lessons need."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.use(front_matter_plugin).use(footnote_plugin).use(dollarmath_plugin)
    for path in sorted(folder.rglob("*.md")):
        markdown.parse(path.read_text(encoding="utf-8"))


def check(folder: Path, cache: Path) -> None:
    """Check the course as `evoclass check` does."""
    plugins = Plugins()
    parser = Parser(plugins)
    checker = lint.Checker(parser, lint.CheckCache(cache, lint.fingerprint(plugins)))
    problems = checker.libraries([Library([folder], parser)])
    assert len(checker.checked) == LESSONS, len(checker.checked)
    assert not problems, problems[:3]


def busy(task: Callable[[], object]) -> float:
    """Return the processor time of a task, which other processes on the machine do not affect."""
    start = time.process_time()
    task()
    return time.process_time() - start


def checking(folder: Path) -> None:
    """First check against bare parsing, second check against the first; all of them keep one core busy."""
    course = folder / "course"
    make_course(course)
    first, second, bare = [], [], []
    for turn in range(3):
        cache = folder / f"cache{turn}"
        cache.mkdir()
        bare.append(busy(lambda: bare_parse(course)))
        first.append(busy(lambda cache=cache: check(course, cache)))
        second.append(busy(lambda cache=cache: check(course, cache)))
    report(
        f"check {LESSONS} lessons",
        statistics.median(first),
        "s",
        2.0,
        "markdown-it-py parse",
        statistics.median(bare),
    )
    report("check them again", statistics.median(second), "s", 0.1, "first check", statistics.median(first))


def make_map(folder: Path, count: int) -> None:
    """Write many small lessons."""
    (folder / "en").mkdir(parents=True)
    for number in range(1, count + 1):
        text = f"---\nid: lesson-{number}\nnumber: {number}\ntitle: Lesson {number}\nlanguage: en\n---\n\nText.\n"
        (folder / "en" / f"{number:05}-lesson.md").write_text(text, encoding="utf-8")


def opening(folder: Path) -> None:
    """Start the program and wait for the course map on the screen, small and large alternately."""
    sizes = (10, MAP)
    for size in sizes:
        make_map(folder / str(size), size)
    environment = {"EVOCLASS_HOME": str(folder / "home"), "PATH": "/usr/bin:/bin"}
    took: dict[int, list[float]] = {size: [] for size in sizes}
    for turn in range(12):
        for size in sizes:
            command = [sys.executable, "-c", OPEN, str(folder / str(size)), str(size)]
            seconds = timed(lambda command=command: subprocess.run(command, check=True, env=environment))
            if turn:  # the first opening makes the index
                took[size].append(seconds)
    small, large = (statistics.median(took[size]) for size in sizes)
    report(f"open a course map of {MAP} lessons", large, "s", 1.2, "one of 10", small)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        checking(Path(name) / "check")
        opening(Path(name) / "map")


if __name__ == "__main__":
    main()
