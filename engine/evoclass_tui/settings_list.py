"""What the settings screen offers: each setting with the values that it can take, and how a change is carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evoclass.i18n import LANGUAGES
from evoclass.quantities import byte_text
from evoclass.running import ending
from evoclass_tui.handlers import moving, running

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen

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


def settings(screen: LessonScreen) -> list[Setting]:
    """Return every setting as it stands now."""
    app, catalog, mine = screen.app, screen.session.catalog, screen.session.settings
    on_off = [(catalog("settings.shown"), True), (catalog("settings.hidden"), False)]
    return [
        Setting(
            "language",
            [(name, code) for code, name in LANGUAGES.items()],
            screen.session.language,
            lambda code: moving.speak(screen, str(code)),
        ),
        Setting(
            "theme", [(name, name) for name in app.theme_names], app.theme, lambda n: app.use_theme(str(n))
        ),
        Setting("runner", _runners(screen), screen.runner_name, lambda n: _use_runner(screen, str(n))),
        Setting("course_map", on_off, not screen.map_hidden, lambda shown: _show_map(screen, bool(shown))),
        Setting("study_timer", on_off, mine.study_timer, lambda shown: _show_timer(screen, bool(shown))),
        Setting(
            "seconds",
            _around(TIMES, mine.limits.seconds, lambda value: ending.duration(value, catalog.language)),
            mine.limits.seconds,
            lambda value: _limit(screen, seconds=value),
        ),
        Setting(
            "memory",
            _around(
                MEMORIES, mine.limits.memory, lambda value: byte_text(value, catalog.language, kilo=1024)
            ),
            mine.limits.memory,
            lambda value: _limit(screen, memory=value),
        ),
    ]


def _limit(screen: LessonScreen, **values: Any) -> None:
    """Change some limits and leave the others."""
    screen.app.remember(limits=replace(screen.session.settings.limits, **values))


def _around(steps: Sequence[float], now: float, name: Callable[[float], str]) -> list[tuple[str, object]]:
    """Return the usual values, with the one that somebody wrote into the file among them."""
    return [(name(value), value) for value in sorted({*steps, now})]


def _runners(screen: LessonScreen) -> list[tuple[str, object]]:
    """Return the runners that this machine can use."""
    catalog = screen.session.catalog
    found: list[tuple[str, object]] = []
    for name, cls in screen.session.plugins.runners.items():
        if screen.session.plugins.available(cls).ok or name == screen.runner_name:
            label = catalog(f"runner.{name}")
            found.append((label if label != f"runner.{name}" else name, name))
    return found


def _use_runner(screen: LessonScreen, name: str) -> None:
    running.use_runner(screen, name)
    screen.app.remember(runner=name)


def _show_map(screen: LessonScreen, shown: bool) -> None:
    screen.map_hidden = not shown
    screen.app.remember(course_map=shown)


def _show_timer(screen: LessonScreen, shown: bool) -> None:
    screen.timer.display = shown
    screen.app.remember(study_timer=shown)
