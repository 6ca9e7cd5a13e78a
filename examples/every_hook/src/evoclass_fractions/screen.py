"""What needs Textual: the field's widget, a panel, an action and a theme.  Only the hooks of the screen import it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.theme import Theme
from textual.widgets import Static

from evoclass.exercise import Value
from evoclass.i18n import Catalog
from evoclass.protocol import Frame, RunEvent
from evoclass_fractions import practice
from evoclass_fractions.notation import Parts
from evoclass_fractions.question import PartsField
from evoclass_tui.actions import ActionContext, ScreenAction
from evoclass_tui.fields import FieldWidget
from evoclass_tui.panel import Panel


class PartsWidget(FieldWidget, can_focus=True):
    """Left and Right take a part away or colour one."""

    DEFAULT_CSS = """
    PartsWidget { height: 3; border: round $border; }
    PartsWidget:focus { border: round $primary; }
    """
    BINDINGS = [("left", "colour(-1)"), ("right", "colour(1)"), ("enter", "finish")]

    taken: reactive[int] = reactive(0)

    def __init__(self, field: PartsField, catalog: Catalog) -> None:
        super().__init__(field, catalog)
        self.whole = field.whole

    @property
    def value(self) -> Value:
        return self.taken or None

    def show_value(self, value: Value) -> None:
        self.taken = value if isinstance(value, int) else 0

    def action_colour(self, more: int) -> None:
        if not self.locked:
            self.taken = min(max(self.taken + more, 0), self.whole)
            self.post_message(self.Changed(self))

    def action_finish(self) -> None:
        if self.taken and not self.locked:
            self.post_message(self.Finished(self, self.taken))

    def render(self) -> Content:
        parts = Parts(self.taken, self.whole)
        return Content(f"{parts.bar} {parts}")


class FractionsPanel(Panel):
    """Lists the program's fractions."""

    panel_name = "fractions"

    def compose(self) -> ComposeResult:
        self._rows: dict[str, str] = {}
        yield Static(self._words(), markup=False)

    def begin(self, watch: tuple[str, ...]) -> None:
        self._rows = {}
        self._show()

    def receive(self, event: RunEvent) -> None:
        if isinstance(event, Frame):
            self._rows |= {row.name: row.text for row in event.rows if row.type == "Fraction"}
            self._show()

    def switch_language(self, catalog: Catalog) -> None:
        super().switch_language(catalog)
        self._show()

    def _show(self) -> None:
        self.query_one(Static).update(self._words())

    def _words(self) -> str:
        rows = [f"{name} = {text}" for name, text in self._rows.items()]
        return "\n".join(rows) or self.catalog("evoclass_fractions.none")


def tell(context: ActionContext) -> None:
    """Say how much has been practised."""
    context.tell(practice.told(context.catalog))


ACTIONS = [ScreenAction("fractions", tell, key="alt+v")]

THEME = Theme(name="squared-paper", primary="#2a5b8a", background="#f7f9f4", foreground="#20303b", dark=False)
