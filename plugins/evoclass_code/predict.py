"""`:::{predict}`: what does this program print?  The right answer comes from running it, never from the author."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem, RunnerError
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, Text, Verdict
from evoclass.frozen import frozen
from evoclass.model import AnyBlock, CodeBlock, ExerciseBlock, Inlines
from evoclass_code.harness import Script
from evoclass_code.syntax import is_expression, require_python
from evoclass_code.words import sentence

FIELD = "output"

_known: dict[Script, str] = {}
"""The output of each program that was run; the same program is not run twice."""

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@frozen
class PredictQuestion(Exercise):
    """Predict a program's output, or the value of an expression at its end."""

    kind: ClassVar[str] = "predict"
    runs_code: ClassVar[bool] = True
    options: ClassVar[dict[str, str]] = {
        "value": "Ask for the value of this expression at the end, not for the output.",
        "tolerance": "How far numbers may be off.",
        "seconds": "How long the program may take.",
    }
    fixed: ClassVar[frozenset[str]] = frozenset({"tolerance", "seconds"})

    script: Script
    tolerance: float = 0.0

    @classmethod
    def parse(cls, block: Directive) -> Self:
        for info, code, line in block.codes:
            require_python(code, line, "setup" if "setup" in info.split() else "program")
        shown = [code for info, code, _ in block.codes if "setup" not in info.split()]
        hidden = [code for info, code, _ in block.codes if "setup" in info.split()]
        if len(shown) != 1:
            raise LessonError(
                Problem(
                    "E061",
                    block.line,
                    fields={"directive": block.name, "count": len(shown), "variant": "program"},
                )
            )
        value = (block.setting("value") or "").strip().strip("`")
        if value and not is_expression(value):
            raise block.not_allowed("value", value, "x.shape")
        if not value and not _prints(shown[0]):
            raise LessonError(Problem("E059", block.line, fields={"directive": block.argument or block.name}))
        script = Script(shown[0], "".join(hidden), value=value, seconds=block.number("seconds", 20.0))
        return cls(script, block.number("tolerance", 0.0))

    def programs(self) -> Sequence[str]:
        return self.script.setup, self.script.source, self.script.value

    def prompt(self, block: Directive) -> tuple[AnyBlock, ...]:
        hidden = {code for info, code, _ in block.codes if "setup" in info.split()}
        return tuple(part for part in block.body if not (isinstance(part, CodeBlock) and part.code in hidden))

    async def check_run(self, block: ExerciseBlock, bench: Bench) -> Iterable[Problem]:
        """Run the program again, with another seed: output that changes cannot be predicted."""
        first = await self._output(bench)
        again = await self.script.run(bench, seed=1)
        second = again.value if again.value is not None else again.output
        mine, other = _lines(first), _lines(second)
        if again.finished and not (len(mine) == len(other) and all(map(self._same, mine, other))):
            differing = next(
                (pair for pair in zip(mine, other, strict=False) if not self._same(*pair)), ("", "")
            )
            fields = {"id": block.id, "first": differing[0][:40], "second": differing[1][:40]}
            return [Problem("E102", block.line, fields=fields)]
        return []

    def form(self) -> Sequence[Field]:
        lines = 1 if self.script.value else min(max(_known.get(self.script, "").count("\n") + 1, 3), 12)
        return [Text(name=FIELD, lines=lines, language="text")]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        given = answer.get(FIELD)
        if not isinstance(given, str) or not given.strip():
            return Verdict.incomplete(Feedback(sentence(bench, "predict.empty"), False, FIELD))
        wanted = await self._output(bench)
        mine, right = _lines(given), _lines(wanted)
        if len(mine) == len(right) and all(map(self._same, mine, right)):
            return Verdict.right()
        hits = sum(map(self._same, mine, right))
        feedback = [Feedback(self._hint(mine, right, bench), False, FIELD)]
        matcher = SequenceMatcher(None, mine, right, autojunk=False)
        share = max(hits, sum(block.size for block in matcher.get_matching_blocks())) / max(
            len(mine), len(right)
        )
        return Verdict.wrong(*feedback, score=min(share, 0.99) if len(right) > 1 else 0.0)

    def _hint(self, mine: list[str], right: list[str], bench: Bench) -> Inlines:
        if self.script.value or len(right) == 1 == len(mine):
            return sentence(bench, "predict.wrong")
        for number, (given, wanted) in enumerate(zip(mine, right, strict=False), 1):
            if not self._same(given, wanted):
                return sentence(bench, "predict.line", line=number)
        return sentence(bench, "predict.more_lines" if len(mine) < len(right) else "predict.fewer_lines")

    def _same(self, given: str, wanted: str) -> bool:
        if _folded(given) == _folded(wanted):
            return True
        if not self.tolerance:
            return False
        mine, right = NUMBER.findall(given), NUMBER.findall(wanted)
        same_words = _folded(NUMBER.sub("#", given)) == _folded(NUMBER.sub("#", wanted))
        near = all(
            abs(float(left) - float(other)) <= self.tolerance
            for left, other in zip(mine, right, strict=False)
        )
        return same_words and len(mine) == len(right) and near

    async def _output(self, bench: Bench) -> str:
        """Return the output of the program.  Raises RunnerError when it cannot be run or fails."""
        if self.script not in _known:
            report = await self.script.run(bench)
            raised = report.setup or report.error
            if raised is not None or not report.finished:
                why = f"{raised.type}: {raised.text}" if raised is not None else report.result.exit.reason
                raise RunnerError(
                    f"the program of this question does not run: {why}", "predict.does_not_run", why=why
                )
            if report.cut == ("value" if self.script.value else "output"):
                raise RunnerError(
                    "the program of this question prints too much", "predict.too_much", variant="much"
                )
            if not self.script.value and not report.output.strip():
                raise RunnerError(
                    "the program of this question prints nothing", "predict.nothing", variant="nothing"
                )
            _known[self.script] = report.value if report.value is not None else report.output
        return _known[self.script]

    def solution(self) -> Answer:
        return {FIELD: _known.get(self.script, "").rstrip("\n")}

    async def solve(self, bench: Bench) -> Answer:
        await self._output(bench)
        return self.solution()


def _prints(code: str) -> bool:
    """Whether a program may print something; one that cannot be parsed is reported elsewhere."""
    try:
        parsed = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "print" in code
    names = (getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(parsed))
    return any("print" in name or name in ("stdout", "write", "display", "show") for name in names)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").rstrip().split("\n")]


def _folded(text: str) -> str:
    """Return a line without details that a prediction cannot know: spaces, kind of quotes and of brackets."""
    text = re.sub(r"(?:torch\.)?Size\(\[([^\]]*)\]\)", r"(\1)", text)
    return re.sub(r"\s+", "", text).replace('"', "'")
