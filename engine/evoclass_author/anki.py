"""A lesson's questions as an Anki deck: the question on the front, the solution on the back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from evoclass.i18n import Catalog
from evoclass.model import Lesson
from evoclass.wording.printable import printable
from evoclass_author.asked import Question
from evoclass_author.cards import Card, cards
from evoclass_author.credits import credits_of
from evoclass_author.escaping import text
from evoclass_author.losses import Losses
from evoclass_author.optional import optional

CSS = """
.card { font: 18px/1.5 system-ui, sans-serif; text-align: left; max-width: 42rem; margin: 0 auto; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: rgba(128, 128, 128, .12); padding: .6rem; overflow-x: auto; }
"""


def write(lesson: Lesson, catalog: Catalog, asked: Sequence[Question], losses: Losses, target: Path) -> int:
    """Write the deck; return how many cards it has.  Raises ConfigError when genanki is missing."""
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
    name = printable(lesson.title).replace("::", ": ")  # two colons would create a deck within a deck
    description = text(credits_of(lesson).line)
    deck = genanki.Deck(_number(f"deck {lesson.id} {lesson.language}"), name, description)
    made = cards(lesson, catalog, asked, losses)
    for card in made:
        deck.add_note(_note(genanki, model, lesson, card))
    genanki.Package(deck).write_to_file(str(target))
    return len(made)


def _note(genanki: object, model: object, lesson: Lesson, card: Card) -> object:
    # The same id at every export, so that Anki updates the card and keeps its review history.
    guid = hashlib.sha256(f"{lesson.id} {lesson.language} {card.id}".encode()).hexdigest()[:20]
    fields = [card.front, card.back]
    return genanki.Note(model=model, fields=fields, guid=guid, tags=[re.sub(r"\s", "-", lesson.id)])  # type: ignore[attr-defined]


def _number(name: str) -> int:
    return int(hashlib.sha256(f"evoclass {name}".encode()).hexdigest()[:8], 16)
