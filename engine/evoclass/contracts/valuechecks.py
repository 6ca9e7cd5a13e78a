"""Checks of a runner: the values of a program, at its prompt, in frames and figures."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest import SkipTest

from evoclass.contracts.outcome import PATIENCE, begin, complete
from evoclass.errors import RunnerError
from evoclass.protocol import Detail, Exit, Figure, Frame, Prompt
from evoclass.runner import Runner


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
