"""One program from Run to its exit, seen from the front end."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import secrets
import signal
import time
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import msgspec

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import (
    Closed,
    Detail,
    Done,
    ErrorReport,
    Evaluate,
    Exit,
    Halt,
    Job,
    Look,
    Message,
    MessageReader,
    Prompt,
    Quit,
    Ready,
    RunEvent,
    Started,
    WorkerMessage,
    encode,
)
from evoclass.runner import Limits, Program, Run
from evoclass.stream import EventStream
from evoclass_local.marks import MarkFilter
from evoclass_local.nursery import Child, set_size
from evoclass_local.usage import Usage, measure

Reason = Literal["finished", "error", "timeout", "stopped", "memory", "killed", "lost"]

LADDER = (("halt", 0.5), ("interrupt", 2.0), ("terminate", 1.5))
"""Steps of Stop before SIGKILL, each with the seconds that it is given."""

REPEAT = 0.3
"""Seconds between two interrupts of a line at the prompt."""

POLL = 0.1
"""Seconds between two looks at what the run uses."""

CODES = {"timeout": 124, "stopped": 130, "memory": 137, "lost": 125}
_PATIENCE = 0.5


class LocalRun(Run):
    """A run in a child of the nursery."""

    def __init__(self, child: Child, program: Program, limits: Limits, folder: Path | None = None) -> None:
        self._child = child
        self._limits = limits
        self._program = program
        self._folder = os.path.abspath(folder or program.folder)
        """Where the program runs; not the folder of the program if it may not write there."""
        self._file = os.path.join(folder, program.file.name) if folder else os.path.abspath(program.file)
        self._token = secrets.token_hex(16)
        self._loop = asyncio.get_running_loop()
        self._stream = EventStream(self._go_on)
        self._reader: MessageReader[WorkerMessage] = MessageReader(WorkerMessage)
        self._filter = MarkFilter(self._token)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held: deque[WorkerMessage] = deque()
        self._outgoing: dict[int, bytearray] = {
            child.socket.fileno(): bytearray(),
            child.terminal: bytearray(),
        }
        self._looks: dict[int, asyncio.Future[Detail]] = {}
        self._next_look = 1
        self._started = False
        self._exit: Exit | None = None
        self._still = asyncio.Event()
        """Set while neither the program nor a line of the prompt runs."""
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._wanted: tuple[Reason, str] | None = None
        self._ladder: asyncio.Task[None] | None = None
        self._at_prompt = False
        self._evaluating = False
        self._marks = 0
        self._output = 0
        self._dropped = 0
        self._begun = time.monotonic()
        self._clock: asyncio.TimerHandle | None = None
        self._terminal_open = True
        self._socket_open = True
        self._timers: set[asyncio.TimerHandle] = set()
        self._patience: asyncio.TimerHandle | None = None
        self._last_read = 0.0
        self._finishing = False
        self._throttle: asyncio.TimerHandle | None = None

    # --------------------------------------------------------------------------------------------- beginning

    def begin(self, columns: int, rows: int) -> None:
        """Send the job to the child that waits for it; everything that can wait comes after that."""
        set_size(self._child.terminal, columns, rows)
        program = self._program
        job = Job(
            source=program.source,
            file=self._file,
            folder=self._folder,
            arguments=program.arguments,
            environment=program.environment,
            watch=program.watch,
            live=program.live,
            values=program.values,
            seed=program.seed,
            inspect=program.inspect,
            frames_per_second=program.frames_per_second,
            budget=program.budget,
            keep=program.keep,
            device=self._child.device,
            token=self._token,
            files=self._limits.files,
            file_size=self._limits.file_size,
            processes=self._limits.processes,
        )
        self._begun = time.monotonic()
        self._send(job)
        self._child.on_end = self._on_end
        self._loop.add_reader(self._child.socket, self._on_message)
        self._loop.add_reader(self._child.terminal, self._on_terminal)
        self._clock = self._later(self._limits.seconds, self._on_timeout)
        self._later(POLL, self._on_poll)
        if self._child.ended.done():
            self._on_end()

    def _later(self, seconds: float, callback: object) -> asyncio.TimerHandle:
        self._timers = {
            timer for timer in self._timers if not timer.cancelled() and timer.when() > self._loop.time()
        }
        timer = self._loop.call_later(seconds, callback)  # type: ignore[arg-type]
        self._timers.add(timer)
        return timer

    # -------------------------------------------------------------------------------------------- what it says

    def events(self) -> AsyncIterator[RunEvent]:
        return self._stream.events()

    @property
    def running(self) -> bool:
        return self._exit is None

    @property
    def over(self) -> bool:
        """Whether the process is gone too."""
        return self._closed.done()

    def _go_on(self) -> None:
        """Read on after the reader of the events has made room."""
        if self._socket_open:
            self._loop.add_reader(self._child.socket, self._on_message)
        self._resume_terminal()
        self._take_held()

    def _on_message(self) -> None:
        self._hear()
        if self._socket_open and self._stream.full and not self._wanted:
            self._loop.remove_reader(self._child.socket)

    def _hear(self) -> bool:
        """Read from the message socket once; return whether there may be more."""
        try:
            data = self._child.socket.recv(262144)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            data = b""
        if not data:
            self._stop_listening()
            return False
        try:
            self._held.extend(self._reader.feed(data))
        except ProtocolError as error:
            self._mistrust(str(error))
            return False
        self._take_held()
        return self._socket_open

    def _stop_listening(self) -> None:
        if self._socket_open:
            self._socket_open = False
            self._loop.remove_reader(self._child.socket)

    def _mistrust(self, why: str) -> None:
        """End a run whose worker does not keep to the protocol."""
        self._held.clear()
        self._stop_listening()
        self._want("lost", why)
        self._child.kill()

    def _take_held(self) -> None:
        try:
            while self._held:
                message = self._held[0]
                if isinstance(message, Done | Prompt) and message.mark > self._marks and self._terminal_open:
                    self._wait_for_mark()
                    return
                self._held.popleft()
                self._take(message)
        except ProtocolError as error:
            self._mistrust(str(error))

    def _wait_for_mark(self) -> None:
        """Let the output from before a message come first; not for ever, if the program cut the terminal."""
        self._resume_terminal()
        if self._patience is None:
            self._patience = self._later(_PATIENCE, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience = None
        if self._stream.full and not self._wanted:
            self._wait_for_mark()
        elif self._held and isinstance(self._held[0], Done | Prompt):
            self._marks = max(self._marks, self._held[0].mark)
            self._take_held()

    def _take(self, message: WorkerMessage) -> None:
        if isinstance(message, Ready):
            raise ProtocolError("ready twice")
        if isinstance(message, Started):
            if self._started or message.pid != self._child.own_number:
                raise ProtocolError("started twice")
            self._started = True
        elif not self._started:
            raise ProtocolError("nothing has started yet")
        if isinstance(message, Done):
            self._on_done(message)
            return
        if isinstance(message, Detail):
            waiting = self._looks.pop(message.request, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            self._rest()
            return
        if isinstance(message, Prompt):
            if self._exit is None:
                raise ProtocolError("a prompt before the end")
            self._evaluating, self._at_prompt = False, True
            if self._clock is not None:
                self._clock.cancel()
            self._stream.put(message)
            self._still.set()
            self._rest()
            return
        if isinstance(message, ErrorReport) and message.file == self._file:
            message = msgspec.structs.replace(message, file=str(self._program.file))
        self._stream.put(message)

    def _on_done(self, message: Done) -> None:
        if (
            not secrets.compare_digest(message.token, self._token)
            or self._exit is not None
            or self._finishing
        ):
            raise ProtocolError("an end that is none")
        if self._program.keep:
            self._conclude(message.code, 0)

    # -------------------------------------------------------------------------------------------- its output

    def _on_terminal(self) -> None:
        for _ in range(16):
            try:
                data = os.read(self._child.terminal, 65536)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                data = b""
            if not data:
                self._end_terminal()
                return
            self._take_output(data)
            if self._stream.full and not self._wanted:
                self._loop.remove_reader(self._child.terminal)
                return
            now = time.monotonic()
            crowded = now - self._last_read < 0.004
            self._last_read = now
            if len(data) < 2048:
                if crowded and not self._held:
                    # Many small writes: look again in a moment and take them together.
                    self._loop.remove_reader(self._child.terminal)
                    self._throttle = self._later(0.004, self._resume_terminal)
                return

    def _resume_terminal(self) -> None:
        if self._throttle is not None:
            self._throttle.cancel()
            self._throttle = None
        if self._terminal_open:
            self._loop.add_reader(self._child.terminal, self._on_terminal)

    def _take_output(self, data: bytes) -> None:
        clean, mark = self._filter.feed(data)
        room = self._limits.output - self._output
        self._output += len(clean)
        if self._wanted and self._stream.full:
            room = 0
        if len(clean) > room:
            kept = clean[: max(room, 0)]
            self._dropped += len(clean) - len(kept)
            clean = kept
        if clean:
            self._stream.put_output(self._decoder.decode(clean))
        if mark:
            self._marks = max(self._marks, mark)
            if self._patience is not None:
                self._patience.cancel()
                self._patience = None
            self._take_held()

    def _end_terminal(self) -> None:
        """Notice that no process has the terminal open any more."""
        if not self._terminal_open:
            return
        self._terminal_open = False
        self._loop.remove_reader(self._child.terminal)
        self._stream.put_output(self._decoder.decode(self._filter.rest(), final=True))
        self._take_held()
        if self._finishing and not self._closed.done():
            self._loop.call_soon(self._finish)

    # ------------------------------------------------------------------------------------------------ its end

    def _on_end(self) -> None:
        """Hear from the nursery that the process is gone; what it has said may still have to be read."""
        self._finishing = True
        self._go_on()
        if not self._terminal_open:
            self._finish()
        else:
            self._later(_PATIENCE, self._finish_anyway)

    def _finish_anyway(self) -> None:
        if self._stream.full and not self._wanted:
            self._later(_PATIENCE, self._finish_anyway)
        else:
            self._finish()

    def _finish(self) -> None:
        if self._closed.done():
            return
        for _ in range(64):  # a forked process that got away may keep the socket open
            if not self._socket_open or not self._hear():
                break
        self._end_terminal()
        ended = self._child.ended.result()
        if self._exit is None:
            if ended is None:
                self._want("lost")
                self._conclude(125, 0)
            else:
                self._conclude(ended.code, ended.signal)
        self._forget()
        self._stream.put(Closed())
        self._closed.set_result(None)
        self._still.set()

    def _want(self, reason: Reason, detail: str = "") -> None:
        """Remember why the run is being ended; the first reason stays."""
        if self._wanted is None:
            self._wanted = (reason, detail)

    def _conclude(self, code: int, killed_by: int) -> None:
        """Say how the program ended, from what the system and this side know."""
        detail = ""
        if self._wanted:
            reason, detail = self._wanted
            code = CODES.get(reason, 128 + (killed_by or signal.SIGKILL))
        elif killed_by:
            reason, code, detail = "killed", 128 + killed_by, _signal_name(killed_by)
        elif code == CODES["stopped"]:
            reason = "stopped"
        else:
            reason = "finished" if code == 0 else "error"
        self._exit = Exit(
            reason=reason,
            code=code,
            seconds=time.monotonic() - self._begun,
            dropped_bytes=self._dropped,
            signal=killed_by,
            detail=detail,
        )
        if self._clock is not None:
            self._clock.cancel()
        self._stream.put(self._exit)
        self._still.set()

    def _forget(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for descriptor in (self._child.socket.fileno(), self._child.terminal):
            if descriptor >= 0:
                self._loop.remove_reader(descriptor)
                self._loop.remove_writer(descriptor)
        self._at_prompt = self._evaluating = False
        for request, waiting in self._looks.items():
            if not waiting.done():
                waiting.set_result(
                    Detail(request=request, expression="", error="the program's process has ended")
                )
        self._looks.clear()
        self._child.let_go()

    # ----------------------------------------------------------------------------------------- its limits

    def _on_timeout(self) -> None:
        if not self._still.is_set():
            self._want("timeout", f"{self._limits.seconds:g}")
            self._climb()

    def _on_poll(self) -> None:
        if self._closed.done():
            return
        self._later(POLL, self._on_poll)
        usage = measure(self._child.family, self._limits)
        self._judge(usage)

    def _judge(self, usage: Usage) -> None:
        if usage.memory > self._limits.memory:
            self._want("memory", str(self._limits.memory))
            self._child.kill()
        elif usage.processes > self._limits.processes:
            self._want("killed", str(self._limits.processes))
            self._child.kill()

    # ------------------------------------------------------------------------------------------ what it is told

    def write(self, text: str) -> None:
        if self._terminal_open:
            self._write(self._child.terminal, text.encode("utf-8", "surrogateescape"))

    def _send(self, message: Message) -> None:
        if self._socket_open:
            self._write(self._child.socket.fileno(), encode(message))

    def _write(self, descriptor: int, data: bytes) -> None:
        waiting = self._outgoing[descriptor]
        waiting += data
        if len(waiting) == len(data):
            self._write_on(descriptor)

    def _write_on(self, descriptor: int) -> None:
        waiting = self._outgoing[descriptor]
        try:
            while waiting:
                del waiting[: os.write(descriptor, memoryview(waiting)[:65536].tobytes())]
        except BlockingIOError:
            self._loop.add_writer(descriptor, self._write_on, descriptor)
            return
        except OSError:  # the process has gone; its end is reported from elsewhere
            waiting.clear()
        self._loop.remove_writer(descriptor)

    def resize(self, columns: int, rows: int) -> None:
        if self._child.terminal >= 0:
            set_size(self._child.terminal, columns, rows)

    async def stop(self) -> None:
        if self._still.is_set():
            return
        if self._ladder is not None and not self._ladder.done():
            self._child.kill()
        else:
            if self.running:
                self._want("stopped")
            self._climb()
        await self._still.wait()

    def _climb(self) -> None:
        if self._ladder is None or self._ladder.done():
            self._ladder = self._loop.create_task(self._climb_ladder())
            self._go_on()

    async def _climb_ladder(self) -> None:
        for step, seconds in LADDER:
            deadline = self._loop.time() + seconds
            while (left := deadline - self._loop.time()) > 0:
                if step == "halt" and not self._evaluating:
                    self._send(Halt())
                else:
                    self._child.signal(signal.SIGTERM if step == "terminate" else signal.SIGINT)
                self._child.signal(signal.SIGCONT)
                # A line of the prompt may not have begun when the first interrupt came, so it gets more than one.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(
                        self._still.wait(), min(left, REPEAT) if self._evaluating else left
                    )
                    return
        self._child.kill()

    async def evaluate(self, source: str) -> None:
        if not self._at_prompt or self._evaluating:
            raise RunnerError("there is no prompt now")
        self._at_prompt, self._evaluating = False, True
        self._still.clear()
        self._clock = self._later(self._limits.seconds, self._on_timeout)
        self._wake()
        self._send(Evaluate(source=source))

    async def look(self, expression: str, slice: tuple[int, ...] = ()) -> Detail:
        request, self._next_look = self._next_look, self._next_look + 1
        if self._closed.done() or not self._socket_open:
            return Detail(request=request, expression=expression, error="the program's process has ended")
        self._looks[request] = waiting = self._loop.create_future()
        self._wake()
        self._send(Look(request=request, expression=expression, slice=slice))
        try:
            return await waiting
        finally:
            self._looks.pop(request, None)

    def _rest(self) -> None:
        """Have the ended program's process sleep until it is asked for something: no thread of it goes on in secret."""
        if self._at_prompt and not self._looks and not self._finishing:
            self._child.signal(signal.SIGSTOP)

    def _wake(self) -> None:
        if self._exit is not None:
            self._child.signal(signal.SIGCONT)

    async def close(self) -> None:
        if not self._closed.done():
            if self._at_prompt:
                self._at_prompt = False
                self._wake()
                self._send(Quit())
                await asyncio.wait([self._closed], timeout=_PATIENCE)
            if not self._closed.done():
                if self.running:
                    self._want("stopped")
                self._child.kill()
                self._go_on()
                await asyncio.wait([self._closed], timeout=3)
                if not self._closed.done():
                    self._child.lose("it cannot be ended")
                    self._finish()
        if self._ladder is not None and not self._ladder.done():
            self._ladder.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ladder


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
