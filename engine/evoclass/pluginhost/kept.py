"""Question types and directives of plugins from elsewhere: a failure in one is a PluginError that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Self, TypeVar

from evoclass.directive import BlockType, Directive, RoleType
from evoclass.disk.log import logger_of
from evoclass.errors import EvoClassError, LessonError, PluginError, Problem
from evoclass.exercise import Answer, Bench, Exercise, Field, Verdict
from evoclass.model import AnyBlock, ExerciseBlock, Inlines
from evoclass.pluginhost import checked
from evoclass.pluginhost.aside import aside
from evoclass.pluginhost.blame import reason, shown
from evoclass.pluginhost.keptfield import FieldRecord, kept_form
from evoclass.pluginhost.loading import contained

logger = logger_of(__name__)

SECONDS = 5.0
"""Seconds that a call may take."""

GRADE_SECONDS = 10.0
"""Seconds that grading may take, excluding the time in which the bench runs code."""

Result = TypeVar("Result")

_SAME = ("kind", "runs_code", "reviewed", "options", "repeatable", "fixed", "fixed_heads", "takes_code")


class Kept(Exercise):
    """A question of a plugin's type; every call into it is checked and has a time limit."""

    kind = ""
    of: ClassVar[type[Exercise]]
    """The plugin's class."""
    plugin: ClassVar[str]
    records: ClassVar[dict[type, FieldRecord]]
    """Failures of its fields, by their class."""
    stuck: ClassVar[str] = ""
    """Why the type is disabled for this process: a call did not end."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # `isinstance` must see the plugin's class
        return self.of

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["exercise"], name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self._same(other)

    def _same(self, other: Kept) -> bool:
        try:
            return bool(self.exercise == other.exercise)
        except Exception:  # a plugin's `__eq__` that raises says nothing about the question
            return self.exercise is other.exercise

    def __hash__(self) -> int:
        return id(self.exercise)

    @classmethod
    def call(cls, method: str, work: Callable[[], Result], directive: Directive | None = None) -> Result:
        """Call into the plugin.  Raises PluginError, and LessonError when a directive is at fault."""
        lines = (directive.line, directive.end_line) if directive is not None else None
        return _called(cls, cls.kind, method, work, lines)

    @classmethod
    def parse(cls, block: Directive) -> Self:
        def work() -> Any:
            made = cls.of.parse(block)
            if not isinstance(made, Exercise):
                if hasattr(made, "close"):
                    made.close()  # a coroutine would warn that it was never awaited
                raise TypeError(f"gave {shown(made)}, not an Exercise")
            return cls(made)

        question: Self = cls.call("parse", work, block)
        question.form()  # a question without a form is not a question: report it in its place
        return question

    def form(self) -> Sequence[Field]:
        fields = self.call("form", lambda: checked.form(self.exercise.form(), "form()"))
        return kept_form(fields, self.plugin, self.records)

    def prompt(self, block: Directive) -> tuple[AnyBlock, ...]:
        return self.call("prompt", lambda: checked.blocks(self.exercise.prompt(block), "prompt()"), block)

    def remarks(self) -> Iterable[Inlines]:
        return self.call("remarks", lambda: checked.inlines(self.exercise.remarks(), "remarks()"))

    def programs(self) -> Sequence[str]:
        return self.call("programs", lambda: checked.texts(self.exercise.programs(), "programs()"))

    def check(self, block: ExerciseBlock) -> Iterable[Problem]:
        def work() -> tuple[Problem, ...]:
            return checked.problems(self.exercise.check(block), "check()", block.line, block.end_line)

        return self.call("check", work)

    def solution(self) -> Answer:
        return self.call("solution", lambda: checked.answer(self.exercise.solution(), "solution()"))

    def shuffled(self, random: Random) -> Self:
        return self._other("shuffled", lambda: self.exercise.shuffled(random))

    def reordered(self, random: Random) -> Self:
        return self._other("reordered", lambda: self.exercise.reordered(random))

    def _other(self, method: str, make: Callable[[], Any]) -> Self:
        def work() -> Any:
            other = make()
            if not isinstance(other, Exercise):
                raise TypeError(f"gave {shown(other)}, not an Exercise")
            return self if other is self.exercise else type(self)(other)

        other: Self = self.call(method, work)
        return other

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        return checked_by(
            self, "grade", await self._await("grade", lambda there: self.exercise.grade(answer, there), bench)
        )

    async def solve(self, bench: Bench) -> Answer:
        found = await self._await("solve", lambda there: self.exercise.solve(there), bench)
        return self.call("solve", lambda: checked.answer(found, "solve()"))

    async def _await(self, method: str, work: Callable[[Bench], Any], bench: Bench) -> Any:
        if self.stuck:
            raise PluginError(self.stuck)
        try:
            return await aside(work, bench, GRADE_SECONDS)
        except EvoClassError:
            raise
        except Exception as error:
            raise PluginError(blamed(self.plugin, self.kind, f"{method}()", error)) from error


def checked_by(question: Kept, method: str, found: object) -> Verdict:
    """Return a valid verdict.  Raises PluginError."""
    return question.call(method, lambda: checked.verdict(found, f"{method}()"))


def blamed(plugin: str, name: str, what: str, error: BaseException) -> str:
    """Return the plugin at fault, the place and the reason; the log gets the traceback."""
    told = f"plugin {plugin}, {name}.{what}: {reason(error)}"
    logger.warning("%s", told, exc_info=error)
    return told


def kept_exercise(cls: type[Exercise], plugin: str) -> type[Exercise]:
    """Return a question type that works like `cls` and whose failures are PluginErrors."""
    same = {name: getattr(cls, name) for name in _SAME}
    about = {"of": cls, "plugin": plugin, "__module__": cls.__module__, "__doc__": cls.__doc__}
    return type(cls.__name__, (Kept,), {**same, **about, "records": {}})


def kept_directive(cls: type[BlockType], plugin: str) -> type[BlockType]:
    """Return a directive that works like `cls` and whose failures are PluginErrors."""

    class KeptDirective(_Named):
        name = cls.name
        options: ClassVar[Mapping[str, str]] = cls.options

        @classmethod
        def expand(cls_, directive: Directive, block_id: str) -> Sequence[AnyBlock]:
            def work() -> tuple[AnyBlock, ...]:
                return checked.blocks(cls.expand(directive, block_id), "expand()")

            return _called(cls_, cls_.name, "expand", work, (directive.line, directive.end_line))

    KeptDirective.plugin, KeptDirective.__name__ = plugin, cls.__name__
    return KeptDirective  # type: ignore[return-value]


def kept_role(cls: type[RoleType], plugin: str) -> type[RoleType]:
    """Return an inline role that works like `cls` and whose failures are PluginErrors."""

    class KeptRole(_Named):
        name = cls.name

        @classmethod
        def read(cls_, content: str, line: int) -> Inlines:
            def work() -> Inlines:
                return checked.inline_text(cls.read(content, line), "read()")

            return _called(cls_, cls_.name, "read", work, (line, line))

    KeptRole.plugin, KeptRole.__name__ = plugin, cls.__name__
    return KeptRole


class _Named:
    """A directive or a role of a plugin."""

    name: ClassVar[str]
    plugin: ClassVar[str]
    stuck: ClassVar[str] = ""
    """Why it is disabled for this process: a call did not end."""


def _called(
    kept: type[Kept] | type[_Named],
    name: str,
    method: str,
    work: Callable[[], Result],
    lines: tuple[int, int] | None = None,
) -> Result:
    """Call into a plugin.  Raises PluginError, and LessonError when lesson lines are at fault."""
    if kept.stuck:
        raise PluginError(kept.stuck)
    what = f"{method}()"
    try:
        try:
            return contained(work, SECONDS)
        except LessonError as error:
            if lines is None:
                raise
            raise checked.lesson_error(error, what, *lines) from error
    except LessonError:
        raise
    except Exception as error:
        why = blamed(kept.plugin, name, what, error)
        if isinstance(error, TimeoutError):
            kept.stuck = why
        raise PluginError(why) from error
