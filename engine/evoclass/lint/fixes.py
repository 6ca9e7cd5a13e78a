"""Mechanical corrections, which `evoclass check --fix` may make without asking the author."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

from evoclass.errors import Problem
from evoclass.pluginhost.keptrule import KeptRule
from evoclass.rules import Edit

Rules = Mapping[str, KeptRule]
"""Rules of plugins by code."""

NO_RULES: Rules = MappingProxyType({})

Fixer = Callable[[Problem, Sequence[str]], "list[Edit]"]
"""Returns the edits for a problem in a file's lines; none when the text has an unexpected form."""

NEAR = 0.75
"""Least similarity of a misspelt name and the suggestion for a correction without asking."""


def edits(problem: Problem, lines: Sequence[str], rules: Rules = NO_RULES) -> list[Edit]:
    """Return the edits that fix a problem, or none when only the author can fix it."""
    rule = rules.get(problem.code)
    fixer = rule.edits if rule is not None else FIXERS.get(problem.code)
    if fixer is None or not 1 <= problem.line <= len(lines):
        return []
    return fixer(problem, lines)


def apply_fixes(text: str, problems: Iterable[Problem], rules: Rules = NO_RULES) -> tuple[str, list[Problem]]:
    """Return the text with all mechanical corrections made, and the problems that they fix.

    Problems whose lines overlap wait for the next round.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    taken: set[int] = set()
    chosen: list[Edit] = []
    fixed: list[Problem] = []
    for problem in problems:
        wanted = edits(problem, lines, rules)
        touched = {edit.line for edit in wanted}
        if wanted and not touched & taken:
            taken |= touched
            chosen += wanted
            fixed.append(problem)
    for edit in sorted(chosen, key=lambda edit: edit.line, reverse=True):
        place = edit.line - 1
        if edit.insert:
            lines.insert(place, edit.text or "")
        elif edit.text is None:
            del lines[place]
        else:
            lines[place] = edit.text
    return newline.join(lines), fixed


# --------------------------------------------------------------------------------------------- one per code


def _replace_name(pattern: str, field: str) -> Fixer:
    """Return a fixer that replaces the misspelt name with the suggested one."""

    def fixer(problem: Problem, lines: Sequence[str]) -> list[Edit]:
        name, near = str(problem.fields.get(field, "")), str(problem.fields.get("near", ""))
        if not name or not near or SequenceMatcher(None, name.lower(), near).ratio() < NEAR:
            return []
        line = lines[problem.line - 1]
        match = re.search(pattern.replace("NAME", re.escape(name)), line)
        if match is None:
            return []
        return [Edit(problem.line, line[: match.start(1)] + near + line[match.end(1) :])]

    return fixer


def _lengthen(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Give the outer fence one more character than any fence inside (E015)."""
    return _fence_pair(lines, problem.line, int(problem.fields["close"]), len(str(problem.fields["fence"])))


