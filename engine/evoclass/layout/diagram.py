"""A Mermaid diagram as text, drawn within bounds: a small one can take minutes if its author means harm."""

from __future__ import annotations

import re
import sys
import textwrap
import threading
import time
from functools import lru_cache
from types import FrameType
from typing import Any

from evoclass.layout.line import cell_width, clean
from evoclass.pattern import pattern

LANGUAGE = "mermaid"
"""Language of the code block that is a diagram."""

LONGEST = 4_000
"""Most characters of a diagram that is drawn."""

ROWS = 100
"""Most rows of a drawing."""

SECONDS = 1.0
"""Longest time for one diagram; a dozen boxes take a hundredth of it."""

SLOW = 3
"""After so many diagrams that took too long, no more are drawn."""

_LOOKS: tuple[dict[str, Any], ...] = (
    {"gap": 4, "padding_x": 2, "padding_y": 0},
    {"gap": 2, "padding_x": 1, "padding_y": 0},
    {"gap": 2, "padding_x": 1, "padding_y": 0, "max_label_width": 12},
    {"gap": 1, "padding_x": 0, "padding_y": 0, "max_label_width": 8},
)
"""Options of the drawing, the widest first."""

_SIDEWAYS = pattern(r"^(\s*(?:graph|flowchart)\s+)(?:LR|RL)\b", re.MULTILINE)
_TITLED_PIE = pattern(r"^(\s*pie(?:[ \t]+showData)?)[ \t]+(title\b.*)$", re.MULTILINE)
"""A title where Mermaid's own examples have it, which the drawing would leave out."""

_TITLE = pattern(
    r"\A\s*---[ \t]*\n(?:.*\n)*?title:[ \t]*(?P<front>.+?)[ \t]*\n(?:.*\n)*?---"
    r"|^\s*sequenceDiagram\b(?:.*\n)*?[ \t]*title\b[ \t]*:?[ \t]*(?P<inside>.+?)[ \t]*$",
    re.MULTILINE,
)
"""A title above a diagram of any kind, or inside one of messages, which the drawing leaves out."""

_NO_CODE = pattern(r'"[^"]*"|^\s*%%.*$', re.MULTILINE)
_FLOWCHART = pattern(r"^\s*(?:graph|flowchart)\b", re.MULTILINE)
_LINKED = pattern(r"^\s*(?:graph|flowchart|sequenceDiagram|stateDiagram)", re.MULTILINE)
_TO_NOTHING = pattern(r"^[^:\n]*[\w\])}\"|][ \t]*(?:--+>|---+|==+>|===+|-\.+->|--?>>)[ \t]*$", re.MULTILINE)
_DESCRIBED = pattern(r"^\s*acc(Title|Descr)\s*:\s*(.*?)\s*$", re.MULTILINE)

_slow = 0


class _TooLong(BaseException):
    """The time is over; no `except Exception` holds it up."""


def diagram(code: str, width: int) -> tuple[str, ...]:
    """Return the lines of a Mermaid diagram, at most `width` cells wide; none if it cannot be drawn.

    Where it does not fit from left to right it goes from top to bottom.
    """
    text = _DESCRIBED.sub("", clean_lines(code))
    if not text.strip() or len(text) > LONGEST or _is_unfinished(text):
        return ()
    lines = _fitting(_TITLED_PIE.sub(r"\1\n\2", text), width)
    title = _title(text)
    if not lines or not title or title in "\n".join(lines):
        return lines
    room = max(map(cell_width, lines))
    is_narrow = cell_width(title) == len(title)
    above = textwrap.wrap(title, width if is_narrow else width // 2)
    return (*(" " * max(0, (room - cell_width(line)) // 2) + line for line in above), "", *lines)


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return (found["front"] or found["inside"]).strip("\"'") if found is not None else ""


def _is_unfinished(text: str) -> bool:
    """Whether a bracket is never closed or an arrow leads to nothing: Mermaid refuses that, but part of it would be
    drawn."""
    code = _NO_CODE.sub('""', text)
    is_open = any(code.count(opening) > code.count(closing) for opening, closing in ("[]", "()", "{}"))
    if is_open and _FLOWCHART.search(code):  # other diagrams have whole sentences in their lines
        return True
    return bool(_LINKED.search(code) and _TO_NOTHING.search(code))


def description(code: str) -> str:
    """Return what a diagram says of itself for those who cannot see it: its `accDescr`, or else its `accTitle`."""
    told = {kind: text for kind, text in _DESCRIBED.findall(clean_lines(code))}
    return told.get("Descr") or told.get("Title") or ""


def without_description(code: str) -> str:
    """Return a diagram without what it says of itself, which every language says in its own words."""
    return _DESCRIBED.sub("", clean_lines(code))


def clean_lines(code: str) -> str:
    """Return code without anything that acts on a terminal."""
    return "\n".join(clean(line.expandtabs(4)) for line in code.splitlines())


@lru_cache(maxsize=256)
def _fitting(text: str, width: int) -> tuple[str, ...]:
    global _slow
    if _slow >= SLOW:
        return ()
    drawn: list[tuple[str, ...]] = []
    # In a thread, whose profiler is not the program's: each call of a function looks at the clock.
    thread = threading.Thread(target=_try_looks, args=(text, width, drawn), daemon=True)
    thread.start()
    thread.join(5 * SECONDS)
    if not drawn:
        _slow += 1
        return ()
    return drawn[0]


def _try_looks(text: str, width: int, drawn: list[tuple[str, ...]]) -> None:
    """Append the lines of the first look that fits, or none; nothing at all when the time is over."""
    end = time.thread_time() + SECONDS

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if time.thread_time() > end:
            raise _TooLong

    try:
        import termaid

        upright = _SIDEWAYS.sub(r"\1TD", text)
        sys.setprofile(watch)
        for source in dict.fromkeys((text, upright)):
            for look in _LOOKS:
                lines = tuple(line.rstrip() for line in termaid.render(source, **look).rstrip().split("\n"))
                while lines and not lines[0]:
                    lines = lines[1:]
                if any(lines) and len(lines) <= ROWS and max(map(cell_width, lines)) <= width:
                    drawn.append(lines)
                    return
        drawn.append(())
    except _TooLong:
        return
    except Exception:  # the diagram is shown as it is written
        drawn.append(())
    finally:
        sys.setprofile(None)
