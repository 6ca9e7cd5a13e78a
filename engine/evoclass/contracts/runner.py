"""Requirements for every runner, limited to the features that it declares.

@pytest.mark.parametrize("check", RUNNER_CHECKS, ids=lambda check: check.__name__)
async def test_contract(check, tmp_path):
    runner = MyRunner()
    try:
        await check(runner, tmp_path)
    finally:
        await runner.close()
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from unittest import SkipTest

from evoclass.errors import RunnerError
from evoclass.protocol import (
    Closed,
    Detail,
    ErrorReport,
    Exit,
    Figure,
    Frame,
    Output,
    Prompt,
    RunEvent,
    Started,
    Waiting,
    Warned,
)
from evoclass.runner import Availability, Limits, Program, Run, Runner
from evoclass.running.terminal import TerminalBuffer

PATIENCE = 60.0
"""Seconds after which a check gives up on an event."""

MEGABYTE = 2**20

E = TypeVar("E")


def require_features(runner: Runner, *features: str) -> None:
    """Skip a test that needs an undeclared feature of a runner: a field of `Features`, or a limit by its name."""
    for name in features:
        declared = runner.features
        if not (name in declared.limits if name in Limits.__slots__ else getattr(declared, name)):
            raise SkipTest(f"{runner.name} does not declare {name}")


@dataclass
class Outcome:
    """A run and its events so far."""

    run: Run
    events: list[RunEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._iterator: AsyncIterator[RunEvent] = self.run.events()

    @property
    def output(self) -> str:
        """All output so far."""
        return "".join(event.text for event in self.events if isinstance(event, Output))

    @property
    def exit(self) -> Exit:
        """How the program ended."""
        (found,) = self.all(Exit)
        return found

    def all(self, kind: type[E]) -> list[E]:
        """Return the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[E], seconds: float = PATIENCE) -> E:
        """Read events up to the next one of `kind`, and return that."""
        async with asyncio.timeout(seconds):
            async for event in self._iterator:
                self.events.append(event)
                if isinstance(event, kind):
                    return event
        raise AssertionError(f"the events ended without {kind.__name__}: {self.events[-3:]}")

    async def until_output(self, text: str, seconds: float = PATIENCE) -> None:
        """Read events until `text` appears in the output."""
        async with asyncio.timeout(seconds):
            while text not in self.output:
                await self.until(Output)

    async def to_the_end(self, seconds: float = PATIENCE) -> Outcome:
        """Read all further events."""
        if not self.all(Closed):
            await self.until(Closed, seconds)
        return self

    async def ask(self, source: str) -> str:
        """Run a line at the prompt and return what it printed."""
        before = len(self.output)
        await self.run.evaluate(source)
        await self.until(Prompt)
        return self.output[before:]


def program(source: str, folder: Path, **settings: Any) -> Program:
    """Return a program that is `program.py` in `folder`."""
    file = folder / "program.py"
    file.write_text(source, encoding="utf-8")
    return Program(source=source, file=file, folder=folder, **settings)


async def begin(
    runner: Runner, source: str, folder: Path, limits: Limits | None = None, **settings: Any
) -> Outcome:
    """Start a program and return its `Outcome`."""
    return Outcome(await runner.start(program(source, folder, **settings), limits or Limits()))


async def complete(
    runner: Runner, source: str, folder: Path, limits: Limits | None = None, **settings: Any
) -> Outcome:
    """Run a program to its end, without a prompt, and return its `Outcome`."""
    outcome = await begin(runner, source, folder, limits, **{"keep": False, **settings})
    return await outcome.to_the_end()


# -------------------------------------------------------------------------------------------------- the checks


async def says_whether_it_is_available(runner: Runner, folder: Path) -> None:
    """`available` returns an answer, and an available runner can warm up."""
    answer = type(runner).available()
    assert isinstance(answer, Availability)
    assert answer.ok, answer.reason
    await runner.warm_up()
    assert runner.ready


