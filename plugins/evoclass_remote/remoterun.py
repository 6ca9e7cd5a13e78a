"""One program that runs elsewhere, as a front end sees it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Literal

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import (
    Closed,
    Detail,
    Exit,
    Output,
    Prompt,
    RunEvent,
    Started,
    Waiting,
    encode,
)
from evoclass.runner import EventStream, Program, Run
from evoclass_remote.brought import Brought
from evoclass_remote.journal import WINDOW
from evoclass_remote.staging import StagingError
from evoclass_remote.wire import (
    Ask,
    End,
    Failed,
    Fetch,
    Happened,
    InView,
    Left,
    LookAt,
    Looked,
    News,
    Order,
    Resize,
    Stop,
    Type,
    Written,
)

logger = logging.getLogger(__name__)

AHEAD = WINDOW + 16 * 1024 * 1024
"""Most bytes of news that a host sends before any are acknowledged: its window, and one message that exceeds it."""

FAREWELL = 5.0
"""Seconds in which a host has to tell the end of a run that is closed."""

_GONE = "the program's process has ended"


class RemoteRun(Run):
    """A run on a host; its orders go to the session, and its news come from there."""

    def __init__(
        self,
        key: str,
        program: Program,
        brought: int,
        order: Callable[[Order], bool],
        heard: Callable[[str, int], object],
    ) -> None:
        """`order` sends an order and returns whether there is a connection, `heard` acknowledges news.

        Files of `brought` bytes may come back.
        """
        self.key = key
        self.program = program
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the program has started; a RunnerError if it could not."""
        self.number = 0
        """Number of the last news that was taken."""
        self._elsewhere: dict[str, int] = {}
        """Size of each new file that stays there because it is large, by path."""
        self._bringing: dict[str, asyncio.Future[None]] = {}
        self._ahead = 0
        """Bytes of news that were taken and not acknowledged."""
        self.when_over: Callable[[], object] = bool
        """Called when nothing more will be heard of the run."""
        self._order, self._heard = order, heard
        self._stream = EventStream(self._acknowledge)
        self._brought = Brought(program.folder, brought, key)
        self._looks: dict[int, asyncio.Future[Detail]] = {}
        self._next_look = 1
        self._exit: Exit | None = None
        self._at_prompt = False
        self._figure_size: tuple[float, float, float] | None = None
        self._still = asyncio.Event()
        self._closed = asyncio.Event()
        self._begun_at = time.monotonic()

    # ------------------------------------------------------------------------------------ from the session

    def goes_on(self) -> None:
        """Note that the program was begun by an earlier front end."""
        self.begun.set_result(None)

    def take(self, news: News) -> None:
        """Take news of the run, in order; what was taken before is only acknowledged again.

        Raises ProtocolError for a host that tells more than may be on its way while nobody reads it.
        """
        if news.number > self.number and not self.over:
            self.number = news.number
            if self._stream.full:
                self._ahead += len(encode(news))
                if self._ahead > AHEAD:
                    raise ProtocolError("more news than may be on their way")
            match news:
                case Happened(event=event):
                    self.happened(event)
                case Looked(request=request, detail=detail):
                    waiting = self._looks.pop(request, None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(detail)
                case Written():
                    self._write(news)
                case Left(files=files):
                    self._elsewhere = dict(files)
                case Failed():
                    self._failed(news)
        if not self._stream.full:
            self._acknowledge()

    def _acknowledge(self) -> None:
        self._ahead = 0
        self._heard(self.key, self.number)

    def happened(self, event: RunEvent) -> None:
        """Pass an event on to the front end."""
        if self._closed.is_set():
            return
        match event:
            case Output(text=text):
                self._stream.put_output(text)
                return
            case Started() if not self.begun.done():
                self.begun.set_result(None)
            case Exit():
                self._exit = event
                self._still.set()
            case Prompt():
                self._at_prompt = True
                self._still.set()
        self._stream.put(event)
        if isinstance(event, Closed):
            self._over()

    def wait_for(self, waiting: Waiting) -> None:
        """Tell the front end why the program has not begun, or why nothing is heard of it."""
        self.happened(waiting)

    def lost(self) -> None:
        """End a run of which nothing will be heard any more."""
        self._give_up("lost", 125)

    def _give_up(self, reason: Literal["stopped", "lost"], code: int) -> None:
        if not self.begun.done():
            self.begun.set_result(None)
        if self._exit is None:
            seconds = time.monotonic() - self._begun_at
            self.happened(Exit(reason=reason, code=code, seconds=seconds))
        self.happened(Closed())

    def _failed(self, news: Failed) -> None:
        error = RunnerError(news.said, news.key, **news.fields)
        if self.begun.done():
            logger.warning("%s: %s", self.program.file, news.said)
            self._bring_no_more(error)
            return
        self.begun.set_exception(error)
        self.begun.exception()  # nobody may be waiting for it
        self._over()

    def _write(self, news: Written) -> None:
        try:
            self._brought.take(news)
        except (StagingError, OSError) as error:
            self._brought.close()
            logger.warning("%s: a file did not come back: %s", self.program.file, error)
            self._bring_no_more(RunnerError(str(error), "remote.not_brought", reason=str(error)))
            return
        if news.last and (waiting := self._bringing.pop(news.path, None)) is not None and not waiting.done():
            self._elsewhere.pop(news.path, None)
            waiting.set_result(None)

    def _bring_no_more(self, error: RunnerError) -> None:
        for waiting in self._bringing.values():
            if not waiting.done():
                waiting.set_exception(error)
        self._bringing.clear()

    def _over(self) -> None:
        self._at_prompt = False
        self._closed.set()
        self._still.set()
        self._brought.close()
        self.when_over()
        for request, waiting in self._looks.items():
            if not waiting.done():
                waiting.set_result(Detail(request=request, expression="", error=_GONE))
        self._looks.clear()
        self._bring_no_more(RunnerError(_GONE, "remote.run_gone"))

    # ---------------------------------------------------------------------------------- from the front end

    @property
    def running(self) -> bool:
        return self._exit is None

    @property
    def over(self) -> bool:
        """Whether the process is gone too."""
        return self._closed.is_set()

    @property
    def busy(self) -> bool:
        """Whether the program runs, or a line at its prompt."""
        return not self._still.is_set()

    @property
    def at_prompt(self) -> bool:
        """Whether the ended program waits for a line."""
        return self._at_prompt

    def events(self) -> AsyncGenerator[RunEvent, None]:
        return self._stream.events()

    def write(self, text: str) -> None:
        self._order(Type(number=0, run=self.key, text=text))

    def resize(self, columns: int, rows: int) -> None:
        self._order(Resize(number=0, run=self.key, columns=columns, rows=rows))

    async def stop(self) -> None:
        if self._still.is_set():
            return
        connected = self._order(Stop(number=0, run=self.key))
        if not connected and not self.begun.done():
            self._give_up("stopped", 130)  # nothing runs yet
        await self._still.wait()

    async def evaluate(self, source: str) -> None:
        if not self._at_prompt:
            raise RunnerError("there is no prompt now", "runner.no_prompt")
        self._at_prompt = False
        self._still.clear()
        self._order(Ask(number=0, run=self.key, source=source, figure_size=self._figure_size))

    def fit_figures(self, size: tuple[float, float, float]) -> None:
        self._figure_size = size

    async def look(self, expression: str, axes: tuple[int, ...] = ()) -> Detail:
        request, self._next_look = self._next_look, self._next_look + 1
        if self.over:
            return Detail(request=request, expression=expression, error=_GONE)
        waiting = self._looks[request] = asyncio.get_running_loop().create_future()
        self._order(LookAt(number=0, run=self.key, request=request, expression=expression, axes=axes))
        try:
            detail: Detail = await waiting
            return detail
        finally:
            self._looks.pop(request, None)

    def attend(self, names: Sequence[str]) -> None:
        if self.running:
            self._order(InView(number=0, run=self.key, names=tuple(names[:1024])))

    @property
    def elsewhere(self) -> Sequence[tuple[str, int]]:
        return tuple(self._elsewhere.items())

    async def bring(self, path: str) -> None:
        if path not in self._elsewhere:
            raise RunnerError(f"{path} is not elsewhere")
        if self.over:
            raise RunnerError(_GONE, "remote.run_gone")
        self._brought.allow(self._elsewhere[path])
        waiting = self._bringing[path] = asyncio.get_running_loop().create_future()
        self._order(Fetch(number=0, run=self.key, path=path))
        await waiting

    def let_go(self) -> bool:
        """Have the host end the run, without waiting for it; return whether there is a connection."""
        return self._order(End(number=0, run=self.key))

    async def close(self) -> None:
        if self.over:
            return
        connected = self.let_go()
        try:
            await asyncio.wait_for(self._closed.wait(), FAREWELL if connected else 0)
        except TimeoutError:
            self._give_up("stopped", 130)
