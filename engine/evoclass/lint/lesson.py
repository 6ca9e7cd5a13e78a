"""Problems of one lesson that show without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, assert_never

from evoclass.errors import LessonError, PluginError, Problem
from evoclass.exercise import Answer, Exercise
from evoclass.i18n import LANGUAGES
from evoclass.layout import DIAGRAM, MEASURE, diagram
from evoclass.lint.causes import causes
from evoclass.lint.guesses import guess_problems
from evoclass.lint.hints import telling_hints
from evoclass.lint.languages import misspelt
from evoclass.lint.links import dead_ends, missing, targets
from evoclass.lint.objectives import unshown
from evoclass.lint.openfence import taken_in
from evoclass.lint.order import disordered
from evoclass.lint.outline import outline
from evoclass.lint.programs import lab_problems, late_option, question_problems
from evoclass.lint.prompts import asked, idle_draws
from evoclass.lint.python import refused, session, tree
from evoclass.model import (
    AnyBlock,
    Callout,
    CodeBlock,
    Drawing,
    ExerciseBlock,
    Fault,
    Footnotes,
    Guess,
    Heading,
    Image,
    Lab,
    Lesson,
    ListBlock,
    Live,
    MathBlock,
    Paragraph,
    Quote,
    Steps,
    Table,
    ThematicBreak,
    inlines,
    walk,
)
from evoclass.pluginhost.blame import reason
from evoclass.pluginhost.keptfield import KeptField
from evoclass.reading.budget import Budget, TooMuch
from evoclass.reading.filenames import COURSE_PAGE, language_of, name_parts
from evoclass.reading.markup import Parser
from evoclass.reading.salvage import LOST
from evoclass.reading.syntax import Refusal, ends_in_a_string

SAMPLES = 20
"""How many learners' values are tried for a question with drawn values."""

DIAGRAMS = ("dot", "graphviz", "plantuml", "d2")
"""Languages of code blocks that only other tools draw."""

BY_CHANCE = ("twice", "zero")
"""Variants of warnings that do no harm if only some drawn values cause them."""

STEPS = 600_000
"""Most steps for trying all these questions of a lesson: enough for twenty learners and about 75 questions."""

UNREADABLE = ("E000", "E001", "E002", "E003", "E004", "E011")
"""Problems of a file that is not a lesson at all."""

NAMELESS = (*UNREADABLE, *LOST, "E036")
"""Problems of a file with unclear identity, which is not compared with other files."""


def check_lesson(lesson: Lesson, parser: Parser) -> list[Problem]:
    """Return the problems of one lesson in the order of its lines."""
    found = [*check_text(lesson), *by_plugins(lesson, parser), *missing(targets(lesson), lesson.path)]
    return ordered(lesson.placed(found))


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by line, column and code."""
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.code))


def by_plugins(lesson: Lesson, parser: Parser) -> list[Problem]:
    """Return the problems that plugins' rules find in a readable lesson; a course page has none."""
    is_page = lesson.path is not None and lesson.path.name == COURSE_PAGE
    if is_page or any(problem.code in UNREADABLE for problem in lesson.problems):
        return []
    return [problem for rule in parser.rules.values() for problem in rule.problems(lesson)]


def check_text(lesson: Lesson, runs: bool = True) -> list[Problem]:
    """Return the problems that depend only on the file itself and its name.

    A course page never `runs` anything; a live value on it only shows an example of one.
    """
    found = list(lesson.problems)
    if any(problem.code in UNREADABLE for problem in found):
        return found
    found += [
        *_names(lesson),
        *_licence(lesson),
        *outline(lesson),
        *dead_ends(lesson),
        *disordered(lesson),
        *unshown(lesson),
        *_blocks(lesson, runs),
    ]
    return causes(found)


