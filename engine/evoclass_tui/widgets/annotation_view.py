"""The learner's notes at a question or a lab, below it."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.i18n import Catalog
from evoclass.layout import Line
from evoclass.learner.annotations import Annotation
from evoclass_tui.widgets.annotation_lines import annotation_lines
from evoclass_tui.widgets.prose import Prose


class AnnotationView(Prose):
    """Shows notes and bookmarks of one block; Enter or a click edits them."""

    def __init__(self, found: Sequence[Annotation], catalog: Catalog) -> None:
        super().__init__((), catalog, classes="annotations")
        self.found = tuple(found)
        self.can_focus = True

    def make_lines(self, width: int) -> list[Line]:
        lines = list(annotation_lines(self.found, width, self.catalog))
        self._index(lines)
        return lines

    def show_found(self, found: Sequence[Annotation]) -> None:
        """Show the notes as they are now."""
        if tuple(found) != self.found:
            self.found = tuple(found)
            self.changed()
