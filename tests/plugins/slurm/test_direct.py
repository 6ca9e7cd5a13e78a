"""A direct connection to the node: where there is one, no step is in the way; where there is none, nobody notices."""

from __future__ import annotations

import logging
from pathlib import Path

import psutil
import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Prompt, Waiting
from evoclass.runner import Limits
from evoclass_remote.door import DirectStream
from evoclass_remote.link import LinkError
from evoclass_slurm import joblink
from evoclass_slurm.cluster import Cluster as Commands
from evoclass_slurm.kind import SlurmRunner
from plugins.slurm.cluster import Cluster

pytestmark = pytest.mark.usefixtures("without_torch", "scratch", "nothing_left")

COUNTING = (
    "import time\nfor number in range(60):\n    print('line', number, flush=True)\n    time.sleep(0.01)\n"
)


@pytest.fixture
def ours(ours: type[SlurmRunner]) -> type[SlurmRunner]:
    made: type[SlurmRunner] = type("Direct", (ours,), {"direct": True})
    return made


def steps() -> list[str]:
    """Return the steps that we hold."""
    return [process.name() for process in psutil.Process().children() if process.name() == "srun"]


def is_direct(runner: SlurmRunner) -> bool:
    return isinstance(runner.session._stream, DirectStream)


async def test_a_direct_connection_needs_no_step_and_when_it_breaks_a_step_takes_over(
    slurm: Cluster, runner: SlurmRunner, folder: Path
) -> None:
    outcome = Outcome(await runner.start(program(COUNTING, folder), Limits()))
    await outcome.until_output("line 5\n")
    assert (is_direct(runner), steps()) == (True, [])
    stream = runner.session._stream
    assert isinstance(stream, DirectStream)
    stream._writer.transport.abort()
    await outcome.until(Prompt)
    assert outcome.output.splitlines() == [f"line {number}" for number in range(60)]
    assert "lost" in [event.stage for event in outcome.all(Waiting)]
    assert (is_direct(runner), steps()) == (False, ["srun"])
    assert len(slurm.jobs()) == 1


@pytest.mark.parametrize("wrong", ["no address", "not the host's address", "no way", "no answer of Slurm"])
async def test_without_one_the_step_is_taken(
    wrong: str,
    runner: SlurmRunner,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def address(self: Commands, number: str) -> str:
        if wrong == "no answer of Slurm":
            raise LinkError("sinfo does not answer")
        return "192.0.2.1" if wrong == "not the host's address" else "no..address"

    async def through(*_: object) -> DirectStream:
        raise LinkError("blocked")

    if wrong == "no way":
        monkeypatch.setattr(joblink, "through", through)
    else:
        monkeypatch.setattr(Commands, "address", address)
    caplog.set_level(logging.INFO, "evoclass_slurm")
    told: list[Waiting | None] = []
    runner.on_waiting = told.append
    outcome = Outcome(await runner.start(program("print(6 * 7)", folder, keep=False), Limits()))
    assert (await outcome.to_the_end()).output == "42\n"
    assert (is_direct(runner), steps()) == (False, ["srun"])
    assert "no direct connection to job" in caplog.text
    assert "lost" not in [waiting.stage for waiting in told if waiting is not None]


async def test_a_host_that_does_not_know_us_says_so(slurm: Cluster, runner: SlurmRunner) -> None:
    """The answer to the first question is not lost."""
    await runner.warm_up()
    other = type(runner)()
    remembered = runner._remembered
    assert remembered is not None
    session = other.session  # another secret, and the first one's job and name
    assert other._remembered is not None
    link = session._link
    assert isinstance(link, joblink.JobLink)
    link.number = slurm.jobs()[0]
    session._key = remembered.key
    assert link._hello is not None
    link._hello = joblink.msgspec.structs.replace(link._hello, session=remembered.key)
    with pytest.raises(RunnerError) as caught:
        await other.warm_up()
    assert caught.value.key == "remote.refused.stranger"
    link.number = ""
    await other.close()
