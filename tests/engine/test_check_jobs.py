"""Labs and solutions spread over several runs at a time, on this machine and through a pipe."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from evoclass import lint
from evoclass.commands import check
from evoclass.contracts.lessons import sample_lesson
from evoclass.errors import Problem
from evoclass.learner.workspace import Workspace
from evoclass.model import Lesson
from evoclass.protocol import Exit
from evoclass.reading.markup import Parser
from evoclass.runner import Limits, Program, Runner
from evoclass.running.recording import Recording

pytestmark = pytest.mark.usefixtures("without_torch")

MEETS = """
import pathlib, time
place = pathlib.Path("{place}")
(place / "{own}").touch()
while not (place / "{other}").exists():
    time.sleep(0.01)
"""

LAB = """
```{{lab}} {file}
:seconds: 60
{source}
```
"""

QUESTION = """
:::{{fix}} {id}
Mend it.

```python starter
y = 1 / 0
```

```python solution
{source}
y = 2
```

:expect: y == 2 | Two.
:::
"""


@pytest.fixture
def runners(home: Path) -> None:
    """Two runners of the settings: a pipe to a host on this machine, and one to nowhere."""
    home.mkdir()
    text = '[runners.piped]\nkind = "command"\ncommand = ["env"]\npython = "{}"\n'
    broken = '[runners.nowhere]\nkind = "command"\ncommand = ["false"]\n'
    (home / "config.toml").write_text(text.format(sys.executable) + broken)


@pytest.mark.usefixtures("runners")
@pytest.mark.parametrize("name", ["local-cpu", "piped"])
def test_labs_and_solutions_run_at_the_same_time(name: str, tmp_path: Path) -> None:
    place = tmp_path / "meeting"
    place.mkdir()

    def meets(own: str, other: str) -> str:
        return MEETS.format(place=place, own=own, other=other).strip()

    text = LAB.format(file="a.py", source=meets("a", "b") + '\nopen("left", "w").write("a")')
    text += LAB.format(file="b.py", source=meets("b", "a"))
    text += LAB.format(file="c.py", source=':after: a.py\nassert open("left").read() == "a"')
    text += QUESTION.format(id="one", source=meets("one", "two"))
    text += QUESTION.format(id="two", source=meets("two", "one"))
    space = Workspace()
    lesson = sample_lesson(text, Parser(space.plugins))
    assert checked(space, [lesson], name, jobs=2) == []


def checked(space: Workspace, lessons: list[Lesson], name: str, jobs: int) -> list[Problem]:
    """Return the problems that show when lessons run."""
    return asyncio.run(check._dynamic(space, lessons, space.runner(name), seeds=1, jobs=jobs))[0]


async def test_no_more_labs_run_at_a_time_than_there_are_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    both, running, most = asyncio.Barrier(2), 0, 0

    async def run_through(runner: Runner, program: Program, limits: Limits) -> Recording:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.wait_for(both.wait(), 10)
        running -= 1
        return Recording(program, exit=Exit(reason="finished", code=0, seconds=0.1))

    monkeypatch.setattr("evoclass.lint.labruns.run_through", run_through)
    space = Workspace()
    labs = "".join(LAB.format(file=f"lab{number}.py", source="seed = 1") for number in range(4))
    lesson, nothing = sample_lesson(labs, Parser(space.plugins)), object()
    turns = asyncio.Semaphore(2)
    assert await lint.check_run(lesson, nothing, nothing, seeds=3, turns=turns) == []  # type: ignore[arg-type]
    assert most == 2


async def test_the_runner_is_closed_when_no_lesson_uses_it_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []
    begun = asyncio.Event()

    class Closing:
        async def warm_up(self) -> None: ...

        async def close(self) -> None:
            order.append("closed")

    async def check_run(lesson: Lesson, *_: object, **__: object) -> list[Problem]:
        if lesson is broken:
            await begun.wait()
            raise OSError("the disk is full")
        begun.set()
        try:
            return await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0)  # a run that is let go of has something to clear away
            order.append("lesson over")

    monkeypatch.setattr(lint, "check_run", check_run)
    space = Workspace()
    broken, other = (sample_lesson(text, Parser(space.plugins)) for text in ("One.\n", "Two.\n"))
    with pytest.raises(OSError, match="the disk is full"):
        await check._dynamic(space, [broken, other], Closing(), seeds=1, jobs=2)  # type: ignore[arg-type]
    assert order == ["lesson over", "closed"]


@pytest.mark.usefixtures("runners")
def test_a_runner_that_cannot_be_reached_is_told_once(course: Path) -> None:
    command = (sys.executable, "-m", "evoclass", "check", course, "--run", "--trust", "--runner", "nowhere")
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode not in (0, 1)
    assert ended.stderr.count("no connection") == 1
