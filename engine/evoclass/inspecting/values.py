"""The values of a program as the probes see them: the list of them, the result of an expression, the close look."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import chain
from typing import Any

import msgspec

from evoclass.inspecting.aliases import Aliases
from evoclass.inspecting.expectations import expected
from evoclass.inspecting.expressions import compile_expression, evaluate, live_text
from evoclass.inspecting.scope import entry, nameable, parts_of, presented
from evoclass.pluginhost.keptprobe import keep
from evoclass.probe import Probe
from evoclass.protocol import Detail, Expected, Look, Summary, Thumbnail

_LONGEST_VALUE = 100_000
_LONGEST_TEXT = 500
_ROOT = re.compile(r"[^\W\d]\w*")
"""The variable at the beginning of an expression."""


class NamespaceReader:
    """Reads a program's namespace through probes; holds no value itself."""

    def __init__(self, namespace: dict[str, Any], probes: Iterable[Probe], aliases: Aliases) -> None:
        self.namespace = namespace
        self._aliases = aliases
        self.probes: list[Probe] = sorted(map(keep, probes), key=lambda probe: -probe.priority)
        self.order: dict[str, int] = {}
        """Position of each expression in the program, as of the last `named`."""
        self._kinds: dict[type, Probe | None] = {}
        pins = {name: parts_of(name) for name in sorted(aliases.pins)}
        self._parts = {name: parts for name, parts in pins.items() if len(parts) > 1}
        """Parts of variables that the lesson pins."""

    @property
    def _main(self) -> str:
        """The module whose classes are the program's own."""
        return str(self.namespace.get("__name__", "__main__"))

    def probe_of(self, value: Any) -> Probe | None:
        """Return the probe that knows this kind of value."""
        kind = type(value)
        try:
            return self._kinds[kind]
        except KeyError:
            found = next((probe for probe in self.probes if probe.matches(value)), None)
            return self._kinds.setdefault(kind, found)

    def named(self, scope: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the values by probe and by expression; an object with many names appears under the best one."""
        named: dict[str, dict[str, Any]] = {probe.name: {} for probe in self.probes}
        values = {**self.namespace, **scope} if scope else self.namespace
        names: list[str] = []
        known: dict[int, str] = {}
        shared: dict[int, tuple[Probe, list[str]]] = {}
        found = nameable(values, self.probe_of, self._kinds, self._main, self._aliases.pins)
        for name, value, probe in chain(found, self._pinned(values, named)):
            named[probe.name][name] = value
            names.append(name)
            if probe.folds and known.setdefault(id(value), name) is not name:
                shared.setdefault(id(value), (probe, [known[id(value)]]))[1].append(name)
        for probe, alike in shared.values():
            rows = named[probe.name]
            for name in self._aliases.other(alike, self.namespace, probe.lasts(rows[alike[0]])):
                del rows[name]
        self.order = dict(zip(names, range(len(names)), strict=True))
        return named

    def _pinned(
        self, values: Mapping[str, Any], named: Mapping[str, Collection[str]]
    ) -> Iterator[tuple[str, Any, Probe]]:
        """Yield those pinned parts that have no row: `losses[-1]` of many numbers, which are not opened."""
        for name, (root, *path) in self._parts.items():
            value, rest = self._inside(values.get(root), tuple(path))
            probe = self.probe_of(value) if value is not None and not rest else None
            if probe is not None and name not in named[probe.name]:
                yield name, value, probe

    def strangers(self, scope: Mapping[str, Any]) -> list[Summary]:
        """Return a row for each value that the lesson pins and that may have no other; it says no more than a class.

        For a part of a variable that is the variable's class.  Gradients come and go, and need no reason.
        """
        values = {**self.namespace, **scope}
        found = []
        for name in sorted(self._aliases.pins):
            root = _ROOT.match(name)
            if root is not None and root[0] in values and not name.endswith(".grad"):
                found.append(Summary(name=name, kind="other", type=type(values[root[0]]).__name__))
        return found

    def number(self, value: Any, path: tuple[str, ...] = ()) -> float | None:
        """Return the number that is followed for a value, or None."""
        value, path = self._inside(value, path)
        if type(value) in (int, float):
            try:
                return float(value) if not path else None
            except OverflowError:  # a whole number beyond the range of floats
                return None
        probe = self.probe_of(value)
        return probe.number(value, path) if probe is not None else None

    def _inside(self, value: Any, path: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
        """Follow a path through containers and the program's own objects, up to a value that a probe knows."""
        while path and self.probe_of(value) is None:
            value, path = entry(value, path[0], self._main), path[1:]
        return value, path

    def holders(self, value: Any, path: tuple[str, ...]) -> list[Any]:
        """Return the containers and own objects that a path leads through."""
        found: list[Any] = []
        while path and value is not None and self.probe_of(value) is None:
            found.append(value)
            value, path = entry(value, path[0], self._main), path[1:]
        return found

    def thumbnail(self, value: Any, path: tuple[str, ...] = ()) -> Thumbnail | None:
        """Return the thinned numbers of a value, or None."""
        value, path = self._inside(value, path)
        probe = self.probe_of(value)
        return probe.thumbnail(value, path) if probe is not None else None

    def still(self) -> bool:
        """Whether looking is safe right now."""
        return all([probe.still() for probe in self.probes])

    def quiet(self) -> AbstractContextManager[Any]:
        """Return a context in which expressions leave no trace."""
        stack = ExitStack()
        for probe in self.probes:
            stack.enter_context(probe.quiet())
        return stack

    def texts(
        self, scope: Mapping[str, Any], live: Sequence[str], values: Sequence[str] = ()
    ) -> dict[str, str]:
        """Return the `{live}` values that can be evaluated now, and the `repr` of `values`."""
        found: dict[str, str] = {}
        if not live and not values:
            return found
        with self.quiet():
            for expression in live:
                try:
                    found[expression] = live_text(expression, self.namespace, scope)
                except Exception:  # not there yet, or no longer: the prose shows a dash
                    continue
            for expression in values:
                try:
                    value = evaluate(compile_expression(expression), self.namespace, scope)
                    found[expression] = repr(value)[:_LONGEST_VALUE]
                except Exception:  # absent means that it could not be evaluated
                    continue
        return found

    def expected(self, scope: Mapping[str, Any], conditions: Sequence[str]) -> tuple[Expected, ...]:
        """Return what became of the lesson's conditions."""
        with self.quiet():
            return tuple(expected(condition, self.namespace, scope) for condition in conditions)

    def look(self, look: Look, scope: Mapping[str, Any]) -> Detail:
        """Return the close look at the current value of an expression, or the error in the exception's words."""
        request, expression = look.request, look.expression
        try:
            if not self.still():
                raise RuntimeError("a graph is being captured or traced right now")
            with self.quiet():
                detail = self._detail(presented(self._value(expression, scope)), look)
            detail = msgspec.structs.replace(detail, request=request, expression=expression)
            # A front end ends the run at an answer that it cannot read.
            return msgspec.msgpack.decode(msgspec.msgpack.encode(detail), type=Detail)
        except Exception as error:
            # The syntax error's position names a line and a file that do not exist for the learner.
            said = error.msg if isinstance(error, SyntaxError) else _said(error)
            text = f"{type(error).__name__}: {said}"[:_LONGEST_TEXT]
            return Detail(request=request, expression=expression, error=text)

    def _detail(self, value: Any, look: Look) -> Detail:
        probe = self.probe_of(value)
        detail = probe.detail(value, look) if probe is not None else None
        if detail is not None:
            return detail
        rows = list(probe.summarise({look.expression: value})) if probe is not None else []
        if not rows:
            text = repr(value)[:_LONGEST_TEXT]
            rows = [Summary(name=look.expression, kind="other", type=type(value).__name__, text=text)]
        return Detail(request=look.request, expression=look.expression, summary=rows[0])

    def _value(self, expression: str, scope: Mapping[str, Any]) -> Any:
        """Evaluate an expression, or find the row with that name if it is not an expression."""
        try:
            return evaluate(compile_expression(expression), self.namespace, scope)
        except Exception as error:
            named = self.named(scope)
            for probe in self.probes:
                try:
                    return probe.find(named[probe.name], expression)
                except LookupError:
                    continue
            raise error


def _said(error: Exception) -> str:
    try:
        return str(error)
    except Exception as second:  # an exception of the program's own class
        return f"<{type(second).__name__} in __str__>"


def failed(name: str, error: Exception, value: Any = None) -> Summary:
    """Return the row of a value whose probe raised."""
    badge = f"{type(error).__name__}: {_said(error)}"[:120]
    return Summary(
        name=name, kind="other", type=type(value).__name__ if value is not None else "", badge=badge
    )
