"""`:::{order}`: put lines of code or steps of a list in order, and leave out those that do not belong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, Option, Order, Verdict
from evoclass.frozen import frozen
from evoclass.model import (
    AnyBlock,
    CodeBlock,
    Image,
    Inline,
    Inlines,
    ListBlock,
    Mark,
    Paragraph,
    Span,
    inlines,
    plain_text,
)

FIELD = "order"

MONO: frozenset[Mark] = frozenset({"code"})

STEP = 4
"""Spaces of one level of indentation if the code does not show it."""


@frozen
class OrderLine:
    """One item: its text, and its level of indentation in the right answer."""

    key: str
    text: Inlines
    level: int = 0


@frozen
class OrderQuestion(Exercise):
    """Put items in order; with `:indent:`, indent them too."""

    kind: ClassVar[str] = "order"
    takes_code: ClassVar[bool] = True
    options: ClassVar[dict[str, str]] = {
        "indent": "The learner has to indent the lines of code too.",
        "any": "Numbers of neighbouring lines that may come in any order: `2 3`; repeat it for more.",
    }
    repeatable: ClassVar[frozenset[str]] = frozenset({"any"})
    fixed: ClassVar[frozenset[str]] = frozenset({"indent", "any"})

    lines: tuple[OrderLine, ...]
    """In the right order."""
    distractors: tuple[OrderLine, ...] = ()
    """Items that do not belong."""
    indent: bool = False
    code: bool = False
    groups: tuple[frozenset[int], ...] = ()
    """Indices of lines that may swap places with each other."""
    seed: str = ""

    @classmethod
    def parse(cls, block: Directive) -> Self:
        if block.codes:
            lines, distractors = _code(block)
        else:
            lines, distractors = _list(block)
        if len(lines) < 2:
            kind = {"directive": block.name}
            if not lines and len(distractors) > 1 and not block.codes:
                kind["variant"] = "bullets"
            raise LessonError(Problem("E064", block.line, fields=kind))
        shown = {plain_text(line.text).strip() for line in lines}
        for line in () if block.flag("indent") else distractors:
            text = plain_text(line.text).strip()
            if text in shown:
                fields = {"text": text[:50], "first": block.line, "variant": "distractor"}
                raise LessonError(Problem("E048", block.line, fields=fields))
        indent = block.flag("indent")
        if indent and not block.codes:
            raise LessonError(Problem("E065", block.line_of("indent"), fields={"directive": block.name}))
        groups = tuple(
            _group(block, setting.value, setting.line, len(lines))
            for setting in block.settings
            if setting.key == "any"
        )
        return cls(lines, distractors, indent, bool(block.codes), groups, block.argument)

    def programs(self) -> Sequence[str]:
        return [plain_text(line.text) for line in (*self.lines, *self.distractors)] if self.code else ()

    def prompt(self, block: Directive) -> tuple[AnyBlock, ...]:
        if self.code:
            return tuple(part for part in block.body if not isinstance(part, CodeBlock))
        return tuple(part for part in block.body if not isinstance(part, ListBlock))

    def form(self) -> Sequence[Field]:
        items = [*self.lines, *self.distractors]
        random = Random(self.seed)
        shuffled = items[:]
        for _ in range(10):
            random.shuffle(shuffled)
            if [line.key for line in shuffled[: len(self.lines)]] != [line.key for line in self.lines]:
                break
        options = tuple(Option(line.key, self._shown(line)) for line in shuffled)
        return [
            Order(
                name=FIELD,
                items=options,
                indent=self.indent,
                optional=bool(self.distractors),
                language="python" if self.code else "",
            )
        ]

    def _shown(self, line: OrderLine) -> Inlines:
        if self.indent or not self.code:
            return line.text
        return (Span(" " * STEP * line.level + plain_text(line.text), MONO),)

    def shuffled(self, random: Random) -> Self:
        return replace(self, seed=str(random.random()))

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        given = self._read(answer.get(FIELD))
        if not given:
            return Verdict.incomplete(Feedback((Span(bench.text("order.empty")),), False, FIELD))
        texts = {line.key: plain_text(line.text) for line in (*self.lines, *self.distractors)}
        extra = {line.key for line in self.distractors}
        wanted = self._wanted(given, texts)
        keys = [key for key, _ in given]
        feedback = [
            Feedback((Span(bench.text("order.does_not_belong")),), False, FIELD, key)
            for key in keys
            if key in extra
        ]
        right_order = [key for key in keys if key not in extra]
        shown = [plain_text(line.text) for line in wanted]
        order = [texts[key] for key in keys] == shown
        badly = []
        if self.indent and order:
            badly = [key for (key, level), line in zip(given, wanted, strict=True) if level != line.level]
        if order and not badly:
            return Verdict.right()
        belonging = [texts[key] for key in right_order]
        # What is missing can wait until the lines that do not belong are out.
        if not order and not (feedback and belonging == shown[: len(belonging)]):
            feedback += self._first_wrong(belonging, shown, right_order, bench)
        feedback += [Feedback((Span(bench.text("order.indent")),), False, FIELD, key) for key in badly]
        hits = _common(belonging, shown)
        score = (hits - 0.5 * len(badly) - 0.5 * (len(keys) - len(right_order))) / len(self.lines)
        return Verdict.wrong(*feedback, score=min(max(score, 0.0), 0.99))

    def _read(self, value: object) -> list[tuple[str, int]]:
        """Return key and level of each line of the answer; empty if a line does not belong to this question."""
        if not isinstance(value, (list, tuple)):
            return []
        known = {line.key for line in (*self.lines, *self.distractors)}
        read: list[tuple[str, int]] = []
        for item in value:
            key, _, level = str(item).partition(":")
            if key not in known or key in (seen for seen, _ in read):
                return []
            read.append((key, int(level) if re.fullmatch(r"\d{1,2}", level) else 0))
        return read

    def _wanted(self, given: list[tuple[str, int]], texts: dict[str, str]) -> list[OrderLine]:
        """Return the right order; lines that may swap places are in the learner's order."""
        wanted = list(self.lines)
        ranks = {texts[key]: rank for rank, (key, _) in enumerate(given)}
        for group in self.groups:
            places = sorted(group)
            lines = sorted(
                (wanted[place] for place in places),
                key=lambda line: ranks.get(plain_text(line.text), len(ranks)),
            )
            for place, line in zip(places, lines, strict=True):
                wanted[place] = line
        return wanted

    def _first_wrong(
        self, placed: list[str], wanted: list[str], keys: list[str], bench: Bench
    ) -> list[Feedback]:
        """Say up to which line the order is right, and which line is too early or missing."""
        good = 0
        while good < min(len(placed), len(wanted)) and placed[good] == wanted[good]:
            good += 1
        if good == len(placed):
            return [Feedback((Span(bench.text("order.more")),), False, FIELD)]
        text = bench.text("order.right_so_far", count=good) if good else bench.text("order.first_wrong")
        return [Feedback((Span(text),), False, FIELD, keys[good])]

    def solution(self) -> Answer:
        return {FIELD: [f"{line.key}:{line.level}" if self.indent else line.key for line in self.lines]}


