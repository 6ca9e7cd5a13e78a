"""Problems in the files of a course, in each file and between them."""

from __future__ import annotations

from evoclass.errors import Problem
from evoclass.lint.checker import Checker
from evoclass.reading.library import Library


def check_course(library: Library) -> list[Problem]:
    """Return the problems of the library's course pages and lessons, and those between them."""
    return Checker(library.parser).libraries([library])
