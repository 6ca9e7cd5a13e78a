"""Slurm's own commands, on this machine or on the one where one logs in."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evoclass.errors import RunnerError
from evoclass_remote.command import over_ssh
from evoclass_remote.link import LinkError

ANSWER = 30.0
"""Seconds in which a command has to answer: a busy controller may take a while."""

POLL = 0.02
"""Seconds between two looks whether a command that outlives us has ended."""

LARGEST = 4 * 1024 * 1024
"""Most bytes of an answer."""

OLDEST = (20, 11)
"""The first version in which a step may share the job with others (`srun --overlap`)."""

RUNNING = "RUNNING"
BOOTING = "CONFIGURING"
OVER = {
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "COMPLETING",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "REVOKED",
    "TIMEOUT",
}
"""States that a job does not leave again."""

KEPT = ("SLURM_CONF",)
"""Settings for the commands themselves; the other variables of this name describe the job that we may be in."""

_NUMBER = re.compile(r"(\d{1,18})(;[\w.-]+)?\Z", re.ASCII)
_VERSION = re.compile(r"slurm\S* (\d{1,4})\.(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Job:
    """What the queue says of a job."""

    state: str
    reason: str = ""
    partition: str = ""
    estimate: float | None = None
    """Seconds until it begins, as the queue believes."""

    @property
    def stage(self) -> Literal["queued", "starting", "running", "over"]:
        """What the job is doing, as far as it matters to whoever waits."""
        if self.state in OVER:
            return "over"
        if self.state == BOOTING:
            return "starting"
        return "running" if self.state == RUNNING else "queued"


class Cluster:
    """A Slurm, as its user."""

    def __init__(self, login: str = "") -> None:
        """`login` is the machine with Slurm's commands, for `ssh`; empty for this one."""
        self.login = login

    def words(self, *command: str) -> tuple[str, ...]:
        """Return the words that carry out a command where Slurm's commands are."""
        return over_ssh(self.login, command) if self.login else command

    def environment(self) -> Mapping[str, str]:
        """Return our environment without the job in which EvoClass itself may run."""
        return {
            name: value
            for name, value in os.environ.items()
            if name in KEPT or not name.startswith(("SLURM_", "SLURMD_"))
        }

    async def check_version(self) -> None:
        """Raise RunnerError if this Slurm is too old, LinkError if there is none."""
        found = _VERSION.search(await self._call("srun", "--version"))
        if found is not None and (int(found[1]), int(found[2])) < OLDEST:
            version = f"{found[1]}.{found[2]}"
            raise RunnerError(f"Slurm {version} has no `srun --overlap`", "slurm.too_old", version=version)

    async def submit(self, options: Sequence[str], script: str) -> str:
        """Put a job into the queue and return its number.  Raises LinkError, or RunnerError if Slurm refuses it."""
        said = await self._call("sbatch", "--parsable", *options, f"--wrap={script}", refuses=True)
        for line in reversed(said.split("\n")):
            if (found := _NUMBER.match(line.strip())) is not None:
                return found[1]
        raise LinkError(f"sbatch gave no number of a job: {said[:200]!r}")

    async def look(self, number: str) -> Job:
        """Return what the queue says of a job; one that it does not know any more is over.  Raises LinkError."""
        try:
            said = await self._call(
                *("env", "SLURM_TIME_FORMAT=%s"),
                *("squeue", "--noheader", "--states=all", f"--jobs={number}", "--format=%T|%S|%P|%r"),
            )
        except LinkError as error:
            if "Invalid job id" in str(error):
                return Job("COMPLETED")
            raise
        fields = said.strip().split("|", 3)
        if len(fields) != 4:
            return Job("COMPLETED")
        state, start, partition, reason = fields
        estimate = None
        if start.isascii() and start.isdigit() and len(start) < 15:
            estimate = max(0.0, int(start) - time.time())
        return Job(state, "" if reason == "None" else reason, partition, estimate)

    async def place(self, number: str, partition: str) -> int | None:
        """Return a job's place among the waiting jobs that we may see, from 1.  Raises LinkError."""
        said = await self._call(
            "squeue",
            "--noheader",
            "--states=PENDING",
            f"--partition={partition}",
            "--sort=-p,i",
            "--format=%i",
        )
        waiting = said.split()
        return waiting.index(number) + 1 if number in waiting else None

    async def address(self, number: str) -> str:
        """Return the address of the machine on which a job runs, as Slurm itself reaches it.  Raises LinkError."""
        node = (await self._call("squeue", "--noheader", f"--jobs={number}", "--format=%B")).strip()
        address = (await self._call("sinfo", "--noheader", f"--nodes={node}", "--format=%o")).strip()
        if not address or len(address.split()) > 1:
            raise LinkError(f"no address of {node[:100]!r}: {address[:100]!r}")
        return address

    async def cancel(self, number: str) -> None:
        """Take a job out of the queue, or end it; this goes on when nobody waits for it any more.  Raises LinkError."""
        process = self._started("scancel", number)
        while (code := process.poll()) is None:  # noqa: ASYNC110 - a thread that waits would hold up our end
            await asyncio.sleep(POLL)
        if code:
            raise LinkError(f"scancel: {code}")

    def _started(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a command that outlives us: asyncio would end its own."""
        words = self.words(*command)
        try:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self.environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise LinkError(f"{words[0]}: {error.strerror}") from error

    async def _call(self, *command: str, refuses: bool = False) -> str:
        """Return what a command prints.  Raises LinkError.

        With `refuses`, the command's own failure is Slurm's answer: a RunnerError, as asking again would not help.
        """
        words = self.words(*command)
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=self.environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise LinkError(f"{words[0]}: {error.strerror}") from error
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            async with asyncio.timeout(ANSWER):
                said, complaint = await asyncio.gather(_all(process.stdout), _all(process.stderr))
                code = await process.wait()
        except TimeoutError as error:
            raise LinkError(f"{command[0]} does not answer") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        if code == 0:
            return said
        last = next(
            (line for line in reversed(complaint.split("\n")) if line.strip()), f"{command[0]}: {code}"
        )
        # 255 is the failure of ssh itself, 127 that of a shell without such a command.
        if refuses and code not in (127, 255):
            raise RunnerError(last[:1000], "slurm.refused", reason=last[:1000])
        raise LinkError(last[:1000])


async def _all(stream: asyncio.StreamReader) -> str:
    """Return what a command says, up to a limit; the rest is read and dropped, so that the command can end."""
    kept = bytearray()
    while data := await stream.read(65536):
        if len(kept) < LARGEST:
            kept += data
    return kept.decode("utf-8", "replace")
