"""Find the panel, question or screen whose code raised an exception on the screen."""

from __future__ import annotations

import traceback
from typing import Any

from textual.dom import DOMNode
from textual.screen import Screen

from evoclass_tui.panel import Panel
from evoclass_tui.widgets.fields import FieldWidget
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.question import Question


def culprit_panel(error: BaseException) -> PanelPane | None:
    """Return the pane of the panel in whose code an exception was raised, or None."""
    frames = traceback.walk_tb(error.__traceback__)
    for frame, _ in reversed(list(frames)):
        node = frame.f_locals.get("self")
        if isinstance(node, DOMNode):
            line = [node, *node.ancestors]
            if any(isinstance(ancestor, Panel) for ancestor in line):
                return next((ancestor for ancestor in line if isinstance(ancestor, PanelPane)), None)
    return None


def culprit_question(error: BaseException) -> Question | None:
    """Return the question in whose field an exception was raised, or None."""
    frames = traceback.walk_tb(error.__traceback__)
    for frame, _ in reversed(list(frames)):
        node = frame.f_locals.get("self")
        if isinstance(node, DOMNode):
            line = [node, *node.ancestors]
            if any(isinstance(ancestor, FieldWidget) for ancestor in line):
                return next((ancestor for ancestor in line if isinstance(ancestor, Question)), None)
    return None


def culprit_screen(error: BaseException) -> Screen[Any] | None:
    """Return the screen in which an exception was raised, or None."""
    frames = traceback.walk_tb(error.__traceback__)
    for frame, _ in reversed(list(frames)):
        node = frame.f_locals.get("self")
        if isinstance(node, DOMNode):
            return next((inner for inner in node.ancestors_with_self if isinstance(inner, Screen)), None)
    return None
