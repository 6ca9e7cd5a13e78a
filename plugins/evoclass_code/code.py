"""`:::{code}` and `:::{fix}`: write or fix a program, graded by running it against hidden checks."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from difflib import SequenceMatcher
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem
from evoclass.exercise import Answer, Bench, Code, Exercise, Feedback, Field, Verdict
from evoclass.frozen import frozen
from evoclass.model import ExerciseBlock, Inlines, Span, marked
from evoclass_code.harness import Check, Raised, Report, Script
from evoclass_code.syntax import is_expression, require_python
from evoclass_code.words import CODE, ended, explained, printed, raised, sentence

FIELD = "code"

ROLES = ("starter", "setup", "checks", "solution")
"""Words behind the language of a code fence."""

LANGUAGES = ("python", "py", "python3", "bash", "sh", "text", "json", "yaml", "console", "c", "cpp", "r")
"""Languages after `{code}` that mean a listing, as in MyST."""

MOST_PAIRS = 1_000_000
"""Most pairs of lines that are compared in order; for longer programs only the sets of lines are compared."""

START_SECONDS = 5.0
"""How long the program at the start may take; of one that takes longer, no check holds."""

_given: dict[Script, frozenset[int]] = {}
"""The checks that hold for each program at the start; the same program is not run twice."""

RUN_OPTIONS = {
    "expect": "An expression that must be true at the end, then ` | ` and what to say when it is not.",
    "seconds": "How long the program may take.",
    "seeds": "Seeds to run with, such as `0 1 2`; 0 by default.",
    "pass": "How many of the seeds a check must pass with; all of them by default.",
}


@frozen
class CodeQuestion(Exercise):
    """Write a program; hidden checks test it."""

    kind: ClassVar[str] = "code"
    runs_code: ClassVar[bool] = True
    takes_code: ClassVar[bool] = True
    options: ClassVar[dict[str, str]] = RUN_OPTIONS
    repeatable: ClassVar[frozenset[str]] = frozenset({"expect"})
    fixed: ClassVar[frozenset[str]] = frozenset({"seconds", "seeds", "pass", "lines"})

    starter: str
    right: str
    """The program shown as the solution."""
    setup: str = ""
    checks: str = ""
    seconds: float = 20.0
    seeds: tuple[int, ...] = (0,)
    needed: int = 1
    """Number of seeds with which each check must hold."""

    @classmethod
    def parse(cls, block: Directive) -> Self:
        parts = _parts(block)
        if "solution" not in parts:
            missing: dict[str, str] = {"directive": block.name, "part": "solution"}
            if block.argument in LANGUAGES:
                missing |= {"variant": "language", "language": block.argument}
            raise LessonError(Problem("E068", block.line, fields=missing))
        checks = parts.get("checks", "") + _expectations(block)
        if not checks.strip():
            raise LessonError(Problem("E068", block.line, fields={"directive": block.name, "part": "checks"}))
        seeds = _seeds(block)
        needed = block.count("pass", len(seeds))
        if not 1 <= needed <= len(seeds):
            raise block.not_allowed("pass", needed, f"1 – {len(seeds)}")
        seconds = block.number("seconds", 20.0)
        if not 0 < seconds <= 600:
            raise block.not_allowed("seconds", f"{seconds:g}", "1 – 600")
        return cls(
            parts.get("starter", ""),
            parts["solution"],
            parts.get("setup", ""),
            checks,
            seconds,
            seeds,
            needed,
        )

    def programs(self) -> Sequence[str]:
        return self.setup, self.starter, self.right, self.checks

    def check(self, block: ExerciseBlock) -> Iterable[Problem]:
        if not any(isinstance(node, ast.Assert) for node in ast.parse(self.checks).body):
            yield Problem("W069", block.line)
        if self.starter.strip() == self.right.strip():
            yield Problem("E074", block.line, fields={"id": block.id, "variant": "same"})

    def form(self) -> Sequence[Field]:
        return [Code(name=FIELD, starter=self.starter)]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        source = answer.get(FIELD)
        if not isinstance(source, str) or not source.strip():
            return Verdict.incomplete(Feedback(sentence(bench, "code.empty"), False, FIELD))
        objection = self._objection(source, bench)
        if objection is not None:
            return Verdict.wrong(objection)
        script = Script(source, self.setup, self.checks, seconds=self.seconds)
        reports = []
        for seed in self.seeds:
            report = await script.run(bench, seed)
            reports.append(report)
            if not report.finished or report.setup or report.error:
                return self._failed(report, bench)
        return await self._judged(reports, bench)

    def _objection(self, source: str, bench: Bench) -> Feedback | None:
        """Return the objection to an answer before it is run."""
        return None

    def _failed(self, report: Report, bench: Bench) -> Verdict:
        if report.setup is not None:
            return Verdict.incomplete(
                Feedback(sentence(bench, "code.bad_setup", error=report.setup.text), False, FIELD)
            )
        feedback = [
            raised(bench, report.error, FIELD) if report.error else ended(bench, report, self.seconds, FIELD)
        ]
        if report.output.strip():
            feedback.append(printed(bench, report.output, FIELD))
        return Verdict.wrong(*feedback)

    async def _judged(self, reports: Sequence[Report], bench: Bench) -> Verdict:
        """Count each check over all seeds; of those that do not hold often enough, say why the first does not.

        One fault may break many of them, and what a later one says is often untrue until the first one holds.
        After a statement that stopped, no check can be judged.
        """
        by_place: dict[int, list[Check]] = {}
        for report in reports:
            for check in report.checks:
                by_place.setdefault(check.place, []).append(check)
        missed = {
            place: next(check for check in checks if not check.ok)
            for place, checks in sorted(by_place.items())
            # A statement that is not an assertion is only listed when it fails.
            if sum(check.ok for check in checks) + len(reports) - len(checks) < self.needed
        }
        if not missed:
            return Verdict.right()
        statements = ast.parse(self.checks).body
        stop = next(
            (place for place in missed if not isinstance(statements[place], ast.Assert)), len(statements)
        )
        place, *others = (place for place in missed if place <= stop)
        feedback = [Feedback(self._why(missed[place], ast.unparse(statements[place]), bench), False, FIELD)]
        # One that stopped could not be evaluated, perhaps because of what has just been said.
        if more := sum(missed[other].raised is None for other in others):
            feedback.append(Feedback(sentence(bench, "code.more_fail", count=more), False, FIELD))
        if reports[0].output.strip():
            feedback.append(printed(bench, reports[0].output, FIELD))
        held = {place for place in by_place if place not in missed and place < stop}
        return Verdict.wrong(*feedback, score=await self._share(held, bench) if held else 0.0)

    async def _share(self, held: Collection[int], bench: Bench) -> float:
        """Return the share of the checks that hold, of those that the learner has to make hold."""
        given = await self._given(bench)
        checks = {
            place
            for place, statement in enumerate(ast.parse(self.checks).body)
            if isinstance(statement, ast.Assert)
        }
        left = checks - given
        return min(len(left.intersection(held)) / len(left), 0.99) if left else 0.0

    async def _given(self, bench: Bench) -> frozenset[int]:
        """Return the checks that hold already for the program at the start."""
        script = Script(self.starter, self.setup, self.checks, seconds=min(self.seconds, START_SECONDS))
        if script not in _given:
            report = await script.run(bench, self.seeds[0])
            _given[script] = frozenset(check.place for check in report.checks if check.ok)
        return _given[script]

    @staticmethod
    def _why(check: Check, source: str, bench: Bench) -> Inlines:
        if check.message:
            return marked(check.message)
        if check.raised is not None:
            if not check.raised.line and (name := _undefined(check.raised)):
                return sentence(bench, "code.not_defined", name=name)
            detail = f"{check.raised.type}: {check.raised.text}".replace("`", "'")
            if author := _message(source):  # the check could not be evaluated: what it is about helps more
                return (*marked(author), Span(f" ({detail})", CODE), *explained(bench, check.raised))
            if check.raised.line:
                return raised(bench, check.raised, FIELD).text
            return sentence(bench, "code.check_stopped", error=detail)
        test = re.sub(r"^assert ", "", source).replace("`", "'")
        return sentence(bench, "code.check_failed", test=test)

    def solution(self) -> Answer:
        return {FIELD: self.right}


def _undefined(raised: Raised) -> str:
    """Return the name that a check asked for and that the learner's program does not have."""
    found = (
        re.fullmatch(r"name '(\w+)' is not defined.*", raised.text) if raised.type == "NameError" else None
    )
    return found[1] if found else ""


