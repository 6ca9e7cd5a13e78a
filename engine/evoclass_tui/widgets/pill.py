"""A button one row high."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass.layout import cell_width
from evoclass_tui.places import HasKeys, place_bindings


class Pill(HasKeys, Widget, can_focus=True):
    """Pressed by Enter, Space or the mouse."""

    place = "button"
    ALLOW_SELECT = False
    BINDINGS = [
        *place_bindings(place),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]
    DEFAULT_CSS = """
    Pill {
        width: auto; height: 1; padding: 0 1; pointer: pointer;
        background: $panel; color: $foreground;
        &.-main { background: $primary; color: $background; text-style: bold; }
        &.-warn { background: $warning; color: $background; }
        &:hover { background: $foreground 20%; }
        &.-main:hover { background: $primary-darken-1; }
        &:hover, &.-main:hover { color: $foreground; }
        &:focus, &.-main:focus { background: $accent; color: $background; text-style: bold underline; }
        &:disabled { opacity: 50%; }
    }
    """

    label: reactive[str] = reactive("", layout=True)

    @mutable
    class Pressed(Message):
        """The button was pressed."""

        pill: Pill
        clicked: bool = False
        """Whether with the mouse, so that the focus came here only for that."""

        @property
        def control(self) -> Pill:
            return self.pill

    def __init__(self, label: str, role: str, *, classes: str = "") -> None:
        super().__init__(classes=f"role-{role} {classes}")
        self.role = role
        """Its purpose; the button's name inside its parent."""
        self.set_reactive(Pill.label, label)

    def render(self) -> Content:
        # Two colours alone would not show every reader which button has the focus.
        return Content(f"▸{self.label}◂" if self.has_focus else f" {self.label} ")

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return cell_width(self.label) + 2

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def on_click(self) -> None:
        self.action_press(clicked=True)

    def action_press(self, clicked: bool = False) -> None:
        """Say that it was pressed."""
        if not self.disabled:
            self.post_message(self.Pressed(self, clicked))
