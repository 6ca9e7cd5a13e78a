"""A recap as Markdown to keep: every word of a lesson, a learner or a program stays a word in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evoclass.i18n import Catalog
from evoclass.layout.wrap import NO_RUN
from evoclass.learner.courserecap import CourseRecap, Ladder
from evoclass.learner.recap import Recap
from evoclass.learner.recapwords import SIGNS, Point, counted, headline, sections
from evoclass.learner.standing import MARKS, announced, duration, numbered
from evoclass.model import CodeBlock, Inlines, LineBreak, Live, Span
from evoclass.wording.printable import printable

_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "<>$\\{"} | {ord("&"): "&amp;"}
_SIGNS = re.compile(r"([`*_\[\]~|])")
_LINE_START = re.compile(r"^(\d{0,9})([#+\-=.):])")


def as_markdown(recap: Recap, say: Catalog, pictures: Mapping[str, str]) -> str:
    """Return a recap as Markdown; `pictures` has the address of each figure by its digest."""
    lesson = recap.lesson
    number = f"{lesson.number} " if lesson.number else ""
    parts = [f"# {_words(number + lesson.title)}", f"**{_words(headline(recap, say))}.**"]
    parts += _told(recap, say, 2)
    for of in recap.figures:
        for figure in of.figures:
            if figure.digest in pictures:
                name = _words(figure.title or f"{of.file}, {figure.number}")
                parts.append(f"![{name}]({pictures[figure.digest]})")
    return "\n\n".join(parts) + "\n"


def course_as_markdown(found: CourseRecap, say: Catalog) -> str:
    """Return a course as the learner has climbed it: the ladder, each lesson, the guesses, and what is still open."""
    standing, course = found.standing, found.standing.course
    parts = [f"# {_words(' · '.join(filter(None, (course.code, course.title))))}"]
    parts.append(_words(" · ".join(standing.said(say))))
    time = duration(max(1, round(found.seconds / 60)), say)
    parts.append(_words(say("recap.work", answers=found.answers, runs=found.runs, time=time)))
    if found.guesses:
        parts.append(_words(found.guesses))
    for ladder in found.ladders:
        parts += [f"## {_words(ladder.title)}", _ladder(ladder)]
    for recap in found.lessons:
        mark, entry = MARKS[standing.mark(recap.lesson.id)], course.entry(recap.lesson.id)
        parts.append(f"## {mark} {_words(numbered(entry) if entry is not None else recap.lesson.title)}")
        parts += _told(recap, say, 3)
    if found.untouched:
        parts.append(f"## {_words(say('recap.not_begun'))}")
        parts.append("\n".join(f"- {_words(announced(entry, say))}" for entry in found.untouched))
    return "\n\n".join(parts) + "\n"


def _told(recap: Recap, say: Catalog, level: int) -> Iterator[str]:
    """Yield what was counted in a lesson, and its sections below headings of a level."""
    yield from (_inlines(line) for line in counted(recap, say))
    for section in sections(recap, say, programs=True):
        yield f"{'#' * level} {_words(section.title)}"
        yield "\n".join(line for point in section.points for line in _point(point))


def _ladder(ladder: Ladder) -> str:
    rows = [ladder.header, ("---", "---:", "---:")]
    rows += [(rung.name, rung.measured, rung.own or NO_RUN) for rung in ladder.rungs]
    head, rule, *body = (" | ".join(row if row is rows[1] else map(_words, row)) for row in rows)
    return "\n".join(f"| {line} |" for line in (head, rule, *body))


def _point(point: Point) -> Iterator[str]:
    sign = f"{SIGNS[point.sign]} " if point.sign else ""
    yield f"- {sign}{_inlines(point.text)}"
    for part in (point.said, *point.inner) if point.said else point.inner:
        if isinstance(part, CodeBlock):
            yield ""
            yield from (f"  {line}".rstrip() for line in _fenced(part).split("\n"))
        else:
            yield f"  - {_inlines(part)}"


def _fenced(block: CodeBlock) -> str:
    longest = max((len(run) for run in re.findall("`+", block.code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{block.language}\n{printable(block.code).rstrip()}\n{fence}"


def _inlines(items: Inlines) -> str:
    """Return inline items as one line; links into the lesson lead nowhere from a file, so they are words."""
    parts = []
    for item in items:
        match item:
            case Span(text=text, marks=marks):
                parts.append(_marked(text, "code" in marks, "strong" in marks))
            case Live(expression=expression):
                parts.append(_words("{" + expression + "}"))
            case LineBreak():
                parts.append(" ")
    return _LINE_START.sub(r"\1\\\2", "".join(parts).strip())


def _marked(text: str, code: bool, strong: bool) -> str:
    if not text.strip():
        return text
    if code and "`" not in text:
        return f"`{printable(text)}`"
    return f"**{_words(text.strip())}**" if strong else _words(text)


def _words(text: str) -> str:
    return _SIGNS.sub(r"\\\1", printable(" ".join(text.split("\n"))).translate(_ENTITIES))
