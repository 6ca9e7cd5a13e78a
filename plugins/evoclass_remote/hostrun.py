"""One program on the host: its orders carried out in turn, its events written into its journal."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from evoclass.errors import EvoClassError
from evoclass.protocol import Closed, Exit, Output, Prompt
from evoclass.runner import Run, Runner
from evoclass_remote.journal import Journal
from evoclass_remote.spelling import Spelling
from evoclass_remote.staging import Stage, StagingError, Stock, inside
from evoclass_remote.wire import (
    MOST_FILES,
    PIECE,
    Ask,
    Begin,
    Failed,
    Fetch,
    File,
    InView,
    Left,
    LookAt,
    Looked,
    Order,
    Resize,
    Stop,
    Type,
    Written,
)

logger = logging.getLogger(__name__)

TYPED_AHEAD = 4096
"""Characters that may be typed before a program begins, as many as a terminal keeps of a line."""

AT_ONCE = 64, 256 * 1024
"""Files and bytes up to which a copy takes less time than a thread takes to begin."""


class HostRun:
    """A run, from the order that begins it until it is let go of."""

    def __init__(self, order: Begin, stock: Stock, tell: Callable[[], None]) -> None:
        """`tell` is called when the journal has news."""
        self.journal = Journal(order.run)
        self.complete = asyncio.Event()
        """Set when all files of the program have arrived."""
        self._order = order
        self._stock = stock
        self._tell = tell
        self._run: Run | None = None
        self._stage: Stage | None = None
        self._prompt: Prompt | None = None
        self._stopped = self._over = False
        self._refusal = ""
        self._typed_ahead = ""
        """What was typed before the program began: it reads that first, as at any terminal."""
        self._sizes: dict[str, int] = {}
        """Size of each new or changed file at the program's end."""
        self._left: dict[str, int] = {}
        """Size of each of them that stays here."""
        self._torn = ""
        """Path of a file that is not sent to its end, because the front end that had its beginning has gone."""
        self._sending = asyncio.Lock()
        self._fetching: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def files(self) -> tuple[str, ...]:
        """The contents that the program needs."""
        return tuple(file.digest for file in self._order.files)

    def begin(self, runner: Runner, folder: Callable[[], Any]) -> None:
        """Run the program once its files are there, in the folder that `folder` names."""
        self._do(self._carry_out(runner, folder))

    def take(self, order: Order) -> None:
        """Carry out an order on this run."""
        run = self._run
        match order:
            case Stop() if run is None:
                self._stopped = True
                self.complete.set()
            case Type(text=text) if run is None:
                self._typed_ahead = (self._typed_ahead + text)[:TYPED_AHEAD]
            case _ if run is None or self._over:
                pass  # there is no process yet, or none any more: nobody can have meant it
            case Stop():
                self._do(run.stop())
            case Type(text=text):
                run.write(text)
            case Resize(columns=columns, rows=rows):
                run.resize(columns, rows)
            case Ask(source=source, figure_size=figure_size):
                self._prompt = None
                if figure_size is not None:
                    run.fit_figures(figure_size)
                self._do(self._ask(run, source))
            case LookAt():
                self._do(self._look(run, order))
            case InView(names=names):
                run.attend(names)
            case Fetch(path=path):
                task = self._do(self._fetch(path))
                self._fetching.add(task)
                task.add_done_callback(self._fetching.discard)

    def refuse(self, why: str) -> None:
        """Give the program up before it has begun."""
        self._refusal = why
        self.complete.set()

    def rewind(self) -> None:
        """Tell everything again to a front end that knows nothing of the run."""
        for task in self._fetching:
            task.cancel()
        self._torn = self.journal.torn
        if self._torn in self._sizes:
            self._left[self._torn] = self._sizes[self._torn]
        self.journal.rewind(self._prompt, self._files_left())

    @property
    def forgettable(self) -> bool:
        """Whether the run is over and the front end has heard all of it."""
        return self._over and self.journal.silent

    @property
    def busy(self) -> bool:
        """Whether the program runs, or a line at its prompt."""
        return not self._over and self._prompt is None

    def end(self) -> None:
        """End the process; the run is over then."""
        if self._run is not None:
            self._do(self._run.close())
        else:
            self._stopped = True
            self.complete.set()

    async def clean_up(self) -> None:
        """End what is left of the run, and delete its files."""
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        if self._run is not None:
            await self._run.close()
        if self._stage is not None:
            await asyncio.to_thread(self._stage.remove)

    def _do(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def done() -> None:
            try:
                await work
            except Exception as error:
                # No order may stay without an answer, not even one that no front end of ours gives.
                logger.exception("an order failed")
                self._fail(error)

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # it may have been cancelled before it began
        return task

    async def _carry_out(self, runner: Runner, folder: Callable[[], Any]) -> None:
        order = self._order
        try:
            await self.complete.wait()
            if self._refusal:
                raise StagingError(self._refusal)
            if self._stopped:
                self._tell_event(Exit(reason="stopped", code=130, seconds=0.0))
                self._tell_event(Closed())
                self._over = True
                return
            make = partial(Stage, folder(), order.files, self._stock)
            self._stage = stage = make() if _few(order.files) else await asyncio.to_thread(make)
            program = order.program
            place = stage.folder / self._own_path()
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(program.source, encoding="utf-8")
                stage.known(self._own_path())
            program = replace(program, file=place, folder=stage.folder)
            self._run = run = await runner.start(
                program, order.limits, columns=order.columns, rows=order.rows
            )
            if self._typed_ahead:
                run.write(self._typed_ahead)
            if self._stopped:
                self._do(run.close())
            await self._follow(run, Spelling(str(stage.folder), str(order.program.folder)))
        except (EvoClassError, StagingError, OSError, ValueError) as error:
            # A ValueError is a name with a zero byte.
            self._fail(error)
            if self._run is not None:
                await self._run.close()
                self._tell_event(Exit(reason="lost", code=125, seconds=0.0))
                self._tell_event(Closed())
        finally:
            self._over = True

    def _own_path(self) -> str:
        """Return the program's path below its folder."""
        program = self._order.program
        if program.file.is_relative_to(program.folder):
            return str(inside(program.file.relative_to(program.folder).as_posix()))
        return program.file.name

    async def _follow(self, run: Run, spelling: Spelling) -> None:
        events = run.events()
        try:
            pending = asyncio.ensure_future(anext(events))
            while True:
                if spelling.patience:
                    await asyncio.wait([pending], timeout=spelling.patience)
                    if not pending.done():
                        self._tell_event(Output(text=spelling.rest()))
                event = await pending
                if isinstance(event, Closed):
                    break
                pending = asyncio.ensure_future(anext(events))
                if not isinstance(event, Output) and spelling.patience:
                    self._tell_event(Output(text=spelling.rest()))
                if isinstance(event, Exit):
                    await self._bring_back()
                self._prompt = event if isinstance(event, Prompt) else self._prompt
                event = spelling.event(event)
                if not isinstance(event, Output) or event.text:
                    self._tell_event(event)
                await self.journal.room()
        finally:
            await events.aclose()
        self._tell_event(Closed())

    def _tell_event(self, event: Any) -> None:
        self.journal.happened(event)
        self._tell()

    async def _bring_back(self) -> None:
        """Send the new and changed files, the smallest first, as far as the limit allows; name the others."""
        assert self._stage is not None
        changed = await asyncio.to_thread(self._stage.changed)
        self._sizes = dict(changed)
        room, count = self._order.brought, 0
        for path, size in changed:
            if size > room or count == MOST_FILES:
                self._left[path] = size
            elif await self._send(path):
                room -= size
                count += 1
        self.journal.add(
            Left(run=self._order.run, number=self.journal.next_number(), files=self._files_left())
        )
        self._tell()

    def _files_left(self) -> tuple[tuple[str, int], ...]:
        return tuple(self._left.items())[:MOST_FILES]

    async def _send(self, path: str) -> bool:
        """Send a file; return whether all of it was there."""
        assert self._stage is not None
        with contextlib.suppress(OSError, StagingError):
            async with self._sending:
                self._torn = ""
                self._stage.known(path)
                first, sent, before = True, 0, b""
                for data in self._stage.pieces(path):
                    if not first:
                        self._write(path, before, first=sent == 0)
                        sent += len(before)
                        await self.journal.room()
                        if path == self._torn:
                            return False
                    before, first = data, False
                self._write(path, before, first=sent == 0, last=True)
                return True
        return False

    def _write(self, path: str, data: bytes, first: bool, last: bool = False) -> None:
        assert len(data) <= PIECE
        number = self.journal.next_number()
        self.journal.add(
            Written(run=self._order.run, number=number, path=path, data=data, first=first, last=last)
        )
        self._tell()

    async def _fetch(self, path: str) -> None:
        if self._stage is None or not await self._send(path):
            self._fail(RuntimeError(f"there is no file {path}"))

    async def _ask(self, run: Run, source: str) -> None:
        try:
            await run.evaluate(source)
        except EvoClassError as error:
            self._fail(error)

    async def _look(self, run: Run, order: LookAt) -> None:
        detail = await run.look(order.expression, order.axes)
        number = self.journal.next_number()
        self.journal.add(Looked(run=order.run, number=number, request=order.request, detail=detail))
        self._tell()

    def _fail(self, error: Exception) -> None:
        key, fields = "", {}
        if isinstance(error, EvoClassError):
            key, fields = error.key, {name: str(value)[:2000] for name, value in error.fields.items()}
        self.journal.add(
            Failed(
                run=self._order.run,
                number=self.journal.next_number(),
                said=str(error)[:2000] or type(error).__name__,
                key=key,
                fields=fields,
            )
        )
        self._tell()


def _few(files: Sequence[File]) -> bool:
    count, size = AT_ONCE
    return len(files) <= count and sum(file.size for file in files) <= size
