"""The interface's data on a language, apart from its sentences: the table `[language]` of its file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args

from evoclass.frozen import frozen
from evoclass.pattern import pattern
from evoclass.wording.sentences import DEFAULT, own_languages, own_sentences

Meaning = Literal[
    "yes",
    "no",
    "next",
    "run",
    "edit",
    "print",
    "section",
    "skip",
    "back",
    "repeat",
    "help",
    "quit",
    "note",
    "notes",
    "bookmark",
]
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
"""Meanings of words that the learner can type in plain mode."""

_COMMANDS: tuple[Meaning, ...] = tuple(meaning for meaning in MEANINGS if meaning not in ("yes", "no"))
"""They are understood at one place or another of a lesson."""

LONGEST_NAME = 40
"""Most characters in a language's own name, which appears in menus."""

_TABLE = "language."
_MARK = pattern(r"[^\w\s]|[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]")


@frozen
class Language:
    """One language of the interface."""

    code: str
    name: str
    """Name in the language itself."""
    decimal: str
    thousands: str
    words: Mapping[Meaning, frozenset[str]]
    """Words that may be typed, by meaning."""

    @classmethod
    def of(cls, code: str, sentences: Mapping[str, str]) -> Language:
        """Return the language of a table; English fills the gaps."""
        table = {**own_sentences("evoclass", DEFAULT), **sentences}
        decimal, thousands = table["language.decimal"], table["language.thousands"]
        return cls(
            code=code,
            name=sentences.get("language.name", code),
            decimal=decimal,
            thousands=thousands
            if thousands != decimal
            else "",  # English's may be this language's other mark
            words={meaning: _words(table[_TABLE + meaning]) for meaning in MEANINGS},
        )


@cache
def own(code: str) -> Language:
    """Return one of EvoClass's own languages."""
    return Language.of(code, own_sentences("evoclass", code))


def own_words(meaning: Meaning) -> frozenset[str]:
    """Return the words with a meaning in any of EvoClass's own languages, because people type familiar words."""
    return frozenset().union(*(own(code).words[meaning] for code in own_languages()))


def wrong(key: str, value: str, table: Mapping[str, str]) -> str:
    """Return why a value of a plugin's `[language]` table cannot be used, or an empty text."""
    name = key.removeprefix(_TABLE)
    if name == "name" and not 0 < len(value.strip()) <= LONGEST_NAME:
        return f"it has no name of up to {LONGEST_NAME} characters"
    if name in ("decimal", "thousands"):
        if not _MARK.fullmatch(value) and (value or name == "decimal"):
            return "it is no mark of one character"
        if name == "thousands" and value == table.get("language.decimal", own(DEFAULT).decimal):
            return "it is the decimal mark too"
    if name in MEANINGS:
        # A package must not turn a no into a yes, or remove the word that ends the lesson.
        for group in (("yes", "no"), ("yes", "next"), _COMMANDS):
            for other in group if name in group else ():
                if other != name and (clash := _words(value) & own_words(other)):
                    return f"{min(clash)!r} means {other!r} already"
    return ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())
