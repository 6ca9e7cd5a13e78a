"""What is known of the names in a program: from its own text, and from the packages where programs run."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evoclass.disk.crashlog import write_down
from evoclass.inspecting.manual import Answer, Members, Page, members_program, program, read
from evoclass.learner.session import Session
from evoclass.running.bench import RunnerBench
from evoclass_tui import suggestions
from evoclass_tui.completion import among
from evoclass_tui.runs import Runs
from evoclass_tui.signature import parameters
from evoclass_tui.suggestions import Spot, Suggestion, spot
from evoclass_tui.widgets.suggesting import SuggestingArea

if TYPE_CHECKING:
    from evoclass_tui.program_names import ProgramNames
    from evoclass_tui.widgets.prompt import PromptInput

_KINDS = {
    "tensor": "torch.Tensor()",
    "parameter": "torch.Tensor()",
    "buffer": "torch.Tensor()",
    "gradient": "torch.Tensor()",
    "module": "torch.nn.Module()",
    "optimizer": "torch.optim.Optimizer()",
    "scheduler": "torch.optim.lr_scheduler.LRScheduler()",
}
"""What a value of the last run is, by the kind of its row."""

SECONDS = 30.0
"""Time limit of a look-up: importing a large package takes some of it."""


_FROM = re.compile(r"\s*from\s+([\w.]+)\s+import\s")
_IMPORT = re.compile(r"\s*(?:from|import)\s")


def _imported(line: str, spot: Spot) -> str:
    """Return the module whose names an import is about; empty if the line imports nothing."""
    found = _FROM.match(line)
    return found[1] if found is not None else spot.owner if _IMPORT.match(line) else ""


class Reference:
    """Asks the process that is ready for the next run, and keeps the answers as long as the window is open.

    Nothing of the learner's is evaluated: the process only reads static attributes of installed packages.
    """

    def __init__(self, session: Session, runs: Runs) -> None:
        self._session, self._runs = session, runs
        self._members: dict[str, Members] = {}
        self._pages: dict[tuple[str, ...], Page] = {}
        self._one_by_one = asyncio.Lock()

    async def page(self, names: Sequence[str]) -> Page:
        """Return the page of the first name that is known."""
        names = tuple(names)
        async with self._one_by_one:
            if names not in self._pages:
                page = await self._ask(program(names), Page)
                if page is None:
                    return Page()
                self._pages[names] = page
        return self._pages[names]

    async def members(self, path: str) -> Members:
        """Return what is inside of what a path leads to; nothing as long as no process is ready to answer."""
        async with self._one_by_one:
            if path not in self._members:
                found = await self._ask(members_program(path), Members) if self._ready else None
                if found is None:
                    return Members()
                self._members[path] = found
        return self._members[path]

    @property
    def _ready(self) -> bool:
        runner = self._runs.in_use.runner
        try:
            return runner is not None and runner.ready
        except Exception:  # a plugin's runner
            return False

    async def _ask(self, source: str, kind: type[Answer]) -> Answer | None:
        session = self._session
        bench = RunnerBench(session.catalog, self._runs.in_use.for_grading, session.settings.limits)
        try:
            return read((await bench.run(source, seconds=SECONDS)).output, kind)
        except Exception as error:  # a runner may raise anything
            write_down(error)
            return None

    # ----------------------------------------------------------------------------------------------- at a place

    async def answer(self, wanted: SuggestingArea.Wanted) -> None:
        """Give an editor what it wants to know, unless the learner wants nothing by itself."""
        if not (wanted.asked or self._session.settings.suggestions):
            return
        area, place = wanted.area, wanted.place
        source = area.text
        if wanted.signature and place.call is not None:
            area.take_signature(place, await self.signature(source, wanted.row, place.call.function))
        if wanted.names:
            area.take(place, await self.suggest(source, wanted.row, place))

    async def complete(self, wanted: PromptInput.InsideWanted) -> None:
        """Give the prompt what is inside of a module, as an editor has it."""
        place, lab_run = spot(wanted.text), self._runs.lab_run
        if place is None or not place.nameable or lab_run is None:
            return
        source = "\n".join((lab_run.program.source, *lab_run.entered, wanted.text))
        if place.dotted or _imported(wanted.text, place):
            found = await self.suggest(source, source.count("\n"), place)
            wanted.field.take(wanted.text, among((one.text for one in found), place.prefix))

    async def suggest(self, source: str, row: int, place: Spot) -> list[Suggestion]:
        """Return what could be typed at a place of a program."""
        from evoclass_tui.program_names import ProgramNames

        if module := _imported(source.split("\n")[row], place):
            return suggestions.members(await self.members(module))
        names = ProgramNames(source, row)
        if place.dotted:
            return await self._inside(names, place.owner)
        call, arguments = place.call, []
        if call is not None and not call.name:
            told = parameters(await self._signature(names, call.function))
            arguments = [Suggestion(f"{one}=") for one in told if one not in call.given]
        own = {*names.signatures, *names.classes}
        return [*arguments, *suggestions.words(names.words | (names.here - {place.prefix}), own)]

    async def signature(self, source: str, row: int, function: str) -> str:
        """Return the parameters of a function as one line; empty if they are not known."""
        from evoclass_tui.program_names import ProgramNames

        return await self._signature(ProgramNames(source, row), function)

    async def _inside(self, names: ProgramNames, owner: str) -> list[Suggestion]:
        path, used = names.path(owner), names.used.get(owner, set())
        if path.startswith(":") and path[1:].removesuffix("()") in names.classes:
            return await self._inside_own(names, path, used)
        if not path or path.startswith(":"):
            path = self._path_of_value(owner)
        found = suggestions.members(await self.members(path)) if path else []
        return found or [Suggestion(name) for name in sorted(used, key=str.lower)]

    async def _inside_own(self, names: ProgramNames, path: str, used: set[str]) -> list[Suggestion]:
        """Return the members of a class of the program, and of the one that it builds on."""
        own = names.classes[path[1:].removesuffix("()")]
        inherited: list[Suggestion] = []
        if (base := names.path(own.base) if own.base else "") and not base.startswith(":"):
            inherited = suggestions.members(await self.members(f"{base}()"))
        first = [
            Suggestion(name, "()" if f"{path[1:].removesuffix('()')}.{name}" in names.signatures else "")
            for name in sorted(own.names | used, key=str.lower)
            if not name.startswith("__")
        ]
        return [*first, *(one for one in inherited if one.text not in own.names | used)]

    async def _signature(self, names: ProgramNames, function: str) -> str:
        path = names.path(function)
        if path.startswith(":"):
            return names.signatures.get(path[1:].replace("()", ""), "")
        if function in names.signatures:
            return names.signatures[function]
        path = path or self._path_of_value(function)
        if not path and "." not in function:
            path = f"builtins.{function}"
        return (await self.page((path,))).signature if path and self._ready else ""

    def _path_of_value(self, written: str) -> str:
        """Return what a name stood for in the last run of this lesson."""
        lab_run, record = self._runs.lab_run, self._session.state.last_run
        if lab_run is not None:
            rows = lab_run.recording.rows
        else:
            frame = record.frame if record is not None else None
            rows = {row.name: row for row in frame.rows} if frame is not None else {}
        for name in (written, written.rpartition(".")[0]):
            if name and name in rows and rows[name].kind in _KINDS:
                return _KINDS[rows[name].kind] + written[len(name) :]
        return ""
