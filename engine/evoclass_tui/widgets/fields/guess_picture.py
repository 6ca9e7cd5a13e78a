"""A guess beside what the run gave, as lines: on a ruler, among the options, or as two curves in one chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style

from evoclass.fields.sketch import TOP, in_words, levels_of
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, cell_width
from evoclass.learner.guessed import GuessValue, Measured
from evoclass.learner.guesses import ends, shown
from evoclass.model import Guess
from evoclass.reading.guesses import at, share
from evoclass.wording.numerals import localised
from evoclass_tui import chart
from evoclass_tui.widgets.fields.rows import row_lines

YOU, RUN = "◆", "▲"
"""Signs of the guess and of the run, for readers who cannot tell them by their colours."""

WIDEST = 64
"""Most columns of a ruler or a chart: beyond that it says no more."""

TALL = 11
"""Rows of a chart with its axis."""

_AXIS, _YOU, _RUN, _CURSOR = (Style.from_meta({"guess": name}) for name in ("axis", "you", "run", "cursor"))
_INKS = {_AXIS: "muted", _YOU: "field.key", _RUN: "field.chosen", _CURSOR: "strong"}
"""Styles of a page for those of the chart."""


def picture(
    guess: Guess, value: GuessValue | None, found: Measured | None, catalog: Catalog, width: int
) -> list[Line]:
    """Return the lines of a guess and of what the run gave, as far as there are any."""
    match guess.asks:
        case "number":
            return _ruler(guess, value, found, catalog, min(width, WIDEST))
        case "option":
            return _options(guess, value, found, width)
        case "curve":
            drawn = curves(guess, levels_of(value), found, catalog, width)[1]
            signs = [(YOU, "guess.you", "field.key")] if value is not None else []
            signs += [(RUN, "guess.run", "field.chosen")] if found is not None else []
            legend = [Segment(f"{sign} {catalog(key)}   ", ink) for sign, key, ink in signs]
            return [*drawn, Line(tuple(legend))]


def _ruler(
    guess: Guess, value: GuessValue | None, found: Measured | None, catalog: Catalog, width: int
) -> list[Line]:
    low, high = ends(guess, catalog)
    margin = cell_width(low) + 1
    room = max(8, width - margin - cell_width(high) - 1)
    marks: dict[int, str] = {}
    rows: list[Line] = []
    for given, sign, key, ink, tick in (
        (value, YOU, "guess.you", "field.key", "┴"),
        (found, RUN, "guess.run", "field.chosen", "┬"),
    ):
        if not isinstance(given, float):
            rows.append(Line())
            continue
        cell = 1 + round(share(guess, given) * (room - 3))
        marks[cell] = "┼" if cell in marks else tick
        rows.append(
            _beside(f"{catalog(key)} {shown(guess, given, catalog)}", sign, margin + cell, width, ink)
        )
    line = "".join(
        "├" if cell == 0 else "┤" if cell == room - 1 else marks.get(cell, "─") for cell in range(room)
    )
    ruler = Line((Segment(f"{low} {line} {high}", "muted"),))
    return [rows[0], ruler, rows[1]] if rows[1].segments else [rows[0], ruler]


def _beside(text: str, sign: str, column: int, width: int, ink: str) -> Line:
    """Return a sign in a column with a text on the side where there is room."""
    if column + 2 + cell_width(text) <= width:
        return Line((Segment(" " * column), Segment(f"{sign} {text}", ink)))
    before = max(0, column - 1 - cell_width(text))
    return Line((Segment(" " * before), Segment(f"{text} {sign}", ink)))


def _options(guess: Guess, value: GuessValue | None, found: Measured | None, width: int) -> list[Line]:
    lines: list[Line] = []
    for option in guess.options:
        mine, came = option.key == value, option.key == found
        marker = [
            Segment(f"{YOU} " if mine else "  ", "field.key"),
            Segment(f"{RUN} " if came else "  ", "field.chosen"),
        ]
        lines += row_lines(marker, option.text, width, "", "" if mine or came else "muted")
    return lines


def curves(
    guess: Guess,
    levels: Sequence[int] | None,
    found: Measured | None,
    catalog: Catalog,
    width: int,
    cursor: int | None = None,
) -> tuple[chart.Chart, list[Line]]:
    """Return the chart of a drawn curve and the measured one, and its lines; the cursor is on a drawn place."""
    lines = []
    if levels is not None:
        every = 100 / (len(levels) - 1)
        points = [(place * every, at(guess, level / TOP)) for place, level in enumerate(levels)]
        lines.append(chart.Line(points, _YOU, mark=YOU))
    if isinstance(found, list) and found:
        first, length = found[0][0], (found[-1][0] - found[0][0]) or 1
        bounded = [(100 * (step - first) / length, min(guess.high, max(guess.low, y))) for step, y in found]
        lines.append(chart.Line(bounded, _RUN, mark=RUN))
    axes = chart.Axes(
        _AXIS,
        number=_number(catalog),
        place=lambda place: f"{place:g}%",
        log=guess.log,
        here=None if cursor is None or levels is None else cursor * 100 / (len(levels) - 1),
        cursor=_CURSOR,
        bounds=(guess.low, guess.high),
    )
    drawn = chart.draw(lines, min(width, WIDEST), TALL, axes)
    return drawn, [
        Line(tuple(Segment(part.text, _INKS.get(part.style or _AXIS, "")) for part in row))
        for row in drawn.lines
    ]


def heights_line(levels: Sequence[int], catalog: Catalog) -> Line:
    """Return a drawn curve in words."""
    return Line((Segment(f"{YOU} {in_words([level / TOP for level in levels], catalog)}", "field.key"),))


def _number(catalog: Catalog) -> Callable[[float], str]:
    return lambda number: localised(f"{number:g}", catalog.language)
