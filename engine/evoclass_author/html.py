"""Blocks and inline items as HTML: the contents of a lesson become text, never markup."""

from __future__ import annotations

import base64
from typing import assert_never

from evoclass.i18n import Catalog
from evoclass.layout import DIAGRAM, MEASURE, description, diagram
from evoclass.layout.wrap import NO_RUN, is_reference
from evoclass.model import (
    LADDER,
    AnyBlock,
    Callout,
    CodeBlock,
    Drawing,
    ExerciseBlock,
    Fault,
    Footnotes,
    Guess,
    Heading,
    Image,
    Inlines,
    Lab,
    Lesson,
    LineBreak,
    ListBlock,
    Live,
    MathBlock,
    Paragraph,
    Quote,
    Span,
    Steps,
    Table,
    ThematicBreak,
    plain_text,
)
from evoclass.reading.inline import slug
from evoclass.wording.printable import printable
from evoclass_author.asked import Question, questions
from evoclass_author.colours import Painter
from evoclass_author.escaping import text
from evoclass_author.gallery import Gallery
from evoclass_author.links import address
from evoclass_author.losses import Losses
from evoclass_author.mathml import formula
from evoclass_author.questions import QuestionWriter
from evoclass_author.svg import picture


class HtmlWriter:
    """Writes the blocks of one lesson."""

    def __init__(
        self,
        lesson: Lesson,
        catalog: Catalog,
        losses: Losses,
        asked: list[Question] | None = None,
        *,
        anchors: bool = True,
    ) -> None:
        self._catalog = catalog
        self._losses = losses
        self._gallery = Gallery(lesson, losses)
        self._painter = Painter()
        self._anchors = anchors
        self._asked = {question.block.id: question for question in asked or questions(lesson)}
        self._line = 0
        """Line of the block that is being written."""
        self._questions = QuestionWriter(self, catalog, losses)

    def blocks(self, blocks: tuple[AnyBlock, ...]) -> str:
        """Return blocks one after another."""
        return "\n".join(self._block(block) for block in blocks)

    def code(self, code: str, language: str) -> str:
        """Return a program."""
        return self._painter.highlighted(printable(code), language)

    def _block(self, block: AnyBlock) -> str:
        self._line = block.line
        match block:
            case Heading(level=level, text=words):
                return f"<h{level} id='{text(slug(plain_text(words)))}'>{self.inlines(words)}</h{level}>"
            case Paragraph(text=words):
                return f"<p>{self.inlines(words)}</p>"
            case ListBlock(ordered=ordered, start=start, items=items):
                tag = "ol" if ordered else "ul"
                first = f" start='{start}'" if ordered and start != 1 else ""
                inner = "".join(f"<li>{self._item(item)}</li>" for item in items)
                return f"<{tag}{first}>{inner}</{tag}>"
            case Quote(children=children):
                return f"<blockquote>{self.blocks(children)}</blockquote>"
            case Table():
                return self._table(block)
            case CodeBlock(language=language, code=code):
                return self._diagram(code) if language == DIAGRAM else self.code(code, language)
            case MathBlock(tex=tex):
                return f"<div class='formula'>{formula(tex, display=True)}</div>"
            case Image():
                return self._image(block)
            case ThematicBreak():
                return "<hr>"
            case Callout(kind=kind, title=title, children=children):
                shown = self.inlines(title) or text(self._catalog(f"layout.callout.{kind}"))
                head = f"<p class='title'>{shown}</p>"
                return f"<aside class='callout {text(kind)}'>{head}{self.blocks(children)}</aside>"
            case Lab(file=file, code=code, after=after):
                head = f"<p class='file'>{text(file)}</p>"
                if after:
                    head += f"<p>{text(self._catalog('run.after', files=', '.join(after)))}</p>"
                return f"<section class='lab' id='{text(file)}'>{head}{self.code(code, 'python')}</section>"
            case ExerciseBlock():
                return self._question(block, "author.question.question")
            case Steps(title=title, intro=intro, steps=steps):
                inner = "".join(self._question(step, "author.question.step") for step in steps)
                head = f"{text(self._catalog('author.question.challenge'))}: {self.inlines(title)}"
                return (
                    f"<section class='challenge' id='{text(block.id)}'><p class='title'>{head}</p>"
                    f"{self.blocks(intro)}{inner}</section>"
                )
            case Footnotes(notes=notes):
                inner = "".join(
                    f"<li id='fn-{text(label)}'>{self.blocks(children)}</li>" for label, children in notes
                )
                head = text(self._catalog("author.question.sources"))
                return f"<section class='notes'><h2>{head}</h2><ol>{inner}</ol></section>"
            case Guess(prompt=prompt, options=options, explanation=explanation):
                offered = "".join(f"<li>{self.inlines(option.text)}</li>" for option in options)
                head = f"<p class='title'>{text(self._catalog('guess.title'))}</p>"
                inner = f"{head}{self.blocks(prompt)}{f'<ul>{offered}</ul>' if offered else ''}"
                if explanation:
                    summary = f"<summary>{text(self._catalog('guess.look'))}</summary>"
                    inner += f"<details class='solution'>{summary}{self.blocks(explanation)}</details>"
                return f"<aside class='callout note' id='{text(block.id)}'>{inner}</aside>"
            case Drawing():
                return self._drawing(block)
            case Fault(source=source):
                return f"<pre class='fault'>{text(source)}</pre>"
        assert_never(block)

    def _question(self, block: ExerciseBlock, key: str) -> str:
        asked = self._asked.get(block.id) or Question(block)
        return self._questions.section(asked, f"{text(self._catalog(key))} {block.number}")

    def _item(self, item: tuple[AnyBlock, ...]) -> str:
        if len(item) == 1 and isinstance(item[0], Paragraph):
            return self.inlines(item[0].text)
        return self.blocks(item)

    def _table(self, table: Table) -> str:
        def row(cells: tuple[Inlines, ...], tag: str) -> str:
            aligned = zip(cells, table.align, strict=False)
            return "".join(
                f"<{tag} class='{text(align)}'>{self.inlines(cell)}</{tag}>" for cell, align in aligned
            )

        rows = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in table.rows)
        return f"<table><thead><tr>{row(table.header, 'th')}</tr></thead><tbody>{rows}</tbody></table>"

    def _image(self, image: Image) -> str:
        """Return an image as a data URL, or its description if it may not be shown."""
        caption = f"<figcaption>{text(image.title)}</figcaption>" if image.title else ""
        url = self._gallery.url(image.source, image.line)
        if url is not None:
            return f"<figure><img src='{url}' alt='{text(image.alt)}'>{caption}</figure>"
        shown = text(image.alt or image.source)
        target = address(image.source)
        if target is not None and not target.startswith("#"):
            shown = f"<a href='{text(target)}'>{shown}</a>"
        return f"<figure><p class='absent'>{shown}</p>{caption}</figure>"

    def _drawing(self, drawing: Drawing) -> str:
        """Return the picture as an image, in which no script runs; or the text, the blocks, or only the sentence."""
        alt = text(drawing.alt)
        found = picture(drawing.svg)
        if found is not None:
            url = f"data:image/svg+xml;base64,{base64.b64encode(found).decode()}"
            return f"<figure class='drawing'><img src='{url}' alt='{alt}'></figure>"
        if drawing.text:
            words = self.code("\n".join(drawing.text), "")
            return f"<div role='img' aria-label='{alt}'>{words}</div>"
        if drawing.blocks:
            title = f"<p><strong>{alt}</strong></p>" if drawing.kind == LADDER else ""
            return title + self.blocks(drawing.blocks)
        self._losses.add("drawings", f"{drawing.id} ({drawing.line})")
        return f"<figure><p class='absent'>{alt}</p></figure>"

    def _diagram(self, code: str) -> str:
        """Return a diagram as text, with its description or else its source for those who cannot see it."""
        drawn = diagram(code, MEASURE)
        if not drawn:
            return self.code(code, DIAGRAM)
        told = text(description(code) or " ".join(code.split()))
        return f"<div role='img' aria-label='{told}'>{self.code(chr(10).join(drawn), '')}</div>"

    def inlines(self, items: Inlines) -> str:
        """Return inline items."""
        parts = []
        for item, before in zip(items, (None, *items), strict=False):
            match item:
                case Span(text=words, marks=marks, href=href, tex=tex):
                    shown = formula(tex) if "math" in marks else text(words)
                    for mark, tag in (("code", "code"), ("strike", "s"), ("em", "em"), ("strong", "strong")):
                        shown = f"<{tag}>{shown}</{tag}>" if mark in marks else shown
                    if "image" in marks and (url := self._gallery.url(href, self._line)) is not None:
                        shown = f"<img src='{url}' alt='{text(words)}'>"
                    elif "footnote" in marks or "link" in marks:
                        shown = self._link(shown, href, note="footnote" in marks)
                    if "footnote" in marks and is_reference(before):
                        parts.append("<sup>,</sup>")
                    parts.append(shown)
                case Live(expression=expression):
                    hint = text(self._catalog("author.question.run_first"))
                    shown = NO_RUN if item.place[0] else text(expression)
                    parts.append(f"<code class='live' title='{hint}'>{shown}</code>")
                case LineBreak():
                    parts.append("<br>")
                case _:
                    assert_never(item)
        return "".join(parts)

    def _link(self, shown: str, href: str, *, note: bool) -> str:
        target = address(href)
        if target is None:
            self._losses.add("links", printable(href))
        elif self._anchors or not target.startswith("#"):
            shown = f"<a href='{text(target)}'>{shown}</a>"
        return f"<sup>{shown}</sup>" if note else shown
