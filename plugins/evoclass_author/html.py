"""A lesson as one HTML file that needs nothing else: styles, formulas, images and answers are inside."""

from __future__ import annotations

import base64
import mimetypes
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from evoclass.i18n import Catalog
from evoclass.inline import slug
from evoclass.model import (
    Block,
    Callout,
    CodeBlock,
    ExerciseBlock,
    Fault,
    Footnotes,
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
    Rule,
    Span,
    Steps,
    Table,
    plain_text,
)
from evoclass_author.colours import code_style, highlighted
from evoclass_author.questions import QuestionWriter


class HtmlWriter:
    """Writes the blocks of one lesson."""

    def __init__(self, lesson: Lesson, catalog: Catalog) -> None:
        self._lesson = lesson
        self._text = catalog
        self._questions = QuestionWriter(self, catalog)

    def page(self) -> str:
        """Return the whole page."""
        lesson = self._lesson
        style = files("evoclass_author").joinpath("templates", "page.css").read_text(encoding="utf-8")
        script = files("evoclass_author").joinpath("templates", "page.js").read_text(encoding="utf-8")
        objectives = "".join(f"<li>{escape(text)}</li>" for text in lesson.objectives)
        head = f"<ul class='objectives'>{objectives}</ul>" if objectives else ""
        minutes = f"<span>{lesson.minutes} min</span>" if lesson.minutes else ""
        body = self.blocks(lesson.blocks)
        return (
            f"<!doctype html>\n<html lang='{escape(lesson.language, quote=True)}'>\n<head>\n<meta charset='utf-8'>\n"
            f"<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
            f"<title>{escape(lesson.title)}</title>\n<style>\n{style}{code_style()}</style>\n</head>\n<body>\n<main>\n"
            f"<header><p class='number'>{lesson.number or ''} {minutes}</p><h1>{escape(lesson.title)}</h1>{head}"
            f"</header>\n{body}\n</main>\n<script>\n{script}</script>\n</body>\n</html>\n"
        )

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """Return blocks one after the other."""
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Heading(level=level, text=text):
                anchor = escape(slug(plain_text(text)), quote=True)
                return f"<h{level} id='{anchor}'>{self.inlines(text)}</h{level}>"
            case Paragraph(text=text):
                return f"<p>{self.inlines(text)}</p>"
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
                return highlighted(code, language)
            case MathBlock(tex=tex):
                return f"<div class='formula'>{_math(tex, display=True)}</div>"
            case Image(source=source, alt=alt, title=title):
                caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
                return f"<figure><img src='{self._source(source)}' alt='{escape(alt, quote=True)}'>{caption}</figure>"
            case Rule():
                return "<hr>"
            case Callout(kind=kind, title=title, children=children):
                shown = self.inlines(title) or escape(self._text(f"layout.callout.{kind}"))
                return f"<aside class='callout {kind}'><p class='title'>{shown}</p>{self.blocks(children)}</aside>"
            case Lab(file=file, code=code):
                title = f"<p class='file'>{escape(file)}</p>"
                anchor = escape(file, quote=True)
                return f"<section class='lab' id='{anchor}'>{title}{highlighted(code, 'python')}</section>"
            case ExerciseBlock(number=number):
                return self._questions.section(block, f"{self._text('author.question.question')} {number}")
            case Steps(title=title, intro=intro, steps=steps):
                inner = "".join(
                    self._questions.section(step, f"{self._text('author.question.step')} {step.number}")
                    for step in steps
                )
                head = (
                    f"<p class='title'>{self._text('author.question.challenge')}: {self.inlines(title)}</p>"
                )
                return (
                    f"<section class='challenge' id='{block.id}'>{head}{self.blocks(intro)}{inner}</section>"
                )
            case Footnotes(notes=notes):
                inner = "".join(
                    f"<li id='fn-{label}'>{self.blocks(children)}</li>" for label, children in notes
                )
                title = self._text("author.question.sources")
                return f"<section class='notes'><h2>{title}</h2><ol>{inner}</ol></section>"
            case Fault(source=source):
                return f"<pre class='fault'>{escape(source)}</pre>"
        return ""

    def _item(self, item: tuple[Block, ...]) -> str:
        if len(item) == 1 and isinstance(item[0], Paragraph):
            return self.inlines(item[0].text)
        return self.blocks(item)

    def _table(self, table: Table) -> str:
        def row(cells: tuple[Inlines, ...], tag: str) -> str:
            aligned = zip(cells, table.align, strict=False)
            return "".join(
                f"<{tag} style='text-align:{align}'>{self.inlines(cell)}</{tag}>" for cell, align in aligned
            )

        rows = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in table.rows)
        return f"<table><thead><tr>{row(table.header, 'th')}</tr></thead><tbody>{rows}</tbody></table>"

    def _source(self, source: str) -> str:
        """Return an image as a data URL, so that the page needs no other file."""
        path = self._lesson.path
        if path is not None and not source.startswith(("http:", "https:", "data:")):
            file = path.parent / unquote(source)
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            try:
                return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
            except OSError:
                return escape(source, quote=True)  # `evoclass check` reports the missing file
        return escape(source, quote=True)

    def inlines(self, items: Inlines) -> str:
        """Return inline items."""
        parts = []
        for item in items:
            match item:
                case Span(text=text, marks=marks, href=href, tex=tex):
                    shown = _math(tex) if "math" in marks else escape(text)
                    for mark, tag in (("code", "code"), ("strike", "s"), ("em", "em"), ("strong", "strong")):
                        shown = f"<{tag}>{shown}</{tag}>" if mark in marks else shown
                    if "footnote" in marks:
                        shown = f"<sup><a href='{escape(href, quote=True)}'>{shown}</a></sup>"
                    elif "link" in marks:
                        shown = f"<a href='{_safe(href)}'>{shown}</a>"
                    parts.append(shown)
                case Live(expression=expression):
                    hint = escape(self._text("author.question.run_first"), quote=True)
                    parts.append(f"<code class='live' title='{hint}'>{escape(expression)}</code>")
                case LineBreak():
                    parts.append("<br>")
        return "".join(parts)


def _safe(href: str) -> str:
    """Return a link's target; a script is none."""
    scheme = href.partition(":")[0].strip().lower()
    return "#" if scheme in ("javascript", "vbscript", "data") else escape(href, quote=True)


def _math(tex: str, *, display: bool = False) -> str:
    """Return a formula as MathML, or in Unicode characters when the converter is missing or refuses it."""
    from evoclass.formula import unicode_formula

    try:
        from latex2mathml.converter import convert

        return str(convert(tex, display="block" if display else "inline"))
    except Exception:  # the converter raises errors of its own and of the XML library on unusual TeX
        return f"<span class='math'>{escape(unicode_formula(tex))}</span>"


def write(lesson: Lesson, catalog: Catalog, target: Path) -> None:
    """Write the page."""
    target.write_text(HtmlWriter(lesson, catalog).page(), encoding="utf-8")
