"""Checks of a runner: how a program runs and ends, what it prints, and what stays of it."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from evoclass.contracts.features import require_features
from evoclass.contracts.outcome import Outcome, begin, complete, program
from evoclass.errors import RunnerError
from evoclass.protocol import Closed, ErrorReport, Exit, Output, Started, Waiting, Warned
from evoclass.runner import Availability, Limits, Program, Runner
from evoclass.running.terminal import TerminalBuffer


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
