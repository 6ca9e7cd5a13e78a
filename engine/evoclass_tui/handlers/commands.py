"""What each command of the table in `keys` does on the lesson screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING

from evoclass.disk import paths
from evoclass.wording.languages import following
from evoclass_tui.handlers import moving, running, window
from evoclass_tui.keys import COMMANDS, display
from evoclass_tui.screens.help import Help
from evoclass_tui.screens.palette import Action, Palette
from evoclass_tui.screens.settings import SettingsScreen
from evoclass_tui.settings_list import settings as settings_of
from evoclass_tui.themes import opposite
from evoclass_tui.widgets.tab_strip import TabStrip
from evoclass_tui.widgets.terminal import BUSY

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen

Handler = Callable[["LessonScreen"], Awaitable[None] | None]


def run(screen: LessonScreen) -> None:
    if screen.lab.phase in BUSY:
        running.stop(screen)
    else:
        running.start(screen)
        if screen.is_narrow:
            window.turn_to_lab(screen)


def check(screen: LessonScreen) -> None:
    if screen.reader.check_focused():
        return
    catalog, editor = screen.session.catalog, screen.lab.editor
    if editor is not None and editor.has_focus:
        # Whoever presses ^S in an editor wants the file kept, as it is with every pause in typing.
        screen.lab.flush()
        screen.tell(catalog("lab.kept", file=editor.file))
    elif any(screen.reader.questions):
        screen.tell(catalog("notice.no_question"))
    else:
        screen.tell(catalog("notice.no_questions"))


async def language(screen: LessonScreen) -> None:
    await moving.speak(screen, following(screen.session.catalog.language))


def help_(screen: LessonScreen) -> None:
    panels = [(pane.label, pane.panel) for pane in screen.panes if not pane.broken]
    screen.app.push_screen(Help(screen.session.catalog, panels))
    screen.close_hint()


def reset(screen: LessonScreen) -> None:
    file = screen.lab.file
    if file and screen.session.desk.edited(file):
        screen.lab.replace(file, screen.session.desk.reset(file))
        screen.lab.mark_edited(file, False)
        screen.tell(screen.session.catalog("lab.was_reset", file=file))


def compare(screen: LessonScreen) -> None:
    from evoclass_tui.screens.compare import Compare

    file = screen.lab.file
    records = screen.session.state.runs.get(file, [])
    if len(records) < 2:
        screen.tell(screen.session.catalog("compare.too_few", file=file))
    else:
        screen.app.push_screen(Compare(screen.session.catalog, file, records))


def theme(screen: LessonScreen) -> None:
    screen.app.use_theme(opposite(screen.app.current_theme))


def settings(screen: LessonScreen) -> None:
    session, file = screen.session, str(paths.config_file())
    screen.app.push_screen(SettingsScreen(partial(settings_of, screen), lambda: session.catalog, file))


def palette(screen: LessonScreen) -> None:
    catalog = screen.session.catalog

    async def carry_out(action: Action | None) -> None:
        outcome = action.do() if action is not None else None
        if isawaitable(outcome):
            await outcome

    screen.app.push_screen(Palette(catalog, _actions(screen)), carry_out)


def _actions(screen: LessonScreen) -> list[Action]:
    """Return everything that can be done now."""
    catalog = screen.session.catalog
    busy = screen.lab.phase in BUSY
    actions = []
    for command in COMMANDS:
        if command.id in ("palette", "leave"):
            continue
        name = "stop" if command.id == "run" and busy else command.id
        keys = ", ".join(display(key, catalog) for key in command.keys)
        label, text = catalog(f"command.{name}.label"), catalog(f"command.{name}.help")
        actions.append(Action(label, text, partial(screen.command, command.id), keys))
    actions += screen.app.plugin_actions.entries()
    for section in screen.sections:
        label = catalog("palette.section", title=section.title)
        actions.append(Action(label, catalog("palette.section_help"), partial(screen.read_at, section.id)))
    for file in screen.lab.sources():
        label = catalog("palette.file", file=file)
        actions.append(Action(label, catalog("palette.file_help"), partial(screen.open_file, file)))
    for entry in screen.session.course.lessons:
        label = catalog("palette.lesson", number=entry.number, title=entry.title)
        actions.append(Action(label, catalog("palette.lesson_help"), partial(screen.open_lesson, entry)))
    for name in screen.app.theme_names:
        label = catalog("palette.theme", name=name)
        actions.append(Action(label, catalog("palette.theme_help"), partial(screen.app.use_theme, name)))
    return actions


HANDLERS: dict[str, Handler] = {
    "run": run,
    "check": check,
    "language": language,
    "map": window.toggle_map,
    "sides": window.other_side,
    "next_pane": lambda screen: window.go(screen, 1),
    "previous_pane": lambda screen: window.go(screen, -1),
    "zoom": window.toggle_zoom,
    "palette": palette,
    "help": help_,
    "next_file": lambda screen: screen.query_one("#files", TabStrip).step(1),
    "reset": reset,
    "clear": lambda screen: screen.lab.terminal.clear(),
    "compare": compare,
    "runner": moving.runner_menu,
    "back": lambda screen: screen.reader.action_back(),
    "course": moving.course_page,
    "next_lesson": lambda screen: moving.neighbour(screen, 1),
    "previous_lesson": lambda screen: moving.neighbour(screen, -1),
    "narrower": lambda screen: window.move_middle(screen, screen.share - 0.05),
    "wider": lambda screen: window.move_middle(screen, screen.share + 0.05),
    "taller": lambda screen: window.raise_edge(screen, 2),
    "shorter": lambda screen: window.raise_edge(screen, -2),
    "leave": window.leave,
    "theme": theme,
    "settings": settings,
    "quit": lambda screen: screen.app.action_quit(),
}
