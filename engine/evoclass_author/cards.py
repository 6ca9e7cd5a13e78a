"""Questions as pairs of front and back, in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evoclass.i18n import Catalog
from evoclass.model import Lesson
from evoclass_author.asked import Question
from evoclass_author.escaping import text
from evoclass_author.html import HtmlWriter
from evoclass_author.losses import Losses
from evoclass_author.questions import QuestionWriter


@dataclass(frozen=True, slots=True)
class Card:
    """One question."""

    id: str
    front: str
    back: str


def cards(lesson: Lesson, catalog: Catalog, asked: Sequence[Question], losses: Losses) -> list[Card]:
    """Return a card for each question that has a solution to show; a step of a challenge includes its story."""
    page = HtmlWriter(lesson, catalog, losses, list(asked), anchors=False)
    writer = QuestionWriter(page, catalog, losses)
    made = []
    for question in asked:
        name = question.block.id
        if question.failure:
            losses.add("broken_gone", f"{name} ({question.failure})")
        elif not question.solved:
            losses.add("unsolved" if question.block.exercise.runs_code else "left_out", name)
        else:
            title = page.inlines(question.title)
            head = f"<p><b>{text(catalog('author.question.challenge'))}: {title}</b></p>" if title else ""
            front = head + page.blocks(question.story) + writer.front(question)
            made.append(Card(name, _inert(front), _inert(writer.back(question))))
            if question.block.hints:
                losses.add("hints", name)
            if question.remarks:
                losses.add("feedback", name)
            if not question.known:
                losses.add("kinds", name)
    return made


def _inert(html: str) -> str:
    """Return HTML in which Anki finds no sound to play, no formula to typeset and no field to fill in.

    Anki looks for `[sound:…]` and `[latex]` in the source of a card, and MathJax for `\\(…\\)` in the drawn page.
    """
    shown = html.replace("[", "&#91;").replace("{{", "{&#123;")
    return f"<div class='tex2jax_ignore mathjax_ignore'>{shown}</div>"