async def runs_a_program(runner: Runner, folder: Path) -> None:
    """Output arrives whole and in order, before an `Exit`; `Closed` comes last."""
    outcome = await begin(runner, "for i in range(2000): print('line', i)", folder, keep=False)
    assert outcome.run.running
    await outcome.to_the_end()
    assert not outcome.run.running
    assert outcome.output.splitlines() == [f"line {number}" for number in range(2000)]
    # A runner that nobody has used yet may have to wait for its place first, and says so.
    kinds = [type(event) for event in outcome.events if not isinstance(event, Waiting)]
    assert kinds[0] is Started
    assert kinds[-1] is Closed
    assert kinds.index(Exit) > max(index for index, kind in enumerate(kinds) if kind is Output)
    assert (outcome.exit.reason, outcome.exit.code) == ("finished", 0)
    assert outcome.exit.seconds > 0


async def gives_the_program_its_surroundings(runner: Runner, folder: Path) -> None:
    """Arguments, environment and `__name__` are those of `python program.py`, and its file is in its folder."""
    source = (
        "import os, sys\nprint([__name__, sys.argv[1:], os.environ['X']])\n"
        "print(__file__ == sys.argv[0] == os.path.join(os.getcwd(), 'program.py'), sys.path[0] == os.getcwd())"
    )
    outcome = await complete(runner, source, folder, arguments=("a", "b c"), environment={"X": "è"})
    assert outcome.output.splitlines() == [repr(["__main__", ["a", "b c"], "è"]), "True True"]


async def shares_the_folder(runner: Runner, folder: Path) -> None:
    """The program works in the same folder that the test named, at the same path."""
    require_features(runner, "same_files")
    outcome = await complete(runner, "import os\nprint([__file__, os.getcwd()])\nopen('new', 'w')", folder)
    assert outcome.output.strip() == repr([str(folder / "program.py"), str(folder)])
    assert (folder / "new").exists()


async def honours_exit_codes(runner: Runner, folder: Path) -> None:
    """`sys.exit` and a signal set the reason and the code."""
    require_features(runner, "exit_code")
    for source, reason, code, text in (
        ("import sys; sys.exit()", "finished", 0, ""),
        ("import sys; sys.exit(3)", "error", 3, ""),
        ("raise SystemExit('because')", "error", 1, "because\n"),
        ("import os; os._exit(4)", "error", 4, ""),
        ("import os; os.kill(os.getpid(), 9)", "killed", 137, ""),
    ):
        outcome = await complete(runner, source, folder)
        assert (outcome.exit.reason, outcome.exit.code, outcome.output) == (reason, code, text), source
    assert not outcome.all(ErrorReport)
    assert (outcome.exit.signal, outcome.exit.detail) == (signal.SIGKILL, "SIGKILL")


async def reports_errors(runner: Runner, folder: Path) -> None:
    """An exception is shown with the learner's frames only, and comes as data too."""
    source = "def f(x):\n    return 1 + x / 0\n\nf(5)\n"
    outcome = await complete(runner, source, folder)
    printed = _plain(outcome.output)
    assert printed.startswith("Traceback (most recent call last):\n")
    assert printed.count('  File "') == 2
    assert outcome.exit.reason == "error"
    (error,) = outcome.all(ErrorReport)
    assert (error.type, error.text, error.line, error.during) == (
        "ZeroDivisionError",
        "division by zero",
        2,
        "f",
    )
    assert error.source[error.column : error.end_column] == error.expression == "x / 0"
    assert [operand.name for operand in error.operands] == ["x"]
    assert error.traceback == printed
    assert error.file == str(folder / "program.py")


async def prints_errors_as_python_does(runner: Runner, folder: Path) -> None:
    """Exceptions and syntax errors are printed as `python program.py` prints them."""
    require_features(runner, "same_files")
    for source in ("def f(x):\n    return 1 + x / 0\n\nf(5)\n", "x = 1\ny = = 2\n"):
        outcome = await complete(runner, source, folder)
        assert _plain(outcome.output) == await _python_itself(folder / "program.py")


