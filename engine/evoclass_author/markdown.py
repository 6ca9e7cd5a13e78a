"""Blocks and inline items as Markdown for notebooks, in which raw HTML would be live: a lesson's words stay words."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import assert_never

from evoclass.i18n import Catalog
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
)
from evoclass.reading.pictures import SUFFIXES
from evoclass.wording.printable import printable
from evoclass_author.gallery import Gallery
from evoclass_author.links import address
from evoclass_author.losses import Losses
from evoclass_author.svg import picture

ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "<>$\\{"} | {ord("&"): "&amp;"}
"""Characters that may begin HTML, a formula or an expression; some readers ignore a backslash before them."""

SIGNS = re.compile(r"([`*_\[\]~|])")

LINE_START = re.compile(r"^([#+\-=:]|\d{1,9}(?=[.)]))")

ACTIVE_TEX = re.compile(
    r"\\(?:href|url|class|cssId|style|html|data|require|include|input|write|read|open|catcode|csname|toggle|mathtip"
    r"|texttip|bbox|unicode|\w*def|let|\w*command|\w*environment|Declare)"
)
"""Commands of MathJax and KaTeX that make links, attributes, or other commands."""

MOST_TEX = 4000


class MarkdownWriter:
    """Writes the blocks of one notebook cell after another, and keeps the images that a cell needs."""

    def __init__(self, lesson: Lesson, catalog: Catalog, losses: Losses) -> None:
        self._catalog = catalog
        self._losses = losses
        self._gallery = Gallery(lesson, losses)
        self._line = 0
        """Line of the block that is being written."""
        self._images = 0
        self._attachments: dict[str, dict[str, str]] = {}

    def attachments(self) -> dict[str, dict[str, str]]:
        """Return the images written since the last call, in the format of a cell."""
        found, self._attachments = self._attachments, {}
        return found

    def blocks(self, blocks: Iterable[AnyBlock]) -> str:
        """Return blocks one after another."""
        return "\n\n".join(filter(None, map(self.block, blocks)))

    def block(self, block: AnyBlock) -> str:
        """Return one block."""
        self._line = block.line
        match block:
            case Heading(level=level, text=text):
                return f"{'#' * level} {re.sub(r'#$', r'&#35;', self.line(text))}"
            case Paragraph(text=text):
                return self.inlines(text)
            case ListBlock():
                return self._list(block)
            case Quote(children=children):
                return _prefixed("> ", self.blocks(children))
            case Callout(kind=kind, title=title, children=children):
                name = self.line(title) or words(self._catalog(f"layout.callout.{kind}"))
                return _prefixed("> ", f"**{name}**\n\n{self.blocks(children)}".rstrip())
            case Table():
                return self._table(block)
            case CodeBlock(language=language, code=code):
                return fenced(code, language)
            case Lab(file=file, after=after):
                needs = words(self._catalog("run.after", files=", ".join(after))) if after else ""
                return f"**▸ {words(file)}**  {needs}".rstrip()  # the program itself is a separate cell
            case MathBlock(tex=tex):
                drawn = _formula(tex)
                return fenced(tex, "text") if drawn is None else f"$$\n{drawn}\n$$"
            case Image():
                return self._image(block)
            case ThematicBreak():
                return "---"
            case Footnotes(notes=notes):
                return "\n\n".join(self.note(label, children) for label, children in notes)
            case Fault(source=source):
                return fenced(source, "text")
            case ExerciseBlock() | Steps():
                return ""  # the questions of a notebook are written by `QuestionText`
            case Guess(prompt=prompt, options=options, explanation=explanation):
                asked = [f"**{words(self._catalog('guess.title'))}**", self.blocks(prompt)]
                asked.append("\n".join(f"- {self.line(option.text)}" for option in options))
                asked.append(self.folded(self._catalog("guess.look"), self.blocks(explanation)))
                return _prefixed("> ", "\n\n".join(filter(None, asked)))
            case Drawing():
                return self._drawing(block)
        assert_never(block)

    def note(self, label: str, children: tuple[AnyBlock, ...]) -> str:
        """Return a footnote."""
        return f"{words(f'[{label}]')} {self.blocks(children)}"

    def inlines(self, items: Inlines, *, cell: bool = False) -> str:
        """Return inline items as the lines of a paragraph; in a table `cell` nothing may contain a vertical bar."""
        parts = []
        for item in items:
            match item:
                case Span():
                    parts.append(self._span(item, cell))
                case Live(expression=expression):
                    parts.append(_code(expression, cell))
                case LineBreak():
                    parts.append(" " if cell else "  \n")
                case _:
                    assert_never(item)
        return "\n".join(
            LINE_START.sub(_guarded, line.lstrip(), count=1) for line in "".join(parts).strip().split("\n")
        )

    def line(self, items: Inlines) -> str:
        """Return inline items in one line."""
        return self.inlines(tuple(item for item in items if not isinstance(item, LineBreak)))

    def _span(self, span: Span, cell: bool) -> str:
        if "footnote" in span.marks:
            return words(f"[{span.text}]")
        if "image" in span.marks and (found := self._gallery.picture(span.href, self._line)) is not None:
            return self._attached(found.kind, found.data, span.text)
        if "math" in span.marks:
            drawn = _formula(span.tex)
            if drawn is None or "\n" in drawn:
                shown = _code(span.tex, cell)
            else:
                drawn = drawn.replace("\\|", "\\Vert ").replace("|", "\\vert ") if cell else drawn
                shown = f"${drawn}$"
        elif "code" in span.marks:
            shown = _code(span.text, cell)
        else:
            shown = words(span.text)
        for mark, sign in (("strike", "~~"), ("em", "*"), ("strong", "**")):
            if mark in span.marks and shown.strip():
                shown = _around(sign, shown)
        if "link" in span.marks:
            target = address(span.href)
            if target is not None and not target.startswith("#"):
                return f"[{shown}](<{_target(target)}>)"
            self._losses.add("links", printable(span.href))
        return shown

    def _list(self, block: ListBlock) -> str:
        shown = []
        for place, item in enumerate(block.items):
            marker = f"{block.start + place}. " if block.ordered else "- "
            inner = self.blocks(item).split("\n")
            rest = [f"{' ' * len(marker)}{line}" if line else "" for line in inner[1:]]
            shown.append("\n".join([f"{marker}{inner[0]}", *rest]))
        return "\n".join(shown)

    def _table(self, table: Table) -> str:
        marks = {"left": "---", "center": ":-:", "right": "--:"}
        rows = [
            " | ".join(self.inlines(cell, cell=True) for cell in row) for row in (table.header, *table.rows)
        ]
        under = " | ".join(marks.get(align, "---") for align in table.align)
        return "\n".join(f"| {row} |" for row in (rows[0], under, *rows[1:]))

    def folded(self, summary: str, body: str) -> str:
        """Return text that the reader unfolds; nothing for no text."""
        if not body:
            return ""
        return f"<details><summary>{words(summary)}</summary>\n\n{body}\n\n</details>"

    def _image(self, image: Image) -> str:
        alt = words(image.alt)
        found = self._gallery.picture(image.source, image.line)
        if found is not None:
            return self._attached(found.kind, found.data, image.alt, image.title)
        target = address(image.source)
        if target is None or target.startswith("#"):
            return alt
        return f"[{alt or words(target)}](<{_target(target)}>)"

    def _attached(self, kind: str, data: bytes, alt: str, title: str = "") -> str:
        self._images += 1
        name = f"image-{self._images}{SUFFIXES[kind]}"
        self._attachments[name] = {kind: base64.b64encode(data).decode()}
        told = f' "{words(title).replace(chr(34), "&quot;")}"' if title else ""
        return f"![{words(alt)}](attachment:{name}{told})"

    def _drawing(self, drawing: Drawing) -> str:
        """Return the picture; else the text, the blocks, or only the sentence."""
        found = picture(drawing.svg)
        if found is not None:
            return self._attached("image/svg+xml", found, drawing.alt)
        if drawing.text:
            return fenced("\n".join(drawing.text), "text")
        if drawing.blocks:
            title = f"**{words(drawing.alt)}**\n\n" if drawing.kind == LADDER else ""
            return title + self.blocks(drawing.blocks)
        self._losses.add("drawings", f"{drawing.id} ({drawing.line})")
        return words(drawing.alt)


def words(text: str) -> str:
    """Return text without markup."""
    return SIGNS.sub(r"\\\1", printable(" ".join(text.split("\n"))).translate(ENTITIES))


def fenced(code: str, language: str = "") -> str:
    """Return code in a fence that is longer than any in it."""
    code = printable(code.rstrip("\n"))
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`{3,}", code)), 3)
    info = language if re.fullmatch(r"[A-Za-z0-9+#.-]{1,20}", language) else ""
    return f"{fence}{info}\n{code}\n{fence}"


def _code(code: str, cell: bool) -> str:
    code = printable(" ".join(code.split("\n")))
    code = code.replace("|", "\\|") if cell else code
    fence = "`" * (max([0, *(len(run) for run in re.findall("`+", code))]) + 1)
    pad = " " if code.startswith(("`", " ")) or code.endswith(("`", " ")) or not code else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _formula(tex: str) -> str | None:
    """Return TeX for MathJax and KaTeX, or None when it may do more than draw."""
    tex = printable(tex.strip())
    bare = re.sub(r"\\[\\$]", "", tex)
    if not bare or "$" in bare or len(tex) > MOST_TEX or ACTIVE_TEX.search(tex) or "\n\n" in tex:
        return None
    return re.sub(r"<(?=[A-Za-z/!?])", "< ", tex)  # TeX ignores the space; in HTML it ends the tag


def _target(target: str) -> str:
    return re.sub(r"[<>\\\s`$]", lambda found: f"%{ord(found[0]):02X}", printable(target))


def _around(sign: str, shown: str) -> str:
    """Return text in emphasis; spaces stay outside, where Markdown wants them."""
    bare = shown.strip()
    start = len(shown) - len(shown.lstrip())
    return f"{shown[:start]}{sign}{bare}{sign}{shown[start + len(bare) :]}"


def _guarded(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if not found[0][0].isdigit() else f"{found[0]}\\"


def _prefixed(prefix: str, text: str) -> str:
    return "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))