def _names(lesson: Lesson) -> Iterator[Problem]:
    """Compare the front matter with the file's name and folder."""
    if lesson.path is None or any(problem.code in NAMELESS for problem in lesson.problems):
        return
    number, _ = name_parts(lesson.path)
    if number and lesson.number and number != lesson.number:
        line = lesson.keys.get("number", 1)
        yield Problem("W057", line, fields={"number": lesson.number, "file": lesson.path.name})
    parent = lesson.path.absolute().parent
    folder = parent.name
    told = len(folder) == 2 and language_of(lesson.path) == folder != lesson.language
    # A course without language folders may lie in a folder called `rl` or `ml`.
    if told and (folder in LANGUAGES or (parent.parent / lesson.language).is_dir()):
        line = lesson.keys.get("language", 1)
        yield Problem("E058", line, fields={"language": lesson.language, "folder": folder})


def _licence(lesson: Lesson) -> Iterator[Problem]:
    """Check the licence against the SPDX list."""
    if not lesson.license:
        return
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonicalize_license_expression(lesson.license)
    except InvalidLicenseExpression:
        yield Problem("W044", lesson.keys.get("license", 1), fields={"license": lesson.license})


def _blocks(lesson: Lesson, runs: bool) -> Iterator[Problem]:
    lifeless = runs and not lesson.labs
    drawn: list[ExerciseBlock | Steps] = []
    for block in lesson.walk():
        match block:
            case Lab(code=code, code_line=line):
                yield from _code(code, line, "python", block)
            case CodeBlock(code=code, language=language):
                yield from _code(code, block.line + 1, language, block)
            case ExerciseBlock():
                yield from _exercise(block)
                yield from asked(block)
            case Heading() | Paragraph() | Table() | MathBlock() | Image() | ThematicBreak() | Fault():
                pass
            case Guess():
                yield from guess_problems(block, lesson)
            case ListBlock() | Quote() | Callout() | Footnotes() | Drawing() | Steps():
                pass
            case _:
                assert_never(block)
        if isinstance(block, (ExerciseBlock, Steps)) and block.variants is not None:
            drawn.append(block)
            yield from idle_draws(block)
        if lifeless:
            for item in inlines(block):
                if isinstance(item, Live) and not item.place[0]:
                    yield Problem("E056", block.line, fields={"expression": item.expression})
    yield from _samples(drawn)


def _code(code: str, line: int, language: str, block: Lab | CodeBlock) -> Iterator[Problem]:
    """Report code that should be Python but is not, and a fence that was left open."""
    fenced = block.end_line - block.line >= code.count("\n")
    inside = taken_in(code, language) if fenced else None
    if inside is not None:
        fields: dict[str, Any] = {"variant": "open", "inside": line + inside.place, "text": inside.text}
        fields |= {"swallowed": inside.swallowed, "bare": not language}
        yield Problem("E014", block.line, fields=fields)
    elif isinstance(block, Lab):
        found = list(_python(code, line, "E050", block.file, refused(code)))
        yield from (late_option(problem, block) for problem in found)
        yield from lab_problems(block)
    elif language in ("python", "py"):
        typed = session(code)
        parsed = tree(typed)  # not compiled: part of a function may contain `return`
        yield from _python(typed, line, "W051", "", None if isinstance(parsed, ast.Module) else parsed)
    elif language in ("math", "latex", "tex") and fenced:
        yield Problem("W039", block.line, fields={"text": language, "variant": "formula"})
    elif language == DIAGRAM:
        if not diagram(code, MEASURE - 2):
            yield Problem("W039", block.line, fields={"text": language, "variant": "mermaid"})
    elif language in DIAGRAMS:
        yield Problem("W039", block.line, fields={"text": language, "variant": "diagram"})
    elif language:
        yield from misspelt(language, block.line)


def _python(code: str, line: int, problem: str, file: str, refusal: Refusal | None) -> Iterator[Problem]:
    match refusal:
        case SyntaxError() as error:
            fields = {"detail": error.msg, "file": file}
            text = code.split("\n")[(error.lineno or 1) - 1 :][:1]
            if text and re.match(r"\s*(?:%{1,2}[a-z]|![a-z])", text[0]):
                fields |= {"variant": "magic", "text": text[0].strip()[:40]}
            elif ends_in_a_string(error):
                fields |= {"variant": "fence", "end": str(line + len(code.splitlines()))}
            yield Problem(problem, line + (error.lineno or 1) - 1, error.offset or 1, fields=fields)
        case Exception() as error:
            yield Problem(problem, line, fields={"detail": str(error) or type(error).__name__, "file": file})


