"""Questions as HTML: the form, the hints, the solution."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from evoclass.exercise import Choice, Code, Field, Match, Number, Option, Order, Text, Value
from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock
from evoclass_author.accepted import accepted
from evoclass_author.colours import highlighted

if TYPE_CHECKING:
    from evoclass_author.html import HtmlWriter


class QuestionWriter:
    """Writes the questions of one lesson; the prose in them is the page's to write."""

    def __init__(self, write: HtmlWriter, catalog: Catalog) -> None:
        self._write = write
        self._text = catalog

    def section(self, block: ExerciseBlock, title: str) -> str:
        """Return a question with its form, hints and solution."""
        solution = block.exercise.solution()
        fields = "".join(
            self._field(field, solution.get(field.name), block) for field in block.exercise.form()
        )
        if "data-accept" in fields:
            fields = f"<form class='typed' data-words='{self._words()}'>{fields}{self._button()}</form>"
        hints = "".join(
            f"<details class='hint'><summary>{self._text('author.question.hint')}</summary>"
            f"<p>{self._write.inlines(hint)}</p></details>"
            for hint in block.hints
        )
        explained = self._write.blocks(block.explanation)
        answer = "".join(self._answer(field, solution.get(field.name)) for field in block.exercise.form())
        reveal = self._text("author.question.show")
        shown = ""
        if answer or explained:
            shown = f"<details class='solution'><summary>{reveal}</summary>{answer}{explained}</details>"
        return (
            f"<section class='question' id='{escape(block.id, quote=True)}'><p class='title'>{title}</p>"
            f"{self._write.blocks(block.prompt)}{fields}{hints}{shown}</section>"
        )

    def front(self, block: ExerciseBlock) -> str:
        """Return what is asked, options included, without anything to fill in."""
        parts = [self._write.blocks(block.prompt)]
        for field in block.exercise.form():
            for name in ("options", "items", "left", "right"):
                options = getattr(field, name, ())
                if options:
                    parts.append(f"<ul>{self._list(options)}</ul>")
            if isinstance(field, Code) and field.starter.strip():
                parts.append(f"<pre>{escape(field.starter)}</pre>")
        return "".join(parts)

    def back(self, block: ExerciseBlock) -> str:
        """Return the solution and its explanation."""
        solution = block.exercise.solution()
        answer = "".join(self._answer(field, solution.get(field.name)) for field in block.exercise.form())
        return answer + self._write.blocks(block.explanation)

    def _field(self, field: Field, value: Value, block: ExerciseBlock) -> str:
        label = f"<p class='label'>{escape(field.label)}</p>" if field.label else ""
        match field:
            case Choice(options=options, multiple=multiple):
                return label + self._options(block, field, options, multiple, value)
            case Match(left=left, right=right):
                columns = "".join(f"<td><ul>{self._list(side)}</ul></td>" for side in (left, right))
                return f"{label}<table class='sides'><tbody><tr>{columns}</tr></tbody></table>"
            case Order(items=items):
                return f"{label}<ul class='items'>{self._list(items)}</ul>"
            case Code(starter=starter):
                return label + highlighted(starter, "python")
            case Number(unit=unit):
                tolerance = getattr(block.exercise, "tolerance", 0)
                kind = f"inputmode='decimal' data-tolerance='{tolerance:g}'"
                return f"{label}<p>{self._entry(field, block, kind)} {escape(unit)}</p>"
            case Text(lines=1) if value:
                return f"<p>{escape(field.label)} {self._entry(field, block)}</p>"
            case Text(lines=lines):
                return f"{label}<p><textarea rows='{lines}'></textarea></p>"
        return label

    def _list(self, options: Sequence[Option]) -> str:
        return "".join(f"<li>{self._write.inlines(option.text)}</li>" for option in options)

    def _options(
        self, block: ExerciseBlock, field: Field, options: tuple[Option, ...], multiple: bool, value: Value
    ) -> str:
        right = value if isinstance(value, list) else [value]
        items = {item.key: item for item in getattr(block.exercise, "items", ())}
        kind = "checkbox" if multiple else "radio"
        name = escape(f"{block.id}-{field.name}", quote=True)
        rows = []
        for option in options:
            feedback = self._write.inlines(items[option.key].feedback) if option.key in items else ""
            rows.append(
                f"<li><label><input type='{kind}' name='{name}' data-right='{int(option.key in right)}'> "
                f"<span>{self._write.inlines(option.text)}</span></label><p class='feedback' hidden>{feedback}</p></li>"
            )
        return f"<form class='choice' data-words='{self._words()}'><ul>{''.join(rows)}</ul>{self._button()}</form>"

    def _entry(self, field: Field, block: ExerciseBlock, more: str = "") -> str:
        """Return a line to type an answer in, which knows what is right."""
        texts = escape(json.dumps(list(accepted(block).get(field.name, ()))), quote=True)
        label = escape(field.label or f"{self._text('author.question.question')} {block.number}", quote=True)
        return f"<input type='text' autocomplete='off' aria-label='{label}' data-accept='{texts}' {more}>"

    def _button(self) -> str:
        return (
            f"<p><button type='submit'>{self._text('author.question.check')}</button> <output></output></p>"
        )

    def _words(self) -> str:
        words = {"right": self._text("author.question.right"), "wrong": self._text("author.question.wrong")}
        return escape(json.dumps(words), quote=True)

    def _answer(self, field: Field, value: Value) -> str:
        match field:
            case Choice(options=options):
                keys = value if isinstance(value, list) else [value]
                texts = [self._write.inlines(option.text) for option in options if option.key in keys]
                return "".join(f"<p>{text}</p>" for text in texts)
            case Order(items=items):
                texts_by_key = {item.key: self._write.inlines(item.text) for item in items}
                lines = [str(key).partition(":") for key in value] if isinstance(value, list) else []
                rows = "".join(
                    f"<li style='margin-left:{2 * int(level or 0)}em'>{texts_by_key.get(key, '')}</li>"
                    for key, _, level in lines
                )
                return f"<ol>{rows}</ol>"
            case Match(left=left, right=right):
                pairs = value if isinstance(value, dict) else {}
                rights = {option.key: self._write.inlines(option.text) for option in right}
                matched = [(option.text, rights.get(pairs.get(option.key, ""), "")) for option in left]
                rows = "".join(
                    f"<tr><td>{self._write.inlines(text)}</td><td>{to}</td></tr>" for text, to in matched
                )
                return f"<table><tbody>{rows}</tbody></table>"
            case Code():
                return highlighted(str(value), "python")
        shown = f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)
        if not shown:
            return ""
        tag = "code" if isinstance(field, Text) and field.language else "span"
        label = f"{escape(field.label)} " if field.label else ""
        return f"<p>{label}<{tag}>{escape(shown)}</{tag}></p>"
