"""Steps from each version of the lesson format to the next.

Format 0 is the format of drafts in plain MyST: `{admonition}` with a `:class:`, `{code-block}`, and front matter keys
with other names.  There is one step for each version, and every step is kept permanently, so that any older file can be
converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from evoclass.errors import LessonError, Problem
from evoclass.model import CALLOUTS
from evoclass.reading import foreign
from evoclass.reading.frontblock import split
from evoclass.reading.frontmatter import FORMAT

RENAMED = {
    "lesson": "number",
    "lang": "language",
    "duration": "minutes",
    "goals": "objectives",
    "date": "updated",
}
"""Keys of format 0 and their names in format 1."""

MYST = re.compile(
    rf"^[ \t>]*(?:`{{3,}}|:{{3,}})\{{(?:{'|'.join((*foreign.CODE, *foreign.RENAMED))})\}}", re.MULTILINE
)
"""A directive that is converted."""


def version_of(text: str) -> int:
    """Return the format of a file; 1 when nothing indicates another.  Raises LessonError."""
    block, _ = split(text.replace("\r\n", "\n").lstrip("\ufeff"))
    found = re.search(r"^format:[ \t]*(\d{1,4})[ \t]*$", block, re.MULTILINE)
    version = int(found[1]) if found else 1
    draft = not found and any(re.search(rf"^{key}:", block, re.MULTILINE) for key in RENAMED)
    # A file that claims format 1 and has directives of format 0 is a draft whose conversion was started.
    return 0 if draft or (version == 1 and MYST.search(text)) else version


def migrated(text: str) -> str:
    """Return a file's text in the present format.  Raises LessonError when its format is newer."""
    version = version_of(text)
    if version > FORMAT:
        raise LessonError(Problem("E011", 1, fields={"version": version, "known": FORMAT}))
    newline = "\r\n" if "\r\n" in text else "\n"
    lifted = text.replace("\r\n", "\n")
    for step in range(version, FORMAT):
        lifted = STEPS[step](lifted)
    return lifted.replace("\n", newline)


def _from_0(text: str) -> str:
    """Rename the keys of the front matter and MyST's directives; set the format to 1."""
    block, body_line = split(text)
    for old, new in RENAMED.items():
        block = re.sub(rf"^{old}:", f"{new}:", block, flags=re.MULTILINE)
    block, count = re.subn(r"^format:[ \t]*[01][ \t]*$", "format: 1", block, flags=re.MULTILINE)
    block = block if count else f"format: 1\n{block}"
    lines = text.split("\n")[body_line - 1 :]
    return f"---\n{block}---\n" + "\n".join(_myst(lines))


def _myst(lines: list[str]) -> list[str]:
    """Return the lines with MyST's admonitions as callouts and its code blocks as plain fences."""
    lifted: list[str] = []
    opened: list[int] = []
    # Lengths of the fences of backticks around directives.
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        match = re.match(r"(\s*(?::{3,}|`{3,}))\{([\w-]+)\}[ \t]*(.*)$", line)
        if match is None:
            lifted.append(line)
            if opened and re.fullmatch(rf"\s*`{{{opened[-1]},}}[ \t]*", line):
                opened.pop()
            elif plain := re.match(r"\s*(`{3,}|~{3,})", line):
                end = _closing(lines, number, plain[1])
                lifted += lines[number:end]  # an example, shown as written
                number = end
            continue
        fence, name, argument = match.groups()
        if name in foreign.CODE:
            while number < len(lines) and re.match(r"\s*:[\w-]+:", lines[number]):
                number += 1
            end = _closing(lines, number, fence.strip())
            ticks = fence.replace(":", "`")
            lifted += [f"{ticks}{argument}", *lines[number : end - 1], ticks]
            number = end
            continue
        if "`" in fence:
            opened.append(len(fence.strip()))
        kind = foreign.RENAMED.get(name, name)
        if name == "admonition":
            kind = "note"
            while number < len(lines) and (option := re.match(r"\s*:([\w-]+):[ \t]*(.*)$", lines[number])):
                number += 1
                word = option[2].split()[0] if option[1] == "class" and option[2].split() else ""
                named = foreign.RENAMED.get(word, word)
                kind = named if named in CALLOUTS else kind
        lifted.append(f"{fence}{{{kind}}} {argument}".rstrip())
    return lifted


def _closing(lines: list[str], start: int, fence: str) -> int:
    """Return the place after the line that closes a fence."""
    closes = re.compile(rf"\s*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    return next(
        (place + 1 for place in range(start, len(lines)) if closes.match(lines[place])), len(lines) + 1
    )


STEPS: dict[int, Callable[[str], str]] = {0: _from_0}
"""The steps, by the version that they start from."""
