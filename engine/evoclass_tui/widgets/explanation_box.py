"""The box that explains an error of the learner's program in the learner's language."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from evoclass.explanation import Explanation
from evoclass.i18n import Catalog

_CODE = "$text-accent on $panel"


class ExplanationBox(VerticalScroll, can_focus=True):
    """Shows the mismatch, its cause, and one thing to try; hidden when there is no explanation."""

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
        parts = [_with_code(title).stylize_before("bold $error")]
        if explanation.what:
            parts.append(_with_code(explanation.what))
        if explanation.try_this:
            parts.append(Content.assemble(("→ ", "bold $accent"), _with_code(explanation.try_this)))
        self.query_one(Static).update(Content("\n").join(parts))
        self.scroll_home(animate=False)


def _with_code(sentence: str) -> Content:
    """Return a sentence whose parts between backticks look like the code of a lesson."""
    pieces = sentence.split("`")
    if len(pieces) % 2 == 0:
        return Content(sentence)
    return Content.assemble(*((piece, _CODE) if place % 2 else piece for place, piece in enumerate(pieces)))