def _code(block: Directive) -> tuple[tuple[OrderLine, ...], tuple[OrderLine, ...]]:
    """Return the lines of the first code fence, and those of fences marked as `distractors`."""
    right: list[tuple[str, int]] = []
    wrong: list[tuple[str, int]] = []
    for info, code, at in block.codes:
        extra = [word for word in info.split()[1:] if word != "distractors" and word.isidentifier()]
        if extra:
            fields = {
                "directive": block.name,
                "option": extra[0],
                "value": extra[0],
                "allowed": "distractors",
            }
            raise LessonError(Problem("E077", at - 1, fields=fields))
        target = wrong if "distractors" in info.split() else right
        target += [
            (line.strip(), len(line) - len(line.lstrip()))
            for line in code.expandtabs().split("\n")
            if line.strip()
        ]
    step = min((width for _, width in right if width), default=STEP)
    lines = [OrderLine("", (Span(text, MONO),), round(width / step)) for text, width in right]
    others = [OrderLine("", (Span(text, MONO),), round(width / step)) for text, width in wrong]
    return _keyed(lines, others)


def _list(block: Directive) -> tuple[tuple[OrderLine, ...], tuple[OrderLine, ...]]:
    """Return the items of the numbered list, and those of the list with bullets."""
    right: list[OrderLine] = []
    wrong: list[OrderLine] = []
    for part in block.body:
        if isinstance(part, ListBlock):
            target = right if part.ordered else wrong
            target += [OrderLine("", _text(item)) for item in part.items]
    return _keyed(right, wrong)


def _text(blocks: Iterable[AnyBlock]) -> Inlines:
    found: list[Inline] = []
    for part in blocks:
        match part:
            case Paragraph():
                found += inlines(part)
            case Image(alt=alt, source=source):
                found.append(Span(alt or source, frozenset({"link", "image"}), source))
    return tuple(found)


def _keyed(
    lines: list[OrderLine], others: list[OrderLine]
) -> tuple[tuple[OrderLine, ...], tuple[OrderLine, ...]]:
    keyed = [replace(line, key=f"l{number}") for number, line in enumerate([*lines, *others], 1)]
    return tuple(keyed[: len(lines)]), tuple(keyed[len(lines) :])


def _group(block: Directive, value: str, line: int, count: int) -> frozenset[int]:
    numbers = re.findall(r"\d+", value)
    places = frozenset(int(number) - 1 for number in numbers if len(number) < 5)
    if places and max(places) - min(places) >= len(places):
        raise block.not_allowed("any", value, f"1 – {count}: `2 3`", line)
    if len(places) < 2 or not all(0 <= place < count for place in places) or re.search(r"[^\d\s,]", value):
        raise block.not_allowed("any", value, f"1 – {count}: `2 3`", line)
    return places


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """Return the length of the longest common subsequence: how many items are in order among each other."""
    row = [0] * (len(right) + 1)
    for item in left:
        diagonal = 0
        for place, other in enumerate(right, 1):
            diagonal, row[place] = (
                row[place],
                diagonal + 1 if item == other else max(row[place], row[place - 1]),
            )
    return row[-1]
