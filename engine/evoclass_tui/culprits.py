"""Find the panel, question or screen whose code raised an exception on the screen."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Any

from textual.dom import DOMNode
from textual.screen import Screen

from evoclass_tui.panel import Panel
from evoclass_tui.widgets.fields import FieldWidget
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.question import Question


def culprit_panel(error: BaseException) -> PanelPane | None:
    """Return the pane of the panel in whose code an exception was raised, or None."""
    for line in _lines(error):
        if any(isinstance(node, Panel) for node in line):
            return next((node for node in line if isinstance(node, PanelPane)), None)
    return None


def culprit_question(error: BaseException) -> Question | None:
    """Return the question in whose field an exception was raised, or None."""
    in_field = False
    for line in _lines(error):
        in_field = in_field or any(isinstance(node, FieldWidget) for node in line)
        # A field that is only drawn ahead is not on the screen yet: its question is in a frame further out.
        question = next((node for node in line if isinstance(node, Question)), None)
        if in_field and question is not None:
            return question
    return None


def culprit_screens(error: BaseException) -> Iterator[Screen[Any]]:
    """Yield the screens in whose code an exception was raised, the innermost first."""
    for line in _lines(error):
        yield from (node for node in line if isinstance(node, Screen))


def _lines(error: BaseException) -> Iterator[list[DOMNode]]:
    """Yield the widget of each frame that an exception went through, with its ancestors; the innermost first."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        node = frame.f_locals.get("self")
        if isinstance(node, DOMNode):
            try:
                yield list(node.ancestors_with_self)
            except AttributeError:  # it failed before it called Textual's `__init__`
                yield [node]
