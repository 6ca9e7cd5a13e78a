"""A scrolling page that styles its prose."""

from __future__ import annotations

from pathlib import Path

from rich.style import Style
from textual.actions import SkipAction
from textual.containers import VerticalScroll

from evoclass.layout import STYLES
from evoclass_tui.pictures.gallery import Gallery
from evoclass_tui.textual_private import forget_components, make_component
from evoclass_tui.widgets.code_theme import code_colour

_CODE_COLOURS = {"name": "function", "type": "class", "builtin": "function"}
"""Kinds of words in a program whose colour has a different name in the themes."""

EXTRA = (
    "muted",
    "question.title",
    "question.passed",
    "question.failed",
    "question.note",
    "feedback.good",
    "feedback.bad",
    "field.mark",
    "field.chosen",
    "field.cursor",
    "field.carried",
    "field.hover",
    "field.good",
    "field.bad",
    "field.key",
    "hint.label",
    "answer.label",
    "step.done",
    "step.open",
    "step.locked",
    "link.focused",
    "note.sign",
    "note.text",
    "note.target",
    "search.match",
    "search.here",
    "pill",
    "pill.main",
    "input.border",
)
"""Styles of the widgets on a page, in addition to those of the layout."""


def component(style: str) -> str:
    """Return the CSS class of a style name."""
    return "ink--" + style.replace(".", "-")


class Page(VerticalScroll, can_focus=True):
    """Contains `LineView`s and resolves their style names to colours of the theme."""

    INKS = frozenset(component(style) for style in (*STYLES, *EXTRA))
    """CSS classes of the styles.  Were they component classes, each change of the focus would style all of them."""
    DEFAULT_CSS = Path(__file__).with_name("page.tcss").read_text(encoding="utf-8")

    in_haste = False
    """Whether programs are shown without colours, because what finds the colours takes long to load."""
    gallery: Gallery | None = None
    """Draws the pictures of the page; without it they appear as their alternative text."""

    sought = ""
    """The folded text that is searched for and marked; empty for none."""
    sought_at: tuple[str, int] = ("", 0)
    """Block of the match that the learner is at, and which of the block's matches it is."""

    _inks: dict[str, Style]

    # A line cannot glide, and Textual would wait for the next picture, and for the next step of a glide, to move it.

    def action_scroll_down(self) -> None:
        if not self.allow_vertical_scroll:
            raise SkipAction
        self.scroll_down(animate=False, immediate=True)

    def action_scroll_up(self) -> None:
        if not self.allow_vertical_scroll:
            raise SkipAction
        self.scroll_up(animate=False, immediate=True)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        forget_components(self)
        self._inks = {}

    def ink(self, style: str) -> Style:
        """Return the look of a style (several names, later ones on top), without the page's own background."""
        inks: dict[str, Style] = self.__dict__.setdefault("_inks", {})
        found = inks.get(style)
        if found is None:
            found = Style.combine(self._single(name) for name in style.split())
            inks[style] = found
        return found

    def _single(self, name: str) -> Style:
        if name.startswith("code.") and name not in ("code.block", "code.wrap.pad"):
            return self._code_ink(name.removeprefix("code."))
        css_class = component(name)
        if css_class not in self.INKS:
            return Style.null()
        make_component(self, css_class)
        styles = self.get_component_styles(css_class)
        whole = self.get_component_rich_style(css_class)
        return styles.text_style + Style(
            color=whole.color if styles.has_rule("color") else None,
            bgcolor=whole.bgcolor if styles.has_rule("background") else None,
        )

    def _code_ink(self, kind: str) -> Style:
        colour = code_colour(self.app.theme_variables, _CODE_COLOURS.get(kind, kind))
        return Style(color=colour, italic=True if kind == "comment" else None)
