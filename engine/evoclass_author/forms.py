"""The fields of questions as HTML: to be filled in, to be read, and with their right answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from evoclass.exercise import Choice, Code, Field, Match, Number, Option, Order, Row, Text, Value
from evoclass.i18n import Catalog
from evoclass.model import CodeBlock, Span
from evoclass_author.accepted import rule
from evoclass_author.asked import Question, entries
from evoclass_author.escaping import text
from evoclass_author.prose import ProseWriter


class FormWriter:
    """Writes the fields of one lesson's questions; a kind without a form here is shown by its own description."""

    def __init__(self, write: ProseWriter, catalog: Catalog) -> None:
        self._write = write
        self._catalog = catalog

    def form(self, part: Field, asked: Question) -> str:
        """Return a field to fill in, if a page can have one."""
        known = FORMS.get(type(part))
        return known(self, part, asked) if known is not None else self._told(part)

    def seen(self, part: Field) -> str:
        """Return a field's content before there is an answer, without any input."""
        match part if type(part) in FORMS else None:
            case None:
                return self._told(part)
            case Match(left=left, right=right):
                return self._list(left) + self._list(right)
            case Code(starter=starter):
                return f"<pre>{text(starter)}</pre>" if starter.strip() else ""
        return self._list(part.parts())

    def answer(self, part: Field, value: Value) -> str:
        """Return the right value of a field."""
        known = ANSWERS.get(type(part))
        if known is not None:
            return known(self, part, value)
        rows = [
            (Span(f"{number}. "), *row) if part.ordered and not isinstance(row, CodeBlock) else row
            for number, row in enumerate(part.words(value), 1)
        ]
        return self._label(part) + self._rows(rows) if rows else ""

    def checked(self, fields: str, look: str) -> str:
        """Return fields as a form that the page can check."""
        return f"<form class='{look}' data-words='{self._words()}'>{fields}{self._button()}</form>"

    def _told(self, part: Field) -> str:
        how = f"<p class='how'>{text(part.instruction(self._catalog))}</p>"
        return self._label(part) + self._rows(part.offered()) + how

    def _rows(self, rows: Sequence[Row]) -> str:
        return "".join(
            self._write.code(row.code, row.language)
            if isinstance(row, CodeBlock)
            else f"<p>{self._write.inlines(row)}</p>"
            for row in rows
            if row
        )

    def _label(self, part: Field) -> str:
        return f"<p class='label'>{text(part.label)}</p>" if part.label else ""

    def _list(self, options: Sequence[Option], look: str = "") -> str:
        inner = "".join(f"<li>{self._write.inlines(option.text)}</li>" for option in options)
        return f"<ul{look}>{inner}</ul>" if inner else ""

    # To be filled in

    def _options(self, choice: Choice, asked: Question) -> str:
        value = asked.value(choice)
        right = value if isinstance(value, list) else [value]
        remarks = {item.key: item.feedback for item in asked.own("items", ())}
        kind = "checkbox" if choice.multiple else "radio"
        name = text(f"{asked.block.id}-{choice.name}")
        rows = []
        for option in choice.options:
            feedback = self._write.inlines(remarks.get(option.key, ()))
            rows.append(
                f"<li><label><input type='{kind}' name='{name}' data-right='{int(option.key in right)}'> "
                f"<span>{self._write.inlines(option.text)}</span></label><p class='feedback' hidden>{feedback}</p></li>"
            )
        inner = f"<ul>{''.join(rows)}</ul>"
        made = self.checked(inner, "choice") if asked.checkable else f"<div class='choice'>{inner}</div>"
        return self._label(choice) + made

    def _sides(self, part: Match, asked: Question) -> str:
        columns = "".join(f"<td>{self._list(side)}</td>" for side in (part.left, part.right))
        return f"{self._label(part)}<table class='sides'><tbody><tr>{columns}</tr></tbody></table>"

    def _items(self, part: Order, asked: Question) -> str:
        return self._label(part) + self._list(part.items, " class='items'")

    def _starter(self, part: Code, asked: Question) -> str:
        return self._label(part) + self._write.code(part.starter, "python")

    def _number(self, part: Number, asked: Question) -> str:
        if not asked.checkable:
            return self._label(part)
        entry = self._entry(part, asked, "inputmode='decimal'")
        replies = "".join(
            f"<p class='feedback' data-reply='{wrong!r}' hidden>{self._write.inlines(said)}</p>"
            for wrong, said in asked.replies
        )
        return f"{self._label(part)}<p>{entry} {text(part.unit)}</p>{replies}"

    def _line(self, part: Text, asked: Question) -> str:
        if part.lines > 1:
            return f"{self._label(part)}<p><textarea rows='{part.lines}'></textarea></p>"
        return (
            f"<p>{text(part.label)} {self._entry(part, asked)}</p>" if asked.checkable else self._label(part)
        )

    def _entry(self, part: Field, asked: Question, more: str = "") -> str:
        """Return an input line that knows its right answers."""
        right, how = (text(json.dumps(found)) for found in rule(asked, part, self._catalog.language))
        label = text(part.label) or f"{self._say('question')} {asked.block.number}"
        known = f"data-accept='{right}' data-rule='{how}'"
        return f"<input type='text' autocomplete='off' aria-label='{label}' {known} {more}>"

    def _button(self) -> str:
        return f"<p><button type='submit'>{self._say('check')}</button> <output></output></p>"

    def _words(self) -> str:
        words = {key: self._catalog(f"author.question.{key}") for key in ("right", "wrong", "unsure")}
        return text(json.dumps(words))

    def _say(self, key: str) -> str:
        return text(self._catalog(f"author.question.{key}"))

    # The right answers

    def _chosen(self, part: Choice, value: Value) -> str:
        return self._rows(part.words(value))

    def _ordered(self, part: Order, value: Value) -> str:
        known = {item.key: self._write.inlines(item.text) for item in part.items}
        rows = "".join(
            f"<li class='level-{level}'>{known.get(key, '')}</li>" for key, level in entries(part, value)
        )
        return f"<ol>{rows}</ol>"

    def _pairs(self, part: Match, value: Value) -> str:
        pairs = value if isinstance(value, dict) else {}
        rights = {option.key: self._write.inlines(option.text) for option in part.right}
        rows = "".join(
            f"<tr><td>{self._write.inlines(option.text)}</td>"
            f"<td>{rights.get(pairs.get(option.key, ''), '')}</td></tr>"
            for option in part.left
        )
        return f"<table><tbody>{rows}</tbody></table>"

    def _program(self, part: Code, value: Value) -> str:
        return self._write.code(str(value), "python")

    def _typed(self, part: Text | Number, value: Value) -> str:
        shown = f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)
        if not shown:
            return ""
        unit = f" {part.unit}" if isinstance(part, Number) and part.unit else ""
        label = f"{text(part.label)} " if part.label else ""
        if "\n" in shown:
            return f"{label}<pre>{text(shown)}</pre>"
        tag = "code" if isinstance(part, Text) and part.language else "span"
        return f"<p>{label}<{tag}>{text(shown)}</{tag}>{text(unit)}</p>"


FORMS: Mapping[type[Field], Callable[..., str]] = {
    Choice: FormWriter._options,
    Code: FormWriter._starter,
    Match: FormWriter._sides,
    Number: FormWriter._number,
    Order: FormWriter._items,
    Text: FormWriter._line,
}
"""The function that draws each kind on a page."""

ANSWERS: Mapping[type[Field], Callable[..., str]] = {
    Choice: FormWriter._chosen,
    Code: FormWriter._program,
    Match: FormWriter._pairs,
    Number: FormWriter._typed,
    Order: FormWriter._ordered,
    Text: FormWriter._typed,
}
"""The function that shows each kind's right answer."""
