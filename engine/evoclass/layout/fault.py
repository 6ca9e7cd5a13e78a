"""A block that could not be understood: the problem, its fix, and the lines as written."""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass.layout.boxes import framed
from evoclass.layout.line import Line, Segment, clean, cut
from evoclass.layout.wrap import wrap
from evoclass.model import Fault

MOST_LINES = 12
"""Most lines of the source that are shown."""


def fault_lines(block: Fault, width: int, catalog: Catalog | None) -> list[Line]:
    """Draw a fault in a box, or without one where there is too little room."""
    # Imported late: the linter takes 60 ms to import, and most lessons have no fault.
    from evoclass.lint.describe import describe

    problem = block.problem
    say = catalog or Catalog("en")
    message, fix = describe(problem, say)
    place = say("layout.fault.place", line=problem.line)
    if block.source_line and problem.path is not None:
        place = f"{clean(problem.path.name)}, {place}"
    inner = max(1, width - 4) if width >= 16 else width

    lines = [Line(row.segments, block.id, row.joins) for row in wrap([Segment(clean(message))], inner)]
    if fix:
        lines += [
            Line(r.segments, block.id, r.joins) for r in wrap([Segment(clean(fix), "fault.fix")], inner)
        ]
    source = clean(block.source.expandtabs(4)).rstrip().splitlines()
    shown = source[:MOST_LINES]
    if shown:
        lines.append(Line((), block.id))
    first = block.source_line or block.line
    digits = len(str(first + len(shown)))
    for number, text in enumerate(shown, first):
        style = "fault.line" if number == problem.line else "code.block"
        mark = Segment(f"{number:>{digits}} ", "fault.number")
        row, rest = cut(text, max(1, inner - digits - 2)) if text else ("", "")
        lines.append(Line((mark, Segment(row + ("…" if rest else ""), style)), block.id))
    if len(source) > len(shown):
        lines.append(Line((Segment("…", "fault.number"),), block.id))
    title = [Segment(f"{problem.code} · {place}", "fault.title")]
    if inner == width:
        return [*(Line(row.segments, block.id, row.joins) for row in wrap(title, width)), *lines]
    return framed(lines, title, width, "fault.border", block.id)
