"""Where each directive ends: one pass over the lines with a stack, so that an unclosed fence cannot swallow a file.

CommonMark closes a fence at the first line that is long enough, and at the end of the file when there is none.
Both are traps: a nested directive of the same length closes the outer one, and a forgotten `:::` hides the rest
of the lesson silently.  Here openers and closers are matched like brackets, and a mismatch is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Protocol

from evoclass.directive import OptionLine
from evoclass.errors import Problem

OPENER = re.compile(r"\{([^{}`\s]*)\}(.*)\Z")
"""The text after the fence characters of a directive: name and argument, with the blanks around it."""

OPTION = re.compile(r":([A-Za-z][\w-]*):(?=[ \t]|\Z)")
"""The key of an option line."""

MAX_DEPTH = 16
"""How deep directives may be nested."""


class Lines(Protocol):
    """The part of markdown-it's block state that says where lines begin and end."""

    src: str
    bMarks: list[int]
    eMarks: list[int]
    tShift: list[int]
    sCount: list[int]
    blkIndent: int
    level: int


@dataclass(slots=True)
class Extent:
    """A directive from its opening to its closing line (numbers from 0)."""

    start: int
    marker: str
    length: int
    name: str = ""
    argument: str = ""
    raw: bool = False
    """Whether the content is code, not Markdown."""
    braces: bool = True
    indent: int = 0
    close: int | None = None
    """Line of the closing fence; None if the directive is never closed."""
    culprit: int | None = None
    """Line of the unclosed code fence inside that hides the closing fence."""
    setting_lines: list[int] = field(default_factory=list)
    _settings: list[tuple[str, list[str], int]] = field(default_factory=list)
    """Key, the value's pieces and line of each option."""

    @property
    def settings(self) -> tuple[OptionLine, ...]:
        """The options; a value over several lines is joined into one line."""
        return tuple(
            OptionLine(key, " ".join(filter(None, pieces)), line) for key, pieces, line in self._settings
        )

    def add(self, key: str, value: str, line: int) -> None:
        """Take an option line."""
        self._settings.append((key, [value.strip()], line + 1))
        self.setting_lines.append(line)

    def go_on(self, value: str, line: int) -> None:
        """Take a line that continues the option before."""
        self._settings[-1][1].append(value.strip())
        self.setting_lines.append(line)

    def move(self, by: int) -> None:
        """Move the directive down by so many lines."""
        self.start += by
        self.close = None if self.close is None else self.close + by
        self.culprit = None if self.culprit is None else self.culprit + by
        self.setting_lines = [line + by for line in self.setting_lines]
        self._settings = [(key, pieces, line + by) for key, pieces, line in self._settings]


