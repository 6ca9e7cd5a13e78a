"""A lesson as one HTML file that needs nothing else: styles, formulas, images and answers are inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from evoclass.i18n import Catalog
from evoclass.model import Lesson, marked
from evoclass_author.asked import Question
from evoclass_author.colours import code_style
from evoclass_author.credits import credits_of
from evoclass_author.escaping import text
from evoclass_author.html import HtmlWriter
from evoclass_author.losses import Losses


def page(lesson: Lesson, catalog: Catalog, asked: Sequence[Question], losses: Losses) -> str:
    """Return the whole page."""
    style = f"\n{_template('page.css')}{code_style()}"
    script = f"\n{_template('page.js')}"
    words = [f"{catalog('author.page.lesson')} {lesson.number}"] if lesson.number else []
    words += [f"{lesson.minutes} min"] if lesson.minutes else []
    writer = HtmlWriter(lesson, catalog, losses, list(asked))
    objectives = "".join(f"<li>{writer.inlines(marked(objective))}</li>" for objective in lesson.objectives)
    head = f"<ul class='objectives'>{objectives}</ul>" if objectives else ""
    if lesson.needs:
        names = ", ".join(f"<code>{text(name)}</code>" for name in lesson.needs)
        head = f"<p class='needs'>{text(catalog('standing.needs'))}: {names}</p>{head}"
    credit = credits_of(lesson)
    authors = "".join(f"<meta name='author' content='{text(author)}'>\n" for author in credit.authors)
    foot = f"<footer class='credits'>{text(credit.line)}</footer>\n" if credit.line else ""
    body = writer.blocks(lesson.blocks)
    return (
        f"<!doctype html>\n<html lang='{text(lesson.language)}'>\n<head>\n<meta charset='utf-8'>\n"
        f"<meta http-equiv='Content-Security-Policy' content=\"{_policy(style, script)}\">\n"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'>\n{authors}"
        f"<title>{text(lesson.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f"<header><p class='number'>{' · '.join(map(text, words))}</p><h1>{text(lesson.title)}</h1>{head}"
        f"</header>\n{body}\n{foot}</main>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _policy(style: str, script: str) -> str:
    """Return the browser's policy for the page: run our one script, show images inside the page, connect to nothing."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _template(name: str) -> str:
    return files("evoclass_author").joinpath("templates", name).read_text(encoding="utf-8")
