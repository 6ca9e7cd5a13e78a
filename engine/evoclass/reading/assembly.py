"""Tokens -> blocks: which directive is read how, and the directives of plugins' question types and block types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from evoclass.directive import OptionLine
from evoclass.errors import LessonError, Problem
from evoclass.exercise import COMMON_OPTIONS, REPEATABLE_OPTIONS, Exercise
from evoclass.frozen import frozen
from evoclass.model import (
    CALLOUTS,
    LADDER,
    AnyBlock,
    CodeBlock,
    ExerciseBlock,
    Fault,
    LineBreak,
    MathBlock,
    Paragraph,
    Steps,
)
from evoclass.pluginhost.blame import reason
from evoclass.reading import nameslips
from evoclass.reading.blockids import Counter, Inner
from evoclass.reading.blocks import span
from evoclass.reading.budget import SEARCH, Budget, TooMuch, too_much
from evoclass.reading.contents import OpenDirective
from evoclass.reading.dialect import environment, move
from evoclass.reading.draw import OPTIONS, Draws, fill
from evoclass.reading.fences import Extent, Fences
from evoclass.reading.foreign import language
from evoclass.reading.formula import steps, unicode_formula
from evoclass.reading.owndirectives import OwnDirectives

if TYPE_CHECKING:
    from evoclass.directive import BlockType
    from evoclass.model import Variants


class LessonBuilder(OwnDirectives):
    """Builds the blocks of one lesson or course page."""

    def __init__(
        self,
        markdown: MarkdownIt,
        env: dict[str, Any],
        tokens: list[Token],
        lines: Sequence[str],
        exercises: Mapping[str, type[Exercise]],
        directives: Mapping[str, type[BlockType]],
    ) -> None:
        super().__init__(markdown, env, tokens, lines)
        self._exercises = exercises
        self._directives = directives
        self._number = 0
        self._drawn = False
        """Whether the values of this source have been drawn."""

    def document(self) -> tuple[AnyBlock, ...]:
        """Return all blocks of the file, its footnotes last."""
        counter = Counter()
        blocks: list[AnyBlock] = []
        while self.at < len(self.tokens) and not self.budget.spent:
            self.budget.begin()
            self.one(self.tokens[self.at], counter, blocks)
        rest = next((token for token in self.tokens[self.at :] if token.map), None)
        if rest is not None and rest.map:
            first, last = rest.map[0] + 1, len(self.lines)
            blocks.append(self.fault(TooMuch("rest").at(first), first, last, counter))
        self.budget.begin()
        self._at_end = True
        try:
            notes = self.footnotes()
        except (TooMuch, RecursionError) as error:
            first = min((span(self.tokens[start - 1])[0] for start, _ in self._notes.values()), default=1)
            return (*blocks, self.fault(too_much(error).at(first), first, first, counter))
        return (*blocks, notes) if notes is not None else tuple(blocks)

    # ---------------------------------------------------------------------------------------------- dispatch

    def directive(self, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        extent: Extent = token.meta["extent"]
        name = extent.name
        if not extent.braces:
            self._unknown(nameslips.bare(extent), token, counter, found)
            return
        holder = self._open_directives[-1].holds if self._open_directives else ""
        if name in self._exercises or name in self._directives or name in ("lab", "guess"):
            question = name in self._exercises
            apart = name in self._directives or name == "guess"
            if holder == "question" or (holder == "steps" and apart):
                fields = {"directive": name, "outer": self._open_directives[-1].name}
                self._refuse(
                    Problem("E026", extent.start + 1, extent.indent + 1, fields=fields), token, counter, found
                )
            elif name == "lab":
                self._lab(token, extent, counter, found)
            elif name == "guess":
                self._guess(token, extent, counter, found)
            elif question:
                self._exercise(token, extent, counter, found)
            else:
                self._block_type(token, extent, counter, found)
        elif name in CALLOUTS:
            self._callout(token, extent, counter, found)
        elif name == LADDER:
            self._ladder(token, extent, counter, found)
        elif name == "include":
            self._include(token, extent, counter, found)
        else:
            known = (*self._exercises, *self._directives, *CALLOUTS, "lab", "guess", LADDER, "include")
            self.budget.spend(SEARCH)
            self._unknown(
                nameslips.unknown(extent, known, self.env.get("missing", ())), token, counter, found
            )

    def _refuse(self, problem: Problem, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        """Replace the whole directive with a fault."""
        extent: Extent = token.meta["extent"]
        self._pass(token)
        found.append(self.fault(problem, extent.start + 1, (extent.close or extent.start) + 1, counter))

    def _unknown(self, problem: Problem, token: Token, counter: Counter, found: list[AnyBlock]) -> None:
        """Replace the opening line with a fault, and show the content, which is still the lesson's text."""
        extent: Extent = token.meta["extent"]
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        problem = replace(problem, fields=problem.fields | {"end": last})
        found.append(self.fault(problem, first, first, counter))
        self.at += 1
        if token.type == "directive_raw":
            code = token.content
            if code.strip() and problem.fields.get("variant") == "formula":
                tex = code.strip()
                self.budget.spend(steps(tex))
                text = unicode_formula(tex)
                found.append(MathBlock(id=counter.block(), line=first, end_line=last, tex=tex, text=text))
            elif code.strip():
                tongue = language(extent.name)
                found.append(
                    CodeBlock(id=counter.block(), line=first, end_line=last, language=tongue, code=code)
                )
            return
        if extent.argument and extent.braces:
            title = self.inline(extent.argument, first)
            strong = tuple(
                replace(item, marks=item.marks | {"strong"}) if not isinstance(item, LineBreak) else item
                for item in title
            )
            found.append(Paragraph(id=counter.block(), line=first, end_line=first, text=strong))
        while self.tokens[self.at].type != "directive_close":
            self.one(self.tokens[self.at], counter, found)
        self.at += 1

    # ----------------------------------------------------------------------------------------------- plugins

    def _exercise(self, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]) -> None:
        cls = self._exercises[extent.name]
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        self._check_options(
            extent, cls.options, COMMON_OPTIONS, repeatable=(*REPEATABLE_OPTIONS, *cls.repeatable)
        )
        draws = None if self._drawn else Draws.of(extent.settings)
        if draws is not None:
            self._draw(draws, token, extent, counter, found)
            return
        outer = self._steps
        if outer is None:
            self._number += 1
            number = self._number
        else:
            outer.number += 1
            number = outer.number
        block_id = f"{outer.id}/{extent.argument}" if outer is not None else extent.argument
        current = OpenDirective(extent.name, "question", block_id, takes_code=cls.takes_code)
        body, directive = self._content(token, Inner(block_id), current)
        try:
            self._claim_directive(extent, block_id, body)
            exercise = cls.parse(directive)
            block = ExerciseBlock(
                id=block_id,
                line=first,
                end_line=last,
                exercise=exercise,
                prompt=exercise.prompt(directive),
                hints=tuple(self.inline(hint, directive.line_of("hint")) for hint in directive.all("hint")),
                explanation=self._explanation(directive, block_id),
                number=number,
                tries=directive.count("tries"),
                settings=directive.settings,
            )
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
            return
        except Exception as error:
            fields = {"directive": extent.name, "error": reason(error)}
            found.append(self.fault(Problem("E101", first, fields=fields), first, last, counter))
            return
        if outer is None:
            found.append(block)
        else:
            outer.exercises.append(block)

    def _block_type(self, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]) -> None:
        cls = self._directives[extent.name]
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        self._check_options(
            extent, cls.options, OPTIONS, repeatable=(*OPTIONS, *getattr(cls, "repeatable", ()))
        )
        draws = None if self._drawn else Draws.of(extent.settings)
        if draws is not None:
            self._draw(draws, token, extent, counter, found)
            return
        current = OpenDirective(extent.name, "steps", extent.argument)
        body, directive = self._content(token, Inner(extent.argument), current)
        try:
            self._claim_directive(extent, extent.argument, body)
            found.extend(cls.expand(directive, extent.argument))
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
        except Exception as error:
            fields = {"directive": extent.name, "error": reason(error)}
            found.append(self.fault(Problem("E101", first, fields=fields), first, last, counter))

    # ------------------------------------------------------------------------------------------ drawn values

    def _draw(
        self, draws: Draws, token: Token, extent: Extent, counter: Counter, found: list[AnyBlock]
    ) -> None:
        """Build a question whose source is filled in for each learner."""
        self._pass(token)
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        lines = [
            line[min(extent.indent, len(line) - len(line.lstrip(" "))) :]
            for line in map(self.line, range(first, last + 1))
        ]
        outer = self._steps
        block_id = f"{outer.id}/{extent.argument}" if outer is not None else extent.argument
        try:
            if not lines[0].startswith(extent.marker):
                raise LessonError(Problem("E113", first, fields={"directive": extent.name}))
            source = _Drawn(self, draws, lines, first, outer.id if outer is not None else "")
            number = outer.number if outer is not None else self._number
            blocks, problems, ids = source.build("", self.budget, number)
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
            return
        # Problems of the fences in these lines, and of the question's own options, have been reported already.
        own = takewhile(lambda problem: problem.line >= first, reversed(self.problems))
        known = {*self.env["fences"].problems, *own} if problems else set()
        self.problems.extend(problem for problem in problems if problem not in known)
        try:
            for claimed, line in ids.items():
                self._claim(claimed, line, extent.name)
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
            return
        for block in blocks:
            if isinstance(block, (ExerciseBlock, Steps)) and block.id == block_id:
                block = replace(block, variants=source)
            if isinstance(block, ExerciseBlock) and outer is not None:
                outer.number += 1
                outer.exercises.append(block)
            else:
                self._number += isinstance(block, ExerciseBlock)
                found.append(block)

    def filled(
        self, source: _Drawn, lines: list[str], budget: Budget, number: int
    ) -> tuple[list[AnyBlock], list[Problem], dict[str, int]]:
        """Build the blocks of a filled-in question, and return them with its problems and ids."""
        before = source.first - 1
        fences: Fences = self.env["fences"].again()
        env = {**self.env, **environment(fences, budget)}
        tokens: list[Token] = []
        self.markdown.block.parse("\n".join(lines), self.markdown, env, tokens)
        fences.move(before)
        for token in tokens:
            move(token, before)
        # The lines above keep their numbers, and are empty: none of them belongs to the question.
        numbered = [""] * before + lines
        builder = LessonBuilder(self.markdown, env, tokens, numbered, self._exercises, self._directives)
        builder._drawn = True
        if source.outer:
            builder._open_directives.append(OpenDirective("", "steps", source.outer, number=number))
        else:
            builder._number = number
        # The question has its own id.  Any other block here is a fault, and its line makes its id unique.
        blocks = builder.blocks(Inner(f"l{source.first}"))
        if source.outer:
            blocks = [*blocks, *builder._open_directives[0].exercises]
        return blocks, [*builder.problems, *fences.problems], builder._ids


