"""A plugin with a mistake in it is named and switched off; everything else works."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evoclass import hookimpl
from evoclass.exercise import Exercise
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import ErrorReport
from evoclass.runner import Availability, Features, Limits, Program, Run, Runner


class Nameless(Exercise):
    """Forgot its `kind`."""


class Dry(Runner):
    """A runner that runs nothing."""

    name = "dry"
    ready = True

    @classmethod
    def available(cls) -> Availability:
        return Availability(ok=True)

    async def warm_up(self) -> None: ...

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        raise NotImplementedError

    async def close(self) -> None: ...


class Helpless(Dry):
    """A runner that needs something nobody gives it."""

    name = "helpless"

    def __init__(self, machine: str) -> None:
        self.machine = machine


def plugin(hook: str, answer: Any) -> SimpleNamespace:
    """Return a plugin with one hook, which gives `answer`, or raises it."""

    def give() -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    def explain_error(error: ErrorReport, language: str) -> Any:
        return give()

    made = explain_error if hook == "explain_error" else give
    made.__name__ = hook
    return SimpleNamespace(**{hook: hookimpl(made)})


@pytest.mark.parametrize(
    ("hook", "answer", "told"),
    [
        ("register_exercises", [Nameless], "has no name"),
        ("register_exercises", ["truth"], "is no class"),
        ("register_directives", [type("Aside", (), {})], "has no name"),
        ("register_probes", [type("Rows", (), {"name": 7})], "has no name"),
        ("register_runners", [None], "is no class"),
        ("register_runners", 3, "TypeError"),
        ("register_courses", [None], "are no folders"),
        ("register_courses", OSError("gone"), "OSError: gone"),
    ],
)
def test_a_wrong_offer_switches_its_plugin_off(hook: str, answer: Any, told: str) -> None:
    plugins = Plugins(extra=[("demo", plugin(hook, answer))])
    for offered in ("exercises", "directives", "runners", "probes", "courses"):
        getattr(plugins, offered)
    assert [report.name for report in plugins.broken] == ["demo"]
    assert told in plugins.reports["demo"].error
    assert hook in plugins.reports["demo"].error
    assert "choice" in plugins.exercises


@pytest.mark.parametrize("answer", ["a sentence", ("a", "b", "c"), 7, ValueError("no")])
def test_a_wrong_explanation_switches_its_plugin_off(answer: Any) -> None:
    plugins = Plugins(extra=[("demo", plugin("explain_error", answer))])
    assert plugins.explain(ErrorReport(type="SoupError", text="the soup is cold"), "en") is None
    assert [report.name for report in plugins.broken] == ["demo"]
    known = ErrorReport(type="RuntimeError", text="Trying to backward through the graph a second time")
    assert plugins.explain(known, "en") is not None


def test_a_runner_that_cannot_be_made_is_left_out() -> None:
    plugins = Plugins(extra=[("demo", plugin("register_runners", [Helpless]))])
    made = plugins.make_runners()
    assert "helpless" not in made
    assert isinstance(made["local-cpu"], Runner)
    assert "machine" in plugins.reports["demo"].error


def test_a_runner_whose_features_are_none_is_told_at_once() -> None:
    plugins = Plugins(
        extra=[("demo", plugin("register_runners", [type("Odd", (Helpless,), {"features": {"a"}})]))]
    )
    assert "helpless" not in plugins.runners
    assert "features is {'a'}, not Features" in plugins.reports["demo"].error
    with pytest.raises(ValueError, match="Limits has no time"):
        Features(limits=frozenset({"time"}))


def test_folders_of_courses_may_be_text() -> None:
    plugins = Plugins(extra=[("demo", plugin("register_courses", ["/tmp/somewhere"]))])
    assert Path("/tmp/somewhere") in plugins.courses
