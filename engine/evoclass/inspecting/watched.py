"""What a lesson watches in the program: the numbers that it has after each optimizer step."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from time import perf_counter
from types import FrameType
from typing import Any

from evoclass.inspecting.follower import Follower
from evoclass.inspecting.scope import local_values
from evoclass.inspecting.stores import Stores
from evoclass.inspecting.values import NamespaceReader


class Watched:
    """Finds the watched values where the program holds them, and has their numbers taken for the right step."""

    def __init__(self, file: str, names: Iterable[str], values: NamespaceReader, budget: float) -> None:
        self._file = file
        self._values = values
        self.follower = Follower(names, values.number, budget, values.thumbnail)
        self._stores = Stores(self.follower.paths, file, values.holders)
        self._hidden: Collection[str] = ()
        """Watched variables of the last step that were a function's own and had no value of that step yet."""

    def take(self, step: int, frame: FrameType, since: float) -> None:
        """Take the numbers after a step that ended at `since`."""
        if not self._values.still():
            return
        scope = local_values(frame, self._file)
        values = self._visible(scope)
        late = self._stores.known(frame)
        if late is None:
            # Once for each place: not what a look costs, of which the next ones are thought to be like it.
            late, before = self._stores.after(frame, values)
            self.follower.correct(before)
            since = perf_counter()
        self.follower.take(step, values, since, late)
        self._hidden = self._own_roots(scope, late) if scope and late else ()

    def _own_roots(self, scope: Mapping[str, Any], late: Iterable[str]) -> set[str]:
        """Return the variables of late values that are a function's own, and no other name of a global object."""
        parts = [self.follower.paths[name] for name in late]
        return {
            root
            for root, *path in parts
            if root in scope and not (path and scope[root] is self._values.namespace.get(root))
        }

    def settle(self, step: int, scope: Mapping[str, Any]) -> None:
        """Take those numbers of the last step that the program assigned after it, once that part of it has ended.

        A global name is not the variable of a function that has the same name.
        """
        if self.follower.waits and self._values.still():
            values = self._values.namespace
            if self._hidden:
                values = {name: value for name, value in values.items() if name not in self._hidden}
            self.follower.settle(step, {**values, **scope})

    def let_go(self) -> None:
        """Watch nothing any more."""
        self.follower = Follower((), self._values.number, 0.0)

    def _visible(self, scope: dict[str, Any]) -> Mapping[str, Any]:
        namespace = self._values.namespace
        return ChainMap(scope, namespace) if scope else namespace
