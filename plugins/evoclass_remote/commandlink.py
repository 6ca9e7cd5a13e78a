"""Connections through a command: `ssh`, `docker exec -i`, `kubectl exec -i`, or the host itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from typing import ClassVar

from evoclass.errors import RunnerError
from evoclass_remote.complaints import meaning
from evoclass_remote.link import Link, LinkError, Stream, Tell

READ = 256 * 1024

COMPLAINTS = 20
"""Lines of a command's standard error that are kept."""


class CommandStream(Stream):
    """The standard streams of a running command."""

    leaving: ClassVar[float] = 1.0
    """Seconds in which the command has to end by itself once its input is closed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: deque[str] = deque(maxlen=COMPLAINTS)
        """The last lines of the command's standard error."""
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        with contextlib.suppress(ValueError):  # a line without an end
            async for line in self._process.stderr:
                self.said.append(line.decode("utf-8", "replace").rstrip())

    @property
    def complaint(self) -> str:
        return next((line for line in reversed(self.said) if line), "")

    async def read(self) -> bytes:
        assert self._process.stdout is not None
        try:
            data = await self._process.stdout.read(READ)
        except OSError as error:
            raise LinkError(str(error)) from error
        if not data:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._listening), self.leaving)
        return data

    def write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # the reading side notices the end
            self._process.stdin.write(data)

    async def drain(self) -> None:
        assert self._process.stdin is not None
        try:
            await self._process.stdin.drain()
        except OSError as error:
            raise LinkError(str(error)) from error

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), self.leaving)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        self._listening.cancel()


class CommandLink(Link):
    """Speaks with a host over the standard streams of a command."""

    stream: ClassVar[type[CommandStream]] = CommandStream

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        by_hand: str = "",
        python: str = "",
    ) -> None:
        """The command has our environment unless it gets another one.

        A learner may try `by_hand` to see what is wrong with the way; `python` is the one on the other side.
        """
        self._command, self._environment = tuple(command), environment
        self._by_hand, self._python = by_hand or shlex.join(command), python

    async def open(self, tell: Tell) -> Stream:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=READ,
                env=self._environment,
                # Without our terminal it can neither ask there nor be hit by Ctrl+C.
                start_new_session=True,
            )
        except OSError as error:
            raise LinkError(f"{self._command[0]}: {error.strerror}") from error
        return self.stream(process)

    def explained(self, error: LinkError) -> RunnerError:
        usual = super().explained(error)
        key = error.key or meaning(str(error)) or usual.key
        return RunnerError(str(usual), key, **usual.fields, command=self._by_hand, python=self._python)
