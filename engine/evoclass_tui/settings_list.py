"""What the settings screen offers: each setting with the values that it can take, and how a change is carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evoclass.i18n import LANGUAGES
from evoclass.learner.session import Session
from evoclass.running import ending
from evoclass_tui.runs import Runs
from evoclass_tui.shell import Shell
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.timer import StudyTimer

TIMES = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0)
"""Wall time of a run in seconds."""

MEMORIES = tuple(2**power for power in range(30, 38))
"""Resident bytes of a run, 1 to 128 GB."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the screen."""

    id: str
    """Its texts are `settings.ID` and `settings.ID_help`."""
    values: Sequence[tuple[str, object]]
    """What it can be, each with its name for the learner."""
    now: object
    use: Callable[[object], Awaitable[None] | None]


def settings(
    app: Shell, runs: Runs, panes: Panes, timer: StudyTimer, speak: Callable[[str], Awaitable[None]]
) -> list[Setting]:
    """Return every setting as it stands now."""
    session = app.session
    catalog, limits = session.catalog, session.settings.limits
    on_off = [(catalog("settings.shown"), True), (catalog("settings.hidden"), False)]

    def use_runner(name: object) -> None:
        runs.use_runner(str(name))
        app.remember(runner=str(name))

    def show_map(shown: object) -> None:
        panes.map_hidden = not shown
        app.remember(course_map=bool(shown))

    def show_timer(shown: object) -> None:
        timer.display = bool(shown)
        app.remember(study_timer=bool(shown))

    def limit(**values: Any) -> None:
        app.remember(limits=replace(session.settings.limits, **values))

    seconds = _around(TIMES, limits.seconds, lambda value: ending.duration(value, catalog.language))
    memory = _around(MEMORIES, limits.memory, lambda value: ending.size(int(value), catalog.language))
    themes = [(name, name) for name in app.theme_names]
    languages = [(name, code) for code, name in LANGUAGES.items()]
    return [
        Setting("language", languages, session.language, lambda code: speak(str(code))),
        Setting("theme", themes, app.theme, lambda name: app.use_theme(str(name))),
        Setting("runner", _runners(session, runs.runner_name), runs.runner_name, use_runner),
        Setting("course_map", on_off, not panes.map_hidden, show_map),
        Setting("study_timer", on_off, session.settings.study_timer, show_timer),
        Setting("seconds", seconds, limits.seconds, lambda value: limit(seconds=value)),
        Setting("memory", memory, limits.memory, lambda value: limit(memory=value)),
    ]


def _around(steps: Sequence[float], now: float, name: Callable[[float], str]) -> list[tuple[str, object]]:
    """Return the usual values, with the one that somebody wrote into the file among them."""
    return [(name(value), value) for value in sorted({*steps, now})]


def _runners(session: Session, now: str) -> list[tuple[str, object]]:
    """Return the runners that this machine can use."""
    found: list[tuple[str, object]] = []
    for name, cls in session.plugins.runners.items():
        if session.plugins.available(cls).ok or name == now:
            label = session.catalog(f"runner.{name}")
            found.append((label if label != f"runner.{name}" else name, name))
    return found
