"""Directives -> blocks: callouts, labs, and whatever the plugins' question types and block types make of theirs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from evoclass.blocks import Builder, Counter, Inner
from evoclass.directive import Directive, Item, Setting
from evoclass.draw import OPTIONS, Draws, fill
from evoclass.errors import LessonError, Problem
from evoclass.exercise import COMMON_OPTIONS, REPEATABLE_OPTIONS, Exercise
from evoclass.fences import Extent, Fences
from evoclass.frontmatter import SLUG
from evoclass.model import Block, Callout, ExerciseBlock, Fault, Lab, Paragraph, Steps
from evoclass.options import OptionReader, is_option_list

if TYPE_CHECKING:
    from evoclass.directive import BlockType

CALLOUTS = ("note", "tip", "important", "warning", "caution")
LAB_OPTIONS = {
    "seconds": "Wall time after which a run is stopped.",
    "watch": "Names that the inspector puts first.",
    "memory": "Megabytes of memory that a run may use.",
    "processes": "Processes that a run may have.",
    "files": "Files that each process of a run may have open.",
    "file-size": "Megabytes that a file may have that a run writes.",
    "output": "Megabytes of output that are kept.",
}
LAB_LIMITS = {
    "memory": ("memory", 2**20),
    "processes": ("processes", 1),
    "files": ("files", 1),
    "file-size": ("file_size", 2**20),
    "output": ("output", 2**20),
}
"""Option of a lab: the name in `Limits`, and how much of that the option counts as one."""

_RESERVED = re.compile(r"s\d+(?:\.\d+)*\Z|fn-\d+|footnotes\Z")
_FILE = re.compile(r"[A-Za-z0-9_][\w.-]*\.py\Z")


def _limits(directive: Directive) -> dict[str, int]:
    """Return the limits that a lab sets.  Raises LessonError."""
    found = {}
    for option, (name, unit) in LAB_LIMITS.items():
        if directive.setting(option) is not None:
            count = directive.count(option)
            if count == 0:
                raise directive.not_allowed(option, count, "1, 2, 3, …")
            found[name] = count * unit
    return found


@dataclass(slots=True)
class Frame:
    """The directive that is being read, and what has been found in it so far."""

    name: str
    holds: str
    """`prose` (callout), `question`, or `steps`."""
    id: str = ""
    items: list[Item] = field(default_factory=list)
    codes: list[tuple[str, str, int]] = field(default_factory=list)
    exercises: list[ExerciseBlock] = field(default_factory=list)
    takes_code: bool = False
    number: int = 0


class LessonBuilder(Builder):
    """Builds the blocks of one lesson or course page."""

    def __init__(
        self,
        markdown: MarkdownIt,
        env: dict[str, Any],
        tokens: Sequence[Token],
        lines: Sequence[str],
        exercises: Mapping[str, type[Exercise]],
        directives: Mapping[str, type[BlockType]],
    ) -> None:
        super().__init__(markdown, env, tokens, lines)
        self._exercises = exercises
        self._directives = directives
        self._frames: list[Frame] = []
        self._ids: dict[str, int] = {}
        self._number = 0
        self._drawn = False
        """Whether the values of this source are drawn already."""

    def document(self) -> tuple[Block, ...]:
        """Return all blocks of the file, its footnotes last."""
        blocks = self.blocks(Counter())
        notes = self.footnotes()
        return (*blocks, notes) if notes is not None else tuple(blocks)

    # ---------------------------------------------------------------------------------------------- dispatch

    def directive(self, token: Token, counter: Counter, found: list[Block]) -> None:
        extent: Extent = token.meta["extent"]
        name = extent.name
        holder = self._frames[-1].holds if self._frames else ""
        if name in self._exercises or name in self._directives or name == "lab":
            question = name in self._exercises
            if holder == "question" or (holder == "steps" and name in self._directives):
                fields = {"directive": name, "outer": self._frames[-1].name}
                self._refuse(
                    Problem("E026", extent.start + 1, extent.indent + 1, fields=fields), token, counter, found
                )
            elif name == "lab":
                self._lab(token, extent, counter, found)
            elif question:
                self._exercise(token, extent, counter, found)
            else:
                self._block_type(token, extent, counter, found)
        elif name in CALLOUTS:
            self._callout(token, extent, counter, found)
        else:
            known = (*self._exercises, *self._directives, *CALLOUTS, "lab")
            near = get_close_matches(name.lower(), known, 1, 0.5)
            fields = {"directive": name, "near": near[0] if near else "", "known": ", ".join(sorted(known))}
            column = extent.indent + extent.length + 2
            self._refuse(Problem("E012", extent.start + 1, column, fields=fields), token, counter, found)

    def _refuse(self, problem: Problem, token: Token, counter: Counter, found: list[Block]) -> None:
        """Put a fault in the place of the whole directive."""
        extent: Extent = token.meta["extent"]
        self._pass(token)
        found.append(self.fault(problem, extent.start + 1, (extent.close or extent.start) + 1, counter))

    def _pass(self, token: Token) -> None:
        if token.type == "directive_raw":
            self.at += 1
        else:
            self.skip_to("directive_close")

    # --------------------------------------------------------------------------------------------- built-ins

    def _callout(self, token: Token, extent: Extent, counter: Counter, found: list[Block]) -> None:
        self._check_options(extent, {})
        block_id = counter.block()
        self._frames.append(Frame(extent.name, "prose"))
        children, _ = self._content(token, Inner(block_id), self._frames[-1])
        self._frames.pop()
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

    def _lab(self, token: Token, extent: Extent, counter: Counter, found: list[Block]) -> None:
        self._check_options(extent, LAB_OPTIONS)
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        directive = self._raw_directive(token, extent)
        self._pass(token)
        file = extent.argument
        try:
            if not _FILE.match(file):
                raise LessonError(Problem("E028", first, fields={"file": file}))
            if not directive.code.strip():
                raise LessonError(Problem("E029", first, fields={"file": file}))
            self._claim(file, first, "lab")
            seconds = directive.number("seconds", 30.0)
            if not 0 < seconds <= 3600:
                fields = {
                    "directive": "lab",
                    "option": "seconds",
                    "value": f"{seconds:g}",
                    "allowed": "1 – 3600",
                }
                raise LessonError(Problem("E024", directive.line_of("seconds"), fields=fields))
            limits = _limits(directive)
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
            return
        watch = tuple(
            name.strip() for value in directive.all("watch") for name in value.split(",") if name.strip()
        )
        found.append(
            Lab(
                id=file,
                line=first,
                end_line=last,
                file=file,
                code=directive.code,
                seconds=seconds,
                watch=watch,
                limits=limits,
                code_line=directive.code_line,
            )
        )

    # ----------------------------------------------------------------------------------------------- plugins

    def _exercise(self, token: Token, extent: Extent, counter: Counter, found: list[Block]) -> None:
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
        frame = Frame(extent.name, "question", block_id, takes_code=cls.takes_code)
        self._frames.append(frame)
        body, directive = self._content(token, Inner(block_id), frame)
        self._frames.pop()
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
            fields = {"directive": extent.name, "error": f"{type(error).__name__}: {error}"}
            found.append(self.fault(Problem("E101", first, fields=fields), first, last, counter))
            return
        if outer is None:
            found.append(block)
        else:
            outer.exercises.append(block)

    def _explanation(self, directive: Directive, block_id: str) -> tuple[Block, ...]:
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

    def _block_type(self, token: Token, extent: Extent, counter: Counter, found: list[Block]) -> None:
        cls = self._directives[extent.name]
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        self._check_options(extent, cls.options, OPTIONS, repeatable=(*OPTIONS,))
        draws = None if self._drawn else Draws.of(extent.settings)
        if draws is not None:
            self._draw(draws, token, extent, counter, found)
            return
        frame = Frame(extent.name, "steps", extent.argument)
        self._frames.append(frame)
        body, directive = self._content(token, Inner(extent.argument), frame)
        self._frames.pop()
        try:
            self._claim_directive(extent, extent.argument, body)
            found.extend(cls.expand(directive, extent.argument))
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
        except Exception as error:
            fields = {"directive": extent.name, "error": f"{type(error).__name__}: {error}"}
            found.append(self.fault(Problem("E101", first, fields=fields), first, last, counter))

    # ------------------------------------------------------------------------------------------ drawn values

    @property
    def _steps(self) -> Frame | None:
        """The challenge around, if there is one."""
        return next((frame for frame in reversed(self._frames) if frame.holds == "steps"), None)

    def _draw(self, draws: Draws, token: Token, extent: Extent, counter: Counter, found: list[Block]) -> None:
        """Build a question whose source is filled in anew for each learner."""
        self._pass(token)
        first, last = extent.start + 1, (extent.close or extent.start) + 1
        lines = [
            line[min(extent.indent, len(line) - len(line.lstrip(" "))) :]
            for line in self.lines[first - 1 : last]
        ]
        outer = self._steps
        block_id = f"{outer.id}/{extent.argument}" if outer is not None else extent.argument
        try:
            if not lines[0].startswith(extent.marker):
                raise LessonError(Problem("E113", first, fields={"directive": extent.name}))
            source = _Drawn(self, draws, lines, first, outer.id if outer is not None else "")
            blocks, problems, ids = source.build("", outer.number if outer is not None else self._number)
        except LessonError as error:
            found.append(self._faults(error, first, last, counter))
            return
        self.problems.extend(problem for problem in problems if problem not in self.problems)
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
        self, source: _Drawn, lines: list[str], number: int
    ) -> tuple[list[Block], list[Problem], dict[str, int]]:
        """Build the blocks of a filled-in question; its problems and ids come beside them."""
        text = "\n" * (source.first - 1) + "\n".join(lines)
        all_lines = text.split("\n")
        fences: Fences = self.env["fences"].again()
        env = {**self.env, "fences": fences}
        tokens: list[Token] = []
        self.markdown.block.parse(text, self.markdown, env, tokens)
        builder = LessonBuilder(self.markdown, env, tokens, all_lines, self._exercises, self._directives)
        builder._drawn = True
        if source.outer:
            builder._frames.append(Frame("", "steps", source.outer, number=number))
        else:
            builder._number = number
        # What stands here is the question, with an id of its own; anything else is a fault, told apart by its line.
        blocks = builder.blocks(Inner(f"l{source.first}"))
        if source.outer:
            blocks = [*blocks, *builder._frames[0].exercises]
        return blocks, [*builder.problems, *fences.problems], builder._ids

    # ----------------------------------------------------------------------------------------------- helpers

    def _faults(self, error: LessonError, first: int, last: int, counter: Counter) -> Fault:
        """Report all problems of `error`; the first one stands in the lesson."""
        self.problems.extend(error.problems[1:])
        return self.fault(error.problems[0], first, last, counter)

    def _claim(self, block_id: str, line: int, directive: str) -> None:
        """Take an id; raises LessonError when it is taken already."""
        if block_id in self._ids:
            fields = {"id": block_id, "first": self._ids[block_id], "directive": directive}
            raise LessonError(Problem("E018", line, fields=fields))
        self._ids[block_id] = line

    def _claim_directive(self, extent: Extent, block_id: str, body: Sequence[Block]) -> None:
        line = extent.start + 1
        if not extent.argument:
            raise LessonError(Problem("E017", line, fields={"directive": extent.name}))
        if not SLUG.match(extent.argument) or _RESERVED.match(extent.argument):
            raise LessonError(Problem("E019", line, fields={"directive": extent.name, "id": extent.argument}))
        self._claim(block_id, line, extent.name)

    def _check_options(
        self, extent: Extent, *known: Mapping[str, str], repeatable: Collection[str] = ("watch",)
    ) -> None:
        """Report options that the directive does not know, and those given twice."""
        names = [name for options in known for name in options]
        seen: dict[str, int] = {}
        for setting in extent.settings:
            fields: dict[str, Any] = {"option": setting.key, "directive": extent.name}
            if setting.key not in names:
                near = get_close_matches(setting.key, names, 1, 0.5)
                fields |= {"near": near[0] if near else "", "known": ", ".join(sorted(set(names)))}
                self.report(Problem("E020", setting.line, 2, fields=fields))
            elif setting.key in seen and setting.key not in repeatable:
                fields["first"] = seen[setting.key]
                self.report(Problem("E021", setting.line, 2, fields=fields))
            seen.setdefault(setting.key, setting.line)

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

    def _content(self, token: Token, counter: Counter, frame: Frame) -> tuple[list[Block], Directive]:
        """Read what stands inside a directive; options, code and steps go to `frame`, the rest is returned."""
        extent: Extent = token.meta["extent"]
        if token.type == "directive_raw":
            self.at += 1
            directive = self._raw_directive(token, extent)
            return [], replace(directive, codes=(("", directive.code, directive.code_line),))
        body: list[Block] = []
        reader = OptionReader(self, extent.name, frame.items)
        self.at += 1
        while self.tokens[self.at].type != "directive_close":
            inner = self.tokens[self.at]
            if frame.holds == "question":
                if inner.type == "bullet_list_open" and is_option_list(self.tokens, self.at):
                    reader.list()
                    continue
                if inner.type == "blockquote_open" and frame.items:
                    reader.stray_quote(inner)
                    continue
                if inner.type == "fence":
                    line = (inner.map or [0])[0] + 2
                    frame.codes.append((inner.info.strip(), inner.content, line))
                    if frame.takes_code and is_python(inner.info):
                        self.at += 1
                        continue
            self.one(inner, counter, body)
        self.at += 1
        python = next((entry for entry in frame.codes if is_python(entry[0])), None)
        directive = self._raw_directive(
            token,
            extent,
            body=tuple(body),
            items=tuple(frame.items),
            codes=tuple(frame.codes),
            exercises=tuple(frame.exercises),
        )
        if python is not None:
            directive = replace(directive, code=python[1], code_line=python[2])
        return body, directive


def is_python(info: str) -> bool:
    """Whether the info string of a code fence says Python, or nothing."""
    return not info.strip() or info.split()[0] in ("python", "py")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The source of one question with holes for drawn values."""

    builder: LessonBuilder
    draws: Draws
    lines: list[str]
    first: int
    """Line of the file where the question starts."""
    outer: str
    """Id of the challenge around, if there is one."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What is drawn."""
        return self.draws.settings

    def build(self, seed: str, number: int = 0) -> tuple[list[Block], list[Problem], dict[str, int]]:
        """Return the blocks for a seed, their problems, and the ids that they take.  Raises LessonError."""
        lines = fill(self.lines, self.first, self.draws, seed)
        return self.builder.filled(self, lines, number)

    def draw(self, seed: str) -> Block:
        """Return the question for a seed; the first block is the question, whatever else the lines hold."""
        blocks, problems, _ = self.build(seed)
        wanted = next((block for block in blocks if isinstance(block, (ExerciseBlock, Steps, Fault))), None)
        if wanted is None:
            raise LessonError(problems or "no question came of it", self.first)
        return wanted
