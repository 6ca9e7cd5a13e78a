"""A recap as Markdown to keep: every word of a lesson, a learner or a program stays a word in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from evoclass.i18n import Catalog
from evoclass.learner.recap import Recap
from evoclass.learner.recapwords import SIGNS, Point, counted, headline, sections
from evoclass.learner.standing import MARKS, Standing, numbered
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
    parts += [_inlines(line) for line in counted(recap, say)]
    for section in sections(recap, say, programs=True):
        parts.append(f"## {_words(section.title)}")
        parts.append("\n".join(line for point in section.points for line in _point(point)))
    for of in recap.figures:
        for figure in of.figures:
            if figure.digest in pictures:
                name = _words(figure.title or f"{of.file}, {figure.number}")
                parts.append(f"![{name}]({pictures[figure.digest]})")
    return "\n\n".join(parts) + "\n"


def course_as_markdown(standing: Standing, recaps: Sequence[Recap], say: Catalog) -> str:
    """Return a course as the learner has climbed it: for each lesson what was counted, and what runs have shown."""
    course = standing.course
    parts = [f"# {_words(' · '.join(filter(None, (course.code, course.title))))}"]
    parts.append(_words(" · ".join(standing.said(say))))
    for recap in recaps:
        mark, entry = MARKS[standing.mark(recap.lesson.id)], course.entry(recap.lesson.id)
        parts.append(f"## {mark} {_words(numbered(entry) if entry is not None else recap.lesson.title)}")
        parts.append("\n\n".join(_inlines(line) for line in counted(recap, say)[:2]))
        shown = [f"- {_inlines(objective.said)}" for objective in recap.objectives if objective.said]
        if shown:
            parts.append("\n".join(shown))
    return "\n\n".join(parts) + "\n"


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
