"""The lines of the settings screen: each setting with its possible values, and the function that changes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from evoclass.frozen import frozen
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.learner.config import DENSITIES, MOTIONS, PICTURES
from evoclass.learner.session import Session
from evoclass.learner.standing import duration
from evoclass.pluginhost.setting import Setting
from evoclass.quantities import byte_text
from evoclass.running import ending
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable
from evoclass_tui.keymap import CHOICES, PRESET, VIM_KEYS
from evoclass_tui.presets import PRESETS
from evoclass_tui.runs import Runs
from evoclass_tui.shell import Shell
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.timer import StudyTimer

TIMES = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0)
"""Wall time of a run in seconds."""

MEMORIES = tuple(2**power for power in range(30, 38))
"""Resident bytes of a run, 1 to 128 GB."""


GOALS = (30, 60, 90, 120, 180, 240, 300, 420, 600)
"""Minutes of study in a week."""

STEPS = 20
"""Number of steps between the bounds of a plugin's number."""

UseKeys = Callable[[Mapping[str, str | None]], Awaitable[None]]
"""Changes keys permanently."""


@frozen
class SettingLine:
    """One line of the screen."""

    id: str
    """Its texts are `settings.ID` and `settings.ID_help`."""
    values: Sequence[tuple[str, object]]
    """Its possible values, each with its name for the learner."""
    now: object
    use: Callable[[object], Awaitable[None] | None]
    plugin: str = ""
    """The plugin that it belongs to; empty for EvoClass's own."""
    more: Callable[[], object] | None = None
    """Opens a screen with more of it."""


def settings(
    app: Shell,
    runs: Runs,
    panes: Panes,
    timer: StudyTimer,
    speak: Callable[[str], Awaitable[None]],
    follow_saves: Callable[[], object],
    use_keys: UseKeys,
    show_keys: Callable[[], object],
) -> list[SettingLine]:
    """Return every setting with its current value, those of plugins last."""
    return [*_own(app, runs, panes, timer, speak, follow_saves, use_keys, show_keys), *_of_plugins(app)]


def _own(
    app: Shell,
    runs: Runs,
    panes: Panes,
    timer: StudyTimer,
    speak: Callable[[str], Awaitable[None]],
    follow_saves: Callable[[], object],
    use_keys: UseKeys,
    show_keys: Callable[[], object],
) -> list[SettingLine]:
    session = app.session
    catalog, limits = session.catalog, session.settings.limits
    on_off = [(catalog("settings.shown"), True), (catalog("settings.hidden"), False)]

    yes_no = [(catalog("settings.on"), True), (catalog("settings.off"), False)]

    def use_runner(name: object) -> None:
        runs.use_runner(str(name))
        app.remember(runner=str(name))

    def show_map(shown: object) -> None:
        panes.map_hidden = not shown
        app.remember(course_map=bool(shown))

    def show_timer(shown: object) -> None:
        timer.display = bool(shown)
        app.remember(study_timer=bool(shown))

    def use_density(density: object) -> None:
        app.use_density(str(density))
        panes.reader.lay_out_again()

    def run_on_save(wanted: object) -> None:
        app.remember(run_on_save=bool(wanted))
        follow_saves()

    def suggest(wanted: object) -> None:
        app.remember(suggestions=bool(wanted))

    def use_goal(minutes: object) -> None:
        app.remember(weekly_minutes=minutes)

    def use_folder(folder: object) -> None:
        session.syncing.folder = str(folder)
        session.syncing.wish()
        app.remember(sync_folder=str(folder))

    def limit(**values: Any) -> None:
        app.remember(limits=replace(session.settings.limits, **values))

    seconds = _around(TIMES, limits.seconds, lambda value: ending.duration(value, catalog.language))
    memory = _around(MEMORIES, limits.memory, lambda value: byte_text(value, catalog.language, kilo=1024))
    themes = [(name, name) for name in app.theme_names]
    motions = [(catalog(f"settings.motion_{value}"), value) for value in MOTIONS]
    pictures = [(catalog(f"settings.pictures_{value}"), value) for value in PICTURES]
    densities = [(catalog(f"settings.density_{value}"), value) for value in DENSITIES]
    presets = [(catalog(f"keymap.preset_{name}"), name) for name in PRESETS]
    vim = [(catalog(f"settings.vim_{choice}"), choice) for choice in CHOICES]
    languages = [(name, code) for code, name in LANGUAGES.items()]
    return [
        SettingLine("language", languages, session.language, lambda code: speak(str(code))),
        SettingLine("theme", themes, app.theme, lambda name: app.use_theme(str(name))),
        SettingLine("runner", _runners(session, runs.in_use.name), runs.in_use.name, use_runner),
        SettingLine("course_map", on_off, not panes.map_hidden, show_map),
        SettingLine("study_timer", on_off, session.settings.study_timer, show_timer),
        SettingLine("motion", motions, session.settings.motion, lambda value: app.use_motion(str(value))),
        SettingLine("density", densities, session.settings.density, use_density),
        SettingLine("suggestions", yes_no, session.settings.suggestions, suggest),
        SettingLine("run_on_save", yes_no, session.settings.run_on_save, run_on_save),
        SettingLine(
            "pictures", pictures, session.settings.pictures, lambda value: app.use_pictures(str(value))
        ),
        SettingLine(
            "key_preset",
            presets,
            app.keymap.preset,
            lambda name: use_keys({PRESET: str(name)}),
            more=show_keys,
        ),
        SettingLine("vim_keys", vim, app.keymap.vim_keys, lambda choice: use_keys({VIM_KEYS: str(choice)})),
        SettingLine("seconds", seconds, limits.seconds, lambda value: limit(seconds=value)),
        SettingLine("memory", memory, limits.memory, lambda value: limit(memory=value)),
        SettingLine("weekly_minutes", _goals(session), session.settings.weekly_minutes, use_goal),
        SettingLine("sync_folder", _folders(session), session.syncing.folder, use_folder),
    ]


