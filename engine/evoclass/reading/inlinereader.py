"""Inline Markdown -> inline items: each stretch within its share of the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from evoclass.errors import Problem
from evoclass.model import Inlines
from evoclass.reading.budget import COMMAND, ELEMENT, INLINE, Budget, TooMuch
from evoclass.reading.formula import draw, steps
from evoclass.reading.inline import inlines
from evoclass.reading.roles import RoleReader

INTRICATE = 6
"""Most steps that a stretch of inline text may take for each of its characters."""

BREAKS = ("softbreak", "hardbreak")
"""Tokens that end a line of the source."""


class InlineReader:
    """Reads the inline text of one file, and knows where its inline notes are."""

    def __init__(
        self, markdown: MarkdownIt, env: dict[str, Any], budget: Budget, report: Callable[[Problem], None]
    ) -> None:
        self._markdown, self._env, self._budget, self._report = markdown, env, budget, report
        self._roles = RoleReader(env.get("roles", {}), env.get("missing", ()), budget, report)
        self._notes: dict[int, int] = {}
        """Line of each inline footnote, `^[…]`, by its number from 0."""
        self._commands: set[str] = set()
        """TeX commands that no formula can show, each of which costs a search for a known one."""

    def read(self, content: str, line: int) -> Inlines:
        """Parse one stretch of inline Markdown that starts on source line `line` (from 1)."""
        return self.items(self.pieces(content, line), line)

    def note_line(self, number: int) -> int:
        """Return the line of an inline footnote by its number from 0."""
        return self._notes.get(number, 1)

    def items(self, tokens: Sequence[Token], line: int) -> Inlines:
        """Return tokens that start on source line `line` as inline items."""
        return inlines(tokens, line, self._report, self._roles.read)

    def pieces(self, content: str, line: int) -> list[Token]:
        """Return the tokens of a stretch of inline Markdown.  Raises TooMuch when it is too long or too intricate."""
        if len(content) > INLINE:
            raise TooMuch("length", line, limit=f"{INLINE:,}")
        children: list[Token] = []
        try:
            with self._budget.share(INTRICATE * len(content) + 1000):
                self._markdown.inline.parse(content, self._markdown, self._env, children)
                self._budget.spend(ELEMENT * len(children))
            for child in children:
                if child.type == "math_inline":
                    self.draw_formula(child.content)
        except RecursionError:
            raise TooMuch("depth", line) from None
        except TooMuch as error:
            raise TooMuch(error.variant, line) from None
        if "^[" in content:
            self._place_notes(children, line)
        return children

    def draw_formula(self, tex: str) -> str:
        """Return a formula in Unicode characters, and spend its cost.  Raises TooMuch."""
        self._budget.spend(steps(tex))
        formula = draw(tex)
        if formula.command and formula.command not in self._commands:
            self._commands.add(formula.command)
            self._budget.spend(COMMAND)
        return formula.text

    def _place_notes(self, tokens: Sequence[Token], line: int) -> None:
        """Remember the line of each inline note, and how many line breaks it contains."""
        for token in tokens:
            if token.type == "footnote_ref" and token.meta.get("label") is None:
                note = token.meta["id"]
                inside = self._env["footnotes"]["list"][note]["tokens"]
                self._notes.setdefault(note, line)
                token.meta["breaks"] = sum(part.type in BREAKS for part in inside)
            line += (token.type in BREAKS) + token.meta.get("breaks", 0)
