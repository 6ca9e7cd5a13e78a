"""The Markdown dialect of lessons: CommonMark, tables, strikethrough, footnotes, dollar math, directives and roles."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from evoclass.errors import Problem
from evoclass.reading.budget import DEPTH, VISIT, Budget, TooMuch, too_much
from evoclass.reading.fences import Extent, Fences

ROLE = re.compile(r"\{([A-Za-z][\w-]*)\}(`+)")
"""The beginning of a role: its name and the backticks that open its content."""

TARGET = 32
"""Steps of one link target: the parser gives up a target after so many opening parentheses."""

FOOTNOTE = re.compile(r"\[\^[^ \n\]]{1,200}\]")
"""A reference to a footnote."""

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]
MarkdownRule = TypeVar("MarkdownRule", BlockRule, InlineRule)

_NESTING = 100
"""How deep inline text may be nested; blocks reach `DEPTH` first."""


def environment(fences: Fences, budget: Budget) -> dict[str, Any]:
    """Return the `env` that every parse of a lesson's text needs."""
    return {"fences": fences, "budget": budget, "open_math": (0, -1)}


def move(token: Token, by: int) -> None:
    """Move a block token down by so many lines."""
    if token.map:
        token.map = [line + by for line in token.map]
    if "code_line" in token.meta:
        token.meta["code_line"] += by
    problem = token.meta.get("problem")
    if problem is not None:
        token.meta["problem"] = replace(problem, line=problem.line + by)


class _Blocks(ParserBlock):
    """Blocks within a budget: a block that exceeds it becomes a token `fault`, and reading goes on after it."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        if state.level >= DEPTH:
            raise TooMuch("depth", startLine + 1)
        if state.level:
            super().tokenize(state, startLine, endLine)
            return
        line = startLine
        while line < endLine:
            try:
                super().tokenize(state, line, endLine)
                return
            except (TooMuch, RecursionError) as error:
                line = self._give_up(state, endLine, error)

    def _give_up(self, state: StateBlock, end: int, error: TooMuch | RecursionError) -> int:
        """Replace the outermost open block with a fault, and return the line where reading goes on."""
        line, tokens = state.env["block"]
        del state.tokens[tokens:]
        # The rules changed the lines in order to read inside quotes and lists: undo that.
        fresh = StateBlock(state.src, state.md, state.env, [])
        for name in ("bMarks", "eMarks", "tShift", "sCount", "bsCount"):
            setattr(state, name, getattr(fresh, name))
        state.level, state.blkIndent, state.listIndent, state.ddIndent = 0, 0, -1, -1
        state.lineMax, state.parentType, state.tight = fresh.lineMax, "root", False
        budget: Budget = state.env["budget"]
        stop = end if budget.spent else self._end(state, line, end)
        token = state.push("fault", "", 0)
        token.map = [line, stop]
        token.meta = {"problem": too_much(error).at(line + 1)}
        state.line = stop
        return stop

    @staticmethod
    def _end(state: StateBlock, line: int, end: int) -> int:
        """Return the line after an unreadable block: the one after its closing fence, or else the next blank line."""
        fences: Fences = state.env["fences"]
        close = fences.closing(line)
        if close is not None:
            return min(close + 1, end)
        stop = line + 1
        while stop < end and not state.isEmpty(stop):
            stop += 1
        return stop


class _Inlines(ParserInline):
    """Inline text within a budget: searches for the end of a label are counted, because they may repeat often."""

    def skipToken(self, state: StateInline) -> None:
        state.env["budget"].spend(1)
        super().skipToken(state)

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        env["budget"].spend(len(src) + TARGET * src.count("]("))
        return super().parse(src, md, env, tokens)


def dialect() -> MarkdownIt:
    """Return a markdown-it parser of the dialect; parse with an `environment`."""
    markdown = MarkdownIt("commonmark")
    markdown.block, markdown.inline = _Blocks(), _Inlines()
    markdown.configure("commonmark", {"maxNesting": _NESTING})
    markdown.enable(["table", "strikethrough"])
    markdown.disable("lheading")
    dollarmath_plugin(markdown, allow_labels=False, allow_space=False, allow_digits=False)
    footnote_plugin(markdown, move_to_end=False, always_match_refs=True)
    markdown.inline.ruler.at("footnote_ref", _labelled(_rule(markdown.inline.ruler, "footnote_ref")))
    interrupts: dict[str, list[str]] = {
        "alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]
    }
    markdown.block.ruler.at("math_block", _closed_math(_rule(markdown.block.ruler, "math_block")))
    # This rule comes first wherever a line is read, so that it counts every line.
    markdown.block.ruler.before("table", "directive", directive, interrupts)  # type: ignore[arg-type]
    markdown.inline.ruler.at("backticks", _counted(_rule(markdown.inline.ruler, "backticks")))
    markdown.inline.ruler.before("backticks", "role", role)
    return markdown


def directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `:::{name} argument` and ```` ```{name} argument ```` up to the fence that closes them."""
    budget: Budget = state.env["budget"]
    if not state.level and not silent:
        state.env["block"] = (start, len(state.tokens))
        budget.begin()
    budget.spend(VISIT)
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
        _fault(state, start, end, extent, fences)
    elif extent.raw:
        _raw(state, extent)
    else:
        _container(state, extent)
    return True


