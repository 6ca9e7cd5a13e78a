"""A number and its noun agree: `1 question`, `2 questions`, in every sentence of both languages."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest

from evoclass.i18n import Catalog
from evoclass.wording.sentences import own_sentences
from pseudo import PSEUDO

LANGUAGES = ("en", "it")

NEVER_ONE = {
    "cli.run.help",
    "problem.E046",  # several options are right
    "problem.E115_count",
    "author.report.few",
    "sketch.type",  # five
    "sketch.count",
    "explain.gray_normalize.what",  # three
    "explain.gray_normalize.title",
    "remote.too_large",  # thousands
    "recap.effort.tries",  # these have a sentence of their own for one
    "recap.effort.hints",
    "guess.times_more",  # a factor, such as 1.3
    "guess.times_less",
}
"""Sentences whose number is never 1."""

BOUNDS = {"limit", "most", "keys"}
"""Fields that hold a bound of ours, which is never 1."""

ADJECTIVES = {"more", "earlier", "later", "older", "new", "other", "altre", "altri", "nuove", "nuovi"}

NO_NOUNS = {"are", "were", "and", "runs", "sono", "avevano"}
"""They stand behind names, too."""


def sentences(language: str) -> Iterator[tuple[str, str, bool]]:
    """Yield key and sentence, and whether there is another sentence for one."""
    for package in PSEUDO.packages():
        own = own_sentences(package, language)
        for key, sentence in own.items():
            yield key, sentence, f"{key}_one" in own or key == "plain.text_block"


def plural_words(language: str) -> set[str]:
    """Return the words that the sentences of a language have in two forms: those for more than one."""
    found: set[str] = set()
    for _, sentence, _ in sentences(language):
        for _, _, spec, _ in string.Formatter().parse(sentence):
            one, bar, other = (spec or "").partition("|")
            if bar:
                found |= set(re.findall(r"[^\W\d_]{3,}", other)) - set(re.findall(r"[^\W\d_]+", one))
    return found - NO_NOUNS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_noun_behind_a_number_has_both_its_forms(language: str) -> None:
    words = plural_words(language)
    assert len(words) > 20
    missing = []
    for key, sentence, has_one in sentences(language):
        if has_one or key in NEVER_ONE:
            continue
        bare = re.sub(r"\{\w+:[^|{}]*\|(?:[^{}]|\{\w+\})*\}", "", sentence)
        for field, first, second in re.findall(r"\{(\w+)\} (\w+)(?: (\w+))?", bare):
            noun = second if first in ADJECTIVES else first
            if field not in BOUNDS and not field.startswith("key") and noun in words:
                missing.append(f"{key}: {sentence}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize(
    ("language", "key", "one", "two"),
    [
        ("en", "header.progress", "1 of 1 question passed", "1 of 2 questions passed"),
        ("en", "map.earlier", "1 earlier lesson", "2 earlier lessons"),
        ("it", "map.earlier", "1 lezione precedente", "2 lezioni precedenti"),
        ("it", "cli.check.same", "Lo stesso in un'altra riga: 7", "Lo stesso in altre 2 righe: 7"),
    ],
)
def test_the_form_follows_the_number(language: str, key: str, one: str, two: str) -> None:
    say = Catalog(language, ["evoclass_tui"])
    for number, said in ((1, one), (2, two)):
        assert say(key, passed=1, total=number, count=number, lines=7) == said
        assert say(key, passed=1, total=str(number), count=str(number), lines=7) == said