def _message(source: str) -> str:
    """Return the message of an assertion, if it is a plain text."""
    match ast.parse(source).body:
        case [ast.Assert(msg=ast.Constant(value=str(message)))]:
            return message
    return ""


@frozen
class FixQuestion(CodeQuestion):
    """Fix a program that does not do its task."""

    kind: ClassVar[str] = "fix"
    options: ClassVar[dict[str, str]] = {
        **RUN_OPTIONS,
        "lines": "How many lines the learner may change at most.",
    }

    lines: int = 0

    @classmethod
    def parse(cls, block: Directive) -> Self:
        base = CodeQuestion.parse(block)
        if not base.starter.strip():
            raise LessonError(
                Problem("E068", block.line, fields={"directive": block.name, "part": "starter"})
            )
        given = {field.name: getattr(base, field.name) for field in fields(CodeQuestion)}
        return cls(**given, lines=block.count("lines"))

    def check(self, block: ExerciseBlock) -> Iterable[Problem]:
        yield from super().check(block)
        if self.lines and changed_lines(self.starter, self.right) > self.lines:
            yield Problem("E076", block.line, fields={"lines": self.lines})

    def _objection(self, source: str, bench: Bench) -> Feedback | None:
        if self.lines and changed_lines(self.starter, source) > self.lines:
            key = "code.too_many_lines_one" if self.lines == 1 else "code.too_many_lines"
            return Feedback(sentence(bench, key, lines=self.lines), False, FIELD)
        return None


