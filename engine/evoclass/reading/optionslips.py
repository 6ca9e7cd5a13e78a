"""Lines of a directive that were meant as options but are not: a slip in the colons, or a wrong indentation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from evoclass.errors import Problem
from evoclass.reading.budget import SEARCH, Budget
from evoclass.reading.fences import OPTION, Extent
from evoclass.reading.invisible import BLANK, NOTHING, named, plain

ALMOST = re.compile(r"([:：]*)[ \t]*([A-Za-z][\w-]*)[ \t]*([:：=]*)")
"""The start of an option line, with any arrangement of colons."""

FENCE = re.compile(r"(:{3,}|`{3,}|~{3,})(.*)")

LIKE = 0.8
"""Least similarity of a word and the name of an option."""

YAML_LINES = 30
"""Most lines in a block of options between two `---`."""

SENTENCES = frozenset({"hint", "solution", "why", "criteria"})
"""Options whose value is prose."""


def slips(lines: Sequence[str], extent: Extent, names: Collection[str], budget: Budget) -> Iterator[Problem]:
    """Yield a problem for each slip that keeps a line of a directive from being an option.

    `names` are the options that the directive knows.  In code, only lines before the program count.  Raises TooMuch.
    """
    first, last = extent.start + 1, extent.close if extent.close is not None else len(lines)
    block = _yaml_block(lines, first, last)
    if block:
        yield Problem("E027", first + 1, fields=_fields(extent, "", "---", "yaml") | {"end": block + 1})
        return
    taken = set(extent.setting_lines)
    prose = _first_prose(lines, first, last, taken)
    inner = ""
    for number in range(first, last):
        text = lines[number].strip() if number < len(lines) else ""
        fence = FENCE.match(text)
        if inner:
            if fence and fence[1].startswith(inner) and not fence[2].strip():
                inner = ""
            continue
        if fence:
            inner = fence[1] if fence[2].strip() else ""
            if extent.raw:
                return
            continue
        if not text:
            continue
        if text[0] in ":：" or plain(lines[number]) != lines[number]:
            budget.spend(SEARCH)
        problem = _slip(lines[number], text, number, extent, names)
        if problem is not None:
            yield problem
        elif extent.raw and number not in taken:
            return
        elif number - 1 in taken and number not in taken and prose < number - 1:
            yield from _cut_off(text, number, extent)


def _slip(line: str, text: str, number: int, extent: Extent, names: Collection[str]) -> Problem | None:
    """Return the problem of a line that looks like an option but is not one, or None."""
    problem = _invisible(line, number, extent, names)
    if problem is not None:
        return problem
    option = OPTION.match(text)
    indent = len(line) - len(line.lstrip(" "))
    if option and _near(option[1], names):
        if indent == extent.indent or ">" in line[: extent.indent]:
            return None
        return Problem("E027", number + 1, indent + 1, fields=_fields(extent, option[1], text, "indent"))
    almost = ALMOST.match(text)
    if option or not almost or not (almost[1] or almost[3]) or number in extent.setting_lines:
        return None
    # Without a colon before it, only the exact name counts: `Hint: …` may well be prose.
    name = _near(almost[2], names) if almost[1] else almost[2] if almost[2] in names else ""
    if not name or (not almost[1] and not almost[3].startswith((":", "："))):
        return None
    return Problem("E027", number + 1, indent + 1, fields=_fields(extent, name, text, ""))


def _invisible(line: str, number: int, extent: Extent, names: Collection[str]) -> Problem | None:
    """Report an invisible character in a line that would be an option without it."""
    bare = plain(line)
    if bare == line or number in extent.setting_lines:
        return None
    option = OPTION.match(bare.strip())
    if option is None or not _near(option[1], names) or ">" in line[: extent.indent]:
        return None
    fields = _fields(extent, option[1], bare.strip(), "invisible") | {"character": named(line)}
    seen = BLANK.search(line) or NOTHING.search(line)
    return Problem("E027", number + 1, (seen.start() if seen else 0) + 1, fields=fields)


def _cut_off(text: str, number: int, extent: Extent) -> Iterator[Problem]:
    """Report prose directly after an option that is not indented, and so does not belong to the option."""
    setting = next((one for one in reversed(extent.settings) if one.line <= number), None)
    if setting is None or setting.key not in SENTENCES or text.startswith(("- ", "* ", "> ", "|", "#")):
        return
    yield Problem("W038", number + 1, fields={"option": setting.key, "directive": extent.name})


def _first_prose(lines: Sequence[str], first: int, last: int, taken: set[int]) -> int:
    """Return the number of the first line that is not an option."""
    return next((n for n in range(first, min(last, len(lines))) if n not in taken and lines[n].strip()), last)


def _yaml_block(lines: Sequence[str], first: int, last: int) -> int:
    """Return the last line of a block of options between two `---`, or 0."""
    if first >= last or first >= len(lines) or lines[first].strip() != "---":
        return 0
    for number in range(first + 1, min(last, first + YAML_LINES, len(lines))):
        text = lines[number].strip()
        if text == "---":
            return number
        if text and not re.match(r"[\w-]+[ \t]*:|- |#", text):
            return 0
    return 0


LONGEST = 60
"""How many characters of a word are compared with the options."""


def _near(word: str, names: Collection[str]) -> str:
    """Return the option that a word was meant as, or an empty text."""
    bare = word.lower()[:LONGEST]
    if bare in names:
        return bare
    best = max(names, key=lambda name: SequenceMatcher(None, bare, name).ratio(), default="")
    return best if best and SequenceMatcher(None, bare, best).ratio() >= LIKE else ""


def _fields(extent: Extent, option: str, text: str, variant: str) -> dict[str, object]:
    return {
        "option": option,
        "text": text[:60],
        "directive": extent.name,
        "opening": extent.start + 1,
        "variant": variant,
    }