async def _python_itself(file: Path) -> str:
    """Return the error output of `python file`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(file), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, printed = await process.communicate()
    return printed.decode()


def _plain(text: str) -> str:
    """Return terminal output without its colours; newer Pythons colour tracebacks."""
    buffer = TerminalBuffer()
    buffer.feed(text)
    return buffer.plain()


async def reports_syntax_errors(runner: Runner, folder: Path) -> None:
    """A program that cannot be compiled is the learner's error, with its line."""
    outcome = await complete(runner, "x = 1\ny = = 2\n", folder)
    assert outcome.exit.reason == "error"
    (error,) = outcome.all(ErrorReport)
    assert (error.type, error.line, error.source[error.column]) == ("SyntaxError", 2, "=")


async def reports_warnings(runner: Runner, folder: Path) -> None:
    """A warning is printed and comes as data."""
    outcome = await complete(runner, "import warnings\nwarnings.warn('careful')\n", folder)
    assert "UserWarning: careful" in outcome.output
    (warned,) = outcome.all(Warned)
    assert (warned.type, warned.text, warned.line) == ("UserWarning", "careful", 2)


async def takes_input(runner: Runner, folder: Path) -> None:
    """`write` answers `input()`, and can also end the input."""
    outcome = await begin(runner, "print('hi ' + input('name? '))\ninput()", folder, keep=False)
    await outcome.until_output("name? ")
    outcome.run.write("Ada\n")
    await outcome.until_output("hi Ada")
    outcome.run.write("\x04")
    await outcome.to_the_end()
    assert "EOFError" in outcome.output


async def is_a_terminal(runner: Runner, folder: Path) -> None:
    """The program sees a terminal of the requested size, and its later changes of size."""
    require_features(runner, "terminal")
    size = "os.get_terminal_size()"
    source = f"import os, sys\nprint(sys.stdout.isatty(), {size})\ninput()\nprint({size})"
    run = await runner.start(program(source, folder, keep=False), Limits(), columns=101, rows=33)
    outcome = Outcome(run)
    await outcome.until_output("True os.terminal_size(columns=101, lines=33)")
    run.resize(55, 22)
    run.write("\n")
    await outcome.until_output("columns=55, lines=22")
    await outcome.to_the_end()


async def stops(runner: Runner, folder: Path) -> None:
    """Stop interrupts a loop and reports it; earlier output is kept."""
    outcome = await begin(runner, "print('begun')\nwhile True: pass", folder, keep=False)
    await outcome.until_output("begun")
    await outcome.run.stop()
    await outcome.to_the_end()
    assert outcome.output.startswith("begun\n")
    assert (outcome.exit.reason, outcome.exit.code) == ("stopped", 130)


async def keeps_to_the_time_limit(runner: Runner, folder: Path) -> None:
    """A program that takes too long ends with the reason `timeout` and the seconds as the detail."""
    require_features(runner, "seconds")
    outcome = await complete(runner, "print('begun')\nwhile True: pass", folder, Limits(seconds=0.5))
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("timeout", 124, "0.5")
    assert outcome.output.startswith("begun\n")


async def limits_memory(runner: Runner, folder: Path) -> None:
    """A program that takes more memory ends with the reason `memory` and the limit as the detail."""
    require_features(runner, "memory")
    # Two gigabytes at most, even if the limit does not work.
    source = (
        "import time\nprint('begun')\n"
        "kept = [bytearray(b'x') * 20_000_000 for _ in range(100)]\ntime.sleep(60)"
    )
    outcome = await complete(runner, source, folder, Limits(memory=800 * MEGABYTE))
    assert outcome.output == "begun\n"
    assert (outcome.exit.reason, outcome.exit.code) == ("memory", 137)
    assert outcome.exit.detail == str(800 * MEGABYTE)


async def limits_processes(runner: Runner, folder: Path) -> None:
    """A program that starts more processes ends with the reason `killed` and the limit as the detail."""
    require_features(runner, "processes")
    source = (
        "import subprocess, time\n"
        "children = [subprocess.Popen(['sleep', '60']) for _ in range(20)]\ntime.sleep(60)"
    )
    outcome = await complete(runner, source, folder, Limits(processes=10))
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("killed", 137, "10")


