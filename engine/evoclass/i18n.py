"""Text of the interface: one TOML file a language, in the `locale` folder of the engine, a front end or a plugin."""

from __future__ import annotations

import locale
import os
import string
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any

from evoclass.wording.languages import DEFAULT, LANGUAGES
from evoclass.wording.printable import printable

__all__ = [
    "LANGUAGES",
    "Catalog",
    "command_language",
    "system_language",
]


class Catalog:
    """Sentences of one language, with English behind it for keys that a plugin did not translate.

    The first of several packages with one key has it: a plugin cannot change what the interface says.
    """

    def __init__(
        self,
        language: str,
        packages: Iterable[str] = (),
        broken: Callable[[str, str, Exception], None] | None = None,
    ) -> None:
        """Read the sentences of the engine and of `packages`.

        `broken` is told of a file that cannot be read: package, file name and why.  Without it that is an error.
        """
        self.language = language if language in LANGUAGES else DEFAULT
        self._sentences: dict[str, str] = {}
        for package in ("evoclass", *packages):
            own: dict[str, str] = {}
            for name in dict.fromkeys((DEFAULT, self.language)):
                try:
                    own.update(_sentences(package, name))
                except Exception as error:
                    if broken is None:
                        raise
                    broken(package, f"locale/{name}.toml", error)
            self._sentences = own | self._sentences

    def __call__(self, key: str, /, **fields: Any) -> str:
        """Return the sentence of `key` with `{fields}` filled in; an unknown key shows itself."""
        sentence = self._sentences.get(key)
        if sentence is None:
            return key
        if not fields:
            return sentence
        try:
            shown = {name: _shown(value) for name, value in fields.items()}
            return string.Formatter().vformat(sentence, (), _Fields(shown))
        except (ValueError, LookupError, TypeError, AttributeError):
            return sentence  # a plugin's sentence with a brace too many: its holes show what is wrong with it

    def has(self, key: str) -> bool:
        """Whether there is a sentence for `key`."""
        return key in self._sentences


def _shown(value: Any) -> Any:
    """Return a value as a sentence may show it: names and words from elsewhere do not act on a terminal."""
    return printable(str(value)) if isinstance(value, str | PurePath | BaseException) else value


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def _sentences(package: str, language: str) -> Mapping[str, str]:
    found = find_spec(package)
    if found is None or found.submodule_search_locations is None:
        return {}  # a plugin that is one module has no folder for its sentences
    resource = files(package).joinpath("locale", f"{language}.toml")
    if not resource.is_file():
        return {}
    return dict(_flat(tomllib.loads(resource.read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def system_language() -> str:
    """Return the language of the system's locale if the interface has it, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not name:
        name = locale.getlocale()[0] or ""
    code = name[:2].lower()
    return code if code in LANGUAGES else DEFAULT


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