class Fences:
    """Extents of all directives of one file, found when first asked for."""

    def __init__(self, containers: Collection[str], raw: Collection[str]) -> None:
        self._containers = containers
        """Directive names whose content is Markdown even between backticks."""
        self._raw = raw
        """Directive names whose content is code even between colons."""
        self._extents: dict[int, Extent] = {}
        self._open_ends: dict[tuple[str, int], tuple[Extent, int]] = {}
        """By fence character and level: an unclosed code fence, and the line up to which this is known."""
        self.problems: list[Problem] = []

    @property
    def names(self) -> Collection[str]:
        """Names of directives that exist."""
        return {*self._containers, *self._raw}

    def again(self) -> Fences:
        """Return empty `Fences` for another text with the same directives."""
        return Fences(self._containers, self._raw)

    def extent(self, lines: Lines, start: int, end: int) -> Extent | None:
        """Return the directive that opens on line `start`, or None when that line opens nothing."""
        known = self._extents.get(start)
        if known is None or (known.close is not None and known.close >= end):
            self._scan(lines, start, end)
            known = self._extents.get(start)
        return known

    def closing(self, start: int) -> int | None:
        """Return the line that closes the directive on line `start`, or None if that is not known."""
        extent = self._extents.get(start)
        return extent.close if extent is not None else None

    def move(self, by: int) -> None:
        """Move all directives down by so many lines."""
        for extent in self._extents.values():
            extent.move(by)
        self._extents = {extent.start: extent for extent in self._extents.values()}
        self._open_ends.clear()
        self.problems = [_moved(problem, by) for problem in self.problems]

    def _is_open(self, extent: Extent, level: int, end: int) -> bool:
        """Whether it is known that nothing closes this code fence before `end`."""
        known, last = self._open_ends.get((extent.marker, level), (None, 0))
        return (
            known is not None
            and known.start <= extent.start
            and known.length <= extent.length
            and end <= last
        )

    def _open(self, marker: str, length: int, rest: str, line: int, indent: int) -> Extent | None:
        """Return the extent that a line of fence characters and `rest` opens, or None when it can only close."""
        rest = rest.strip()
        if not rest and marker == ":":
            return None
        if marker == "`" and "`" in rest:
            return None
        match = OPENER.match(rest)
        if match is None:
            return Extent(line, marker, length, rest, raw=marker != ":", braces=False, indent=indent)
        name, argument = match[1], match[2].strip(" \t")
        raw = name in self._raw or (marker != ":" and name not in self._containers)
        return Extent(line, marker, length, name, argument, raw, indent=indent)

    def _scan(self, lines: Lines, start: int, end: int) -> None:
        src, begins, ends, shifts, indents = (
            lines.src,
            lines.bMarks,
            lines.eMarks,
            lines.tShift,
            lines.sCount,
        )
        stack: list[Extent] = []
        crowded: list[tuple[Extent, Extent]] = []
        masked: list[tuple[int, Extent]] = []
        setting = False
        """Whether the previous line belongs to an option."""
        line = start - 1
        while line + 1 < end and (stack or line < start):
            line += 1
            first, last = begins[line] + shifts[line], ends[line]
            if first >= last:
                setting = False
                continue
            if indents[line] < lines.blkIndent and line > start:
                break
            marker = src[first]
            top = stack[-1] if stack else None
            if marker not in ":`~" or not src.startswith(marker * 3, first):
                if top is None or (top.raw and not top.braces):
                    continue
                if marker == ":" and indents[line] == top.indent:
                    match = OPTION.match(src[first:last])
                    leading = line == top.start + len(top.setting_lines) + 1
                    if match and (leading or not top.raw):
                        top.add(match[1], src[first + match.end() : last], line)
                        setting = True
                        continue
                elif setting and not top.raw and indents[line] > top.indent + 1:
                    top.go_on(src[first:last], line)
                    continue
                setting = False
                continue
            setting = False
            stop = first
            while stop < last and src[stop] == marker:
                stop += 1
            length, rest = stop - first, src[stop:last]
            if top is not None and top.raw:
                if marker == top.marker and length >= top.length and not rest.strip():
                    top.close = line
                    stack.pop()
                elif marker == ":" and not rest.strip():
                    masked.extend(
                        (line, outer) for outer in stack if outer.marker == ":" and outer.length <= length
                    )
                continue
            if not rest.strip() and self._close(stack, marker, length, line):
                continue
            opened = self._open(marker, length, rest, line, indents[line])
            if opened is None:
                if marker == ":":
                    self._extents[line] = Extent(line, marker, length, indent=indents[line])
                continue
            self._extents[line] = opened
            if top is not None and opened.marker == top.marker and length >= top.length:
                crowded.append((top, opened))
            stack.append(opened)
            if len(stack) > MAX_DEPTH or (opened.raw and self._is_open(opened, lines.level, end)):
                break
        else:
            if stack and stack[-1].raw:
                self._open_ends[stack[-1].marker, lines.level] = (stack[-1], end)
        if stack and stack[-1].raw:
            for extent in stack:
                extent.culprit = stack[-1].start
        self._report(crowded, masked)

    @staticmethod
    def _close(stack: list[Extent], marker: str, length: int, line: int) -> bool:
        """Close the opener that a bare fence line belongs to: the nearest of its length, else the nearest shorter."""
        same = [
            place for place, extent in enumerate(stack) if extent.marker == marker and extent.length == length
        ]
        if same:
            place = same[-1]
        elif stack and stack[-1].marker == marker and stack[-1].length <= length:
            place = len(stack) - 1
        else:
            return False
        stack[place].close = line
        del stack[place:]
        return True

    def _report(self, crowded: list[tuple[Extent, Extent]], masked: list[tuple[int, Extent]]) -> None:
        """Report fences that other Markdown tools would read differently."""
        groups: dict[int, list[Extent]] = {}
        outers: dict[int, Extent] = {}
        for outer, inner in crowded:
            if outer.close is not None and inner.close is not None:
                outers[outer.start] = outer
                groups.setdefault(outer.start, []).append(inner)
        for start, inners in groups.items():
            outer = outers[start]
            fields = {
                "outer": outer.name,
                "inner": inners[0].name,
                "inner_line": inners[0].start + 1,
                "close": (outer.close or 0) + 1,
                "fence": outer.marker * (max(inner.length for inner in inners) + 1),
            }
            self.problems.append(Problem("E015", start + 1, outer.indent + 1, fields=fields))
        for line, outer in masked:
            if outer.close is not None:
                fields = {"outer": outer.name, "outer_line": outer.start + 1, "close": outer.close + 1}
                self.problems.append(Problem("W015", line + 1, fields=fields))


def _moved(problem: Problem, by: int) -> Problem:
    fields = {
        name: value + by if name in ("inner_line", "outer_line", "close") else value
        for name, value in problem.fields.items()
    }
    return replace(problem, line=problem.line + by, fields=fields)
