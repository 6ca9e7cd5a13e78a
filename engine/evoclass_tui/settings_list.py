"""What the settings screen offers: each setting with the values that it can take, and how a change is carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from evoclass.i18n import LANGUAGES, Catalog
from evoclass.quantities import byte_text
from evoclass.running import ending
from evoclass.settings import Setting, Value
from evoclass.wording.numerals import localised
from evoclass_tui.handlers import moving, running

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen

TIMES = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0)
"""Wall time of a run in seconds."""

MEMORIES = tuple(2**power for power in range(30, 38))
"""Resident bytes of a run, 1 to 128 GB."""


STEPS = 20
"""How many steps there are between the bounds of a plugin's number."""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One line of the screen."""

    id: str
    """Its texts are `settings.ID` and `settings.ID_help`."""
    values: Sequence[tuple[str, object]]
    """What it can be, each with its name for the learner."""
    now: object
    use: Callable[[object], Awaitable[None] | None]
    plugin: str = ""
    """Whose it is, if it is not EvoClass's own."""


def settings(screen: LessonScreen) -> list[SettingLine]:
    """Return every setting as it stands now, those of plugins last."""
    return [*_own(screen), *_of_plugins(screen)]


def _own(screen: LessonScreen) -> list[SettingLine]:
    app, catalog, mine = screen.app, screen.session.catalog, screen.session.settings
    on_off = [(catalog("settings.shown"), True), (catalog("settings.hidden"), False)]
    return [
        SettingLine(
            "language",
            [(name, code) for code, name in LANGUAGES.items()],
            screen.session.language,
            lambda code: moving.speak(screen, str(code)),
        ),
        SettingLine(
            "theme", [(name, name) for name in app.theme_names], app.theme, lambda n: app.use_theme(str(n))
        ),
        SettingLine("runner", _runners(screen), screen.runner_name, lambda n: _use_runner(screen, str(n))),
        SettingLine(
            "course_map", on_off, not screen.map_hidden, lambda shown: _show_map(screen, bool(shown))
        ),
        SettingLine("study_timer", on_off, mine.study_timer, lambda shown: _show_timer(screen, bool(shown))),
        SettingLine(
            "seconds",
            _around(TIMES, mine.limits.seconds, lambda value: ending.duration(value, catalog.language)),
            mine.limits.seconds,
            lambda value: _limit(screen, seconds=value),
        ),
        SettingLine(
            "memory",
            _around(
                MEMORIES, mine.limits.memory, lambda value: byte_text(value, catalog.language, kilo=1024)
            ),
            mine.limits.memory,
            lambda value: _limit(screen, memory=value),
        ),
    ]


def _of_plugins(screen: LessonScreen) -> Iterator[SettingLine]:
    configured = screen.session.plugins.configured
    for plugin, declared in configured.all().items():
        now = configured.values(plugin)
        for setting in declared:
            values = _values(setting, now[setting.name], screen.session.catalog)
            use = partial(_use_of_plugin, screen, plugin, setting.name)
            yield SettingLine(f"{plugin}.{setting.name}", values, now[setting.name], use, plugin)


def _values(setting: Setting, now: Value, catalog: Catalog) -> list[tuple[str, object]]:
    """Return what a setting of a plugin steps through; of texts to be typed, only what is in the file."""
    if isinstance(setting.default, bool):
        return [(catalog("settings.on"), True), (catalog("settings.off"), False)]
    if isinstance(setting.default, str):
        return [(choice, choice) for choice in setting.choices or (str(now),)]
    numbers = {float(now), float(setting.default), *_steps(setting)}
    if isinstance(setting.default, int):
        return [(f"{number:.0f}", int(number)) for number in sorted(numbers)]
    return [(localised(f"{number:g}", catalog.language), number) for number in sorted(numbers)]


def _steps(setting: Setting) -> Iterator[float]:
    """Yield numbers between the bounds, or around the default where a bound is missing."""
    least, most, default = setting.least, setting.most, float(setting.default)
    if least is not None and most is not None:
        count = int(min(STEPS, most - least)) if isinstance(setting.default, int) else STEPS
        steps = [least + (most - least) * step / max(count, 1) for step in range(count + 1)]
    else:
        steps = [default * factor for factor in (0.25, 0.5, 2.0, 4.0)]
    for step in steps:
        number = float(round(step)) if isinstance(setting.default, int) else step
        if (least is None or number >= least) and (most is None or number <= most):
            yield number


def _use_of_plugin(screen: LessonScreen, plugin: str, name: str, value: object) -> None:
    assert isinstance(value, bool | int | float | str)
    screen.session.plugins.configured.change(plugin, name, value)
    screen.app.keep(plugins={plugin: {name: value}})


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