def _goals(session: Session) -> list[tuple[str, object]]:
    """Return no goal and usual ones, with the one in the file among them."""
    none: list[tuple[str, object]] = [(session.catalog("settings.no_goal"), 0)]
    goals = sorted({*GOALS, session.settings.weekly_minutes} - {0})
    return [*none, *((duration(minutes, session.catalog), minutes) for minutes in goals)]


def _folders(session: Session) -> list[tuple[str, object]]:
    """Return no folder, and the one that a command has chosen."""
    known = session.syncing.known
    none: list[tuple[str, object]] = [(session.catalog("settings.no_folder"), "")]
    return [*none, (printable(known), known)] if known else none


def _of_plugins(app: Shell) -> Iterator[SettingLine]:
    configured = app.session.plugins.configured
    for plugin, declared in configured.all().items():
        now = configured.values(plugin)
        for setting in declared:
            values = _values(setting, now[setting.name], app.session.catalog)
            use = partial(_use_of_plugin, app, plugin, setting.name)
            yield SettingLine(f"{plugin}.{setting.name}", values, now[setting.name], use, plugin)


def _values(setting: Setting, now: object, catalog: Catalog) -> list[tuple[str, object]]:
    """Return the values that a plugin's setting steps through; for typed texts, only the value in the file."""
    if isinstance(setting.default, bool):
        return [(catalog("settings.on"), True), (catalog("settings.off"), False)]
    if isinstance(setting.default, tuple):
        return [(" ".join(now) if isinstance(now, tuple) else str(now), now)]
    if isinstance(setting.default, str):
        return [(choice, choice) for choice in setting.choices or (str(now),)]
    assert isinstance(now, int | float)
    numbers = {float(now), float(setting.default), *_steps(setting)}
    if isinstance(setting.default, int):
        return [(f"{number:.0f}", int(number)) for number in sorted(numbers)]
    return [(localised(f"{number:g}", catalog.language), number) for number in sorted(numbers)]


def _steps(setting: Setting) -> Iterator[float]:
    """Yield numbers between the bounds, or around the default where a bound is missing."""
    assert isinstance(setting.default, int | float)
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


def _use_of_plugin(app: Shell, plugin: str, name: str, value: object) -> None:
    assert isinstance(value, bool | int | float | str | tuple)
    app.session.plugins.configured.change(plugin, name, value)
    app.keep(plugins={plugin: {name: value}})


def _around(steps: Sequence[float], now: float, name: Callable[[float], str]) -> list[tuple[str, object]]:
    """Return the usual values, with the value from the file among them."""
    return [(name(value), value) for value in sorted({*steps, now})]


def _runners(session: Session, now: str) -> list[tuple[str, object]]:
    """Return the runners that this machine can use."""
    found: list[tuple[str, object]] = []
    for name, cls in session.plugins.runners.items():
        if session.plugins.available(cls).ok or name == now:
            label = session.catalog(f"runner.{name}")
            found.append((label if label != f"runner.{name}" else name, name))
    return found
