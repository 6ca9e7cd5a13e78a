"""Everything that can go wrong, as one tree.

EvoClassError
├── LessonError        a lesson or course file cannot be used as written; carries problems with their lines
├── NotFoundError      no course, lesson, block or file of that name
├── NotTrustedError    code of a course that the learner does not trust
├── PluginError        a plugin cannot be loaded, or two plugins claim one name
├── RunnerError        code cannot be run at all
│   ├── RunnerUnavailable   this machine cannot offer the runner; the reason is the message
│   └── ProtocolError       the worker sent something that is not a message
├── ProgressError      the progress file cannot be read or written
└── ConfigError        a setting has a value that cannot be used
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, Literal, Protocol

from evoclass.frozen import frozen

__all__ = [
    "ConfigError",
    "EvoClassError",
    "LessonError",
    "NotFoundError",
    "NotTrustedError",
    "PluginError",
    "Problem",
    "ProgressError",
    "ProtocolError",
    "RunnerError",
    "RunnerUnavailable",
]


class _Sentences(Protocol):
    """Interface text of one language, such as a `Catalog`."""

    def __call__(self, key: str, /, **fields: Any) -> str: ...

    def has(self, key: str) -> bool: ...


@frozen
class Problem:
    """One thing wrong in a file, with its place and a code that documentation and translations refer to."""

    code: str
    """For example `E012`; its sentence is `problem.E012` in the locale files."""
    line: int
    """First line of the problem, counted from 1."""
    column: int = 1
    fields: dict[str, Any] = field(default_factory=dict, hash=False)
    """Values for the placeholders in the sentence."""
    path: Path | None = None
    message: str = ""
    """Sentence to use instead of the locale's; for plugins without locale files."""
    fix: str = ""
    """How to fix the problem, in words; replaces the locale's."""

    severity: Literal["", "error", "warning"] = ""
    """Set where the code does not tell it: one of EvoClass's own codes is an error, unless it begins with W."""

    @property
    def is_error(self) -> bool:
        """Errors stop a block from being shown; warnings do not."""
        return self.severity == "error" if self.severity else not self.code.startswith("W")


class EvoClassError(Exception):
    """Base of all errors that EvoClass raises on purpose."""

    def __init__(self, message: str = "", key: str = "", /, **fields: Any) -> None:
        super().__init__(message)
        self.key = key
        """Key of the interface text that says the same in the learner's language, if there is one."""
        self.fields = fields

    def said(self, catalog: _Sentences) -> str:
        """Return the message in a catalog's language, or in English if the catalog does not have it."""
        return catalog(self.key, **self.fields) if catalog.has(self.key) else str(self)


class LessonError(EvoClassError):
    """A lesson or course file, or a block of it, cannot be used as it is written."""

    def __init__(self, problems: Sequence[Problem] | Problem | str, line: int = 1, fix: str = "") -> None:
        if isinstance(problems, str):
            problems = Problem("E100", line, message=problems, fix=fix)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        first = self.problems[0]
        super().__init__(f"{first.line}:{first.column}: {first.code} {first.message or first.fields}")


class NotFoundError(EvoClassError):
    """No course, lesson, block or file of that name."""


class NotTrustedError(EvoClassError):
    """Code of a course from elsewhere wants to run, and the learner does not trust that course."""

    def __init__(self, place: Path, message: str, digest: str = "") -> None:
        super().__init__(message)
        self.place = place
        """The course's folder, or the file of a lesson without a course."""
        self.digest = digest
        """Digest of the content that the learner is asked about; a yes is for this content."""


class PluginError(EvoClassError):
    """A plugin cannot be loaded, or two plugins claim one name."""


class RunnerError(EvoClassError):
    """Code cannot be run at all (as opposed to: it ran and failed)."""


class RunnerUnavailable(RunnerError):
    """This machine cannot offer the runner; the message says why."""


class ProtocolError(RunnerError):
    """The worker sent something that is not a message of the protocol."""


class ProgressError(EvoClassError):
    """The progress file, or a plugin's store, cannot be read or written."""


class ConfigError(EvoClassError):
    """A setting has a value that cannot be used."""
