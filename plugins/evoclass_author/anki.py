"""A lesson's questions as an Anki deck: the question in front, the solution behind."""

from __future__ import annotations

import hashlib
from pathlib import Path

from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock, Lesson
from evoclass_author.cards import Card, cards
from evoclass_author.optional import optional

CSS = """
.card { font: 18px/1.5 system-ui, sans-serif; text-align: left; max-width: 42rem; margin: 0 auto; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: rgba(128, 128, 128, .12); padding: .6rem; overflow-x: auto; }
"""


def write(lesson: Lesson, catalog: Catalog, target: Path) -> tuple[int, list[ExerciseBlock]]:
    """Write the deck; return how many cards it has and which questions are left out.  Raises ConfigError."""
    genanki = optional("genanki", catalog)
    model = genanki.Model(
        _number("model"),
        "EvoClass",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[
            {
                "name": "Card",
                "qfmt": "{{Question}}",
                "afmt": "{{FrontSide}}<hr id='answer'>{{Answer}}",
            }
        ],
        css=CSS,
    )
    deck = genanki.Deck(_number(f"deck {lesson.id} {lesson.language}"), lesson.title)
    made, left_out = cards(lesson, catalog)
    for card in made:
        deck.add_note(_note(genanki, model, lesson, card))
    genanki.Package(deck).write_to_file(str(target))
    return len(made), left_out


def _note(genanki: object, model: object, lesson: Lesson, card: Card) -> object:
    # The same id at every export: Anki then updates the card and keeps when it was last reviewed.
    guid = hashlib.sha256(f"{lesson.id} {lesson.language} {card.id}".encode()).hexdigest()[:20]
    fields = [card.front, card.back]
    return genanki.Note(model=model, fields=fields, guid=guid, tags=[lesson.id])  # type: ignore[attr-defined]


def _number(name: str) -> int:
    return int(hashlib.sha256(f"evoclass {name}".encode()).hexdigest()[:8], 16)
