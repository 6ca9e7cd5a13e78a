"""Text of the interface: one TOML file per language, in the `locale` folder of the engine, a front end or a plugin."""

from __future__ import annotations

import locale
import os
import re
import string
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any

from evoclass.wording.brought import brought_sentences
from evoclass.wording.languages import Languages, bringer_of
from evoclass.wording.numerals import read_number
from evoclass.wording.printable import printable
from evoclass.wording.sentences import DEFAULT, own_sentences

__all__ = [
    "LANGUAGES",
    "Catalog",
    "command_language",
    "read_number",
    "system_language",
]

LANGUAGES: Mapping[str, str] = Languages()
"""Languages of the interface by code, with their own names: EvoClass's, and those that plugins bring."""


class Catalog:
    """Sentences of one language, with English for keys that a plugin did not translate.

    When several packages have the same key, the first one wins: a plugin cannot change the interface's own sentences.
    """

    def __init__(
        self,
        language: str,
        packages: Iterable[str] = (),
        broken: Callable[[str, str, Exception], None] | None = None,
    ) -> None:
        """Read the sentences of the engine and of `packages`, with those of the plugin that brings the language.

        `broken` receives each file that cannot be read: package, file name and reason.  Without `broken` this is an
        error, except in a plugin that brings a language: there English fills the gaps.
        """
        self.language = language if language in LANGUAGES else DEFAULT
        self.named: Callable[[str], str | None] | None = None
        """Names the keys in sentences, `{key_run}`: a front end whose keys can be changed sets it."""
        self._sentences: dict[str, str] = {}
        bringer, found = bringer_of(self.language), list[dict[str, str]]()
        for package in ("evoclass", *packages):
            own: dict[str, str] = {}
            for name in dict.fromkeys((DEFAULT, self.language)):
                if bringer is not None and bringer.language == name:
                    sentences, file = brought_sentences(bringer, package)
                    own.update(sentences)
                    if file is not None and broken is not None:
                        broken(file.package, file.file, file.error)
                try:
                    own.update(own_sentences(package, name))
                except Exception as error:
                    if broken is None:
                        raise
                    broken(package, f"locale/{name}.toml", error)
            found.append(own)
        for own in reversed(found):
            self._sentences.update(own)

    def __call__(self, key: str, /, **fields: Any) -> str:
        """Return the sentence of `key` with `{fields}` filled in; an unknown key shows itself."""
        sentence = self._sentences.get(key)
        if sentence is None:
            return key
        if not fields and (self.named is None or "{key" not in sentence):
            return sentence
        try:
            shown = _Fields({name: _shown(value) for name, value in fields.items()})
            shown.named = self.named
            return _FORMATTER.vformat(sentence, (), shown)
        except (ValueError, LookupError, TypeError, AttributeError):
            return sentence  # a plugin's sentence with a stray brace: the unfilled fields show that something is wrong

    def has(self, key: str) -> bool:
        """Whether there is a sentence for `key`."""
        return key in self._sentences


class _Formatter(string.Formatter):
    """Knows also `{total:question|questions}`: the first form for 1, the second for any other number."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, bar, other = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else other
        return super().format_field(value, format_spec)


_FORMATTER = _Formatter()


def _shown(value: Any) -> Any:
    """Return a value in a form safe for a sentence: foreign names and words do not act on a terminal."""
    return printable(str(value)) if isinstance(value, str | PurePath | BaseException) else value


class _Fields(dict[str, Any]):
    named: Callable[[str], str | None] | None = None

    def __missing__(self, key: str) -> str:
        named = self.named(key) if self.named is not None else None
        return "{" + key + "}" if named is None else named


def system_language() -> str:
    """Return the language of the system's locale if the interface has it, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not name:
        name = locale.getlocale()[0] or ""
    language, _, country = re.split("[.@]", name)[0].partition("_")
    # Windows uses whole words: `Italian_Italy`.
    names = (f"{language.lower()}-{country}", language.lower(), language[:2].lower())
    return next((code for code in names if code in LANGUAGES), DEFAULT)


def command_language() -> str:
    """Return the language for help pages: `--lang` of this command line, else the setting, else the system's."""
    from evoclass.disk import paths
    from evoclass.errors import ConfigError
    from evoclass.learner import config

    words = sys.argv[1:]
    for index, word in enumerate(words):
        if word == "--lang" and index + 1 < len(words):
            return words[index + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    try:
        return config.load(paths.config_file()).language or system_language()
    except ConfigError:
        return system_language()  # the command itself reports the broken settings