async def limits_open_files(runner: Runner, folder: Path) -> None:
    """A program that opens more files gets an OSError."""
    require_features(runner, "files")
    source = "kept = [open('/dev/null') for _ in range(200)]"
    outcome = await complete(runner, source, folder, Limits(files=100))
    assert outcome.exit.reason == "error"
    assert "Too many open files" in outcome.all(ErrorReport)[0].text
    assert (await complete(runner, source, folder, Limits(files=400))).exit.reason == "finished"


async def limits_the_size_of_a_file(runner: Runner, folder: Path) -> None:
    """A program that writes more into a file gets an OSError, and the file stays within the limit."""
    require_features(runner, "file_size")
    source = (
        "import os\ntry:\n    with open('big', 'wb') as file:\n"
        "        for _ in range(10): file.write(bytes(1_000_000))\n"
        "finally:\n    print(os.path.getsize('big'))"
    )
    outcome = await complete(runner, source, folder, Limits(file_size=3 * MEGABYTE))
    assert outcome.exit.reason == "error"
    assert "File too large" in outcome.all(ErrorReport)[0].text
    assert int(outcome.output.splitlines()[0]) <= 3 * MEGABYTE


async def limits_output(runner: Runner, folder: Path) -> None:
    """Output over the limit is dropped and counted; the program goes on."""
    require_features(runner, "output")
    source = "print('x' * 100_000)\nprint('y' * 100_000)"
    outcome = await complete(runner, source, folder, Limits(output=150_000))
    assert len(outcome.output) == 150_000
    assert outcome.exit.dropped_bytes == 200_002 - 150_000
    assert outcome.exit.reason == "finished"


async def keeps_the_namespace(runner: Runner, folder: Path) -> None:
    """After the end, a prompt reaches the program's namespace until `close`."""
    outcome = await begin(runner, "x = 20\ndef f(): return x + 1\nprint(f())", folder)
    await outcome.until(Prompt)
    assert outcome.exit.reason == "finished"
    assert not outcome.run.running
    assert await outcome.ask("x + 1") == "21\n"
    assert await outcome.ask("x = 5") == ""
    assert await outcome.ask("f()") == "6\n"
    assert "NameError" in await outcome.ask("nothing")
    assert await outcome.ask("for i in range(2):") == ""
    assert outcome.all(Prompt)[-1].more
    assert await outcome.ask("    print(i)") == ""
    assert await outcome.ask("") == "0\n1\n"
    assert not outcome.all(Prompt)[-1].more
    assert await outcome.ask("a = 1\nprint(a)\na + 1") == "1\n2\n"
    await outcome.run.close()
    await outcome.to_the_end()
    try:
        await outcome.run.evaluate("x")
    except RunnerError:
        return
    raise AssertionError("a closed run has no prompt")


async def keeps_the_namespace_after_an_error(runner: Runner, folder: Path) -> None:
    """After an exception and after Stop, the values still exist."""
    outcome = await begin(runner, "x = 7\nraise ValueError(x)", folder)
    await outcome.until(Prompt)
    assert outcome.exit.reason == "error"
    assert await outcome.ask("x") == "7\n"
    await outcome.run.close()
    outcome = await begin(runner, "x = 0\nprint('begun')\nwhile True: x += 1", folder)
    await outcome.until_output("begun")
    await outcome.run.stop()
    await outcome.until(Prompt)
    assert outcome.exit.reason == "stopped"
    assert int(await outcome.ask("x")) >= 0
    await outcome.run.close()


async def stops_a_line_of_the_prompt(runner: Runner, folder: Path) -> None:
    """Stop interrupts a line of the prompt, and the prompt stays."""
    outcome = await begin(runner, "x = 1", folder)
    await outcome.until(Prompt)
    await outcome.run.evaluate("while True: x += 1\n")
    stopping = asyncio.ensure_future(outcome.run.stop())
    await outcome.until(Prompt)
    await stopping
    assert "KeyboardInterrupt" in outcome.output
    assert int(await outcome.ask("x")) >= 1
    await outcome.run.close()


