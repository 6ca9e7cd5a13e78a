"""Inline text: words in their styles, values of the learner's run, line breaks."""

from __future__ import annotations

from typing import Literal, assert_never

from evoclass.frozen import frozen
from evoclass.pattern import pattern

_ELSEWHERE = pattern(r"([a-z0-9]+(?:-[a-z0-9]+)*)#(.+)")
"""A value of another lesson; as Python alone it would be a comment, so no expression has this form."""

Mark = Literal["strong", "em", "code", "strike", "math", "link", "footnote", "image"]
"""How a stretch of inline text is styled.  An image is a link, too: its text describes it, its target is the file."""


@frozen
class Span:
    """A stretch of inline text in one style."""

    text: str
    marks: frozenset[Mark] = frozenset()
    href: str = ""
    """Target of a link, or `#fn-NAME` for a footnote reference."""
    tex: str = ""
    """Of a formula: its TeX; `text` is the same in Unicode characters."""
    shortcut: str = ""
    """Of a key: what it does (`run`, `reader.page`); `text` is the key that a front end has if nobody changes it."""


@frozen
class Live:
    """A value from the learner's own run inside the prose."""

    expression: str
    """The text between the braces of an f-string: `head.weight.shape`, `accuracy:.1%`; `LESSON#` before it names
    another lesson of the course, whose run has the value."""
    marks: frozenset[Mark] = frozenset()

    @property
    def place(self) -> tuple[str, str]:
        """The id of the lesson whose run has the value, empty for this one, and the expression there."""
        found = _ELSEWHERE.fullmatch(self.expression)
        return (found[1], found[2]) if found else ("", self.expression)


@frozen
class LineBreak:
    """A hard line break."""


Inline = Span | Live | LineBreak
"""One piece of inline text."""

Inlines = tuple[Inline, ...]
"""Inline text: a paragraph, a cell, an option."""


def plain_text(items: Inlines) -> str:
    """Return inline items as bare text, without the numbers of footnotes; a live value is its expression in braces."""
    parts = []
    for item in items:
        match item:
            case Span(text=text, marks=marks):
                parts.append("" if "footnote" in marks else text)
            case Live(expression=expression):
                parts.append("{" + expression + "}")
            case LineBreak():
                parts.append("\n")
            case _:
                assert_never(item)
    return "".join(parts)


_MARKED = pattern(
    r"`(?P<code>[^`]+)`"
    r"|(?<![\w*])\*\*(?=\S)(?P<strong>[^*]+)(?<=\S)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?=\S)(?P<em>[^*]+)(?<=\S)\*(?![\w*])"
)


def marked(text: str, marks: frozenset[Mark] = frozenset()) -> Inlines:
    """Return a sentence that is not part of a lesson's text, with its `code`, *stress* and **stronger stress**."""
    items: list[Inline] = []
    end = 0
    for found in _MARKED.finditer(text):
        if found.start() > end:
            items.append(Span(text[end : found.start()], marks))
        if found["code"]:
            items.append(Span(found["code"], marks | {"code"}))
        elif found["strong"]:
            items += marked(found["strong"], marks | {"strong"})
        else:
            items += marked(found["em"], marks | {"em"})
        end = found.end()
    return (*items, Span(text[end:], marks)) if end < len(text) else tuple(items)
