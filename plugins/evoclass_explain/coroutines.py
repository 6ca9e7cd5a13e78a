"""Coroutines and the event loop of `asyncio`."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import closed, text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always, of_own


def _inside_loop(facts: Facts, match: re.Match[str]) -> Said | None:
    """`asyncio.run(work())` where a loop runs already: `await work()` is the right call."""
    if facts.expression.called not in ("run", "run_until_complete"):
        return None
    given = closed(facts.expression.argument(0, "main", "future")) or "…"
    return Said("loop_inside", {"function": facts.expression.function, "given": given})


def _no_loop(facts: Facts, match: re.Match[str]) -> Said:
    return Said("no_loop", {"function": facts.expression.function or "asyncio"})


def _no_coroutine(facts: Facts, match: re.Match[str]) -> Said | None:
    """The argument that `asyncio.run` got: most often the function itself, which was not called."""
    node = facts.expression.argument(0, "main", "coro", "coro_or_future", "future")
    name = text(node)
    fields: dict[str, object] = {"function": facts.expression.function or "asyncio", "name": name or "…"}
    function = bool(name) and not isinstance(node, ast.Call) and facts.is_code(node, "function") is not None
    return Said("no_coroutine", fields, "no_coroutine.call" if function else "")


def _not_awaitable(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.node
    written = text(node.value) if isinstance(node, ast.Await) else ""
    fields: dict[str, object] = {"name": written or "…", "type": match[1]}
    if isinstance(node, ast.Await) and isinstance(node.value, ast.List | ast.ListComp | ast.Tuple):
        return Said("not_awaitable", fields, "not_awaitable.gather")
    if match[1] == "async_generator":
        return Said("not_awaitable", fields, "not_awaitable.generator")
    return Said("not_awaitable", fields)


def _not_awaited(facts: Facts, match: re.Match[str]) -> Said:
    """A coroutine is used instead of its result."""
    node = facts.expression.node
    owner = node.value if isinstance(node, ast.Attribute | ast.Subscript) else node
    name = text(owner) if owner is not None else ""
    origin = facts.origin(owner) if owner is not None else None
    if match[1] == "async_generator":
        return Said("async_loop", {"name": name or "…"})
    fields: dict[str, object] = {"name": name or "…", "call": name or "…"}
    if origin is not None and origin.source and not isinstance(owner, ast.Call):
        fields |= {"call": origin.source, "line": origin.line}
        return Said("not_awaited", fields, "not_awaited.line")
    return Said("not_awaited", fields, "" if isinstance(owner, ast.Call) else "not_awaited.plain")


def _plain_loop(facts: Facts, match: re.Match[str]) -> Said:
    return Said("plain_loop", {"name": text(facts.expression.node) or "…", "type": match[1]})


def _gathered(facts: Facts, match: re.Match[str]) -> Said | None:
    call = facts.expression.call
    if facts.expression.called != "gather" or call is None or len(call.args) != 1:
        return None
    function = facts.expression.function
    return Said("gathered", {"function": function, "new": f"{function}(*{text(call.args[0]) or '…'})"})


def _too_slow(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.error.type not in ("TimeoutError", "asyncio.exceptions.TimeoutError"):
        return None
    return Said("too_slow") if facts.went_through("/asyncio/") else None


def _plain_with(facts: Facts, match: re.Match[str]) -> Said:
    name = text(facts.expression.node)
    fields: dict[str, object] = {"name": name, "type": match[1].rpartition(".")[2]}
    return Said("plain_with", fields, what="" if name else "plain_with.nameless")


RULES = (
    Rule(r"^asyncio\.run\(\) cannot be called from a running event loop", _inside_loop),
    Rule(r"^(?:This event loop is already running|Cannot run the event loop while another)", _inside_loop),
    Rule(r"^(?:no running event loop|There is no current event loop)", _no_loop),
    Rule(r"^Event loop is closed", always("loop_closed")),
    Rule(r"^[Aa] coroutine was expected, got ", _no_coroutine),
    Rule(r"^An asyncio\.Future, a coroutine or an awaitable is required", _no_coroutine),
    Rule(r"^object ([\w.]+) can't be used in 'await' expression", _not_awaitable),
    Rule(r"^cannot reuse already awaited coroutine", always("awaited_twice")),
    Rule(r"^'async for' requires an object with __aiter__ method, got ([\w.]+)", _plain_loop),
    of_own(
        Rule(
            r"^'(coroutine|async_generator)' object (?:is not (?:iterable|subscriptable|callable)|"
            r"has no attribute)",
            _not_awaited,
        )
    ),
    of_own(Rule(r"^object of type '(coroutine)' has no len", _not_awaited)),
    Rule(r"^Passing coroutines is forbidden, use tasks explicitly", always("tasks_wanted")),
    Rule(r"^unhashable type: 'list'", _gathered),
    Rule(r"^$", _too_slow),
    of_own(Rule(r"^'([\w.]+)' object does not support the asynchronous context manager", _plain_with)),
)
"""Coroutines."""
