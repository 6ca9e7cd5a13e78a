"""Search in a program: where a text, or what a pattern describes, occurs."""

from __future__ import annotations

import re
import warnings
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from evoclass.pluginhost.timelimit import time_limit

SECONDS = 0.3
"""Longest search: patterns such as `(a+)+$` may never end, and the window waits for them."""

MOST = 10_000_000
"""Characters that a replacement may add up to."""

_FLAGS = re.compile(r"\(\?[aimsux]+\)")
"""What may only stand at the very beginning of a pattern."""


class Match(NamedTuple):
    """One occurrence: its row, and its columns, the end exclusive."""

    row: int
    start: int
    end: int


class Sought(NamedTuple):
    """What is searched for, and how."""

    text: str = ""
    regex: bool = False
    """Whether the text is a regular expression; each line is searched for itself."""
    whole: bool = False
    """Whether only whole words count."""


class PatternError(Exception):
    """A pattern, or what is to be put in its place, cannot be used."""

    def __init__(self, key: str, **fields: object) -> None:
        """Take the key of the sentence that says why, and its fields."""
        super().__init__(key)
        self.key, self.fields = key, fields


def find(lines: Iterable[str], sought: Sought, *, exact: bool) -> list[Match]:
    """Return every occurrence; unless `exact`, capitals count only if the text has some.

    Raises PatternError.
    """
    if not sought.text:
        return []
    pattern = _compiled(sought, exact=exact)
    try:
        with time_limit(SECONDS):
            return [
                Match(row, found.start(), found.end())
                for row, line in enumerate(lines)
                for found in pattern.finditer(line)
            ]
    except TimeoutError:
        raise PatternError("find.too_complicated") from None


def replaced(
    lines: Sequence[str],
    sought: Sought,
    by: str | Callable[[re.Match[str]], str],
    only: Iterable[Match] | None = None,
    *,
    exact: bool = True,
) -> list[str]:
    r"""Return the lines with each occurrence replaced, or `only` some of them; a pattern's `by` may have groups (`\1`).

    Raises PatternError.
    """
    pattern, wanted = _compiled(sought, exact=exact), None if only is None else frozenset(only)
    length = 0

    def put(found: re.Match[str], row: int) -> str:
        nonlocal length
        if wanted is not None and Match(row, *found.span()) not in wanted:
            return found[0]
        new = (found.expand(by) if sought.regex else by) if isinstance(by, str) else by(found)
        length += len(new)
        if length > MOST:
            raise PatternError("find.too_complicated")
        return new

    try:
        with time_limit(SECONDS):
            if sought.regex and isinstance(by, str):
                pattern.sub(by, "")  # it reads `by` even where nothing is found
            return [
                pattern.sub(lambda found, row=row: put(found, row), line)  # type: ignore[misc]
                for row, line in enumerate(lines)
            ]
    except TimeoutError:
        raise PatternError("find.too_complicated") from None
    except (re.error, IndexError) as error:
        raise _told(error, by if isinstance(by, str) else "") from None


def _compiled(sought: Sought, *, exact: bool) -> re.Pattern[str]:
    text = sought.text if sought.regex else re.escape(sought.text)
    # `\W` has a capital that means no letter.
    capitals = re.sub(r"\\.", "", text) if sought.regex else sought.text
    flags = 0 if exact or capitals != capitals.lower() else re.IGNORECASE
    try:
        with warnings.catch_warnings(), time_limit(SECONDS):
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise, such as `[[a]`
            pattern = re.compile(text, flags)
            if sought.whole:
                first = found[0] if (found := _FLAGS.match(text)) is not None else ""
                pattern = re.compile(rf"{first}(?<!\w)(?:{text[len(first) :]})(?!\w)", flags)
            return pattern
    except (re.error, IndexError) as error:
        raise _told(error, text) from None
    except (TimeoutError, RecursionError, OverflowError, MemoryError):
        raise PatternError("find.too_complicated") from None


_WRONG = (
    (r"missing \), ", "find.wrong_open"),
    ("unbalanced parenthesis", "find.wrong_close"),
    ("unterminated character set", "find.wrong_set"),
    ("nothing to repeat|multiple repeat", "find.wrong_repeat"),
    ("bad character range (?P<what>.+?)(?: at |$)", "find.wrong_range"),
    (r"bad escape \(end", "find.wrong_end"),
    ("(?:bad|incomplete) escape (?P<what>.+?)(?: at |$)", "find.wrong_escape"),
    (r"invalid group reference (?P<what>\d+)", "find.wrong_group"),
    ("unknown group name '(?P<what>.+?)'", "find.wrong_group"),
    ("look-behind requires fixed-width", "find.wrong_behind"),
)
"""What `re` says, and the sentences that say it here."""


def _told(error: re.error | IndexError, text: str) -> PatternError:
    """Return what is wrong, in the words of the interface."""
    said = error.msg if isinstance(error, re.error) else str(error)
    at = getattr(error, "pos", None) or 0
    for words, key in _WRONG:
        if (found := re.search(words, said)) is not None:
            return PatternError(
                key, at=at + 1, what=found.groupdict().get("what", ""), sign=text[at : at + 1]
            )
    return PatternError("find.wrong", at=at + 1)


def nearest(matches: Sequence[Match], place: tuple[int, int], by: int = 0) -> int:
    """Return the number of the first match from a place on; `by` -1: of the last one before it.  Both go round."""
    at = bisect_left(matches, (*place, 0))
    return (at + by) % len(matches)
