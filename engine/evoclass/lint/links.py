"""Links and images that lead to files: the targets of a lesson, and the missing ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from evoclass.disk.real import real
from evoclass.errors import Problem
from evoclass.model import Heading, Image, Lesson, Span, inlines, plain_text
from evoclass.reading import pictures
from evoclass.reading.filenames import course_folder
from evoclass.reading.inline import slug
from evoclass.reading.pictures import is_file


class Target(NamedTuple):
    """A file that a lesson refers to."""

    line: int
    code: str
    """`E054` for an image, `E055` for a link."""
    source: str
    """The target as written."""


def targets(lesson: Lesson) -> list[Target]:
    """Return the files that the lesson's links and images lead to; web addresses are not checked."""
    found = []
    for block in lesson.walk():
        if isinstance(block, Image) and is_file(block.source):
            found.append(Target(block.line, "E054", block.source))
        for item in inlines(block):
            if isinstance(item, Span) and item.href and not item.href.startswith("#") and is_file(item.href):
                found.append(Target(block.line, "E055", item.href))
    return found


SUGGESTED = 20
"""How many dead links of a lesson get a suggestion."""

LONGEST = 200
"""How many characters of a link are compared with existing places."""

Anchors = Callable[[Path], Collection[str] | None]
"""Gives the anchors of another lesson; None for a file that is not a lesson."""


def missing(
    found: Iterable[Target], path: Path | None, anchors: Anchors = lambda _: None
) -> Iterator[Problem]:
    """Yield a problem for each missing target, and each image that cannot be shown."""
    if path is None:
        return
    for target in found:
        if target.code == "E054":
            yield from _image(target, path)
            continue
        try:
            there = (path.parent / unquote(urlsplit(target.source).path)).exists()
        except (OSError, ValueError):
            there = False
        if not there:
            yield Problem(target.code, target.line, fields=_why(target.source))
            continue
        if not _is_inside(target.source, path):
            yield Problem(target.code, target.line, fields={"target": target.source, "variant": "outside"})
            continue
        yield from _place_in(target, path, anchors)


def _why(source: str) -> dict[str, str]:
    """Return the fields of the problem of a missing file, with a word for the reason if it is visible."""
    if source.startswith("www."):
        return {"target": source, "variant": "address"}
    if "%5C" in source:
        return {"target": unquote(source), "variant": "backslash"}
    return {"target": source}


SCHEMES = ("http", "https", "mailto", "ftp", "tel", "doi")
"""Schemes of addresses that a link can lead to."""


def _is_known(target: str) -> bool:
    try:
        scheme = urlsplit(target).scheme
    except ValueError:
        return True  # it is reported as a missing file
    return not scheme or scheme in SCHEMES


def _is_inside(source: str, path: Path) -> bool:
    """Whether a link's file is inside the course, so that it is distributed with the course."""
    try:
        place = Path(unquote(urlsplit(source).path))
        return not place.is_absolute() and real(path.absolute().parent / place).is_relative_to(
            real(course_folder(path))
        )
    except (OSError, ValueError, RuntimeError):
        return True


def _place_in(target: Target, path: Path, anchors: Anchors) -> Iterator[Problem]:
    """Report a link to a place that does not exist in another lesson."""
    parts = urlsplit(target.source)
    wanted = unquote(parts.fragment)
    if not wanted:
        return
    known = anchors(path.parent / unquote(parts.path))
    if known is not None and wanted not in known:
        near = get_close_matches(wanted[:LONGEST], known, 1, 0.7)
        fields = {
            "target": target.source,
            "anchor": wanted,
            "near": near[0] if near else "",
            "variant": "place",
        }
        yield Problem("E055", target.line, fields=fields)


def _image(target: Target, path: Path) -> Iterator[Problem]:
    try:
        pictures.check(target.source, path)
    except pictures.Refused as error:
        yield pictures.problem(target.source, target.line, error)


def anchors_of(lesson: Lesson) -> set[str]:
    """Return the places in a lesson that a link can lead to: ids of blocks, and slugs of headings and the title."""
    anchors = {block.id for block in lesson.walk()} | {slug(lesson.title)}
    seen: dict[str, int] = {}
    for block in lesson.walk():
        if isinstance(block, Heading):
            name = slug(plain_text(block.text))
            count = seen[name] = seen.get(name, -1) + 1
            anchors.add(f"{name}-{count}" if count else name)  # as GitHub names the second of two
    return anchors


def dead_ends(lesson: Lesson) -> Iterator[Problem]:
    """Yield a problem for each dead link within the lesson, and each image without a description."""
    anchors = anchors_of(lesson)
    asked = 0
    for block in lesson.walk():
        if isinstance(block, Image) and not block.source:
            yield Problem("E054", block.line, fields={"source": "", "variant": "empty"})
        elif isinstance(block, Image) and not block.alt.strip():
            yield Problem("E053", block.line, fields={"source": block.source})
        for item in inlines(block):
            if not isinstance(item, Span) or "link" not in item.marks:
                continue
            if not item.href:
                yield Problem("E055", block.line, fields={"target": "", "variant": "empty"})
            elif not _is_known(item.href):
                yield Problem("E055", block.line, fields={"target": item.href, "variant": "scheme"})
            elif item.href.startswith("#") and unquote(item.href[1:]) not in anchors:
                asked += 1
                wanted = unquote(item.href[1:])[:LONGEST]
                near = get_close_matches(wanted, anchors, 1, 0.7) if asked <= SUGGESTED else []
                fields = {"target": item.href, "near": near[0] if near else "", "variant": "anchor"}
                yield Problem("E055", block.line, fields=fields)
