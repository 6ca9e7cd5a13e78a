"""The box that explains an error of the learner's program in the learner's language."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from evoclass.explanation import Explanation
from evoclass.i18n import Catalog


class ExplanationBox(VerticalScroll, can_focus=True):
    """What does not fit, why, and one thing to try; hidden when there is nothing to explain."""

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, explanation: Explanation | None, catalog: Catalog) -> None:
        """Show an explanation, or hide."""
        self.display = explanation is not None
        if explanation is None:
            return
        title = explanation.title
        if explanation.line:
            title = f"{title} · {catalog('terminal.line', line=explanation.line)}"
        parts = [Content.styled(title, "bold $error")]
        if explanation.what:
            parts.append(Content(explanation.what))
        if explanation.try_this:
            parts.append(
                Content.assemble((f"{catalog('terminal.try')} ", "bold $accent"), explanation.try_this)
            )
        self.query_one(Static).update(Content("\n").join(parts))
        self.scroll_home(animate=False)
