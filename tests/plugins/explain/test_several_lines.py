"""How a program is broken into lines changes nothing of what is said about its error."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

from evoclass_explain.explain import Explanation, explain

from .grammar import GRAMMAR
from .programs import Failing
from .test_explain import PROGRAMS, fail
from .test_wordings import DIRECT, WORDINGS

SOURCES = {
    **{
        name: program.source for name, program in PROGRAMS.items() if not (program.process or name in GRAMMAR)
    },
    **{name: wording.source for name, wording in {**WORDINGS, **DIRECT}.items()},
}


def said(source: str, folder: Path) -> Explanation:
    explanation = explain(fail(Failing(source, ()), folder), "en")
    assert explanation is not None
    return explanation


def spread(source: str) -> str:
    """Write what stands in brackets over as many lines as it can take, with comments."""
    parts, depth, place = [], 0, (1, 0)
    lines = [*source.splitlines(True), ""]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.start[0] > place[0]:
            place = (token.start[0], 0)
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.string, 0)
        if depth and token.string == ".":
            parts.append("  # and\n  ")
        parts.append(
            lines[place[0] - 1][place[1] : token.end[1]] if token.end[0] == place[0] else token.string
        )
        if depth and token.string in ("(", "[", "{", ",", "+", "@"):
            parts.append("\n        ")
        place = token.end
    return "".join(parts)


@pytest.mark.parametrize("name", [name for name in SOURCES if spread(SOURCES[name]) != SOURCES[name]])
def test_says_the_same_of_an_expression_over_several_lines(name: str, tmp_path: Path) -> None:
    source = SOURCES[name]
    alone, over_lines = said(source, tmp_path), said(spread(source), tmp_path)
    assert without_lines(alone) == without_lines(over_lines)


def without_lines(explanation: Explanation) -> list[str]:
    """Return the sentences without the numbers of other lines that they name."""
    sentences = (explanation.title, explanation.what, explanation.try_this)
    return [re.sub(r"([Ll]ine) \d+", r"\1", sentence) for sentence in sentences]
