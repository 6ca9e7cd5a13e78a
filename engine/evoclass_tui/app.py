"""The Textual front end: the lesson screen, and an orderly end after any failure."""

from __future__ import annotations

import evoclass_tui.quick_classes
import evoclass_tui.quick_css  # noqa: F401

# isort: split

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen

from evoclass.disk.crashlog import write_down
from evoclass.learner.session import Session
from evoclass.pluginhost.loading import PLUGINS
from evoclass_tui import offers
from evoclass_tui.closing import close_all, keep_when_hung_up
from evoclass_tui.key_order import KeyOrder
from evoclass_tui.keymap import KeyEntry, keymap_of, panel_entries
from evoclass_tui.keyname import character_of
from evoclass_tui.places import WITH_ALT, TakesEveryKey, place_of
from evoclass_tui.screens.lesson import LessonScreen
from evoclass_tui.shell import Shell
from evoclass_tui.watch import BEAT, Watch

if TYPE_CHECKING:
    from evoclass.runner import Runner
    from evoclass_tui.widgets.panel_pane import PanelPane
    from evoclass_tui.widgets.picture import PictureView

logger = logging.getLogger("evoclass.tui")

NOTICEABLE = 0.15
"""Seconds that a key may wait before a person feels it."""

CRASHED = 70
"""Exit code after a crash, `EX_SOFTWARE` of sysexits.h."""


