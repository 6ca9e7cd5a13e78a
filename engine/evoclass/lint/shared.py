"""Problems of the modules that a course shares among its labs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evoclass.errors import LessonError, Problem
from evoclass.lint.programs import hides_a_module
from evoclass.lint.python import refused
from evoclass.reading import coursefiles, source
from evoclass.reading.coursefiles import LARGEST_MODULE, Refused


def shared_problems(folder: Path) -> Iterator[Problem]:
    """Yield the problems of a course's shared modules; only what can be imported is a module."""
    for name in coursefiles.shared(folder):
        path = folder / name
        fields = {"source": name, "file": path.name, "module": path.stem, "limit": LARGEST_MODULE // 2**20}
        try:
            code = source.read(coursefiles.read(coursefiles.find(name, folder), LARGEST_MODULE)).text
        except Refused as refusal:
            yield Problem("E107", 1, fields=fields | {"variant": refusal.reason}, path=path)
            continue
        except LessonError:
            yield Problem("E107", 1, fields=fields | {"variant": "text"}, path=path)
            continue
        if hides_a_module(path.stem):
            yield Problem("W043", 1, fields=fields, path=path)
        match refused(code):
            case SyntaxError() as error:
                fields["detail"] = error.msg
                yield Problem("E050", error.lineno or 1, error.offset or 1, fields=fields, path=path)
            case Exception() as error:
                yield Problem("E050", 1, fields=fields | {"detail": str(error)}, path=path)
