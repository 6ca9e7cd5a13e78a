"""The content of a directive: its options, its option list, its code, its prose and its questions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from evoclass.directive import Directive, Item
from evoclass.errors import LessonError, Problem
from evoclass.model import AnyBlock, ExerciseBlock, Fault, Paragraph
from evoclass.reading import optionslips
from evoclass.reading.blockids import Counter, Inner
from evoclass.reading.blocks import Builder, span
from evoclass.reading.budget import SEARCH, TooMuch
from evoclass.reading.fences import Extent
from evoclass.reading.frontblock import LONGEST, SLUG
from evoclass.reading.options import OptionReader, is_option_list

NAME = 60
"""How many characters of a name are compared with the known names for a suggestion."""

WORDED = frozenset(
    {"hint", "solution", "why", "title", "accept", "placeholder", "unit", "criteria", "watch", "arguments"}
)
"""Options that need a value."""

SLUG_LETTERS = re.compile(r"[a-z0-9-]+\Z")

_RESERVED = re.compile(r"s\d+(?:\.\d+)*\Z|fn-\d+|footnotes\Z")


@dataclass(slots=True)
class OpenDirective:
    """A directive that is being read, and its content so far."""

    name: str
    holds: str
    """`prose` (callout), `question`, or `steps`."""
    id: str = ""
    items: list[Item] = field(default_factory=list)
    codes: list[tuple[str, str, int]] = field(default_factory=list)
    exercises: list[ExerciseBlock] = field(default_factory=list)
    takes_code: bool = False
    number: int = 0


class DirectiveReader(Builder):
    """Reads the content of directives, and records the ids in use."""

    def __init__(
        self,
        markdown: MarkdownIt,
        env: dict[str, Any],
        tokens: list[Token],
        lines: Sequence[str],
    ) -> None:
        super().__init__(markdown, env, tokens, lines)
        self._open_directives: list[OpenDirective] = []
        """The enclosing directives, the innermost last."""
        self._ids: dict[str, int] = {}
        """Line of each id in use."""

    def _entered(self) -> int:
        return len(self._open_directives)

    def _leave(self, entered: int) -> None:
        del self._open_directives[entered:]

    @property
    def _steps(self) -> OpenDirective | None:
        """The enclosing challenge, if there is one."""
        return next(
            (current for current in reversed(self._open_directives) if current.holds == "steps"), None
        )

    def _faults(self, error: LessonError, first: int, last: int, counter: Counter) -> Fault:
        """Report all problems of `error`, and return the first one as a fault in the lesson."""
        if isinstance(error, TooMuch):
            return self.fault(error.at(first), first, last, counter)
        error = self._for_slip(error)
        self.problems.extend(error.problems[1:])
        return self.fault(error.problems[0], first, last, counter)

    def _claim(self, block_id: str, line: int, directive: str) -> None:
        """Claim an id; raises LessonError when it is already in use."""
        if block_id in self._ids:
            fields = {"id": block_id, "first": self._ids[block_id], "directive": directive}
            raise LessonError(Problem("E018", line, fields=fields))
        self._ids[block_id] = line

    def _claim_directive(self, extent: Extent, block_id: str, body: Sequence[AnyBlock]) -> None:
        line = extent.start + 1
        if not extent.argument:
            raise LessonError(Problem("E017", line, fields={"directive": extent.name}))
        fields = {"directive": extent.name, "id": extent.argument}
        if len(extent.argument) > LONGEST and SLUG_LETTERS.match(extent.argument):
            fields |= {"id": f"{extent.argument[:30]}…", "limit": str(LONGEST), "variant": "long"}
            raise LessonError(Problem("E019", line, fields=fields))
        if not SLUG.match(extent.argument) or _RESERVED.match(extent.argument):
            raise LessonError(Problem("E019", line, fields=fields))
        self._claim(block_id, line, extent.name)

    def _check_options(
        self, extent: Extent, *known: Mapping[str, str], repeatable: Collection[str] = ("watch", "data")
    ) -> None:
        """Report options that the directive does not know, and options that are given twice."""
        names = [name for options in known for name in options]
        seen: dict[str, int] = {}
        for setting in extent.settings:
            fields: dict[str, Any] = {"option": setting.key, "directive": extent.name}
            if setting.key not in names:
                self.budget.spend(SEARCH)
                near = get_close_matches(setting.key[:NAME], names, 1, 0.5)
                fields |= {"near": near[0] if near else "", "known": ", ".join(sorted(set(names)))}
                if not names:
                    fields["variant"] = "none"
                self.report(Problem("E020", setting.line, 2, fields=fields))
            elif setting.key in seen and setting.key not in repeatable:
                fields["first"] = seen[setting.key]
                self.report(Problem("E021", setting.line, 2, fields=fields))
            elif setting.key in WORDED and not setting.value.strip():
                self.report(Problem("W071", setting.line, 2, fields=fields))
            seen.setdefault(setting.key, setting.line)
        for problem in optionslips.slips(self.lines, extent, names, self.budget):
            self.report(problem)

    def _for_slip(self, error: LessonError) -> LessonError:
        """Return the error of an option, or the problem of a mistyped line if that caused it."""
        first = error.problems[0]
        if first.code not in ("E022", "E023", "E024"):
            return error
        for problem in self.problems:
            if problem.code != "E027" or problem.fields["directive"] != first.fields["directive"]:
                continue
            swallowed = problem.fields["variant"] == "indent" and first.line < problem.line <= first.line + 3
            missing = first.code == "E022" and problem.fields["option"] in ("", first.fields["option"])
            if (missing and problem.line > first.line) or (first.code != "E022" and swallowed):
                self.problems.remove(problem)
                return LessonError([problem, *error.problems[1:]])
        return error

    def _raw_directive(self, token: Token, extent: Extent, **parts: Any) -> Directive:
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        raw = token.type == "directive_raw"
        return Directive(
            name=extent.name,
            argument=extent.argument,
            line=first,
            end_line=last,
            settings=tuple(extent.settings),
            code=token.content if raw else "",
            code_line=token.meta["code_line"] if raw else 0,
            source=self.source(first, last),
            inline=lambda text: self.inline(text, first),
            **parts,
        )

    def _explanation(self, directive: Directive, block_id: str) -> tuple[AnyBlock, ...]:
        """Return the texts of `:solution:` as paragraphs."""
        inner = Inner(f"{block_id}.solution")
        return tuple(
            Paragraph(
                id=inner.block(),
                line=setting.line,
                end_line=setting.line,
                text=self.inline(setting.value, setting.line),
            )
            for setting in directive.settings
            if setting.key == "solution" and setting.value.strip()
        )

    def _pass(self, token: Token) -> None:
        """Go past a directive without reading what is in it."""
        if token.type == "directive_raw":
            self.at += 1
        else:
            self.skip_to("directive_close")

    def _content(
        self, token: Token, counter: Counter, current: OpenDirective
    ) -> tuple[list[AnyBlock], Directive]:
        """Read the content of a directive; options, code and steps go to `current`, and the rest is returned."""
        self._open_directives.append(current)
        extent: Extent = token.meta["extent"]
        body: list[AnyBlock] = []
        reader = OptionReader(self, extent.name, current.items)
        self.at += 1
        while self.tokens[self.at].type != "directive_close":
            inner = self.tokens[self.at]
            if current.holds == "question":
                if inner.type == "ordered_list_open" and is_option_list(self.tokens, self.at):
                    line = span(inner)[0]
                    text = self.lines[line - 1].strip()[:50]
                    fields = {"text": text, "variant": "numbered", "directive": extent.name}
                    self.report(Problem("E044", line, fields=fields))
                    reader.list()
                    continue
                if inner.type == "bullet_list_open" and is_option_list(self.tokens, self.at):
                    reader.list()
                    continue
                if inner.type == "blockquote_open" and current.items:
                    reader.stray_quote(inner)
                    continue
                if inner.type == "fence":
                    line = span(inner)[0] + 1
                    current.codes.append((inner.info.strip(), inner.content, line))
                    if current.takes_code and is_python(inner.info):
                        self.at += 1
                        continue
            self.one(inner, counter, body)
        self.at += 1
        self._open_directives.pop()
        python = next((entry for entry in current.codes if is_python(entry[0])), None)
        directive = self._raw_directive(
            token,
            extent,
            body=tuple(body),
            items=tuple(current.items),
            codes=tuple(current.codes),
            exercises=tuple(current.exercises),
        )
        if python is not None:
            directive = replace(directive, code=python[1], code_line=python[2])
        return body, directive


def is_python(info: str) -> bool:
    """Whether the info string of a code fence names Python or is empty."""
    return not info.strip() or info.split()[0] in ("python", "py")