class EvoClassApp(Shell):
    """Routes between the session and the screen."""

    TITLE = "EvoClass"
    CSS_PATH = ["screens/lesson.tcss"]
    """Those of the lab and of the dialogs are read with them, by the lesson screen."""
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, session: Session, runners: Mapping[str, Runner]) -> None:
        super().__init__(session)
        self.crash_notice = ""
        """Printed after a crash, once the screen is gone."""
        self.begin_again = False
        """Whether to restart at the end, with a plugin that has just been saved."""
        self.runners = runners
        self.key_order = KeyOrder(self)
        self._watch: Watch | None = None
        self._panel_keys: list[KeyEntry] = []

    def on_mount(self) -> None:
        """Watch widgets of plugins that are not bundled, if any are installed."""
        works = [report for report in self.session.plugins.reports.values() if not report.error]
        if hasattr(signal, "setitimer") and not all(report.bundled or report.disabled for report in works):
            self._watch = Watch()
            self.set_interval(BEAT, self._watch.beat)
        if logger.isEnabledFor(logging.DEBUG):
            self._beaten = time.monotonic()
            self.set_interval(BEAT, self._note_delay)
        if self.owns_process and os.environ.get(PLUGINS):
            self.run_worker(self._begin_again_at_save(), group="plugins")

    def _note_delay(self) -> None:
        """Log when keys had to wait because some code computed for a while without a break."""
        before, self._beaten = self._beaten, time.monotonic()
        if (late := self._beaten - before - BEAT) > NOTICEABLE:
            logger.info("the screen was held up for %.2f s", late)

    async def _begin_again_at_save(self) -> None:
        from evoclass_tui.plugin_saves import plugin_paths, until_saved

        paths = plugin_paths()
        while slip := await until_saved(paths):
            self.tell(self.session.catalog("notice.plugin_slip", reason=slip), "warning")
        self.begin_again = True
        await self.action_quit()

    def on_unmount(self) -> None:
        """Give the alarm back to its previous owner, and let go of keys that still wait."""
        self.key_order.end()
        if self._watch is not None:
            self._watch.stop()

    def get_default_screen(self) -> Screen[Any]:
        self.take_keys()
        self.rekey(self)
        return LessonScreen(self.session, self.runners, self._panes).data_bind(EvoClassApp.catalog)

    def _panes(self) -> list[PanelPane]:
        from evoclass_tui.widgets.panel_pane import PanelPane

        found = offers.panels(self.session.plugins, self.session.catalog)
        self._panel_keys = [
            entry for _, panel in found for entry in panel_entries(panel.panel_name, panel.KEYS)
        ]
        self.take_keys()
        self.rekey_all()
        return [PanelPane(plugin, panel) for plugin, panel in found]

    def key_entries(self) -> list[KeyEntry]:
        return [*self._panel_keys, *super().key_entries()]

    @property
    def lesson_screen(self) -> LessonScreen:
        """The screen at the bottom of the stack."""
        screen = self.screen_stack[0]
        assert isinstance(screen, LessonScreen)
        return screen

    def on_app_focus(self) -> None:
        """The learner is back, perhaps from another editor."""
        if self.screen_stack and self.lesson_screen.is_mounted:
            self.lesson_screen.keep_and_look()

    def action_of_plugin(self, number: int) -> None:
        """Carry out the plugin action that a key is bound to."""
        self.plugin_actions.start(number)

    def pictures_changed(self) -> None:
        from evoclass_tui.widgets.lines import LineView
        from evoclass_tui.widgets.picture import PictureView

        for screen in self.screen_stack:
            for lines in screen.query(LineView):
                lines.changed()
            for picture in screen.query(PictureView):
                picture.refresh(layout=True)

    def on_picture_view_large_wanted(self, message: PictureView.LargeWanted) -> None:
        """Show a picture on all of the screen."""
        from evoclass_tui.screens.picture import LargePicture

        self.push_screen(LargePicture(self.session.catalog, message.data, message.alt))

    def on_key(self, event: events.Key) -> None:
        """Take a key with Alt that means nothing for Escape and the next key, which a slow line joins, or tmux.

        Not where one edits a text: there a shortcut of other programs would leave the text and act on the page.
        """
        following = event.key.removeprefix("alt+")
        if self.tells_alt or following == event.key or not (sign := character_of(following)):
            return
        if place_of(self.focused) in WITH_ALT or event.key in self.screen.active_bindings:
            return
        if keymap_of(self).is_of_window(event.key):  # below a dialog, which is not to be closed by it
            return
        name = sign if sign.isalnum() else following
        self.key_order.press_next(events.Key("escape", None), events.Key(name, sign))

    async def on_event(self, event: events.Event) -> None:
        if (
            isinstance(event, events.Key | events.Paste | events.MouseEvent)
            and not event.is_forwarded
            and self.screen_stack
            and self.key_order.holds_back(event)
        ):
            return
        if isinstance(event, events.Key) and self.screen_stack and isinstance(self.screen, TakesEveryKey):
            self.screen.take(event.key)
            return
        signs_of_life = events.Key | events.MouseEvent | events.Paste
        if isinstance(event, signs_of_life) and self.screen_stack and self.lesson_screen.is_mounted:
            self.lesson_screen.touch()
            if isinstance(event, events.Key):
                self.tell.clear_read()
        await super().on_event(event)

    # ------------------------------------------------------------------------------------------------ the end

    async def action_quit(self) -> None:
        """Leave at once; all work is saved."""
        await self.lesson_screen.leave_lesson()
        self.exit()

    def action_help_quit(self) -> None:
        """Handle ^C outside of a program: copy the selection, or else say which key quits."""
        self.lesson_screen.action_say_how_to_quit()

    def caught(self, error: Exception) -> None:
        """Remove a panel, question or plugin screen whose code failed; log any other exception and close quietly."""
        from evoclass_tui.culprits import culprit_panel, culprit_question, culprit_screens

        culprit = culprit_panel(error) or culprit_question(error)
        if culprit is not None:
            culprit.give_up(error)
            return
        screen = next(filter(self.plugin_actions.has_opened, culprit_screens(error)), None)
        if screen is not None:
            self.plugin_actions.close(screen, error)
            return
        self.note_exception(error)
        file = write_down(error)
        self.crash_notice = self.session.catalog("notice.crash", file=file)
        self.exit(return_code=CRASHED)


async def _show(app: EvoClassApp) -> None:
    keep_when_hung_up(lambda: app.lesson_screen.leave_lesson())
    try:
        await app.run_async()
    finally:
        # The learner has the terminal back by now.  Anything that is not closed in time ends with this process.
        await close_all(app.runners.values())


def run(session: Session, runners: Mapping[str, Runner]) -> bool:
    """Show the session until the learner leaves; return whether to begin again.  Raises SystemExit after a crash."""
    # The parent process may have set the size of another terminal in the environment; ours knows its own size and
    # reports each change.
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    gc.disable()  # until the first picture is drawn
    app = EvoClassApp(session, runners)
    app.owns_process = True
    asyncio.run(_show(app))
    if app.crash_notice:
        print(app.crash_notice, file=sys.stderr)
        raise SystemExit(CRASHED)
    return app.begin_again
