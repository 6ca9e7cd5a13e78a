"""Labs that need what another leaves behind: told without a run, kept to by `check`, offered to the learner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from course import opened
from evoclass import lint
from evoclass.contracts.lessons import sample_lesson
from evoclass.i18n import Catalog
from evoclass.lint.drift import drift
from evoclass.lint.order import in_order
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Exit
from evoclass.reading.markup import Parser
from evoclass.reading.writtenfiles import written
from evoclass.runner import Limits, Runner
from evoclass.running.bench import RunnerBench
from evoclass.running.recording import Recording

pytestmark = pytest.mark.usefixtures("without_torch")

PLUGINS = Plugins()
PARSER = Parser(PLUGINS)

READS = """
```{lab} reads.py
:after: makes.py
seed = 1
made = open("made").read()
print(made)
```

```{lab} alone.py
import os
assert sorted(os.listdir()) == ["alone.py", "makes.py", "reads.py"], os.listdir()
```

```{lab} makes.py
:expect: number < 9
seed = 1
number = seed
open("made", "w").write(str(number))
```
"""


async def checked(text: str, seeds: int = 1) -> list[str]:
    runner: Runner = PLUGINS.runners["local-cpu"]()

    async def ready() -> Runner:
        return runner

    try:
        problems = await lint.check_run(
            sample_lesson(text, PARSER), RunnerBench(Catalog("en"), ready, Limits()), runner, seeds=seeds
        )
    finally:
        await runner.close()
    return [lint.describe(problem, Catalog("en"))[0] for problem in problems]


async def test_a_lab_runs_behind_those_it_needs_and_finds_only_what_they_left() -> None:
    assert await checked(READS) == []
    reads = READS.replace("print(made)", "assert made == str(seed), made")
    assert await checked(reads, seeds=2) == []
    [told] = await checked(READS.replace("after: makes.py", "after: alone.py"))
    assert "FileNotFoundError" in told


async def test_what_follows_from_a_lab_that_failed_is_not_told() -> None:
    [told] = await checked(READS.replace("number = seed", "number = seed / 0"))
    assert "makes.py" in told


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("b.py", "", []),
        ("B.py", "", ["`a.py` is to run after `B.py`, which is no lab of this lesson."]),
        ("a.py", "", ["`a.py` is to run after `a.py`, which itself runs only after `a.py`."]),
        (
            "b.py",
            "a.py",
            [
                "`a.py` is to run after `b.py`, which itself runs only after `a.py`.",
                "`b.py` is to run after `a.py`, which itself runs only after `b.py`.",
            ],
        ),
    ],
)
def test_a_wrong_order_is_told_without_a_run(first: str, second: str, told: list[str]) -> None:
    options = [f":after: {name}\n" if name else "" for name in (first, second)]
    labs = f"```{{lab}} a.py\n{options[0]}x = 1\n```\n\n```{{lab}} b.py\n{options[1]}y = 1\n```\n"
    lesson = sample_lesson(labs, PARSER)
    found = [problem for problem in lint.check_lesson(lesson, PARSER) if problem.code == "E106"]
    assert [lint.describe(problem, Catalog("en"))[0] for problem in found] == told
    assert {lab.file for lab in in_order(lesson.labs)} == {"a.py", "b.py"}


def test_a_translation_keeps_the_order() -> None:
    other = sample_lesson(READS.replace(":after: makes.py\n", ""), PARSER, "it")
    found = list(drift(sample_lesson(READS, PARSER), other))
    assert [(problem.code, problem.fields["option"]) for problem in found] == [("E085", "after")]


def test_a_learner_is_led_to_the_first_that_has_not_run(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    more = "```{lab} a.py\nx = 1\n```\n\n```{lab} b.py\n:after: a.py\ny = 1\n```\n"
    text = lesson.read_text().replace(":watch: total", ":watch: total\n:after: b.py")
    lesson.write_text(f"{text}\n{more}")
    session = opened(course)
    session.permission.give()
    desk = session.desk
    assert session.lab_order.waits_for("sum.py") == "a.py"
    failed = Exit(reason="error", code=1, seconds=0.1)
    finished = Exit(reason="finished", code=0, seconds=0.1)
    for file, end, following in (
        ("a.py", failed, "a.py"),
        ("a.py", finished, "b.py"),
        ("b.py", finished, ""),
    ):
        recording = Recording(desk.program(file))
        recording.take(end)
        desk.record(recording)
        assert session.lab_order.waits_for("sum.py") == following


MAKES = 'import torch\ntorch.save({"head.weight": 1}, "out/left.pt")\n'
USES = 'import torch\nprint(torch.load("out/left.pt")["head.weight"])\n'


def test_a_lab_is_asked_for_by_the_file_that_it_leaves_and_not_by_its_runs(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    more = f"```{{lab}} a.py\n{MAKES}```\n\n```{{lab}} b.py\n:after: a.py\n{USES}```\n"
    lesson.write_text(f"{lesson.read_text()}\n{more}")
    session = opened(course)
    session.permission.give()
    desk = session.desk
    assert session.lab_order.waits_for("b.py") == "a.py"
    left = desk.folder() / "out" / "left.pt"
    left.parent.mkdir()
    left.write_bytes(b"1")
    assert session.lab_order.waits_for("b.py") == ""  # made by no run of the log
    assert session.lab_order.needs_said(desk.lab("b.py")) == "It uses what a.py left behind."
    recording = Recording(desk.program("a.py"))
    recording.take(Exit(reason="finished", code=0, seconds=0.1))
    desk.record(recording)
    left.unlink()
    assert session.lab_order.waits_for("b.py") == "a.py"
    desk.edit(
        "a.py", "torch.save(1, 'out/left.pt'"
    )  # a program that cannot be read tells nothing: the run counts
    assert session.lab_order.waits_for("b.py") == ""


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('torch.save(model.state_dict(), "model.pt")', {"model.pt"}),
        ('np.savez(file="a.npz", x=1); frame.to_csv("out/b.csv")', {"a.npz", "out/b.csv"}),
        ('with open("runs.jsonl", "w") as file:\n    file.write("no.name")', {"runs.jsonl"}),
        ('Path("a.txt").open(mode="ab").write(b"1")', {"a.txt"}),
        ('Path("a.txt").write_text("b.txt")', {"a.txt"}),
        ('pickle.dump(x, open("x.pkl", "wb"))', {"x.pkl"}),
        ('torch.save(x, Path("x.pt"))', {"x.pt"}),
        ('open("a.txt").read(); torch.load("b.pt"); print("head.weight")', set()),
        ('torch.save(x, "/etc/x.pt"); torch.save(x, "../x.pt"); torch.save(x, NAME)', set()),
        ('torch.save(x, "x.pt"', set()),
        ("x = 1\0", set()),
    ],
)
def test_a_program_tells_which_files_it_writes(source: str, names: set[str]) -> None:
    assert written(source) == names


def test_a_long_chain_has_an_order() -> None:
    lesson = sample_lesson("```{lab} a.py\nx = 1\n```\n", PARSER)
    names = [f"a{number}.py" for number in range(2_000)]
    labs = [replace(lesson.labs[0], file=name, after=names[at : at + 1]) for at, name in enumerate(names, 1)]
    assert [lab.file for lab in in_order(labs)] == names[::-1]


LEAVES = """
```{lab} a.py
import os, socket
os.unlink("c.py")
os.symlink("OUTSIDE/c.py", "c.py")
os.symlink("OUTSIDE", "shelf")
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("socket")
```

```{lab} b.py
:after: a.py
import os
os.unlink("shelf")
os.mkdir("shelf")
open("shelf/book", "w").write("b")
```

```{lab} c.py
:after: a.py, b.py
assert open("shelf/book").read() == "b"
```
"""


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with one file, both of which stay as they are."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "c.py").write_text("mine")
    yield folder
    assert [(file.name, file.read_text()) for file in folder.iterdir()] == [("c.py", "mine")]


async def test_nothing_is_written_through_a_link_that_a_lab_left(outside: Path) -> None:
    assert await checked(LEAVES.replace("OUTSIDE", str(outside))) == []
