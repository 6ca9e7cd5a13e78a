"""A directive as the parser hands it to a plugin: `:::{name} argument` with options, prose and option list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Protocol

from evoclass.errors import LessonError, Problem
from evoclass.frozen import frozen
from evoclass.model import CALLOUTS, LADDER, AnyBlock, ExerciseBlock, Inline, Inlines, Item, OptionLine
from evoclass.pluginhost.renamed import earlier_names
from evoclass.reading.invisible import named, plain

__all__ = [
    "BlockType",
    "Directive",
    "Item",
    "OptionLine",
    "RoleType",
]

ENGINE_DIRECTIVES = (*CALLOUTS, "lab", "guess", LADDER, "include")
"""Directives that the engine reads itself; plugins cannot use their names."""

ENGINE_ROLES = ("live", "shortcut")
"""Inline roles that the engine reads itself; plugins cannot use their names."""

YES = frozenset({"", "yes", "true", "on", "1", "sì", "si"})
NO = frozenset({"no", "false", "off", "0"})
"""Values that switch off a flag, which is an option that needs no value."""


@frozen
class Directive:
    """A parsed `:::{name}` or ```` ```{name} ```` block."""

    name: str
    argument: str
    line: int
    end_line: int
    settings: tuple[OptionLine, ...] = ()
    body: tuple[AnyBlock, ...] = ()
    """Blocks of the content.  A question's leave out the option list, the code of one that `takes_code`, and nested
    exercises.  A further directive's leave out only these exercises, so that a code fence is a `CodeBlock` here."""
    items: tuple[Item, ...] = ()
    code: str = ""
    """A question's first ```` ```python ```` fence.  Empty in a further directive (`BlockType`), which
    finds its code as `CodeBlock`s in `body`."""
    code_line: int = 0
    codes: tuple[tuple[str, str, int], ...] = ()
    """Every code fence in a question, as info string, code, first line of the code."""
    exercises: tuple[ExerciseBlock, ...] = ()
    """Nested exercises, already parsed."""
    source: str = ""
    inline: InlineParser | None = field(default=None, compare=False)

    def setting(self, key: str, default: str | None = None) -> str | None:
        """Return the last value of option `key`, or `default`."""
        values = self.all(key)
        return values[-1] if values else default

    def all(self, key: str) -> tuple[str, ...]:
        """Return every value of a repeatable option, in order."""
        return tuple(setting.value for setting in self.settings if setting.key == key)

    def line_of(self, key: str) -> int:
        """Return the line of option `key`, or of the directive."""
        return next((setting.line for setting in self.settings if setting.key == key), self.line)

    def require(self, key: str) -> str:
        """Return option `key`; raises LessonError (E022) when it is missing."""
        value = self.setting(key)
        if value is None or not value.strip():
            raise LessonError(Problem("E022", self.line, fields={"directive": self.name, "option": key}))
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return option `key` as a number; raises LessonError when it is missing (E022) or not a number (E023)."""
        value = self.setting(key)
        if value is None and default is not None:
            return default
        text = self.require(key)
        try:
            return float(text)
        except ValueError:
            raise self.no_number(key, text) from None

    def no_number(self, key: str, text: str) -> LessonError:
        """Return the error (E023) for a value of option `key` that is not a number."""
        bare = text.strip().strip("`").strip()
        variant = ""
        fields: dict[str, object] = {"directive": self.name, "option": key, "value": bare}
        if plain(bare) != bare and re.fullmatch(r"\s*[+-]?[\d.]+\s*%?\s*", plain(bare)):
            variant = "invisible"
            fields |= {"value": plain(bare).strip(), "character": named(bare)}
        elif re.fullmatch(r"[+-]?\d{1,3}(?:[,' \u00a0\u202f]\d{3})+(?:\.\d+)?", bare):
            variant = "groups"
            fields["number"] = re.sub(r"[^\d.+-]", "", bare)
        elif re.fullmatch(r"[+-]?\d+(?:\.\d+)?\s*[^\W\d_][\w/²³]*", bare):
            variant = "unit"
        elif bare != text.strip():
            variant = "code"
        elif re.search(r"\d\s*(?:[*/+]|\*\*|-)\s*\d", bare):
            variant = "sum"
        return LessonError(Problem("E023", self.line_of(key), fields=fields | {"variant": variant}))

    def not_allowed(self, key: str, value: object, allowed: str, line: int = 0) -> LessonError:
        """Return the error (E024) for a value that option `key` cannot have; `allowed` lists the valid values."""
        fields = {"directive": self.name, "option": key, "value": value, "allowed": allowed}
        return LessonError(Problem("E024", line or self.line_of(key), fields=fields))

    def count(self, key: str, default: int = 0) -> int:
        """Return option `key` as a whole number from 0; raises LessonError when it is not one (E024)."""
        value = self.setting(key)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise self.not_allowed(key, value, "0, 1, 2, …")
        return int(value)

    def flag(self, key: str) -> bool:
        """Whether the option `key` is set: without a value, or with a yes.  Raises LessonError (E024)."""
        value = self.setting(key)
        if value is None:
            return False
        word = value.strip().lower()
        if word not in YES and word not in NO:
            raise self.not_allowed(key, value, "yes, no")
        return word in YES

    def inlines(self, text: str) -> Inlines:
        """Parse one line of Markdown (for options that hold a sentence)."""
        if self.inline is None:
            raise LessonError(
                Problem("E100", self.line, message="this directive came without an inline parser")
            )
        return self.inline(text)


class InlineParser(Protocol):
    """Turns a line of Markdown into inline items."""

    def __call__(self, text: str) -> Inlines: ...


class BlockType(Protocol):
    """A further directive: registered with `register_directives`, it turns its directive into blocks."""

    name: ClassVar[str]
    options: ClassVar[dict[str, str]]
    """Names of its options, each with a word on its meaning; a class may name those that come twice in `repeatable`."""

    @classmethod
    def expand(cls, directive: Directive, block_id: str) -> Sequence[AnyBlock]:
        """Return the blocks that replace the directive.  Raises LessonError with the line."""
        ...


class RoleType(Protocol):
    """An inline role: registered with `register_roles`, it turns ``{name}`content` `` into inline items."""

    name: ClassVar[str]

    @classmethod
    def read(cls, content: str, line: int) -> Sequence[Inline]:
        """Return the items that replace the role; `content` is the text between the backticks.  Raises LessonError."""
        ...


if not TYPE_CHECKING:  # for a type checker, a name that never existed is still an error
    __getattr__ = earlier_names(__name__, Setting="OptionLine")