def _fault(state: StateBlock, start: int, end: int, extent: Extent | None, fences: Fences) -> None:
    """Push a token that says why the line is not a directive; text resumes after the next blank line."""
    stop = start + 1
    if extent is None or not (extent.name or extent.braces is False or extent.argument):
        opening = _code_opening(state, start)
        problem = (
            Problem("E016", opening + 1, fields={"variant": "code"})
            if opening >= 0
            else Problem("E016", start + 1)
        )
    elif not extent.braces and extent.marker == ":" and extent.name.split()[0].lower() not in fences.names:
        problem = Problem("E016", start + 1, fields={"text": extent.name[:40], "variant": "words"})
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
"""How many lines above a fence that closes nothing are searched for its opening line."""


def _code_opening(state: StateBlock, line: int) -> int:
    """Return the line of an opening fence above that is indented so much that it is code, or -1."""
    for above in reversed(range(max(line - UPWARDS, 0), line)):
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
    """Tokenize the content in place, so that every inner token keeps its line; option lines become blank."""
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
    end = _closing(state, match[2], match.end())
    if end is None:
        return False
    if not silent:
        token = state.push("role", "", 0)
        token.content = state.src[match.end() : end - len(match[2])].strip()
        token.info = match[1]
        token.markup = state.src[state.pos : end]
    state.pos = end
    return True


def _closing(state: StateInline, ticks: str, start: int) -> int | None:
    """Return the end of the run of backticks that closes one of the same length before `start`.

    The runs of a text are searched only once, because the number of roles can grow with the text.
    """
    runs = state.env.get("ticks")
    if runs is None or runs[0] is not state:
        ends: dict[int, list[int]] = {}
        for run in re.finditer("`+", state.src):
            ends.setdefault(run.end() - run.start(), []).append(run.end())
        runs = state.env["ticks"] = (state, ends)
    known: list[int] = runs[1].get(len(ticks), [])
    place = bisect_right(known, start)
    if place == len(known) or known[place] > state.posMax:
        return None
    return known[place]


def _rule(ruler: Ruler[MarkdownRule], name: str) -> MarkdownRule:
    """Return the rule of that name."""
    return next(rule.fn for rule in ruler.__rules__ if rule.name == name)


def _labelled(rule: InlineRule) -> InlineRule:
    """Return the rule for `[^label]`, limited to labels of a sensible length."""

    def footnote_ref(state: StateInline, silent: bool) -> bool:
        return bool(FOOTNOTE.match(state.src, state.pos, state.posMax)) and rule(state, silent)

    return footnote_ref


def _counted(rule: InlineRule) -> InlineRule:
    """Return the rule for inline code, extended to count its line ends, which the text replaces with blanks."""

    def backticks(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        breaks = state.src.count("\n", start, state.pos)
        if breaks and not silent:
            state.tokens[-1].meta["breaks"] = breaks
        return found

    return backticks


def _closed_math(rule: BlockRule) -> BlockRule:
    """Return the rule for `$$` blocks, changed to search the lines for a closing `$$` only once."""

    def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].strip()
        if not line.startswith("$$"):
            return False
        if "$$" in line[2:]:
            return rule(state, start, end, silent)
        first, last = state.env["open_math"]
        if first <= start and end <= last:
            return False
        found = rule(state, start, end, silent)
        if not found:
            state.env["open_math"] = (start, end)
        return found

    return math_block
