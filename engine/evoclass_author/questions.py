"""Questions as HTML: the form, the hints, the solution."""

from __future__ import annotations

from evoclass.exercise import Choice
from evoclass.i18n import Catalog
from evoclass_author.accepted import accepted
from evoclass_author.asked import Question
from evoclass_author.escaping import text
from evoclass_author.forms import FormWriter
from evoclass_author.losses import Losses, note_answer
from evoclass_author.prose import ProseWriter


class QuestionWriter:
    """Writes the questions of one lesson; the page writes the prose in them."""

    def __init__(self, write: ProseWriter, catalog: Catalog, losses: Losses) -> None:
        self._write = write
        self._catalog = catalog
        self._losses = losses
        self._forms = FormWriter(write, catalog)

    def section(self, asked: Question, title: str) -> str:
        """Return a question with its form, hints and solution."""
        block = asked.block
        fields = "".join(self._forms.form(part, asked) for part in asked.fields)
        if asked.checkable and "data-accept" in fields:
            fields = self._forms.checked(fields, "typed")
        hints = "".join(
            f"<details class='hint'><summary>{self._say('hint')}</summary>"
            f"<p>{self._write.inlines(hint)}</p></details>"
            for hint in block.hints
        )
        answer, explained = self._answers(asked), self._write.blocks(block.explanation)
        shown = ""
        if answer or explained:
            summary = f"<summary>{self._say('show')}</summary>"
            shown = f"<details class='solution'>{summary}{answer}{explained}</details>"
        self._note(asked)
        return (
            f"<section class='question' id='{text(block.id)}'><p class='title'>{title}</p>"
            f"{self._write.blocks(block.prompt)}{fields}{hints}{shown}</section>"
        )

    def front(self, asked: Question) -> str:
        """Return the question, including its options, without anything to fill in."""
        seen = "".join(map(self._forms.seen, asked.fields))
        return self._write.blocks(asked.block.prompt) + seen

    def back(self, asked: Question) -> str:
        """Return the solution, other right answers, and its explanation."""
        others = [list(texts[1:]) for texts in accepted(asked).values()] if asked.checkable else []
        also = "".join(f"<p>{self._say('also')}: {text(', '.join(texts))}</p>" for texts in others if texts)
        replies = "".join(
            f"<li>{wrong:.12g}: {self._write.inlines(said)}</li>" for wrong, said in asked.replies
        )
        replies = f"<ul>{replies}</ul>" if replies else ""
        return self._answers(asked) + also + replies + self._write.blocks(asked.block.explanation)

    def _note(self, asked: Question) -> None:
        """Note the features of the lesson that the page lacks."""
        name = asked.block.id
        if not note_answer(self._losses, asked) and not asked.checkable:
            self._losses.add("unchecked", name)
        if asked.remarks and not any(type(part) is Choice for part in asked.fields):
            self._losses.add("feedback", name)

    def _say(self, key: str) -> str:
        return text(self._catalog(f"author.question.{key}"))

    def _answers(self, asked: Question) -> str:
        return "".join(self._forms.answer(part, asked.value(part)) for part in asked.fields)
