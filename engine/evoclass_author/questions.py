"""Questions as HTML: the form, the hints, the solution."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evoclass.exercise import Choice, Code, Field, Match, Number, Option, Order, Text, Value
from evoclass.i18n import Catalog
from evoclass_author.accepted import accepted, rule
from evoclass_author.asked import KINDS, Question
from evoclass_author.escaping import text

if TYPE_CHECKING:
    from evoclass_author.html import HtmlWriter
    from evoclass_author.losses import Losses


class QuestionWriter:
    """Writes the questions of one lesson; the prose in them is the page's to write."""

    def __init__(self, write: HtmlWriter, catalog: Catalog, losses: Losses) -> None:
        self._write = write
        self._text = catalog
        self._losses = losses

    def section(self, asked: Question, title: str) -> str:
        """Return a question with its form, hints and solution."""
        block = asked.block
        fields = "".join(self._field(part, asked) for part in asked.fields)
        if "data-accept" in fields:
            fields = f"<form class='typed' data-words='{self._words()}'>{fields}{self._button()}</form>"
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
        """Return what is asked, options included, without anything to fill in."""
        parts = [self._write.blocks(asked.block.prompt)]
        for part in asked.fields:
            for name in ("options", "items", "left", "right"):
                options = getattr(part, name, ())
                if options and type(part) in KINDS:
                    parts.append(f"<ul>{self._list(options)}</ul>")
            if type(part) is Code and part.starter.strip():
                parts.append(f"<pre>{text(part.starter)}</pre>")
        return "".join(parts)

    def back(self, asked: Question) -> str:
        """Return the solution, what else is right, and its explanation."""
        others = [list(texts[1:]) for texts in accepted(asked).values()] if asked.checkable else []
        also = "".join(f"<p>{self._say('also')}: {text(', '.join(texts))}</p>" for texts in others if texts)
        replies = "".join(
            f"<li>{wrong:.12g}: {self._write.inlines(said)}</li>" for wrong, said in asked.replies
        )
        replies = f"<ul>{replies}</ul>" if replies else ""
        return self._answers(asked) + also + replies + self._write.blocks(asked.block.explanation)

    def _note(self, asked: Question) -> None:
        """Note what the page shows less of than the lesson."""
        name = asked.block.id
        if asked.fault:
            self._losses.add("broken", f"{name} ({asked.fault})")
        elif not asked.known:
            self._losses.add("kinds", name)
        elif not asked.solved and asked.block.exercise.runs_code:
            self._losses.add("unsolved", name)
        elif not asked.checkable:
            self._losses.add("unchecked", name)
        if asked.remarks and not any(type(part) is Choice for part in asked.fields):
            self._losses.add("feedback", name)

    def _field(self, part: Field, asked: Question) -> str:
        label = f"<p class='label'>{text(part.label)}</p>" if part.label else ""
        if type(part) not in KINDS:
            return label
        match part:
            case Choice():
                return label + self._options(asked, part)
            case Match(left=left, right=right):
                columns = "".join(f"<td><ul>{self._list(side)}</ul></td>" for side in (left, right))
                return f"{label}<table class='sides'><tbody><tr>{columns}</tr></tbody></table>"
            case Order(items=items):
                return f"{label}<ul class='items'>{self._list(items)}</ul>"
            case Code(starter=starter):
                return label + self._write.code(starter, "python")
            case Number(unit=unit) if asked.checkable:
                entry = self._entry(part, asked, "inputmode='decimal'")
                replies = "".join(
                    f"<p class='feedback' data-reply='{wrong!r}' hidden>{self._write.inlines(said)}</p>"
                    for wrong, said in asked.replies
                )
                return f"{label}<p>{entry} {text(unit)}</p>{replies}"
            case Text(lines=1) if asked.checkable:
                return f"<p>{text(part.label)} {self._entry(part, asked)}</p>"
            case Text(lines=lines) if lines > 1:
                return f"{label}<p><textarea rows='{lines}'></textarea></p>"
        return label

    def _list(self, options: Sequence[Option]) -> str:
        return "".join(f"<li>{self._write.inlines(option.text)}</li>" for option in options)

    def _options(self, asked: Question, choice: Choice) -> str:
        value = asked.value(choice)
        right = value if isinstance(value, list) else [value]
        remarks = {item.key: item.feedback for item in getattr(asked.block.exercise, "items", ())}
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
        if not asked.checkable:
            return f"<div class='choice'>{inner}</div>"
        return f"<form class='choice' data-words='{self._words()}'>{inner}{self._button()}</form>"

    def _entry(self, part: Field, asked: Question, more: str = "") -> str:
        """Return a line to type an answer in, which knows what is right."""
        right, how = (text(json.dumps(found)) for found in rule(asked, part))
        label = text(part.label) or f"{self._say('question')} {asked.block.number}"
        known = f"data-accept='{right}' data-rule='{how}'"
        return f"<input type='text' autocomplete='off' aria-label='{label}' {known} {more}>"

    def _button(self) -> str:
        return f"<p><button type='submit'>{self._say('check')}</button> <output></output></p>"

    def _words(self) -> str:
        words = {key: self._text(f"author.question.{key}") for key in ("right", "wrong", "unsure")}
        return text(json.dumps(words))

    def _say(self, key: str) -> str:
        return text(self._text(f"author.question.{key}"))

    def _answers(self, asked: Question) -> str:
        return "".join(self._answer(part, asked.value(part)) for part in asked.fields)

    def _answer(self, part: Field, value: Value) -> str:
        match part if type(part) in KINDS else None:
            case Choice(options=options):
                keys = value if isinstance(value, list) else [value]
                texts = [self._write.inlines(option.text) for option in options if option.key in keys]
                return "".join(f"<p>{words}</p>" for words in texts)
            case Order(items=items):
                known = {item.key: self._write.inlines(item.text) for item in items}
                lines = [str(key).partition(":") for key in value] if isinstance(value, list) else []
                rows = "".join(
                    f"<li class='level-{min(int(level or 0), 9)}'>{known.get(key, '')}</li>"
                    for key, _, level in lines
                )
                return f"<ol>{rows}</ol>"
            case Match(left=left, right=right):
                pairs = value if isinstance(value, dict) else {}
                rights = {option.key: self._write.inlines(option.text) for option in right}
                rows = "".join(
                    f"<tr><td>{self._write.inlines(option.text)}</td>"
                    f"<td>{rights.get(pairs.get(option.key, ''), '')}</td></tr>"
                    for option in left
                )
                return f"<table><tbody>{rows}</tbody></table>"
            case Code():
                return self._write.code(str(value), "python")
        shown = f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)
        if not shown:
            return ""
        unit = f" {part.unit}" if type(part) is Number and part.unit else ""
        label = f"{text(part.label)} " if part.label else ""
        if "\n" in shown:
            return f"{label}<pre>{text(shown)}</pre>"
        tag = "code" if isinstance(part, Text) and part.language else "span"
        return f"<p>{label}<{tag}>{text(shown)}</{tag}>{text(unit)}</p>"
