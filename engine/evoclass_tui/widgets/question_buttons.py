"""The buttons under a question: only those that make sense at the moment."""

from __future__ import annotations

from textual.app import ComposeResult

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.layout import Line
from evoclass_tui.widgets.flow import Flow, flow_lines
from evoclass_tui.widgets.pill import Pill


@frozen
class Offer:
    """The actions open to the learner."""

    done: bool = False
    busy: bool = False
    hints_left: int = 0
    confirm: bool = False
    """Whether the button for the solution has been pressed once."""


class QuestionButtons(Flow):
    """Check, hint, show the solution; or try again."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog
        self.offer = Offer()
        self.pills: dict[str, Pill] = {}

    def labels(self) -> dict[str, str]:
        """Return the labels of the buttons to show, by role."""
        say, offer = self.catalog, self.offer
        if offer.done:
            return {"retry": say("question.retry")}
        labels = {"check": say("question.checking" if offer.busy else "question.check")}
        if offer.hints_left:
            labels["hint"] = say("question.hint", count=offer.hints_left)
        labels["reveal"] = say("question.reveal_sure" if offer.confirm else "question.reveal")
        return labels

    def preview(self, width: int) -> list[Line]:
        """Return how the buttons look before they are mounted."""
        labels = self.labels()
        return flow_lines(
            [(labels[role], "pill.main" if role == "check" else "pill") for role in labels], width
        )

    def compose(self) -> ComposeResult:
        self.pills = {role: _pill(role, label) for role, label in self.labels().items()}
        yield from self.pills.values()

    def show(self, offer: Offer) -> None:
        """Offer other actions; the focus moves to a button that is still there."""
        self.offer = offer
        if not self.pills:
            return
        labels = self.labels()
        focused = next((pill for pill in self.pills.values() if pill is self.screen.focused), None)
        for role in [*self.pills, *labels]:
            if role not in self.pills:
                self.pills[role] = _pill(role, labels[role])
                self.mount(self.pills[role])
            pill = self.pills[role]
            pill.display = role in labels
            pill.label = labels.get(role, pill.label)
        if "reveal" in self.pills:
            self.pills["reveal"].set_class(self.offer.confirm, "-warn")
        if focused is not None and not focused.display:
            self.pills[next(iter(labels))].focus()


def _pill(role: str, label: str) -> Pill:
    return Pill(label, role, classes="-main" if role == "check" else "")
