"""Limits of a plugin's drawing: it stays small, and questions stay outside it."""

from __future__ import annotations

from evoclass.model import Drawing, ExerciseBlock, Footnotes, Guess, Lab, Steps, walk

LINES = 400
"""Most lines of text in one drawing."""

COLUMNS = 1_000
"""Most characters in one line of text."""

VARIANTS = 8
"""Most narrower versions of the text."""

SENTENCE = 1_000
"""Most characters of the alternative sentence."""

SVG = 500_000
"""Most characters of a picture."""

APART = (ExerciseBlock, Steps, Lab, Guess, Footnotes)
"""Blocks that a drawing may not contain: a target that draws the text or the picture would not show them."""


def bounded(drawing: Drawing, what: str) -> None:
    """Raise ValueError for a drawing that is too large, is empty or contains a forbidden block."""
    if not drawing.alt.strip():
        raise ValueError(f"{what}.alt is empty: say in a sentence what there is to see")
    if len(drawing.alt) > SENTENCE:
        raise ValueError(f"{what}.alt has more than {SENTENCE:,} characters")
    if not (drawing.text or drawing.svg or drawing.blocks):
        raise ValueError(f"{what} has neither text nor svg nor blocks")
    if len(drawing.narrower) > VARIANTS:
        raise ValueError(f"{what}.narrower has more than {VARIANTS} versions")
    for lines in (drawing.text, *drawing.narrower):
        _lines(lines, what)
    if len(drawing.svg) > SVG:
        raise ValueError(f"{what}.svg has more than {SVG:,} characters")
    if drawing.svg:
        _well_formed(drawing.svg, what)
    for block in walk(drawing.blocks):
        if isinstance(block, APART):
            raise ValueError(f"{what}.blocks has a {type(block).__name__}, which has to stand by itself")


def _well_formed(svg: str, what: str) -> None:
    from xml.parsers import expat

    parser = expat.ParserCreate()
    try:
        parser.Parse(svg.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise ValueError(
            f"{what}.svg is not XML ({error}): write < and & of authors as &lt; and &amp;"
        ) from error


def _lines(lines: tuple[str, ...], what: str) -> None:
    if len(lines) > LINES:
        raise ValueError(f"{what}: more than {LINES} lines of text")
    if any(len(line) > COLUMNS for line in lines):
        raise ValueError(f"{what}: a line of text has more than {COLUMNS:,} characters")
    if any("\n" in line for line in lines):
        raise ValueError(f"{what}: a line of text has a line end inside")