async def looks_at_values(runner: Runner, folder: Path) -> None:
    """`look` answers while the program runs and afterwards; a value that cannot be shown gives an error."""
    source = "import time\nx = 41\nprint('begun')\nwhile x: time.sleep(0.01)"
    outcome = await begin(runner, source, folder)
    await outcome.until_output("begun")
    detail = await asyncio.wait_for(outcome.run.look("x"), PATIENCE)
    assert isinstance(detail, Detail)
    assert (detail.expression, detail.error) == ("x", "")
    assert "NameError" in (await asyncio.wait_for(outcome.run.look("nothing"), PATIENCE)).error
    await outcome.run.stop()
    await outcome.until(Prompt)
    detail = await asyncio.wait_for(outcome.run.look("x + 1"), PATIENCE)
    assert detail.summary is not None
    assert "42" in detail.summary.text
    await outcome.run.close()
    assert (await outcome.run.look("x")).error


async def may_be_told_what_is_in_view(runner: Runner, folder: Path) -> None:
    """`attend` is a hint: no names can break a run, neither during the program nor afterwards."""
    outcome = await begin(runner, "import time\nx = 41\nprint('begun')\nwhile x: time.sleep(0.01)", folder)
    await outcome.until_output("begun")
    for names in (("x",), (), ("no such name", "x[", ""), ("x",) * 5000):
        outcome.run.attend(names)
    assert not (await asyncio.wait_for(outcome.run.look("x"), PATIENCE)).error
    await outcome.run.stop()
    await outcome.until(Prompt)
    outcome.run.attend(("x",))
    assert await outcome.ask("x") == "41\n"
    await outcome.run.close()
    outcome.run.attend(("x",))


async def shows_frames(runner: Runner, folder: Path) -> None:
    """The last frame is whole and has the requested expressions."""
    outcome = await complete(runner, "x = 2\ny = x * 21", folder, values=("y", "x / 0"), live=("x",))
    last = outcome.all(Frame)[-1]
    assert (last.cause, last.whole) == ("end", True)
    assert last.live["y"] == "42"
    assert "x / 0" not in last.live


async def shows_figures(runner: Runner, folder: Path) -> None:
    """A figure comes before the end of the program, in its newest state."""
    source = (
        "try:\n    import matplotlib.pyplot as plt\nexcept ImportError:\n    raise SystemExit(9)\n"
        "plt.plot([1, 2])\nplt.title('first')\nplt.show(block=False)\nplt.title('last')\nplt.show()\n"
        "plt.plot([2, 1])\nplt.savefig('saved.png')\n"
    )
    outcome = await complete(runner, source, folder)
    if outcome.exit.code == 9:
        raise SkipTest("there is no matplotlib where the program runs")
    assert outcome.exit.code == 0, outcome.output
    newest = {figure.number: figure for figure in outcome.all(Figure)}
    assert [(number, figure.title, figure.file) for number, figure in sorted(newest.items())] == [
        (1, "last", ""),
        (2, "", "saved.png"),
    ]
    assert all(figure.size == (640, 480) for figure in newest.values())
    kinds = [type(event) for event in outcome.events]
    assert kinds.index(Exit) > max(index for index, kind in enumerate(kinds) if kind is Figure)


async def starts_every_run_clean(runner: Runner, folder: Path) -> None:
    """Changes that a program makes to its process do not reach the next program."""
    dirty = "import os, sys\nos.environ['LEFT'] = '1'\nos.chdir('/')\nsys.left = 1\nleft = 1\nsys.path.append('/left')"
    await complete(runner, dirty, folder)
    clean = (
        "import os, sys\n"
        "print('LEFT' in os.environ, hasattr(sys, 'left'), 'left' in globals())\n"
        "print('/left' in sys.path, os.getcwd() == '/')"
    )
    outcome = await complete(runner, clean, folder)
    assert outcome.output.strip() == "False False False\nFalse False"


async def repeats_with_a_seed(runner: Runner, folder: Path) -> None:
    """The same seed gives the same numbers; without a seed, each run has different ones."""
    source = "import random\nprint(random.random())"
    seeded = [(await complete(runner, source, folder, seed=seed)).output for seed in (1, 1, 2)]
    assert seeded[0] == seeded[1] != seeded[2]
    free = {(await complete(runner, source, folder)).output for _ in range(2)}
    assert len(free) == 2


