"""The frame of a text field as lines, for previews."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.layout import Segment, cell_width, cut

STYLE = "input.border"


def frame(rows: Sequence[Sequence[Segment]], width: int, note: str = "") -> list[list[Segment]]:
    """Draw rows of text in a round frame of `width` cells, cut to fit; `note` goes below at the right."""
    inner = max(1, width - 2)
    note = f" {note} " if note and cell_width(note) + 4 <= inner else ""
    below = "─" * (inner - cell_width(note) - (1 if note else 0))
    out = [[Segment("╭" + "─" * inner + "╮", STYLE)]]
    for row in rows:
        out.append([Segment("│", STYLE), *_fitted(row, inner), Segment("│", STYLE)])
    out.append(
        [Segment(f"╰{below}", STYLE), Segment(note, "muted"), Segment(f"{'─' if note else ''}╯", STYLE)]
    )
    return out


def _fitted(row: Sequence[Segment], width: int) -> list[Segment]:
    kept, room = [], width
    for segment in row:
        if room <= 0:
            break
        text, _ = cut(segment.text, room)
        if cell_width(text) > room:
            break
        kept.append(segment._replace(text=text))
        room -= cell_width(text)
    return [*kept, Segment(" " * room)]
