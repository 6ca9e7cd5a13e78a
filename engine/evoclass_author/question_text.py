"""Questions as the text of a notebook's cell: the question, then hints and solution to unfold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from evoclass.exercise import Choice, Code, Field, Match, Number, Order, Row, Text, Value
from evoclass.i18n import Catalog
from evoclass.model import CodeBlock, Steps
from evoclass_author.asked import Question, entries
from evoclass_author.losses import Losses, note_answer
from evoclass_author.markdown import MarkdownWriter, fenced, words


class QuestionText:
    """Writes the questions of one notebook."""

    def __init__(self, write: MarkdownWriter, catalog: Catalog, losses: Losses) -> None:
        self._write = write
        self._catalog = catalog
        self._losses = losses

    def story(self, block: Steps) -> str:
        """Return the title of a challenge and its story."""
        title = self._write.line(block.title)
        head = f"**{self._say('challenge')}: {title}**" if title else ""
        return "\n\n".join(filter(None, [head, self._write.blocks(block.intro)]))

    def steps(self, block: Steps, asked: dict[str, Question]) -> str:
        """Return the steps of a challenge."""
        return "\n\n".join(
            self.question(asked.get(step.id) or Question(step), "step") for step in block.steps
        )

    def question(self, asked: Question, key: str = "question") -> str:
        """Return one question."""
        block = asked.block
        parts = [f"**{self._say(key)} {block.number}**", self._write.blocks(block.prompt)]
        answers: list[str] = []
        for part in asked.fields:
            shown, answer = self._field(part, asked.value(part))
            parts.append(shown)
            answers.append(answer)
        hints = [f"*{self._say('hint')}:* {self._write.inlines(hint)}" for hint in block.hints]
        replies = _listed(f"{wrong:.12g}: {self._write.line(said)}" for wrong, said in asked.replies)
        details = [*answers, replies, self._write.blocks(block.explanation)]
        parts += [self._unfold("hint", hints), self._unfold("solution", details)]
        self._note(asked)
        return "\n\n".join(filter(None, parts))

    def _note(self, asked: Question) -> None:
        name = asked.block.id
        note_answer(self._losses, asked)
        self._losses.add("grading", name)
        if asked.remarks:
            self._losses.add("feedback", name)

    def _field(self, part: Field, value: Value) -> tuple[str, str]:
        """Return the options, and the answer."""
        known = FORMS.get(type(part))
        return known(self, part, value) if known is not None else self._told(part, value)

    def _told(self, part: Field, value: Value) -> tuple[str, str]:
        """Return the descriptions of a field of another kind and of its answer."""
        label = f"**{words(part.label)}**" if part.label else ""
        how = f"*{words(part.instruction(self._catalog))}*"
        answer = self._rows(part.words(value), ordered=part.ordered)
        shown = [label, self._rows(part.offered()), how]
        return "\n\n".join(filter(None, shown)), "\n\n".join(filter(None, [label if answer else "", answer]))

    def _rows(self, rows: Sequence[Row], *, ordered: bool = False) -> str:
        shown = [
            fenced(row.code, row.language)
            if isinstance(row, CodeBlock)
            else f"{f'{place}. ' if ordered else ''}{self._write.line(row)}"
            for place, row in enumerate(rows, 1)
            if row
        ]
        return "\n\n".join(shown)

    def _choice(self, part: Choice, value: Value) -> tuple[str, str]:
        line = self._write.line
        keys = value if isinstance(value, list) else [value]
        right = [f"- {line(option.text)}" for option in part.options if option.key in keys]
        return _listed(line(option.text) for option in part.options), "\n".join(right)

    def _order(self, part: Order, value: Value) -> tuple[str, str]:
        texts = {item.key: self._write.line(item.text) for item in part.items}
        rows = [
            f"{place}. {'&nbsp;' * 4 * level}{texts.get(key, '')}"
            for place, (key, level) in enumerate(entries(part, value), 1)
        ]
        return _listed(texts.values()), "\n".join(rows)

    def _match(self, part: Match, value: Value) -> tuple[str, str]:
        line = self._write.line
        pairs = value if isinstance(value, dict) else {}
        rights = {option.key: line(option.text) for option in part.right}
        rows = [
            f"- {line(option.text)} → {rights.get(pairs.get(option.key, ''), '')}" for option in part.left
        ]
        sides = [_listed(f"{line(option.text)} → ?" for option in part.left), _listed(rights.values())]
        return "\n\n<!-- -->\n\n".join(sides), "\n".join(rows)

    def _code(self, part: Code, value: Value) -> tuple[str, str]:
        return fenced(part.starter, "python") if part.starter.strip() else "", fenced(str(value), "python")

    def _typed(self, part: Text | Number, value: Value) -> tuple[str, str]:
        if value in ("", None):
            return "", ""
        shown = f"{value:.12g}" if isinstance(value, float) else str(value)
        if "\n" in shown or (isinstance(part, Text) and part.language):
            return "", fenced(shown, "text" if "\n" in shown else "")
        unit = f" {words(part.unit)}" if isinstance(part, Number) and part.unit else ""
        label = f"{words(part.label)} " if part.label else ""
        return "", f"{label}{words(shown)}{unit}"

    def _unfold(self, key: str, inner: list[str]) -> str:
        body = "\n\n".join(filter(None, inner))
        return self._write.folded(self._catalog(f"author.question.{key}"), body)

    def _say(self, key: str) -> str:
        return words(self._catalog(f"author.question.{key}"))


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


FORMS: Mapping[type[Field], Callable[..., tuple[str, str]]] = {
    Choice: QuestionText._choice,
    Code: QuestionText._code,
    Match: QuestionText._match,
    Number: QuestionText._typed,
    Order: QuestionText._order,
    Text: QuestionText._typed,
}
"""The text of a cell for each kind, and for its right answer."""
