"""A kernel of this machine, which `jupyter_client` starts."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import Waiting
from evoclass_jupyter.channels import Channels, KernelMessage
from evoclass_jupyter.kernels import Kernels
from evoclass_remote.link import LinkError, Tell

START = 60.0
"""Seconds in which a kernel has to start."""

LOOK = 0.5
"""Seconds between two looks whether the kernel still lives: its sockets say nothing of its end."""

FULL = 64
"""Messages that may wait to be received."""


class LocalKernels(Kernels):
    """Starts the kernel, and ends with it."""

    def __init__(self, kernel: str) -> None:
        self._kernel = kernel
        self._manager: AsyncKernelManager | None = None
        self._folder: Path | None = None

    async def connect(self, tell: Tell) -> Channels:
        if self._manager is not None and not await self._manager.is_alive():
            await self.close()
        if self._manager is None:
            tell(Waiting(stage="starting", detail=self._kernel))
            await self._start()
        assert self._manager is not None
        client = self._manager.client()
        client.start_channels(hb=False, stdin=False, control=False)
        try:
            await client.wait_for_ready(timeout=START)
        except RuntimeError as error:
            client.stop_channels()
            raise self._failed(self._last_line() or str(error)) from error
        except BaseException:
            client.stop_channels()
            raise
        return LocalChannels(client, self._manager)

    async def _start(self) -> None:
        # Sockets in a folder of ours, for anybody on this machine could listen at a port.
        self._folder = Path(tempfile.mkdtemp(prefix="evoclass-"))
        manager = self._manager = AsyncKernelManager(
            kernel_name=self._kernel, transport="ipc", connection_file=str(self._folder / "k.json")
        )
        try:
            language = await asyncio.to_thread(
                lambda: manager.kernel_spec.language if manager.kernel_spec else ""
            )
            if language != "python":
                raise RunnerError(
                    f"{self._kernel} speaks {language}",
                    "jupyter.no_python",
                    kernel=self._kernel,
                    language=language,
                )
            with (self._folder / "said").open("wb") as said:
                await manager.start_kernel(cwd=str(self._folder), stdout=said, stderr=said)
        except NoSuchKernel as error:
            known = ", ".join(sorted(manager.kernel_spec_manager.find_kernel_specs())) or "-"
            raise RunnerError(
                f"no kernel {self._kernel}", "jupyter.no_local_kernel", kernel=self._kernel, known=known
            ) from error
        except OSError as error:
            raise self._failed(str(error)) from error

    def _failed(self, reason: str) -> RunnerError:
        return RunnerError(
            f"{self._kernel}: {reason}", "jupyter.kernel_failed", kernel=self._kernel, reason=reason
        )

    def _last_line(self) -> str:
        """Return the last thing that the kernel said."""
        assert self._folder is not None
        lines = (self._folder / "said").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][:500] if lines else ""

    async def close(self) -> None:
        manager, self._manager = self._manager, None
        folder, self._folder = self._folder, None
        if manager is not None and manager.has_kernel:
            await manager.shutdown_kernel(now=True)
        if folder is not None:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


class LocalChannels(Channels):
    """The sockets of a kernel of this machine."""

    def __init__(self, client: AsyncKernelClient, manager: AsyncKernelManager) -> None:
        self._client, self._manager = client, manager
        self._messages: asyncio.Queue[KernelMessage | Exception] = asyncio.Queue(FULL)
        self._tasks = [
            asyncio.create_task(self._listen(client.get_shell_msg)),
            asyncio.create_task(self._listen(client.get_iopub_msg)),
            asyncio.create_task(self._watch()),
        ]

    async def _listen(self, get: Any) -> None:
        try:
            while True:
                message = await get(timeout=None)
                await self._messages.put(
                    KernelMessage(
                        message["header"]["msg_type"],
                        message["parent_header"].get("msg_id", ""),
                        message["content"],
                        message["buffers"],
                    )
                )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            await self._messages.put(ProtocolError(f"no message: {error}"))
        except OSError as error:
            await self._messages.put(LinkError(str(error)))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            if not await self._manager.is_alive():
                break
        await self._messages.put(LinkError("the kernel has ended"))

    def send(self, kind: str, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> str:
        message = self._client.session.msg(kind, content)
        self._client.session.send(self._client.shell_channel.socket, message, buffers=list(buffers))
        return str(message["header"]["msg_id"])

    async def receive(self) -> KernelMessage:
        message = await self._messages.get()
        if isinstance(message, Exception):
            raise message
        return message

    async def drain(self) -> None:
        pass  # ZeroMQ's own thread sends

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(asyncio.QueueFull):
            self._messages.put_nowait(LinkError("the connection is closed"))  # somebody may be waiting
        self._client.stop_channels()
