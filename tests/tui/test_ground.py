"""What lies below other widgets is drawn once, and looks as if all of its lines were drawn."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from evoclass_tui.widgets.ground import Ground


class Plain(Vertical):
    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return super().render_line(y)


class Covered(Ground, Plain):
    pass


class Two(App[None]):
    CSS = "Plain, Covered { background: red; padding: 0 2; height: 10; }"

    def compose(self) -> ComposeResult:
        with Plain():
            yield Static("a")
        with Covered():
            yield Static("a")


async def test_one_line_stands_for_all() -> None:
    async with Two().run_test() as pilot:
        await pilot.pause()
        plain, covered = pilot.app.query(Plain)
        assert isinstance(covered, Covered)
        assert plain.drawn == 10
        assert covered.drawn == 1
        whole = Region(0, 0, plain.size.width + 4, 10)
        assert covered.render_lines(whole) == plain.render_lines(whole)
        part = Region(3, 2, 20, 5)
        assert covered.render_lines(part) == plain.render_lines(part)
        assert covered.render_lines(Region(0, 0, 20, 0)) == []
