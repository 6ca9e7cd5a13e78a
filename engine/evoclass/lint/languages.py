"""Names of languages after code fences."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from evoclass.errors import Problem
from evoclass.model import CALLOUTS, LADDER

COMMON = (
    "python",
    "text",
    "bash",
    "console",
    "json",
    "yaml",
    "toml",
    "markdown",
    "html",
    "javascript",
    "cpp",
    "output",
)
"""Languages that lessons commonly show."""


def misspelt(language: str, line: int) -> Iterator[Problem]:
    """Report a name that no highlighter knows and that is close to a common one."""
    if language in (*CALLOUTS, "lab", "guess", LADDER):
        yield Problem("W053", line, fields={"language": language, "near": language, "variant": "directive"})
        return
    if language in _known():
        return
    near = get_close_matches(language.lower(), COMMON, 1, 0.75)
    if near:
        yield Problem("W053", line, fields={"language": language, "near": near[0]})


@cache
def _known() -> frozenset[str]:
    # Imported late: the table of all lexers is needed only for an unusual name.
    from pygments.lexers._mapping import LEXERS

    return frozenset((*COMMON, *(alias for _, _, aliases, _, _ in LEXERS.values() for alias in aliases)))
