"""Connections to the host in a job of Slurm; the job is put into the queue when it is first needed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shlex
import socket
from collections.abc import Callable, Sequence
from itertools import chain, repeat

import msgspec

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import Waiting, encode
from evoclass_remote.command import HOST
from evoclass_remote.commandlink import CommandLink, CommandStream
from evoclass_remote.door import NEAR, through
from evoclass_remote.link import Link, LinkError, Stream, Tell
from evoclass_remote.session import GREETING
from evoclass_remote.wire import Door, FromHost, Hello, host_reader
from evoclass_slurm.cluster import Cluster, Job

logger = logging.getLogger(__name__)

PAUSES = (0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
"""Seconds between two looks at the queue; the last one repeats, for each look costs everybody's controller time."""

LEAVING = 10.0
"""Seconds in which a job that is given up has to be cancelled."""

SAME_PLACE = ("env", "-u", "XDG_RUNTIME_DIR")
"""The folder of a login does not exist on every node, and the job and its steps have to find the same socket."""

COMPLAINING = 20
"""Seconds for which a job stays whose program cannot begin: the step says then what is wrong, as the job cannot."""


class JobLink(Link):
    """Reaches the host, which is the job's own program, over a step that shares the job with it, or directly."""

    def __init__(
        self,
        cluster: Cluster,
        options: Sequence[str],
        python: str,
        job: Sequence[str],
        number: str = "",
        hello: Hello | None = None,
    ) -> None:
        """`job` are the words for the job's program, `number` that of a job that an earlier front end has left.

        With a `hello`, the host is asked to listen at its node's address.
        """
        self.number = number
        """Of the job, as long as there is one."""
        self.on_number: Callable[[str], object] = bool
        """Called with the number of each new job, and with an empty one when there is none any more."""
        self._cluster = cluster
        self._options = tuple(options)
        self._python = python
        self._job = tuple(job)
        self._left = bool(number)
        self._joined = False
        self._hello = hello

    async def open(self, tell: Tell) -> Stream:
        try:
            if not self.number or not await self._turn(tell):
                await self._submit(tell)
                await self._turn(tell)
        except asyncio.CancelledError:
            await self.close()
            raise
        self._joined, self._left = True, False
        step = ("srun", f"--jobid={self.number}", "--overlap", "--ntasks=1", "--gres=none", "--unbuffered")
        words = self._cluster.words(*step, *SAME_PLACE, self._python, *HOST, "--join")
        stream = await StepLink(words, self._cluster.environment()).open(tell)
        # Only once: where a direct connection breaks, the network may not like it.
        hello, self._hello = self._hello, None
        if hello is None:
            return stream
        direct: Stream | None = None
        try:
            direct = await self._direct(stream, hello)
            await stream.close()
        except (LinkError, OSError, ValueError) as error:  # a ValueError is a name that cannot be one
            logger.info("no direct connection to job %s: %s", self.number, error or type(error).__name__)
            return stream
        except BaseException:
            for one in filter(None, (direct, stream)):
                await one.close()
            raise
        return direct or await self.open(tell)

    async def _direct(self, step: Stream, hello: Hello) -> Stream | None:
        """Return a connection to the host; None if the step does not say where, and has to be asked anew.

        Raises LinkError, OSError or ValueError if there is none.
        """
        name = await self._cluster.address(self.number)
        async with asyncio.timeout(NEAR):
            found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
        address = str(found[0][4][0])
        step.write(encode(msgspec.structs.replace(hello, door=address)))
        reader = host_reader()
        try:
            async with asyncio.timeout(GREETING):
                told: list[FromHost] = []
                while not told:
                    if not (data := await step.read()):
                        raise LinkError(step.complaint)
                    told += reader.feed(data)
        except (ProtocolError, TimeoutError):
            return None
        if not isinstance(told[0], Door):
            return None
        if not told[0].port:
            raise LinkError(f"the host cannot listen at {address}")
        return await through((address, told[0].port), hello.session, hello.token)

    async def _submit(self, tell: Tell) -> None:
        tell(Waiting(stage="queued"))
        await self._cluster.check_version()
        program = shlex.join((*SAME_PLACE, self._python, "-P", "-m", "evoclass_slurm.job", *self._job))
        # When Slurm ends the job, the shell waits for the program's own end.
        script = f"trap 'exit 0' TERM; {program} || sleep {COMPLAINING}"
        submitting = asyncio.create_task(self._cluster.submit(self._options, script))
        try:
            number = await asyncio.shield(submitting)
        except asyncio.CancelledError:
            # The order is on its way, and a job whose number nobody knows could not be cancelled.
            with contextlib.suppress(LinkError, RunnerError, TimeoutError):
                self._know(await asyncio.wait_for(submitting, LEAVING))
            raise
        self._know(number)

    def _know(self, number: str) -> None:
        self.number = number
        self.on_number(number)

    async def _turn(self, tell: Tell) -> bool:
        """Wait until the job runs; return False if it was left by an earlier front end and is over.

        Raises LinkError, RunnerError.
        """
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                job = await self._cluster.look(self.number)
                if job.stage == "running":
                    if not self._joined:
                        tell(Waiting(stage="starting"))
                    return True
                if job.stage == "over":
                    self._end(job)
                    return False
                tell(await self._waiting(job))
            except LinkError as error:
                if self._joined:
                    raise
                tell(Waiting(stage="queued", detail=str(error)))
            await asyncio.sleep(pause)
        raise AssertionError

    def _end(self, job: Job) -> None:
        """Forget the job.  Raises RunnerError if it is our own."""
        left, number = self._left, self.number
        self._left = False
        self._know("")
        if not left:
            raise RunnerError(
                f"job {number} is over: {job.state}",
                "slurm.over",
                number=number,
                state=job.state,
                reason=job.reason or "-",
            )

    async def _waiting(self, job: Job) -> Waiting:
        if job.stage == "starting":
            return Waiting(stage="starting", estimate=job.estimate)
        place = await self._cluster.place(self.number, job.partition)
        return Waiting(stage="queued", place=place, estimate=job.estimate, detail=job.reason)

    async def close(self) -> None:
        number = self.number
        if not number:
            return
        self._know("")
        try:
            async with asyncio.timeout(LEAVING):
                await self._cluster.cancel(number)
        except (LinkError, TimeoutError) as error:
            logger.warning("job %s was not cancelled: %s", number, error or type(error).__name__)


class StepStream(CommandStream):
    """The standard streams of a step."""

    @property
    def complaint(self) -> str:
        """What the step's own program said; `srun` adds only that it has failed."""
        said = [line for line in self.said if line and not line.startswith(("srun:", "slurmstepd"))]
        return said[-1] if said else super().complaint


class StepLink(CommandLink):
    """Speaks with a host over a step of its job."""

    stream = StepStream
