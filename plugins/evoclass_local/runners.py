"""The runners of this machine: CPU, and CUDA if there is a device."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from evoclass.errors import RunnerError
from evoclass.runner import Availability, Features, Limits, Program, Run, Runner, WorkerRun
from evoclass_local import devices, sandbox
from evoclass_local.nursery import Nursery
from evoclass_local.spares import Spares

HEAD_START = 0.02
"""Seconds that a run without output has the machine to itself before the next spare is made."""


class LocalRunner(Runner):
    """Runs each program in its own clean process, which was made ahead and waits for it."""

    device: ClassVar[str] = "cpu"
    features = Features(terminal=True, limits=frozenset(Limits.__slots__))

    def __init__(self, ahead: bool = True) -> None:
        self._ahead = ahead
        self._nursery = self._new_nursery()
        self._spares = Spares(self._nursery, self.device)
        self._runs: set[WorkerRun] = set()
        self._closed = False

    @property
    def _wants_spare(self) -> bool:
        """Whether a spare is made before it is needed; it uses memory, on CUDA also the device's."""
        return self._ahead

    @property
    def ready(self) -> bool:
        return self._spares.made is not None

    @property
    def processes(self) -> tuple[int, int]:
        """Numbers of the process that makes children and of the spare child; 0 for a missing one."""
        spare = self._spares.made
        return self._nursery.pid, spare.process.pid if spare is not None else 0

    async def warm_up(self) -> None:
        if self._closed:
            raise RunnerError("the runner is closed", "runner.closed")
        if not self._wants_spare:
            await self._nursery.start()
        elif not self.ready:
            await asyncio.shield(self._spares.prepare())

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        if (spare := self._spares.made) is not None:
            spare.soon()
        if not os.path.isdir(program.folder):  # noqa: ASYNC240 - one look at a local folder
            raise RunnerError(f"no folder {program.folder}", "runner.no_folder", folder=program.folder)
        there = self._own_folder(program)
        run = await self._spares.take()
        run.begin(program, limits, there=there, columns=columns, rows=rows)
        if self._wants_spare:
            # The first output comes before the next spare, because a fork takes time from the run that has just begun.
            run.when_under_way(self._prepare_next, HEAD_START)
        self._runs = {other for other in self._runs if not other.over} | {run}
        return run

    def _prepare_next(self) -> None:
        if not self._closed:
            self._spares.prepare()

    async def close(self) -> None:
        self._closed = True
        for run in list(self._runs):
            await run.close()
        self._spares.close()
        await self._nursery.close()

    def _new_nursery(self) -> Nursery:
        return Nursery(self._settled)

    def _settled(self) -> None:
        self._spares.renew()

    def _own_folder(self, program: Program) -> Path | None:
        """Return the folder that a program runs in instead of its original folder."""
        return None


class LocalCpu(LocalRunner):
    """This machine's processors."""

    name = "local-cpu"
    device = "cpu"

    @classmethod
    def available(cls) -> Availability:
        return devices.cpu()


class LocalCuda(LocalRunner):
    """This machine's NVIDIA device."""

    name = "local-cuda"
    device = "cuda"

    @property
    def _wants_spare(self) -> bool:
        return super()._wants_spare and self.settings.get("gpu_spare", True) is not False

    @classmethod
    def available(cls) -> Availability:
        return devices.cuda()


class LocalSandboxed(LocalRunner):
    """This machine's processors, in a sandbox: no network, a read-only system, no home, a scratch folder to write in.

    A program runs in a copy of its folder, which is deleted when the runner is closed.
    """

    name = "local-sandboxed"
    device = "cpu"
    features = replace(LocalRunner.features, same_files=False)

    def __init__(self, ahead: bool = True) -> None:
        self._count = 0
        super().__init__(ahead)

    @cached_property
    def _scratch(self) -> Path:
        """The folder for the copies, made when the first one is needed: merely listing the runners creates nothing."""
        return Path(tempfile.mkdtemp(prefix="evoclass-"))

    @classmethod
    def available(cls) -> Availability:
        from evoclass_local import sandboxtest

        answer = devices.cpu()
        hole = sandboxtest.hole()
        if answer.ok and hole:
            reason = "runner.no_bwrap" if hole == "bwrap" else "runner.no_sandbox"
            return Availability(False, reason, {"detail": hole})
        return answer

    def _new_nursery(self) -> Nursery:
        return Nursery(
            self._settled,
            lambda command: sandbox.wrapped(command, self._scratch),
            sandbox.outer_environment,
        )

    def _own_folder(self, program: Program) -> Path:
        self._count += 1
        folder = self._scratch / str(self._count)
        size = 0
        try:
            for file in program.folder.rglob("*"):
                size += file.lstat().st_size
                if size > sandbox.LARGEST:
                    raise RunnerError(
                        f"{program.folder} is too large to be copied into the sandbox",
                        "runner.too_large",
                        folder=program.folder,
                    )
            shutil.copytree(program.folder, folder, symlinks=True)
        except OSError as error:  # a file that vanishes, that may not be read, or that is a socket
            raise RunnerError(
                f"{program.folder} cannot be copied into the sandbox: {error}",
                "runner.not_copied",
                folder=program.folder,
                reason=error,
            ) from error
        return folder

    async def close(self) -> None:
        await super().close()
        if "_scratch" in self.__dict__:
            shutil.rmtree(self._scratch, ignore_errors=True)