@frozen
class _Drawn:
    """The source of one question with holes for drawn values."""

    builder: LessonBuilder
    draws: Draws
    lines: list[str]
    first: int
    """Line in the file where the question starts."""
    outer: str
    """Id of the challenge around it, if there is one."""

    @property
    def settings(self) -> tuple[OptionLine, ...]:
        """The options that draw and compute the values."""
        return self.draws.settings

    def text(self, seed: str, budget: Budget) -> tuple[str, ...]:
        """Return the source lines for a seed; two seeds with the same lines make the same question."""
        language = self.builder.env["language"]
        return tuple(fill(self.lines, self.first, self.draws, seed, budget, language))

    def build(
        self, seed: str, budget: Budget, number: int = 0
    ) -> tuple[list[AnyBlock], list[Problem], dict[str, int]]:
        """Return the blocks for a seed, their problems and their ids.  Raises LessonError."""
        return self.builder.filled(self, list(self.text(seed, budget)), budget, number)

    def edges(self) -> list[tuple[str, Variants]]:
        """Return the source with draws that take their first or last values, each with these values in words."""
        return [(words, replace(self, draws=draws)) for words, draws in self.draws.edges()]

    def draw(self, seed: str, budget: Budget | None = None) -> AnyBlock:
        """Return the question for a seed: the first question or fault among the blocks."""
        blocks, problems, _ = self.build(seed, budget or Budget(sum(map(len, self.lines))))
        wanted = next((block for block in blocks if isinstance(block, (ExerciseBlock, Steps, Fault))), None)
        if wanted is None:
            raise LessonError(problems or "no question came of it", self.first)
        return wanted
