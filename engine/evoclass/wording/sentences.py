"""The sentences of each package, one TOML file per language in its `locale` folder; EvoClass's own languages.

Reading TOML would take a tenth of a start, so what was read is kept in the cache folder.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from evoclass.disk import cachefile, paths
from evoclass.errors import ConfigError
from evoclass.pattern import pattern

DEFAULT = "en"
"""The language that supplies sentences that another one lacks."""


KEPT = 2
"""Version of the kept sentences; raise it when their form changes."""


_Stamp = tuple[int, str, int, int]
"""Version, and the path, time of the last change and size of the TOML file."""


class _Kept(msgspec.Struct, array_like=True):
    stamp: _Stamp
    checksum: int
    text: bytes
    """Key, sentence, key, sentence and so on, with a zero byte between any two."""


_ACTING = bytes({*range(1, 32), 127} - set(b"\b\t\n"))
"""Characters that act on a terminal; click takes a backspace as the mark of a paragraph."""

_ACTING_ABOVE = pattern(rb"\xc2[\x80-\x9f]")
"""The others of that kind, as UTF-8 has them."""


@cache
def own_languages() -> tuple[str, ...]:
    """Return EvoClass's own languages, English first."""
    names = os.listdir(Path(__file__).parents[1] / "locale")
    codes = sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return tuple(sorted(codes, key=lambda code: code != DEFAULT))


@cache
def own_sentences(package: str, language: str) -> Mapping[str, str]:
    """Return a package's own sentences in a language, by key.  Raises the error of reading a damaged file."""
    found = find_spec(package)
    if found is None or found.submodule_search_locations is None:
        return {}  # a plugin of a single module has no folder for sentences
    for folder in found.submodule_search_locations:
        file = os.path.join(folder, "locale", f"{language}.toml")
        try:
            status = os.stat(file)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            return _read(file, (KEPT, file, status.st_mtime_ns, status.st_size), package, language)
    return {}


def _read(file: str, stamp: _Stamp, package: str, language: str) -> Mapping[str, str]:
    try:
        folder = paths.cache_folder()
    except ConfigError:
        return _parsed(Path(file))
    kept = kept_sentences(folder / f"sentences.{language}.msgpack")
    stored = kept.get(package)
    if stored is not None and stored.stamp == stamp and zlib.crc32(stored.text) == stored.checksum:
        with suppress(ValueError):
            return _taken_apart(stored.text)
    sentences = _parsed(Path(file))
    text = "\0".join(word for pair in sentences.items() for word in pair).encode()
    if text.count(b"\0") == 2 * len(sentences) - 1:  # no sentence has a zero byte of its own
        kept[package] = _Kept(stamp, zlib.crc32(text), text)
        cachefile.save(folder / f"sentences.{language}.msgpack", kept)
    return sentences


def _taken_apart(text: bytes) -> Mapping[str, str]:
    """Return the sentences by key; raises ValueError for what is none or could act on a terminal."""
    if len(text.translate(None, _ACTING)) != len(text) or _ACTING_ABOVE.search(text):
        raise ValueError
    words = text.decode().split("\0")
    return dict(zip(words[::2], words[1::2], strict=True))


@cache
def kept_sentences(file: Path) -> dict[str, _Kept]:
    """Return what the cache folder has of a language, by package; one file for all, which is read once."""
    return cachefile.load(file, dict[str, _Kept]) or {}


def _parsed(path: Path) -> dict[str, str]:
    import tomllib

    return {key: str(value) for key, value in flat(tomllib.loads(path.read_text(encoding="utf-8")))}


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield each value of nested tables with its whole key, such as `cli.help`."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
