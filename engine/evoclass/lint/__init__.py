"""Checks of lessons and courses: they report problems with file, line and column."""

from evoclass.lint.cache import CheckCache, fingerprint
from evoclass.lint.checker import Checker, read
from evoclass.lint.course import check_course
from evoclass.lint.describe import describe
from evoclass.lint.fixes import apply as apply_fixes
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