def _lengthen_masked(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Give the outer fence one more colon than the line inside the code (W015)."""
    inside = re.match(r"\s*(:+)", lines[problem.line - 1])
    if inside is None:
        return []
    return _fence_pair(
        lines, int(problem.fields["outer_line"]), int(problem.fields["close"]), len(inside[1]) + 1
    )


def _fence_pair(lines: Sequence[str], first: int, last: int, length: int) -> list[Edit]:
    found = []
    for number in (first, last):
        line = lines[number - 1] if number <= len(lines) else ""
        match = re.match(r"([\s>]*)(:{3,}|`{3,}|~{3,})(.*)$", line)
        if match is None:
            return []
        if len(match[2]) < length:
            found.append(Edit(number, f"{match[1]}{match[2][0] * length}{match[3]}"))
    return found


def _remove_line(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Remove a fence that closes nothing (E016)."""
    return [Edit(problem.line)] if re.fullmatch(r"\s*:{3,}\s*", lines[problem.line - 1]) else []


def _braces(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Put the name of a directive in braces (E025)."""
    line = lines[problem.line - 1]
    variant = problem.fields.get("variant")
    if variant == "blanks":
        spaced = re.match(r"([\s>]*[:`~]{3,})[ \t]*\{[ \t]*([\w-]+)[ \t]*\}(.*)$", line)
        return [Edit(problem.line, f"{spaced[1]}{{{spaced[2]}}}{spaced[3]}")] if spaced else []
    if variant in ("inside", "class"):
        return []
    if variant == "attributes":
        # Only pandoc's `{.python …}`: code in R Markdown's `{python …}` runs, so the author must decide.
        plain = re.match(r"([\s>]*(?:`{3,}|~{3,}))[ \t]*\{\.([A-Za-z][\w+#-]*)[^{}]*\}[ \t]*$", line)
        return [Edit(problem.line, f"{plain[1]}{plain[2]}")] if plain else []
    match = re.match(r"(\s*:{3,})\s*([A-Za-z][\w-]*)(.*)$", line)
    return [Edit(problem.line, f"{match[1]}{{{match[2]}}}{match[3]}")] if match else []


def _indent_feedback(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Indent a block of feedback under its option (E042)."""
    found = []
    number = problem.line
    while number <= len(lines) and lines[number - 1].lstrip().startswith(">"):
        wanted = f"  {lines[number - 1].lstrip()}"
        if wanted != lines[number - 1]:
            found.append(Edit(number, wanted))
        number += 1
    return found


def _box(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Write a box as Markdown has it (E044)."""
    if problem.fields.get("variant") == "numbered":
        line = lines[problem.line - 1]
        match = re.match(r"(\s*)\d+[.)]\s+(\[[ xX]?\].*)$", line)
        return [Edit(problem.line, f"{match[1]}- {match[2]}")] if match else []
    if problem.fields.get("variant") not in ("box", "invisible"):
        return []
    line = lines[problem.line - 1]
    match = re.match(r"(\s*[-*+]\s+)\[([ xX]?)\][\s\u200b\u2060\ufeff]*(.*)$", line)
    return [Edit(problem.line, f"{match[1]}[{match[2] or ' '}] {match[3]}")] if match else []


def _blank_before(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Put a blank line above a rule (W034)."""
    if problem.fields.get("variant"):
        return []
    return [Edit(problem.line, "", insert=True)]


def _quote_value(problem: Problem, lines: Sequence[str]) -> list[Edit]:
    """Quote a value of the front matter that YAML misreads (E007)."""
    line = lines[problem.line - 1]
    match problem.fields.get("variant"):
        case "tab":
            blanks = len(line) - len(line.lstrip())
            return [Edit(problem.line, line[:blanks].replace("\t", "  ") + line[blanks:])]
        case "space":
            return [Edit(problem.line, line.replace(":", ": ", 1))]
        case str(word) if word:
            return []
    match = re.match(r"([A-Za-z][\w-]*):[ \t]+([^\s\"'\[{>|&*!#][^#]*?|[@`%].*?)[ \t]*$", line)
    if match is None or (": " not in match[2] and match[2][0] not in "@`%"):
        return []
    value = match[2].replace("\\", "\\\\").replace('"', '\\"')
    return [Edit(problem.line, f'{match[1]}: "{value}"')]


FIXERS: dict[str, Fixer] = {
    "E007": _quote_value,
    "E008": _replace_name(r"^(NAME)\s*:", "key"),
    "E012": _replace_name(r"^[\s>]*[:`~]{3,}\{(NAME)\}", "directive"),
    "E015": _lengthen,
    "E016": _remove_line,
    "E020": _replace_name(r"^[\s>]*:(NAME):", "option"),
    "E025": _braces,
    "E030": _replace_name(r"\{(NAME)\}`", "role"),
    "E042": _indent_feedback,
    "E044": _box,
    "W015": _lengthen_masked,
    "W034": _blank_before,
}
"""Correction by code."""