def _checked(block: AnyBlock) -> Iterable[Problem]:
    """Return the problems that a question type finds in one of its questions."""
    if not isinstance(block, ExerciseBlock):
        return ()
    try:
        return list(block.exercise.check(block))
    except Exception as error:
        return [_broken(block, error)]


def _broken(block: ExerciseBlock, error: Exception) -> Problem:
    fields = {"directive": block.exercise.kind, "error": reason(error)}
    return Problem("E101", block.line, fields=fields)


def _exercise(block: ExerciseBlock) -> Iterator[Problem]:
    try:
        solution = block.exercise.solution()
        names = [field.name for field in block.exercise.form()]
        if not names or len(set(names)) != len(names) or not set(solution) <= set(names):
            raise ValueError(f"fields {names}, solution {list(solution)}")
        _ask(block.exercise, solution)
        yield from block.exercise.check(block)
        yield from telling_hints(block, solution)
        yield from question_problems(block)
    except Exception as error:
        yield _broken(block, error)


def _ask(exercise: Exercise, solution: Answer) -> None:
    """Make plugins' fields answer every call of front ends and exports.  Raises PluginError when one fails."""
    for field in exercise.form():
        if isinstance(field, KeptField):
            _ = (
                field.offered(),
                field.words(solution.get(field.name)),
                field.signature(solution.get(field.name)),
            )
            if field.failures:
                raise PluginError(field.failures[0])


def _samples(questions: Sequence[ExerciseBlock | Steps]) -> Iterator[Problem]:
    """Try questions with drawn values for some learners, and report broken ones.

    All questions are tried for one learner before the next, so that a lesson with very many is checked evenly.
    """
    left = STEPS
    waiting = [_Tried(question) for question in questions]
    for sample in range(SAMPLES):
        good = []
        for tried in waiting:
            budget = Budget(tried.size)
            before = budget.left
            found = tried.problems(str(sample), budget)
            if found is None:
                good.append(tried)
            else:
                yield from found
            left -= before - budget.left
            if left < 0:
                return
        waiting = good


class _Tried:
    """A question with drawn values, and the values that have been tried."""

    def __init__(self, question: ExerciseBlock | Steps) -> None:
        assert question.variants is not None
        self._question = question
        self._variants = question.variants
        self._seen: set[tuple[str, ...]] = set()
        self._known: list[Problem] | None = None
        """Problems that every learner has, which have been reported already."""

    @property
    def size(self) -> int:
        """Approximate number of its source lines."""
        return self._question.end_line - self._question.line

    def problems(self, seed: str, budget: Budget) -> list[Problem] | None:
        """Return the problems of the question as one learner gets it, or None if there are none."""
        try:
            text = self._variants.text(seed, budget)
            if text in self._seen:
                return None
            self._seen.add(text)
            drawn = self._variants.draw(seed, budget)
        except TooMuch as error:
            return [error.at(self._question.line)]
        except LessonError as error:
            return [error.problems[0]]
        if not isinstance(drawn, type(self._question)):
            problem = getattr(drawn, "problem", None)
            if problem is None:
                return []
            # The first values make a question, so only these values show the problem.
            variant = {} if problem.fields.get("variant") else {"variant": "drawn"}
            return [replace(problem, fields=problem.fields | variant)]
        found = [
            problem
            for question in walk((drawn,))
            for problem in _checked(question)
            if problem.fields.get("variant") not in BY_CHANCE
        ]
        if not found:
            return None
        if self._known is None:
            self._known = [problem for question in walk((self._question,)) for problem in _checked(question)]
        return [problem for problem in found if problem not in self._known]
