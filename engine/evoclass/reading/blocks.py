"""Block tokens -> blocks of the model, with ids that are the same in every language."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from evoclass.errors import Problem
from evoclass.model import (
    AnyBlock,
    CodeBlock,
    Fault,
    Footnotes,
    Heading,
    Image,
    Inlines,
    ListBlock,
    MathBlock,
    Paragraph,
    Quote,
    Span,
    Table,
    ThematicBreak,
)
from evoclass.reading.blockids import Counter, Inner
from evoclass.reading.budget import BLOCK, Budget, TooMuch, too_much
from evoclass.reading.dialect import FOOTNOTE
from evoclass.reading.formula import trouble
from evoclass.reading.inlinereader import InlineReader
from evoclass.reading.passages import Passages

TO_TRANSLATE = re.compile(r"<!--\s*translate\b")
"""Start of the comments that `evoclass translate` leaves for the translator."""


CODE_BAR = re.compile(r"\\\|")
"""A bar that is part of a cell."""


class Builder(ABC):
    """Walks the block tokens of one file once.  A subclass reads the directives."""

    def __init__(
        self,
        markdown: MarkdownIt,
        env: dict[str, Any],
        tokens: list[Token],
        lines: Sequence[str],
    ) -> None:
        self.markdown = markdown
        self.env = env
        self.tokens = tokens
        self.lines = lines
        self.budget: Budget = env["budget"]
        self.problems: list[Problem] = []
        self._inline = InlineReader(markdown, env, self.budget, self.report)
        self.at = 0
        """Index of the next token."""
        self._notes: dict[str, tuple[int, int]] = {}
        """Token range of each footnote, by label."""

    # ------------------------------------------------------------------------------------------- inline text

    def report(self, problem: Problem) -> None:
        """Record a problem that does not stop the block."""
        self.problems.append(problem)

    def inline(self, content: str, line: int) -> Inlines:
        """Parse one stretch of inline Markdown that starts on source line `line` (from 1)."""
        return self._inline.read(content, line)

    # ------------------------------------------------------------------------------------------------ blocks

    def blocks(self, counter: Counter, until: str = "") -> list[AnyBlock]:
        """Return the blocks up to the token `until`, which is skipped, or to the end."""
        found: list[AnyBlock] = []
        while self.at < len(self.tokens):  # an included text makes them more
            token = self.tokens[self.at]
            if token.type == until:
                self.at += 1
                return found
            self.one(token, counter, found)
        return found

    def one(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        """Read the block at `token` and skip its tokens; if the token does not open a block, skip only the token.

        A block that exceeds the budget becomes a fault; the blocks around it stay.
        """
        reader = READERS.get(token.type)
        if reader is None:
            self.at += 1
            return
        start, count, entered = self.at, len(found), self._entered()
        try:
            self.budget.spend(BLOCK)
            reader(self, token, counter, found)
        except (TooMuch, RecursionError) as error:
            if self.budget.spent and token.level:
                raise  # the outermost block reports this
            self._leave(entered)
            del found[count:]
            self.at = start
            self._pass_over()
            first, last = span(token)
            found.append(self.fault(too_much(error).at(first), first, last, counter))

    @abstractmethod
    def _entered(self) -> int:
        """Return how many directives are open."""

    @abstractmethod
    def _leave(self, entered: int) -> None:
        """Close directives of a block that is abandoned in the middle, until only `entered` are open."""

    def _pass_over(self) -> None:
        """Skip the block that begins at the next token."""
        depth = 0
        while self.at < len(self.tokens):
            depth += self.tokens[self.at].nesting
            self.at += 1
            if depth <= 0:
                return

    def skip_to(self, kind: str) -> None:
        """Skip everything up to and including the next token `kind` of the same nesting level."""
        level = self.tokens[self.at].level
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == kind and token.level == level:
                return

    def source(self, first: int, last: int) -> str:
        """Return source lines `first` to `last` (from 1, both included)."""
        return "\n".join(self.lines[first - 1 : last])

    def line(self, number: int) -> str:
        """Return a source line by its number, or an empty text if there is no such line."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def fault(self, problem: Problem, first: int, last: int, counter: Counter) -> Fault:
        """Report `problem` and return the block that replaces the lines."""
        self.problems.append(problem)
        passages: Passages | None = self.env.get("passages")
        part = passages.holding(problem.line) if passages is not None else None
        place = 0
        if part is not None:
            problem = replace(problem, path=part.path, line=problem.line - part.first + 1)
            place = first - part.first + 1
        return Fault(
            id=counter.block(),
            line=first,
            end_line=last,
            problem=problem,
            source=self.source(first, last),
            source_line=place,
        )

    def _paragraph(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        content = self.tokens[self.at + 1]
        self.at += 3
        first, last = span(token)
        children = self._inline.pieces(content.content, first)
        if len(children) == 1 and children[0].type == "image":
            image = children[0]
            source, title = str(image.attrs.get("src", "")), str(image.attrs.get("title", ""))
            found.append(
                Image(
                    id=counter.block(),
                    line=first,
                    end_line=last,
                    source=source,
                    alt=image.content,
                    title=title,
                )
            )
            return
        if "\n=" in content.content:
            self._underlined(content.content, first)
        text = self._inline.items(children, first)
        if text:
            found.append(Paragraph(id=counter.block(), line=first, end_line=last, text=text))

    def _underlined(self, content: str, first: int) -> None:
        """Report a line of `=` below text: other tools read a heading, and we read plain text."""
        for number, line in enumerate(content.split("\n")[1:], first + 1):
            if set(line.strip(" ")) == {"="}:
                self.report(Problem("W034", number, fields={"variant": "equals"}))

    def _heading(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        content = self.tokens[self.at + 1]
        self.at += 3
        first, last = span(token)
        text = self.inline(content.content, first)
        found.append(
            Heading(id=counter.heading(), line=first, end_line=last, level=int(token.tag[1:]), text=text)
        )

    def _list(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        first, last = span(token)
        block_id = counter.block()
        inner = Inner(block_id)
        close = token.type.replace("_open", "_close")
        items: list[tuple[AnyBlock, ...]] = []
        self.at += 1
        while self.at < len(self.tokens) and self.tokens[self.at].type != close:
            self.at += 1
            items.append(tuple(self.blocks(inner, "list_item_close")))
        self.at += 1
        ordered = token.type == "ordered_list_open"
        start = int(token.attrs.get("start", 1))
        found.append(
            ListBlock(
                id=block_id, line=first, end_line=last, ordered=ordered, start=start, items=tuple(items)
            )
        )

    def _quote(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        first, last = span(token)
        block_id = counter.block()
        self.at += 1
        children = tuple(self.blocks(Inner(block_id), "blockquote_close"))
        found.append(Quote(id=block_id, line=first, end_line=last, children=children))

    def _fence(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        self.at += 1
        first, last = span(token)
        if token.type == "fence" and not self._closed(token, last):
            self.report(Problem("E014", first, fields={"outer": "", "bare": not token.info.strip()}))
        language = token.info.strip().split(" ")[0] if token.info else ""
        found.append(
            CodeBlock(id=counter.block(), line=first, end_line=last, language=language, code=token.content)
        )

    def _closed(self, token: Token, last: int) -> bool:
        """Whether a code fence ends with its closing line rather than with the block around it."""
        line = self.line(last).lstrip(" \t>")
        return (
            last > span(token)[0]
            and line.startswith(token.markup)
            and not line.strip(token.markup[0] + " \t")
        )

    def _math(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        self.at += 1
        first, last = span(token)
        tex = token.content.strip()
        text = self._inline.draw_formula(tex)
        problem = trouble(tex, first)
        if problem is not None:
            self.report(problem)
        found.append(MathBlock(id=counter.block(), line=first, end_line=last, tex=tex, text=text))

    def _rule(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        self.at += 1
        first, last = span(token)
        follows = bool(found) and isinstance(found[-1], Paragraph) and found[-1].end_line == first - 1
        if follows and set(self.line(first).strip()) == {"-"}:
            self.report(Problem("W034", first))
        found.append(ThematicBreak(id=counter.block(), line=first, end_line=last))

    def _html(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        self.at += 1
        first, last = span(token)
        content = token.content.strip()
        if content.startswith("<!--"):
            if not content.endswith("-->"):
                self.report(Problem("W035", first))
            elif TO_TRANSLATE.match(content):
                self.report(Problem("W096", first, fields={"note": content[4:-3].split("\n")[0].strip()}))
            return
        self.report(Problem("W033", first, fields={"html": content.split("\n")[0][:40]}))
        found.append(Paragraph(id=counter.block(), line=first, end_line=last, text=(Span(content),)))

    def _table(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        first, last = span(token)
        rows: list[tuple[Inlines, ...]] = []
        row: list[Inlines] = []
        align: list[Any] = []
        while self.at < len(self.tokens) and self.tokens[self.at].type != "table_close":
            part = self.tokens[self.at]
            if part.type == "th_open":
                style = str(part.attrs.get("style", ""))
                align.append(style.removeprefix("text-align:") if style else "left")
            elif part.type == "inline":
                row.append(self.inline(part.content, span(part)[0]))
            elif part.type == "tr_close":
                rows.append(tuple(row))
                row = []
            self.at += 1
        self.at += 1
        header = rows[0] if rows else ()
        self._cells(first, last, len(header))
        found.append(
            Table(
                id=counter.block(),
                line=first,
                end_line=last,
                header=header,
                rows=tuple(rows[1:]),
                align=tuple(align),
            )
        )

    def _cells(self, first: int, last: int, columns: int) -> None:
        """Report table rows with more or fewer cells than the head: Markdown drops them or leaves gaps."""
        for number in range(first + 2, min(last, len(self.lines)) + 1):
            row = CODE_BAR.sub("", self.lines[number - 1].strip().lstrip("> ").strip())
            cells = row.removeprefix("|").removesuffix("|").count("|") + 1
            if cells != columns:
                variant = "more" if cells > columns else ""
                self.report(
                    Problem("W042", number, fields={"cells": cells, "columns": columns, "variant": variant})
                )

    def _fault(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        self.at += 1
        first, last = span(token)
        found.append(self.fault(token.meta["problem"], first, last, counter))

    # --------------------------------------------------------------------------------------------- footnotes

    def _note(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        """Remember where a note's tokens are; they are read at the end, when all references are known."""
        start = self.at + 1
        self.skip_to("footnote_reference_close")
        label = str(token.meta["label"])
        if label in self._notes:
            self.report(Problem("E034", span(token)[0], fields={"label": label}))
            return
        self._notes[label] = (start, self.at)

    def footnotes(self) -> Footnotes | None:
        """Return the notes of the file in the order of their references, and report missing and unused notes."""
        known: dict[int, dict[str, Any]] = self.env.get("footnotes", {}).get("list", {})
        notes: list[tuple[str, tuple[AnyBlock, ...]]] = []
        used: set[str] = set()
        places: dict[str, int] = {}
        for place, source in enumerate(self.lines, 1) if known else ():
            for reference in FOOTNOTE.findall(source) if "[^" in source else ():
                places.setdefault(reference[2:-1], place)
        end = self.at
        number = 0
        while number < len(known):
            data = known[number]
            number += 1
            inner = Inner(f"fn-{number}")
            label = data.get("label")
            if label is None:
                line = self._inline.note_line(number - 1)
                text = self._inline.items(data["tokens"], line)
                notes.append((str(number), (Paragraph(id=inner.block(), line=line, text=text),)))
            elif label in self._notes:
                used.add(label)
                self.at, _ = self._notes[label]
                notes.append((str(number), tuple(self.blocks(inner, "footnote_reference_close"))))
            else:
                self.report(Problem("E033", places.get(label, 1), fields={"label": label}))
        for label, (start, _) in self._notes.items():
            if label not in used:
                self.report(Problem("W036", span(self.tokens[start - 1])[0], fields={"label": label}))
        self.at = end
        if not notes:
            return None
        line = notes[0][1][0].line if notes[0][1] else 1
        return Footnotes(id="footnotes", line=line, end_line=line, notes=tuple(notes))

    # --------------------------------------------------------------------------------------------- directives

    @abstractmethod
    def directive(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        """Read the directive at `token`, skip its tokens, and append its blocks."""


def span(token: Token) -> tuple[int, int]:
    """Return the first and last line of a token, from 1."""
    start, end = token.map or (0, 1)
    return start + 1, max(end, start + 1)


READERS: dict[str, Callable[[Builder, Token, Counter, list[AnyBlock]], None]] = {
    "paragraph_open": Builder._paragraph,
    "heading_open": Builder._heading,
    "bullet_list_open": Builder._list,
    "ordered_list_open": Builder._list,
    "blockquote_open": Builder._quote,
    "fence": Builder._fence,
    "code_block": Builder._fence,
    "math_block": Builder._math,
    "hr": Builder._rule,
    "html_block": Builder._html,
    "table_open": Builder._table,
    "fault": Builder._fault,
    "footnote_reference_open": Builder._note,
    "directive_open": lambda builder, token, counter, found: builder.directive(token, counter, found),
    "directive_raw": lambda builder, token, counter, found: builder.directive(token, counter, found),
}
