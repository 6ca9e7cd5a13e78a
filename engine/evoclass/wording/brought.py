"""Languages that plugins bring: a folder `locale/CODE` with one TOML file for each package that it translates.

Only files are read, nothing is imported: help pages are written before plugins are loaded.
"""

from __future__ import annotations

import os
import re
import string
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from evoclass.disk.regularfile import read_bytes
from evoclass.errors import PluginError
from evoclass.frozen import frozen
from evoclass.pattern import pattern
from evoclass.wording import language as tables
from evoclass.wording.printable import ACTING
from evoclass.wording.sentences import DEFAULT, flat, own_languages, own_sentences

CODE = pattern(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""Names of languages: `eo`, `pt-BR`."""

LARGEST = 2**20
"""Most bytes in a file of sentences."""


@frozen
class Bringer:
    """A plugin's package that brings a language."""

    package: str
    language: str
    folder: Path

    def file(self, package: str) -> str:
        """Return the name, for reports, of the file with a package's sentences."""
        return f"locale/{self.language}/{package}.toml"


@frozen
class BrokenFile:
    """The error in a file of a plugin that brings a language."""

    package: str
    """The plugin's package."""
    file: str
    error: Exception


@frozen
class Brought:
    """The languages that all plugins on this machine bring."""

    bringers: Mapping[str, Bringer]
    """Plugins' packages by language; if two plugins bring one language, the first one wins."""
    broken_files: tuple[BrokenFile, ...] = ()


def brought(*, switched_off: bool = False) -> Brought:
    """Return the languages that plugins bring, optionally with those of plugins that are switched off."""
    # Imported late: a process that runs a program imports this module, but needs plugins only for their languages.
    from evoclass.pluginhost import loading

    surroundings = (
        tuple(sys.path),
        os.environ.get(loading.PLUGINS, ""),
        os.environ.get(loading.NO_PLUGINS, ""),
    )
    return _brought(surroundings, switched_off)


@cache
def _brought(surroundings: tuple[object, ...], switched_off: bool) -> Brought:
    from evoclass.pluginhost import loading

    bringers: dict[str, Bringer] = {}
    broken_files: list[BrokenFile] = []
    for entry in (*loading.installed(loading.GROUP), *loading.beside()):
        if entry.bundled or (not switched_off and loading.switched_off(entry)):
            continue
        for found in _folders(entry.module, entry.path):
            first = "EvoClass" if found.language in own_languages() else ""
            if found.language in bringers:
                first = bringers[found.language].package
            if first:
                error = PluginError(f"{first} has this language already")
                broken_files.append(BrokenFile(found.package, f"locale/{found.language}", error))
            else:
                bringers[found.language] = found
    return Brought(bringers, tuple(broken_files))


def _folders(module: str, path: str) -> Iterator[Bringer]:
    """Yield the languages in a plugin's package; problems of the package are reported when it is loaded."""
    try:
        spec = None if path else find_spec(module.partition(".")[0])
        for place in [path] if path else (spec and spec.submodule_search_locations) or ():
            for folder in sorted(Path(place, "locale").glob("*/evoclass.toml")):
                if CODE.fullmatch(folder.parent.name):
                    yield Bringer(module, folder.parent.name, folder.parent)
    except Exception:
        return


@cache
def brought_sentences(bringer: Bringer, package: str) -> tuple[Mapping[str, str], BrokenFile | None]:
    """Return a plugin's sentences for a package in its language, and the error in those left out."""
    import tomllib

    try:
        text = read_bytes(bringer.folder / f"{package}.toml", LARGEST).decode("utf-8")
        table = dict(flat(tomllib.loads(text)))
        english = own_sentences(package, DEFAULT)
    except FileNotFoundError:
        return {}, None
    except Exception as error:
        return {}, BrokenFile(bringer.package, bringer.file(package), error)
    # A sentence that EvoClass does not have is from another version, and does no harm.
    said = {key: value for key, value in table.items() if key in english}
    bad = {key: why for key, value in said.items() if (why := _wrong(key, value, english[key], said))}
    sound = {key: value for key, value in said.items() if key not in bad}
    if not bad:
        return sound, None
    key, why = next(iter(bad.items()))
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    told = PluginError(f"line {_line(text, key)}: `{key}`: {why}{more}")
    return sound, BrokenFile(bringer.package, bringer.file(package), told)


def _wrong(key: str, value: object, english: str, table: Mapping[str, str]) -> str:
    """Return why a sentence cannot be used, or an empty text."""
    if not isinstance(value, str):
        return "it is no text"
    if set(ACTING.findall(value)) - set(ACTING.findall(english)):
        return "it has characters that act on a terminal"
    if bool(value.strip()) != bool(english.strip()) and not key.startswith("language."):
        return "it is empty" if english.strip() else "it is empty in English"
    try:
        strange = _fields(value) - _fields(english)
    except ValueError as error:
        return str(error)
    if strange:
        return f"the English sentence has no {{{min(strange)}}}"
    return tables.wrong(key, value, table) if key.startswith("language.") else ""


def _fields(sentence: str) -> set[str]:
    """Return the fields of a sentence, each with its conversion and format; each language has its own plural forms."""
    parts = string.Formatter().parse(sentence)
    return {
        f"{name}{f'!{conversion}' if conversion else ''}{f':{spec}' if spec and '|' not in spec else ''}"
        for _, name, spec, conversion in parts
        if name is not None
    }


def _line(text: str, key: str) -> int:
    """Return the line where a key's value begins, or the first line if it cannot be found."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"[\s\"']", "", line.partition("=")[0])
        if bare.startswith("["):
            table = bare.strip("[]") + "."
        elif table + bare == key:
            return number
    return 1
