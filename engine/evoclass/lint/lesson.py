"""What can be said of one lesson without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from evoclass.errors import Problem
from evoclass.inline import slug
from evoclass.markup import Parser, language_of, name_parts
from evoclass.model import (
    Block,
    CodeBlock,
    ExerciseBlock,
    Heading,
    Image,
    Inlines,
    Lab,
    Lesson,
    Live,
    Span,
    inlines,
    plain_text,
)


def check_lesson(lesson: Lesson, parser: Parser) -> list[Problem]:
    """Return the problems of one lesson in the order of its lines."""
    found = list(lesson.problems)
    found += (replace(problem, path=lesson.path) for problem in _inspect(lesson))
    return sorted(found, key=lambda problem: (problem.line, problem.column, problem.code))


def _inspect(lesson: Lesson) -> Iterator[Problem]:
    yield from _names(lesson)
    labs = lesson.labs
    anchors = {block.id for block in lesson.walk()}
    anchors |= {slug(plain_text(block.text)) for block in lesson.walk() if isinstance(block, Heading)}
    for block in lesson.walk():
        match block:
            case Lab(code=code, code_line=line):
                yield from _python(code, line, "E050", block.file)
            case CodeBlock(language="python" | "py", code=code):
                yield from _python(code, block.line + 1, "W051", "")
            case Image():
                yield from _image(block, lesson.path)
            case ExerciseBlock():
                yield from _exercise(block)
        for item in inlines(block):
            if isinstance(item, Live) and not labs:
                yield Problem("E056", block.line, fields={"expression": item.expression})
            elif isinstance(item, Span) and "link" in item.marks:
                yield from _link(item.href, block.line, lesson.path, anchors)


def _names(lesson: Lesson) -> Iterator[Problem]:
    """Hold the front matter against the file's name and folder."""
    if lesson.path is None or any(problem.code in ("E005", "E006", "E007") for problem in lesson.problems):
        return
    number, _ = name_parts(lesson.path)
    if number and lesson.number and number != lesson.number:
        yield Problem("W057", 1, fields={"number": lesson.number, "file": lesson.path.name})
    folder = lesson.path.absolute().parent.name
    if len(folder) == 2 and language_of(lesson.path) == folder != lesson.language:
        yield Problem("E058", 1, fields={"language": lesson.language, "folder": folder})


def _python(code: str, line: int, problem: str, file: str) -> Iterator[Problem]:
    try:
        ast.parse(code)
    except SyntaxError as error:
        fields = {"detail": error.msg, "file": file}
        yield Problem(problem, line + (error.lineno or 1) - 1, error.offset or 1, fields=fields)
    except (ValueError, RecursionError, MemoryError) as error:
        yield Problem(problem, line, fields={"detail": str(error) or type(error).__name__, "file": file})


def _image(image: Image, path: Path | None) -> Iterator[Problem]:
    if not image.alt.strip():
        yield Problem("E053", image.line, fields={"source": image.source})
    if path is not None and _missing(image.source, path):
        yield Problem("E054", image.line, fields={"source": image.source})


def _link(href: str, line: int, path: Path | None, anchors: set[str]) -> Iterator[Problem]:
    if not href:
        yield Problem("E055", line, fields={"target": "", "variant": "empty"})
    elif href.startswith("#"):
        if unquote(href[1:]) not in anchors:
            yield Problem("E055", line, fields={"target": href, "variant": "anchor"})
    elif path is not None and _missing(href, path):
        yield Problem("E055", line, fields={"target": href})


def _missing(target: str, path: Path) -> bool:
    """Whether a link leads to a file beside the lesson that is not there; the web is not asked."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return True
    if parts.scheme or parts.netloc or not parts.path:
        return False
    try:
        return not (path.parent / unquote(parts.path)).exists()
    except (OSError, ValueError):
        return True


def _exercise(block: ExerciseBlock) -> Iterator[Problem]:
    solutions = {_bare(value) for value in block.exercise.solution().values()} - {""}
    solutions |= {_words(part) for part in (_text(block.explanation),) if part}
    for number, hint in enumerate(block.hints, 1):
        if _words(plain_text(hint)) in solutions:
            yield Problem("W052", block.line, fields={"number": number})
    yield from block.exercise.check(block)


def _text(blocks: Iterable[Block]) -> str:
    return " ".join(plain_text(_inlines(block)) for block in blocks)


def _inlines(block: Block) -> Inlines:
    return tuple(inlines(block))


def _bare(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _words(str(value)) if isinstance(value, (str, int, float)) else ""


def _words(text: str) -> str:
    return " ".join(text.casefold().strip(" .`").split())
