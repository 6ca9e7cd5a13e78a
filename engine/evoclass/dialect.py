"""The Markdown dialect of lessons: CommonMark, tables, strikethrough, footnotes, dollar math, directives and roles."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from evoclass.errors import Problem
from evoclass.fences import Extent, Fences

ROLE = re.compile(r"\{([A-Za-z][\w-]*)\}(`+)(.+?)(?<!`)\2(?!`)", re.DOTALL)


def dialect() -> MarkdownIt:
    """Return a markdown-it parser of the dialect; parse with `env={"fences": Fences(...)}`."""
    markdown = MarkdownIt("commonmark", {"maxNesting": 100})
    markdown.enable(["table", "strikethrough"])
    markdown.disable("lheading")
    dollarmath_plugin(markdown, allow_labels=False, allow_space=False, allow_digits=False)
    footnote_plugin(markdown, move_to_end=False, always_match_refs=True)
    interrupts: dict[str, list[str]] = {
        "alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    }
    markdown.block.ruler.before("fence", "directive", directive, interrupts)  # type: ignore[arg-type]
    markdown.inline.ruler.before("backticks", "role", role)
    return markdown


def directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `:::{name} argument` and ```` ```{name} argument ```` up to the fence that closes them."""
    first = state.bMarks[start] + state.tShift[start]
    source = state.src
    if not source.startswith(":::", first):
        if not source.startswith(("```", "~~~"), first):
            return False
        marker = source[first]
        name = first
        while name < state.eMarks[start] and source[name] == marker:
            name += 1
        if source[name : name + 1] != "{" or (
            marker == "`" and source.find("`", name, state.eMarks[start]) >= 0
        ):
            return False
    if state.is_code_block(start):
        return False
    if silent:
        return True
    fences: Fences = state.env["fences"]
    extent = fences.extent(state, start, end)
    if extent is None or extent.close is None:
        _fault(state, start, end, extent)
    elif extent.raw:
        _raw(state, extent)
    else:
        _container(state, extent)
    return True


def _fault(state: StateBlock, start: int, end: int, extent: Extent | None) -> None:
    """Push a token that says why the line is no directive; text resumes after the next blank line."""
    stop = start + 1
    if extent is None or not (extent.name or extent.braces is False or extent.argument):
        opening = _code_opening(state, start)
        problem = (
            Problem("E016", opening + 1, fields={"variant": "code"})
            if opening >= 0
            else Problem("E016", start + 1)
        )
    else:
        while stop < end and not _resumes(state, stop):
            stop += 1
        if extent.culprit is not None and extent.culprit != start:
            problem = Problem("E014", extent.culprit + 1, fields={"outer": extent.name})
        else:
            fields = {"directive": extent.name, "fence": extent.marker * extent.length}
            problem = Problem("E013", start + 1, fields=fields)
    token = state.push("fault", "", 0)
    token.map = [start, stop]
    token.meta = {"problem": problem}
    state.line = stop


UPWARDS = 500
"""How many lines above a fence that closes nothing are searched for what it was to close."""


def _code_opening(state: StateBlock, line: int) -> int:
    """Return the line of an opening above that is indented so far that it is code, or -1."""
    for above in range(line - 1, max(line - UPWARDS, -1), -1):
        first = state.bMarks[above] + state.tShift[above]
        if not state.src.startswith((":::", "```", "~~~"), first):
            continue
        if state.sCount[above] - state.blkIndent < 4:
            return -1
        if state.src.find("{", first, state.eMarks[above]) >= 0:
            return above
    return -1


def _resumes(state: StateBlock, line: int) -> bool:
    """Whether reading can go on at `line` after a fault: a blank line, another fence, the end of the list item."""
    first = state.bMarks[line] + state.tShift[line]
    empty = state.isEmpty(line) or state.sCount[line] < state.blkIndent
    return empty or state.src.startswith((":::", "```", "~~~"), first)


def _raw(state: StateBlock, extent: Extent) -> None:
    assert extent.close is not None
    first = extent.start + 1
    while first < extent.close and first in extent.setting_lines:
        first += 1
    if extent.setting_lines and first < extent.close and state.isEmpty(first):
        first += 1
    token = state.push("directive_raw", "", 0)
    token.map = [extent.start, extent.close + 1]
    token.content = state.getLines(first, extent.close, extent.indent, True)
    token.meta = {"extent": extent, "code_line": first + 1}
    state.line = extent.close + 1


def _container(state: StateBlock, extent: Extent) -> None:
    """Tokenize the content in place, so that every inner token keeps its line; option lines read as blank ones."""
    assert extent.close is not None
    for line in extent.setting_lines:
        state.tShift[line] = state.eMarks[line] - state.bMarks[line]
    token = state.push("directive_open", "", 1)
    token.map = [extent.start, extent.close + 1]
    token.meta = {"extent": extent}
    before: tuple[Any, ...] = (state.parentType, state.lineMax, state.listIndent)
    state.parentType = "directive"
    state.lineMax = extent.close
    state.listIndent = -1
    state.line = extent.start + 1
    state.md.block.tokenize(state, extent.start + 1, extent.close)
    state.parentType, state.lineMax, state.listIndent = before
    state.push("directive_close", "", -1)
    state.line = extent.close + 1


def role(state: StateInline, silent: bool) -> bool:
    """Inline rule: ``{name}`content` ``."""
    if state.src[state.pos] != "{":
        return False
    match = ROLE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("role", "", 0)
        token.content = match[3].strip()
        token.info = match[1]
        token.markup = match[0]
    state.pos = match.end()
    return True
