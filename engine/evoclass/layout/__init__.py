"""Lays out blocks as styled lines at a width, for both front ends.  It knows nothing of colours or widgets."""

from evoclass.layout.code import code_rows
from evoclass.layout.diagram import LANGUAGE as DIAGRAM
from evoclass.layout.diagram import description, diagram
from evoclass.layout.line import Line, Segment, cell_width, clean, copied, cut, is_decor
from evoclass.layout.page import MEASURE, gap, layout, layout_inlines
from evoclass.layout.picture import PICTURE, Room, picture_rows, place_of
from evoclass.layout.styles import STYLES
from evoclass.layout.wrap import NO_RUN, shortcut_value

__all__ = [
    "DIAGRAM",
    "MEASURE",
    "NO_RUN",
    "PICTURE",
    "STYLES",
    "Line",
    "Room",
    "Segment",
    "cell_width",
    "clean",
    "code_rows",
    "copied",
    "cut",
    "description",
    "diagram",
    "gap",
    "is_decor",
    "layout",
    "layout_inlines",
    "picture_rows",
    "place_of",
    "shortcut_value",
]