def changed_lines(before: str, after: str) -> int:
    """Return how many lines differ, ignoring comments, blank lines and spaces at line ends."""
    left, right = _lines_of_code(before), _lines_of_code(after)
    if len(left) * len(right) > MOST_PAIRS:
        return max(len(left), len(right)) - (Counter(left) & Counter(right)).total()
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return sum(
        max(stop - start, last - first)
        for tag, start, stop, first, last in matcher.get_opcodes()
        if tag != "equal"
    )


def _lines_of_code(source: str) -> list[str]:
    """Return the lines that are not empty, without comments: these are translated, and a learner may write some."""
    lines = source.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    except (tokenize.TokenError, SyntaxError):
        pass  # no Python from there on
    return [line.rstrip() for line in lines if line.strip()]


def _parts(block: Directive) -> dict[str, str]:
    """Return the code fences by role; one without a role is the starter."""
    parts: dict[str, str] = {}
    for info, code, line in block.codes:
        if info and info.split()[0] not in ("python", "py"):
            continue
        named = [word for word in info.split()[1:] if word]
        role = named[0] if named else "starter"
        if role not in ROLES:
            values = {"directive": block.name, "option": role, "value": role, "allowed": ", ".join(ROLES)}
            raise LessonError(Problem("E077", line - 1, fields=values))
        if role in parts:
            raise LessonError(Problem("E078", line - 1, fields={"directive": block.name, "role": role}))
        parts[role] = code
        if role != "starter":
            require_python(code, line, role)
    return parts


def _expectations(block: Directive) -> str:
    """Return `:expect:` options as assertions."""
    checks = ""
    for setting in block.settings:
        if setting.key != "expect":
            continue
        expression, _, message = setting.value.partition(" | ")
        expression = expression.strip().strip("`").strip()
        if not is_expression(expression):
            fields = {"value": setting.value, "option": "expect", "allowed": "accuracy >= 0.8"}
            compared = re.sub(r"(?<![=!<>:])=(?!=)", "==", expression, count=1)
            if compared != expression and is_expression(compared):
                fields |= {"value": expression, "allowed": compared, "variant": "assigns"}
            else:
                cut = "|" in setting.value and " | " not in setting.value
                fields["variant"] = "bar" if cut else "expression"
            raise LessonError(Problem("E024", setting.line, fields=fields))
        checks += f"\nassert ({expression})" + (f", {message.strip()!r}" if message.strip() else "")
    return checks + "\n"


def _seeds(block: Directive) -> tuple[int, ...]:
    text = (block.setting("seeds") or "0").replace(",", " ").split()
    if not text or len(text) > 10 or not all(re.fullmatch(r"\d{1,9}", word) for word in text):
        raise block.not_allowed("seeds", " ".join(text), "0 1 2")
    return tuple(int(word) for word in text)
