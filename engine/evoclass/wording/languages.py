"""The languages of the interface: EvoClass's own, and those that plugins bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evoclass.wording.brought import Bringer, brought, brought_sentences
from evoclass.wording.language import Language, Meaning, own, own_words
from evoclass.wording.sentences import DEFAULT, own_languages


class Languages(Mapping[str, str]):
    """The current languages by code, each with its own name."""

    def __getitem__(self, code: str) -> str:
        if code not in self:
            raise KeyError(code)
        return language(code).name

    def __contains__(self, code: object) -> bool:
        # Called at every start: plugins are searched only if it is not one of our own.
        return code in own_languages() or (isinstance(code, str) and bringer_of(code) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter((*own_languages(), *sorted(brought().bringers)))

    def __len__(self) -> int:
        return len(own_languages()) + len(brought().bringers)

    def __repr__(self) -> str:
        return repr(dict(self))


def following(code: str) -> str:
    """Return the next language after one; the first follows the last."""
    codes = list(Languages())
    return codes[(codes.index(code) + 1) % len(codes)]


def language(code: str) -> Language:
    """Return a language by its code, or English if it does not exist."""
    if code in own_languages():
        return own(code)
    bringer = bringer_of(code)
    return own(DEFAULT) if bringer is None else Language.of(code, brought_sentences(bringer, "evoclass")[0])


def is_installed(code: str) -> bool:
    """Whether EvoClass or a plugin has a language; settings may name one of a plugin that is switched off."""
    return code in own_languages() or code in brought(switched_off=True).bringers


def bringer_of(code: str) -> Bringer | None:
    """Return the plugin that brings a language, if one does."""
    return None if code in own_languages() else brought().bringers.get(code)


def means(typed: str, meaning: Meaning, code: str) -> bool:
    """Whether an input has a meaning for a learner who uses the interface in a language."""
    word = typed.strip().lower()
    return word in own_words(meaning) or word in language(code).words[meaning]
