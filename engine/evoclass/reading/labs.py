"""The directive `{lab}`: a program that the learner edits and runs, and the limits of its runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import PurePosixPath

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem
from evoclass.model import ClassNames, Expectation, Lab, OptionLine
from evoclass.reading.knobs import read_knobs, read_lighter
from evoclass.reading.passages import Passages
from evoclass.reading.syntax import value_name

LAB_OPTIONS = {
    "seconds": "Time after which a run is stopped.",
    "takes": "Processor seconds that the program took on the author's machine.",
    "watch": "Names the inspector puts first.",
    "names": "Names of the classes in a value: `labels = pizza, steak, sushi`.",
    "expect": "A condition on the program's variables that holds after a run.",
    "arguments": "What the program finds in `sys.argv`, written as in a shell.",
    "after": "Labs that have to run before this one.",
    "threads": "Threads that PyTorch and OpenMP compute with.",
    "memory": "Megabytes of memory that a run may use.",
    "processes": "Processes that a run may have.",
    "files": "Files that each process of a run may have open.",
    "file-size": "Megabytes that a file written by a run may have.",
    "output": "Megabytes of output that are kept.",
    "knob": "A constant that the learner turns, and its values: `rate 1e-4..1 log`.",
    "lighter": "A constant with which the program needs less time and memory: `images = 10`.",
    "file": "File of the course that holds the program.",
    "data": "Files of the course that lie beside the program when it runs; repeat it for more.",
}
REPEATABLE_LAB_OPTIONS = ("watch", "names", "expect", "after", "data", "knob", "lighter")
LAB_LIMITS = {
    "memory": ("memory", 2**20),
    "processes": ("processes", 1),
    "files": ("files", 1),
    "file-size": ("file_size", 2**20),
    "output": ("output", 2**20),
}
"""By option of a lab: the field of `Limits`, and the factor from the option's unit to the field's (MB to bytes)."""

_FILE = re.compile(r"[A-Za-z0-9_][\w.-]*\.py\Z")

MOST_SECONDS = 3600

MOST_THREADS = 1024

MOST_CLASSES = 1_000

LONGEST_NAME = 200
"""Most bytes in a file name: a disk allows 255, and a file that is being written has a longer name."""


def read_lab(directive: Directive, passages: Passages, report: Callable[[Problem], None]) -> Lab:
    """Return the lab that a directive describes; report data that cannot be used.  Raises LessonError."""
    file = directive.argument
    if len(file.encode()) > LONGEST_NAME and _FILE.match(file):
        fields = {"file": f"{file[:30]}…", "limit": str(LONGEST_NAME), "variant": "long"}
        raise LessonError(Problem("E028", directive.line, fields=fields))
    if not _FILE.match(file):
        fields = {"file": file, "variant": "" if file else "missing"}
        raise LessonError(Problem("E028", directive.line, fields=fields))
    code, code_line = _program(directive, passages)
    seconds = directive.number("seconds", 30.0)
    if not 0 < seconds <= MOST_SECONDS:
        raise directive.not_allowed("seconds", f"{seconds:g}", f"1 – {MOST_SECONDS}")
    takes = directive.number("takes", 0.0)
    if not 0 <= takes <= MOST_SECONDS:
        raise directive.not_allowed("takes", f"{takes:g}", f"0 – {MOST_SECONDS}")
    return Lab(
        id=file,
        line=directive.line,
        end_line=directive.end_line,
        file=file,
        code=code,
        seconds=seconds,
        takes=takes,
        watch=tuple(map(value_name, _listed(directive, "watch"))),
        arguments=_arguments(directive),
        limits=_limits(directive),
        threads=_threads(directive),
        code_line=code_line,
        after=_listed(directive, "after"),
        expect=tuple(
            Expectation(setting.value.strip(), setting.line)
            for setting in directive.settings
            if setting.key == "expect"
        ),
        data=_data(directive, passages, report),
        knobs=read_knobs(directive, code),
        lighter=read_lighter(directive, code),
        names=_names(directive),
    )


def _listed(directive: Directive, option: str) -> tuple[str, ...]:
    """Return the values of an option that takes several, with commas or on lines of their own."""
    names = (name.strip() for value in directive.all(option) for name in value.split(","))
    return tuple(dict.fromkeys(filter(None, names)))


def _names(directive: Directive) -> tuple[ClassNames, ...]:
    """Return the names of classes, each with the values that they are for.  Raises LessonError."""
    found = []
    for text in directive.all("names"):
        values, _, classes = text.rpartition("=")
        names = _parts(classes)
        if not 0 < len(names) <= MOST_CLASSES:
            raise directive.not_allowed("names", text, "labels = pizza, steak, sushi")
        found.append(ClassNames(names, tuple(map(value_name, _parts(values)))))
    return tuple(found)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _program(directive: Directive, passages: Passages) -> tuple[str, int]:
    """Return the program of a lab and the line where it starts.  Raises LessonError."""
    source, fields = directive.setting("file"), {"file": directive.argument}
    if source is None:
        if not directive.code.strip():
            raise LessonError(Problem("E029", directive.line, fields=fields))
        return directive.code, directive.code_line
    fields["source"] = source
    if directive.code.strip():
        raise LessonError(Problem("E029", directive.line, fields=fields | {"variant": "both"}))
    passage = passages.take(source, "lab", directive.line_of("file"), is_program=True)
    if not passage.text.strip():
        raise LessonError(Problem("E029", directive.line, fields=fields | {"variant": "empty"}))
    return f"{passage.text}\n", passage.first


def _data(
    directive: Directive, passages: Passages, report: Callable[[Problem], None]
) -> tuple[OptionLine, ...]:
    """Return the files that a lab needs beside it, each with its path alone."""
    found = []
    names: dict[str, str] = {directive.argument.casefold(): ""}
    for option in directive.settings:
        for path in _paths(option) if option.key == "data" else ():
            name = PurePosixPath(path).name
            fields = {"source": path, "name": name, "directive": "lab"}
            try:
                if name.startswith("."):
                    raise LessonError(Problem("E109", option.line, fields=fields | {"variant": "hidden"}))
                if names.setdefault(name.casefold(), path) != path:
                    raise LessonError(Problem("E109", option.line, fields=fields))
                passages.check(path, "lab", option.line)
            except LessonError as error:
                report(error.problems[0])
                continue
            found.append(OptionLine("data", path, option.line))
    return tuple(found)


def _paths(option: OptionLine) -> list[str]:
    try:
        return shlex.split(option.value)
    except ValueError:  # a quotation mark is not closed: it is part of a name
        return option.value.split()


def _arguments(directive: Directive) -> tuple[str, ...]:
    """Return the arguments of a lab's program.  Raises LessonError."""
    found: list[str] = []
    for text in directive.all("arguments"):
        try:
            found += shlex.split(text)
        except ValueError:  # a quotation mark is not closed
            raise directive.not_allowed("arguments", text, '--epochs 3 --name "two words"') from None
    return tuple(found)


def _threads(directive: Directive) -> int:
    """Return how many threads a lab computes with, 0 if it does not say.  Raises LessonError."""
    count = directive.count("threads")
    if directive.setting("threads") is not None and not 0 < count <= MOST_THREADS:
        raise directive.not_allowed("threads", count, f"1 – {MOST_THREADS}")
    return count


def _limits(directive: Directive) -> dict[str, int]:
    """Return the limits that a lab sets.  Raises LessonError."""
    found = {}
    for option, (name, unit) in LAB_LIMITS.items():
        if directive.setting(option) is not None:
            count = directive.count(option)
            if count == 0:
                raise directive.not_allowed(option, count, "1, 2, 3, …")
            found[name] = count * unit
    return found
