"""Fields in which the learner picks from the author's parts: a choice, an order, pairs."""

from __future__ import annotations

import string
from collections.abc import Sequence

from evoclass.fields.field import Field, InvalidAnswer, Option, Row, Value, code, marked
from evoclass.fields.letters import letters
from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.model import Inlines, Span, plain_text

STEP = 4
"""Spaces of one level of indentation."""


@frozen(kw_only=True)
class Choice(Field):
    """Pick options.  Value: an option's key, or with `multiple` a list of keys."""

    options: tuple[Option, ...]
    multiple: bool = False

    def takes(self, word: str) -> bool:
        return word in letters(len(self.options))

    def parts(self) -> Sequence[Option]:
        return self.options

    def instruction(self, catalog: Catalog) -> str:
        return catalog("plain.letters" if self.multiple else "plain.letter")

    def read(self, typed: str, catalog: Catalog) -> Value:
        marks = letters(len(self.options))
        keys = list(dict.fromkeys(_pick(self.options, marks, word, catalog) for word in _split(typed)))
        if self.multiple:
            return keys
        if len(keys) != 1:
            raise InvalidAnswer(catalog("plain.one_letter", last=_last(marks)))
        return keys[0]

    def typed(self, value: Value) -> str:
        marks = zip(letters(len(self.options)), self.options, strict=True)
        return " ".join(mark for mark, option in marks if option.key in self._keys(value))

    def words(self, value: Value) -> Sequence[Row]:
        return [option.text for option in self.options if option.key in self._keys(value)]

    def signature(self, value: Value) -> object:
        return len(self.options), self.multiple, sorted(value) if isinstance(value, list) else value

    def _keys(self, value: Value) -> Sequence[object]:
        return value if isinstance(value, list) else [value]


@frozen(kw_only=True)
class Order(Field):
    """Put items in order.  Value: list of keys in the learner's order; with `indent`, `key:level`."""

    items: tuple[Option, ...]
    indent: bool = False
    optional: bool = False
    """Whether items may be left out (distractors)."""
    language: str = ""

    @property
    def ordered(self) -> bool:
        return not self.language

    def takes(self, word: str) -> bool:
        return False

    def parts(self) -> Sequence[Option]:
        return self.items

    def offered(self) -> Sequence[Row]:
        return marked(_numbers(self.items), self.items)

    def instruction(self, catalog: Catalog) -> str:
        return catalog("plain.order_indent" if self.indent else "plain.order")

    def read(self, typed: str, catalog: Catalog) -> Value:
        marks = _numbers(self.items)
        keys = []
        for word in _split(typed):
            key = _pick(self.items, marks, word.rstrip("+"), catalog)
            level = len(word) - len(word.rstrip("+"))
            keys.append(f"{key}:{level}" if self.indent else key)
        return keys

    def typed(self, value: Value) -> str:
        numbers = {item.key: str(number) for number, item in enumerate(self.items, 1)}
        return " ".join(numbers[key] + "+" * level for key, level in self._entries(value))

    def words(self, value: Value) -> Sequence[Row]:
        texts = {item.key: item.text for item in self.items}
        rows = [(" " * STEP * level, texts[key]) for key, level in self._entries(value)]
        if self.language:
            return [code("\n".join(pad + plain_text(line) for pad, line in rows), self.language)]
        return [(Span(pad), *line) if pad else line for pad, line in rows]

    def signature(self, value: Value) -> object:
        return len(self.items), value

    def _entries(self, value: Value) -> list[tuple[str, int]]:
        """Return key and level of each entry that is one of the items."""
        known = {item.key for item in self.items}
        entries = []
        for entry in value if isinstance(value, list) else []:
            key, _, level = entry.partition(":") if self.indent else (entry, "", "")
            if key in known:
                entries.append((key, int(level) if level.isdecimal() and len(level) < 3 else 0))
        return entries


@frozen(kw_only=True)
class Match(Field):
    """Match each left item with a right one.  Value: {left key: right key}."""

    left: tuple[Option, ...]
    right: tuple[Option, ...]

    def takes(self, word: str) -> bool:
        return False

    def parts(self) -> Sequence[Option]:
        return (*self.left, *self.right)

    def offered(self) -> Sequence[Row]:
        empty: Inlines = ()
        lefts, rights = marked(_numbers(self.left), self.left), marked(letters(len(self.right)), self.right)
        return [*lefts, empty, *rights]

    def instruction(self, catalog: Catalog) -> str:
        return catalog("plain.match")

    def read(self, typed: str, catalog: Catalog) -> Value:
        pairs = {}
        for word in _split(typed.lower()):
            key = _pick(self.left, _numbers(self.left), word.rstrip(string.ascii_lowercase), catalog)
            pairs[key] = _pick(self.right, letters(len(self.right)), word.lstrip(string.digits), catalog)
        return pairs

    def typed(self, value: Value) -> str:
        marks = dict(zip((option.key for option in self.right), letters(len(self.right)), strict=True))
        return " ".join(
            f"{number}{marks[right.key]}"
            for number, left in enumerate(self.left, 1)
            if (right := self._partner(left, value)) is not None
        )

    def words(self, value: Value) -> Sequence[Row]:
        return [
            (*left.text, Span(" → "), *right.text)
            for left in self.left
            if (right := self._partner(left, value)) is not None
        ]

    def signature(self, value: Value) -> object:
        pairs = sorted(value.items()) if isinstance(value, dict) else value
        return len(self.left), len(self.right), pairs

    def _partner(self, left: Option, value: Value) -> Option | None:
        key = value.get(left.key) if isinstance(value, dict) else None
        return next((right for right in self.right if right.key == key), None)


def _numbers(parts: Sequence[Option]) -> list[str]:
    return [str(number) for number in range(1, len(parts) + 1)]


def _split(typed: str) -> list[str]:
    return typed.replace(",", " ").split()


def _pick(parts: Sequence[Option], marks: Sequence[str], typed: str, catalog: Catalog) -> str:
    """Return the key of the part that was typed by its mark, or by its number where letters are shown."""
    typed = typed.strip("().").lower()
    for names in zip(marks, _numbers(parts), parts, strict=True):
        if typed in names[:2]:
            return names[2].key
    first = marks[0] if marks else _last(marks)
    raise InvalidAnswer(catalog("plain.not_there", typed=typed, first=first, last=_last(marks)))


def _last(marks: Sequence[str]) -> str:
    return marks[-1] if marks else "–"
