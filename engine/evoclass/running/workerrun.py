"""One program in a process with a worker, from Run to its exit, seen from the front end."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import (
    Attend,
    Closed,
    Detail,
    Done,
    ErrorReport,
    Evaluate,
    Exit,
    Halt,
    Job,
    Look,
    Prompt,
    Quit,
    Ready,
    RunEvent,
    Soon,
    Started,
    WorkerMessage,
)
from evoclass.running.conversation import Conversation
from evoclass.running.ladder import Ladder
from evoclass.running.outbox import Outbox
from evoclass.running.outputreader import OutputReader
from evoclass.running.program import Limits, Program
from evoclass.running.run import Run
from evoclass.running.stream import EventStream
from evoclass.running.workerprocess import Reason, WorkerProcess

POLL = 0.1
"""Seconds between two checks of the resources that the process uses."""

TICK = 0.05
"""Seconds to the limit that are not worth waiting for."""

LONGEST_WAIT = 5
"""The longest time until a run is stopped, as a multiple of its limit, on a machine that keeps it from running."""

CODES: dict[str, int] = {"timeout": 124, "stopped": 130, "memory": 137, "killed": 137, "lost": 125}
"""Exit codes of the ends that this side has caused or detected."""

_FAREWELL = 0.5
"""Seconds that a process gets to leave its prompt without being forced."""

_GONE = "the program's process has ended"


class WorkerRun(Run):
    """A run by a `Worker`: everything except the process itself, however the runner has made that."""

    def __init__(self, process: WorkerProcess, ready: Ready) -> None:
        """Take a process whose worker has said that it is ready."""
        self.process = process
        self._ready = ready
        process.ended.add_done_callback(self._on_end)
        self._token = secrets.token_hex(16)
        self._loop = asyncio.get_running_loop()
        self._stream = EventStream(self._go_on)
        self._output = OutputReader(process, self._token, self._stream, self._take_held_back)
        self._conversation = Conversation(process.messages, self._stream, self._take, self._mistrust)
        self._keyboard = Outbox(process.keyboard)
        self._looks: dict[int, asyncio.Future[Detail]] = {}
        self._next_look = 1
        self._exit: Exit | None = None
        self._at_prompt = False
        self._still = asyncio.Event()
        """Set while neither the program nor a line at the prompt runs."""
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._wanted: tuple[Reason, str] | None = None
        """Why this side ends the program, if it does."""
        self._ladder: Ladder | None = None
        self._begun = 0.0
        self._clock_from = self._starved_before = 0.0
        """When the clock was started, and how long the program had been starved by then."""
        self._figure_size: tuple[float, float, float] | None = None
        """That of the next line's figures, if it is not the program's."""
        self._clock: asyncio.TimerHandle | None = None
        self._poll: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Wake the child; its job is about to arrive."""
        self._conversation.send(Soon())

    def begin(
        self,
        program: Program,
        limits: Limits,
        *,
        there: Path | None = None,
        columns: int = 80,
        rows: int = 24,
    ) -> None:
        """Send the job to the waiting worker; all work that can wait comes after that.

        `there` is the program's folder as the worker sees it, if its path differs from the one here.
        """
        self._program, self._limits = program, limits
        folder = Path(os.path.abspath(there or program.folder))
        file = folder / program.file.name if there else Path(os.path.abspath(program.file))
        self._file = str(file)
        self.process.resize(columns, rows)
        if not program.echo:
            self.process.hide_typing()
        self._begun = time.monotonic()
        found = replace(program, file=file, folder=folder)
        self._conversation.send(
            Job(program=found, limits=limits, device=self.process.device, token=self._token)
        )
        ready = self._ready
        self._stream.put(
            Started(
                pid=self.process.pid,
                python=ready.python,
                torch=ready.torch,
                device=ready.device,
                device_name=ready.device_name,
            )
        )
        self._output.limit = limits.output
        self._conversation.resume()
        self._output.resume()
        self._start_clock()
        self._poll = self._loop.call_later(POLL, self._on_poll)

    # -------------------------------------------------------------------------------- messages from the worker

    def events(self) -> AsyncGenerator[RunEvent, None]:
        return self._stream.events()

    @property
    def running(self) -> bool:
        return self._exit is None

    @property
    def over(self) -> bool:
        """Whether the process is gone too."""
        return self._closed.done()

    def _go_on(self) -> None:
        """Resume reading after the reader of the events has made room."""
        self._conversation.resume()
        self._output.resume()

    def when_under_way(self, then: Callable[[], None], seconds: float) -> None:
        """Call `then` once there is output or an end, or at the latest after a few seconds."""
        self._output.on_first = then
        self._loop.call_later(seconds, self._output.announce)

    def _take_held_back(self) -> None:
        self._conversation.go_on()

    def _mistrust(self, why: str) -> None:
        """End a run whose worker breaks the protocol."""
        self._want("lost", why)
        self.process.kill()

    def _take(self, message: WorkerMessage) -> bool:
        """Take a message; return False for one that must wait for earlier output."""
        if isinstance(message, Done | Prompt) and message.mark > self._output.marks and not self.process.gone:
            self._output.expect(message.mark)
            return False
        match message:
            case Ready() | Started():
                raise ProtocolError("a beginning in the middle")
            case Done():
                self._on_done(message)
            case Detail():
                self._on_detail(message)
            case Prompt():
                self._on_prompt(message)
            case ErrorReport(file=self._file):
                self._stream.put(msgspec.structs.replace(message, file=str(self._program.file)))
            case _:
                self._stream.put(message)
        return True

    def _on_done(self, message: Done) -> None:
        honest = secrets.compare_digest(message.token.encode(), self._token.encode())
        if not honest or self._exit is not None:
            raise ProtocolError("an end that is none")
        if self._program.keep and not self.process.gone:
            self._conclude(message.code, 0)

    def _on_detail(self, message: Detail) -> None:
        waiting = self._looks.pop(message.request, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        self._rest()

    def _on_prompt(self, message: Prompt) -> None:
        if self._exit is None:
            raise ProtocolError("a prompt before the end")
        self._at_prompt = True
        self._stop_clock()
        self._stream.put(message)
        self._still.set()
        self._rest()

    # ------------------------------------------------------------------------------------------------ its end

    def _on_end(self, ended: object) -> None:
        """Note that the process is gone; its messages and output may still have to be read."""
        if not self._begun:
            self.process.let_go()
        if not self._begun or self.over:
            return
        self._conversation.hear_the_rest()
        self._output.drain(self._finish)

    def _finish(self) -> None:
        if self._closed.done():
            return
        self._conversation.hear_the_rest()
        self._conversation.close()
        ended = self.process.ended.result() if self.process.gone else None
        if self._exit is None:
            if ended is None:
                self._want("lost")
                self._conclude(CODES["lost"], 0)
            else:
                self._conclude(ended.code, ended.signal)
        self._forget()
        self._stream.put(Closed())
        self._closed.set_result(None)
        self._still.set()

    def _want(self, reason: Reason, detail: str = "") -> None:
        """Remember why the program is being ended; the first reason is kept."""
        if self._wanted is None:
            self._wanted = (reason, detail)
            self._output.hurry = self._conversation.hurry = True

    def _conclude(self, code: int, killed_by: int) -> None:
        """Return how the program ended, from what the system and this side know."""
        detail = ""
        if self._wanted is not None:
            reason, detail = self._wanted
            code = CODES[reason]
        elif killed_by:
            reason, code, detail = "killed", 128 + killed_by, _signal_name(killed_by)
            if killed_by == signal.SIGKILL and self.process.memory_ran_out():
                reason, detail = "memory", ""
        elif code == CODES["stopped"]:
            reason = "stopped"
        else:
            reason = "finished" if code == 0 else "error"
        self._exit = Exit(
            reason=reason,
            code=code,
            seconds=time.monotonic() - self._begun,
            dropped_bytes=self._output.dropped,
            signal=killed_by,
            detail=detail,
        )
        self._stop_clock()
        self._output.announce()
        self._output.hurry = self._conversation.hurry = False
        self._stream.put(self._exit)
        self._still.set()

    def _start_clock(self) -> None:
        self._clock_from, self._starved_before = time.monotonic(), self.process.starved()
        self._clock = self._loop.call_later(self._limits.seconds, self._on_timeout)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()

    def _forget(self) -> None:
        """Release everything that the run held."""
        self._stop_clock()
        if self._poll is not None:
            self._poll.cancel()
        self._output.close()
        self._keyboard.close()
        self._at_prompt = False
        for request, waiting in self._looks.items():
            if not waiting.done():
                waiting.set_result(Detail(request=request, expression="", error=_GONE))
        self._looks.clear()
        self.process.let_go()

    # -------------------------------------------------------------------------------------------- its limits

    def _time_left(self) -> float:
        """Return the seconds until the limit, without counting those in which others had the processors."""
        passed, limit = time.monotonic() - self._clock_from, self._limits.seconds
        starved = max(self.process.starved() - self._starved_before, 0.0)
        return min(limit - (passed - starved), LONGEST_WAIT * limit - passed)

    def _on_timeout(self) -> None:
        if not self._still.is_set():
            if (left := self._time_left()) > TICK:
                self._clock = self._loop.call_later(left, self._on_timeout)
                return
            if self.running:
                self._want("timeout", f"{self._limits.seconds:g}")
            self._climb()

    def _on_poll(self) -> None:
        self._poll = self._loop.call_later(POLL, self._on_poll)
        if (excess := self.process.excess(self._limits)) is not None:
            self._want(*excess)
            self.process.kill()

    # ----------------------------------------------------------------------------------- requests to the worker

    def write(self, text: str) -> None:
        text, end, _ = (text, "", "") if self.process.terminal else text.partition("\x04")
        if self._program.echo and not self.process.terminal:
            self._stream.put_output(text)
        self._keyboard.put(text.encode("utf-8", "surrogateescape"))
        if end:
            self._keyboard.finish(self.process.end_input)

    def resize(self, columns: int, rows: int) -> None:
        self.process.resize(columns, rows)

    async def stop(self) -> None:
        if self._still.is_set():
            return
        if self._ladder is not None and self._ladder.climbing:
            self._ladder.skip()
        else:
            if self.running:
                self._want("stopped")
            self._climb()
        await self._still.wait()

    def _climb(self) -> None:
        if self._ladder is None or not self._ladder.climbing:
            self._ladder = Ladder(self.process, self._halt, self._still, at_prompt=not self.running)
            self._go_on()

    def _halt(self) -> None:
        self._conversation.send(Halt())

    async def evaluate(self, source: str) -> None:
        if not self._at_prompt:
            raise RunnerError("there is no prompt now", "runner.no_prompt")
        self._at_prompt = False
        self._still.clear()
        self._start_clock()
        self.process.signal(signal.SIGCONT)
        self._conversation.send(Evaluate(source=source, figure_size=self._figure_size))

    def fit_figures(self, size: tuple[float, float, float]) -> None:
        self._figure_size = size

    async def look(self, expression: str, axes: tuple[int, ...] = ()) -> Detail:
        request, self._next_look = self._next_look, self._next_look + 1
        if not self._conversation.open:
            return Detail(request=request, expression=expression, error=_GONE)
        self._looks[request] = waiting = self._loop.create_future()
        if self._at_prompt:
            self.process.signal(signal.SIGCONT)
        self._conversation.send(Look(request=request, expression=expression, slice=axes))
        try:
            detail: Detail = await waiting
            return detail
        finally:
            self._looks.pop(request, None)

    def attend(self, names: Sequence[str]) -> None:
        if self.running:
            self._conversation.send(Attend(names=tuple(names[:1024])))

    def _rest(self) -> None:
        """Pause the ended program's process until it gets a request: no thread continues unseen."""
        if self._at_prompt and not self._looks:
            self.process.signal(signal.SIGSTOP)

    async def close(self) -> None:
        if not self._begun:
            self.process.kill()
            self.process.let_go()
            return
        if not self._closed.done() and self._at_prompt:
            self._at_prompt = False
            self.process.signal(signal.SIGCONT)
            self._conversation.send(Quit())
            await asyncio.wait([self._closed], timeout=_FAREWELL)
        if not self._closed.done():
            if self.running:
                self._want("stopped")
            self.process.kill()
            self._go_on()
            await asyncio.wait([self._closed], timeout=3)
        if not self._closed.done():
            self.process.lose("it cannot be ended")
            self._finish()
        if self._ladder is not None:
            await self._ladder.leave()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
