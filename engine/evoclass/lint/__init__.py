"""Checks of lessons and courses: they report problems with file, line and column."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evoclass.lint.describe import describe

if TYPE_CHECKING:
    from evoclass.lint.cache import CheckCache, fingerprint
    from evoclass.lint.checker import Checker, read
    from evoclass.lint.course import check_course
    from evoclass.lint.fixes import apply_fixes
    from evoclass.lint.groups import grouped
    from evoclass.lint.lesson import by_plugins, check_lesson
    from evoclass.lint.runs import check_run

__all__ = [
    "CheckCache",
    "Checker",
    "apply_fixes",
    "by_plugins",
    "check_course",
    "check_lesson",
    "check_run",
    "describe",
    "fingerprint",
    "grouped",
    "read",
]

_PLACES = {
    "CheckCache": "cache",
    "Checker": "checker",
    "apply_fixes": "fixes",
    "by_plugins": "lesson",
    "check_course": "course",
    "check_lesson": "lesson",
    "check_run": "runs",
    "fingerprint": "cache",
    "grouped": "groups",
    "read": "checker",
}


def __getattr__(name: str) -> Any:
    """Import a check when it is asked for: opening a lesson needs none of them."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
