"""Directives of EvoClass itself -> blocks: callouts, ladders, labs, guesses, and other files that are included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from evoclass.errors import LessonError, Problem
from evoclass.model import LADDER, AnyBlock, Callout, Drawing, Passage, Table, plain_text
from evoclass.reading.blockids import Counter, Inner
from evoclass.reading.budget import A_FILE
from evoclass.reading.contents import DirectiveReader, OpenDirective
from evoclass.reading.dialect import environment, move
from evoclass.reading.fences import Extent, Fences
from evoclass.reading.guesses import GUESS_OPTIONS, REPEATABLE_GUESS_OPTIONS, read_guess
from evoclass.reading.labs import LAB_OPTIONS, REPEATABLE_LAB_OPTIONS, read_lab
from evoclass.reading.passages import Passages


class OwnDirectives(DirectiveReader):
    """Reads the directives that need no plugin."""

    def __init__(
        self, markdown: MarkdownIt, env: dict[str, Any], tokens: list[Token], lines: Sequence[str]
    ) -> None:
        super().__init__(markdown, env, tokens, lines)
        self._at_end = False
        """Whether only the footnotes are left to read, which are places among the tokens and may not move."""

    def _callout(self, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]) -> None:
        self._check_options(extent, {})
        block_id = counter.block()
        children, _ = self._content(token, Inner(block_id), OpenDirective(extent.name, "prose"))
        title = self.inline(extent.argument, extent.start + 1)
        found.append(
            Callout(
                id=block_id,
                line=extent.start + 1,
                end_line=(extent.close or extent.start) + 1,
                kind=extent.name,
                title=title,
                children=tuple(children),
            )
        )

    def _ladder(self, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]) -> None:
        """Read a table of numbers that are drawn one above the other: the author's, and the learner's own."""
        self._check_options(extent, {})
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        block_id = counter.block()
        children, _ = self._content(token, Inner(block_id), OpenDirective(extent.name, "prose"))
        match children:
            case [Table(header=(names, _, _)) as table]:
                alt = extent.argument or plain_text(names)
                found.append(
                    Drawing(
                        id=block_id,
                        line=first,
                        end_line=last,
                        kind=LADDER,
                        alt=alt,
                        blocks=(table,),
                    )
                )
            case _:
                found.append(self.fault(Problem("E121", first), first, last, counter))

    def _lab(self, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]) -> None:
        self._check_options(extent, LAB_OPTIONS, repeatable=REPEATABLE_LAB_OPTIONS)
        files = (option.value.split() for option in extent.settings if option.key in ("file", "data"))
        self.budget.spend(A_FILE * sum(map(len, files)))
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        directive = self._raw_directive(token, extent)
        self._pass(token)
        try:
            lab = read_lab(directive, self.env["passages"], self.report)
            self._claim(lab.id, first, "lab")
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
            return
        found.append(lab)

    def _guess(self, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]) -> None:
        self._check_options(extent, GUESS_OPTIONS, repeatable=REPEATABLE_GUESS_OPTIONS)
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        current = OpenDirective(extent.name, "question", extent.argument)
        body, directive = self._content(token, Inner(extent.argument), current)
        try:
            self._claim_directive(extent, extent.argument, body)
            found.append(read_guess(directive, self._explanation(directive, extent.argument)))
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))

    def _include(self, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]) -> None:
        """Put the blocks of another file in the place of the directive."""
        self.budget.spend(A_FILE)
        self._check_options(extent, {})
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        start = self.at
        self._pass(token)
        try:
            if any(outer.holds != "prose" for outer in self._open_directives) or self._at_end:
                fields = {"source": extent.argument, "variant": "inside"}
                raise LessonError(Problem("E108", first, fields=fields))
            if self.source(first + 1, last - 1).strip():
                raise LessonError(
                    Problem("E108", first, fields={"source": extent.argument, "variant": "body"})
                )
            passages: Passages = self.env["passages"]
            passage = passages.take(extent.argument, "include", first)
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
            return
        self.tokens[start : self.at] = self._tokens(passage, token.level)
        self.at = start

    def _tokens(self, passage: Passage, level: int) -> list[Token]:
        """Return the block tokens of an included text, with the lesson's lines."""
        fences: Fences = self.env["fences"].again()
        for shared in ("references", "footnotes"):
            self.env.setdefault(shared, {})
        env = {**self.env, **environment(fences, self.budget)}
        tokens: list[Token] = []
        self.markdown.block.parse(passage.text, self.markdown, env, tokens)
        fences.move(passage.first - 1)
        self.env["fences"].problems += fences.problems
        for token in tokens:
            move(token, passage.first - 1)
            token.level += level
        return tokens