async def runs_side_by_side(runner: Runner, folder: Path) -> None:
    """Two runs at once do not mix."""
    first, second = folder / "first", folder / "second"
    first.mkdir()
    second.mkdir()
    one = await begin(runner, "print(input())", first, keep=False)
    two = await begin(runner, "print(input())", second, keep=False)
    one.run.write("one\n")
    two.run.write("two\n")
    await asyncio.gather(one.to_the_end(), two.to_the_end())
    assert one.output.count("one") == 2
    assert two.output.count("two") == 2
    assert "two" not in one.output


async def refuses_a_missing_folder(runner: Runner, folder: Path) -> None:
    """A program that cannot be run at all is a RunnerError, not a run."""
    require_features(runner, "same_files")
    missing = Program(source="", file=folder / "x.py", folder=folder / "missing")
    try:
        await runner.start(missing, Limits())
    except RunnerError:
        return
    raise AssertionError("a missing folder must be refused")


async def closes_in_the_middle(runner: Runner, folder: Path) -> None:
    """`close` ends a run in any state; its events still end with `Exit` and `Closed`."""
    outcome = await begin(runner, "print('begun')\nwhile True: pass", folder)
    await outcome.until_output("begun")
    await outcome.run.close()
    await outcome.to_the_end()
    assert outcome.exit.reason == "stopped"


Check = Callable[[Runner, Path], Coroutine[Any, Any, None]]

RUNNER_CHECKS: tuple[Check, ...] = (
    says_whether_it_is_available,
    runs_a_program,
    gives_the_program_its_surroundings,
    shares_the_folder,
    honours_exit_codes,
    reports_errors,
    prints_errors_as_python_does,
    reports_syntax_errors,
    reports_warnings,
    takes_input,
    is_a_terminal,
    stops,
    keeps_to_the_time_limit,
    limits_output,
    limits_memory,
    limits_processes,
    limits_open_files,
    limits_the_size_of_a_file,
    keeps_the_namespace,
    keeps_the_namespace_after_an_error,
    stops_a_line_of_the_prompt,
    looks_at_values,
    may_be_told_what_is_in_view,
    shows_frames,
    shows_figures,
    starts_every_run_clean,
    repeats_with_a_seed,
    runs_side_by_side,
    refuses_a_missing_folder,
    closes_in_the_middle,
)
"""The checks of a runner, each for a separate test: a function of a runner and an empty folder.

A runner must pass all of them; a check of an undeclared feature raises `unittest.SkipTest`.
"""


async def runner_contract(make: Callable[[], Runner], folder: Path) -> None:
    """Run every check of declared features on the runner that `make` returns.  Raises AssertionError."""
    runner = make()
    try:
        for check in RUNNER_CHECKS:
            own = folder / check.__name__
            own.mkdir()
            with contextlib.suppress(SkipTest):
                await check(runner, own)
    finally:
        await runner.close()


class RunnerContract:
    """Tests of one runner.  Subclass it with a fixture `runner`; scope `class` makes one runner for all tests."""

    _loop: ClassVar[asyncio.Runner]
    _runner: ClassVar[Runner | None] = None

    @classmethod
    def setup_class(cls) -> None:
        """Open the event loop of all tests in the class, so that they can share a runner."""
        cls._loop = asyncio.Runner()

    @classmethod
    def teardown_class(cls) -> None:
        """Close the last runner and the event loop."""
        cls._use(None)
        cls._loop.close()

    @classmethod
    def _use(cls, runner: Runner | None) -> None:
        before, cls._runner = cls._runner, runner
        if before is not None and before is not runner:
            cls._loop.run(before.close())


def _test(check: Check) -> Callable[[RunnerContract, Runner, Path], None]:
    def test(self: RunnerContract, runner: Runner, tmp_path: Path) -> None:
        self._use(runner)
        self._loop.run(check(runner, tmp_path))

    test.__name__, test.__doc__ = f"test_{check.__name__}", check.__doc__
    return test


for _check in RUNNER_CHECKS:
    setattr(RunnerContract, f"test_{_check.__name__}", _test(_check))
