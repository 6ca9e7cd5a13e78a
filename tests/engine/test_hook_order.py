"""Hooks are called as pluggy calls them, and the trace tells so."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from evoclass import hookimpl, hookspecs
from evoclass.explanation import Explanation
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import ErrorReport

ERROR = ErrorReport(type="ValueError", text="")


def plugin(told: list[str], name: str, title: str = "", **marks: Any) -> tuple[str, Any]:
    """Return a plugin that notes when it is asked, and explains every error if it has a title."""

    def explain_error(error: ErrorReport) -> Explanation | None:
        told.append(name)
        return Explanation(title, "text", "advice", 1) if title else None

    return name, SimpleNamespace(explain_error=hookimpl(**marks)(explain_error))


MARKS: list[dict[str, Any]] = [
    {},
    {"trylast": True},
    {},
    {"tryfirst": True},
    {"tryfirst": True},
    {"trylast": True},
]


def test_the_order_is_that_of_pluggy_itself() -> None:
    ours: list[str] = []
    theirs: list[str] = []
    manager = pluggy.PluginManager("evoclass")
    manager.add_hookspecs(hookspecs)
    names = [f"p{number}" for number in range(len(MARKS))]
    for name, marks in reversed(list(zip(names, MARKS, strict=True))):
        manager.register(plugin(theirs, name, **marks)[1], name)
    manager.hook.explain_error(error=ERROR, language="en")
    plugins = Plugins(
        entries=(), extra=[plugin(ours, name, **marks) for name, marks in zip(names, MARKS, strict=True)]
    )
    assert plugins.explain(ERROR, "en") is None
    assert ours == theirs == ["p3", "p4", "p0", "p2", "p5", "p1"]


def test_the_first_result_ends_the_asking() -> None:
    told: list[str] = []
    extra = [
        plugin(told, "late", "Late"),
        plugin(told, "first", tryfirst=True),
        plugin(told, "mine", "Mine", tryfirst=True),
    ]
    found = Plugins(entries=(), extra=extra).explain(ERROR, "en")
    assert found is not None
    assert (found.title, told) == ("Mine", ["first", "mine"])


def test_a_plugin_from_elsewhere_explains_before_the_bundled_ones_only_if_it_asks_to() -> None:
    error = ErrorReport(type="ZeroDivisionError", text="division by zero", line=1)
    for marks, mine in (({}, False), ({"tryfirst": True}, True)):
        found = Plugins(extra=[plugin([], "aaa", "Mine", **marks)]).explain(error, "en")
        assert found is not None
        assert (found.title == "Mine") is mine


def test_the_trace_holds_every_call_in_order() -> None:
    def broken(error: ErrorReport) -> None:
        raise ValueError("boom")

    extra = [
        plugin([], "first", tryfirst=True),
        ("broken", SimpleNamespace(explain_error=hookimpl(broken))),
        plugin([], "last", "Last"),
    ]
    plugins = Plugins(entries=(), extra=extra)
    plugins.explain(ERROR, "en")
    assert [(call.hook, call.plugin, call.result) for call in plugins.trace] == [
        ("explain_error", "first", "nothing"),
        ("explain_error", "broken", "failed"),
        ("explain_error", "last", "answered"),
    ]
    assert all(call.seconds >= 0 for call in plugins.trace)


def evoclass(*arguments: str) -> str:
    command = [sys.executable, "-m", "evoclass", "plugins", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Calls, in order:"), ("it", "Chiamate, in ordine:")]
)
def test_the_command_prints_the_trace(language: str, heading: str) -> None:
    lines = evoclass("--trace", "--lang", language).partition(heading)[2].splitlines()
    calls = [line.split()[:2] for line in lines if line.strip()]
    assert [hook for hook, plugin in calls if plugin == "choice"] == ["import", "register_exercises"]


def test_the_trace_is_data_too() -> None:
    document = json.loads(evoclass("--trace", "--json"))
    assert {"import", "register_exercises", "register_panels"} <= {call["hook"] for call in document["trace"]}
    assert "trace" not in json.loads(evoclass("--json"))
