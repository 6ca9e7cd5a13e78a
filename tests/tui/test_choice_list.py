"""The option under the cursor is told by a sign, not by its colour alone."""

from __future__ import annotations

from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.choice_list import BAR
from tui.stage import OpenStage


async def test_a_bar_stands_before_the_option_under_the_cursor_and_goes_with_it(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        await stage.press("f10")
        before = marked(screen_text(stage.app.screen))
        await stage.press("down")
        after = marked(screen_text(stage.app.screen))
        assert len(before) == len(after) == 1
        assert before != after


def marked(text: str) -> list[str]:
    """Return the lines of a dialog with a bar inside."""
    inside = [line.partition("│")[2] for line in text.split("\n") if "│" in line]
    return [line for line in inside if BAR in line.rpartition("│")[0]]
