"""While something stands above the lesson, the bottom line tells its keys, and these do what it says."""

from __future__ import annotations

import pytest
from textual.screen import ModalScreen

from evoclass_tui.screens.dialog import Dialog, DialogBar
from evoclass_tui.screens.help import Help
from evoclass_tui.screens.settings import SettingsScreen
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.key_bar import KeyBar
from tui.stage import OpenStage, Stage


def bottom(stage: Stage) -> str:
    return screen_text(stage.app.screen).splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("key", "language", "told"),
    [
        ("ctrl+p", "en", "⏎ choose  Esc close"),
        ("f1", "en", "PgDn page  Esc close"),
        ("ctrl+o", "it", "⏎ apri  Spazio pagina  Esc chiudi"),
        ("f10", "en", "→ next value  ← value before  Esc close"),
        ("f7", "it", "⏎ scegli  Esc chiudi"),
        ("A", "en", "⏎ go there  Del take away  u bring back  Esc close"),
        ("alt+s", "en", "⏎ go there  Esc close"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_dialog_tells_its_keys_and_not_those_of_the_lesson(
    open_stage: OpenStage, size: tuple[int, int], key: str, language: str, told: str
) -> None:
    async with open_stage(size=size, language=language) as stage:
        before = bottom(stage)
        await stage.press(key)
        await stage.until(lambda: isinstance(stage.app.screen, Dialog))
        await stage.until(lambda: bottom(stage) == told)
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, Dialog))
        await stage.until(lambda: bottom(stage) == before)


async def test_a_click_on_a_key_presses_it_and_the_bar_follows_the_language_and_changed_keys(
    open_stage: OpenStage,
) -> None:
    async with open_stage(size=(120, 40)) as stage:
        stage.app.use_keys({"leave": "f12 escape"})
        await stage.press("f1")
        await stage.until(lambda: isinstance(stage.app.screen, Help))
        await stage.pilot.click(DialogBar, offset=(14, 0))
        await stage.until(lambda: not isinstance(stage.app.screen, Help))
        await stage.press("A")
        await stage.until(lambda: "F12 close" in bottom(stage))
        await stage.press("f12", "f10")
        await stage.until(lambda: isinstance(stage.app.screen, SettingsScreen))
        stage.app.session.speak("it")
        stage.app.take_catalog()
        await stage.until(lambda: "Esc chiudi" in bottom(stage))


async def test_under_a_screen_of_a_plugin_the_lesson_promises_no_keys(open_stage: OpenStage) -> None:
    async with open_stage(size=(120, 40)) as stage:
        bar = stage.screen.query_one(KeyBar)
        stage.app.push_screen(ModalScreen[None]())
        await stage.until(lambda: not str(bar.render()))
        stage.app.pop_screen()
        await stage.until(lambda: "F1 Help" in bottom(stage))
