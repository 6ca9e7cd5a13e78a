"""The languages of the interface: those that EvoClass comes with, and those that plugins bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evoclass.wording.brought import Bringer, brought, brought_sentences
from evoclass.wording.language import Language, Meaning, own, own_words
from evoclass.wording.sentences import DEFAULT, own_languages


class Languages(Mapping[str, str]):
    """The languages that there are at the moment, by code, each with its own name."""

    def __getitem__(self, code: str) -> str:
        if code not in self:
            raise KeyError(code)
        return language(code).name

    def __contains__(self, code: object) -> bool:
        # Asked at every start: plugins are looked for only if it is none of our own.
        return code in own_languages() or (isinstance(code, str) and bringer_of(code) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter((*own_languages(), *sorted(brought().bringers)))

    def __len__(self) -> int:
        return len(own_languages()) + len(brought().bringers)

    def __repr__(self) -> str:
        return repr(dict(self))


def following(code: str) -> str:
    """Return the language that comes after one, and the first one after the last."""
    codes = list(Languages())
    return codes[(codes.index(code) + 1) % len(codes)]


def language(code: str) -> Language:
    """Return a language by its code, or English in the place of one that there is not."""
    if code in own_languages():
        return own(code)
    bringer = bringer_of(code)
    return own(DEFAULT) if bringer is None else Language.of(code, brought_sentences(bringer, "evoclass")[0])


def is_installed(code: str) -> bool:
    """Whether EvoClass or a plugin has a language; one of a plugin that is switched off may stand in the settings."""
    return code in own_languages() or code in brought(switched_off=True).bringers


def bringer_of(code: str) -> Bringer | None:
    """Return the plugin that brings a language, if one does."""
    return None if code in own_languages() else brought().bringers.get(code)


def means(typed: str, meaning: Meaning, code: str) -> bool:
    """Whether what was typed has a meaning for somebody whose interface speaks a language."""
    word = typed.strip().lower()
    return word in own_words(meaning) or word in language(code).words[meaning]
