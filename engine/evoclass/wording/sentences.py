"""The sentences of each package, one TOML file per language in its `locale` folder; EvoClass's own languages.

Reading TOML would take a tenth of a start, so what was read is kept in the cache folder.
"""

from __future__ import annotations

import os
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


KEPT = 1
"""Version of the kept sentences; raise it when their form changes."""


class _Kept(msgspec.Struct, array_like=True):
    stamp: tuple[int, str, int, int]
    """Version, and the path, time of the last change and size of the TOML file."""
    checksum: int
    sentences: bytes
    """In MessagePack."""


_ACTING = pattern("[\x00-\x07\x0b-\x1f\x7f-\x9f]")
"""Characters that act on a terminal; click takes a backspace as the mark of a paragraph."""


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
        path = Path(folder, "locale", f"{language}.toml")
        if path.is_file():
            return _read(path, package, language)
    return {}


def _read(path: Path, package: str, language: str) -> Mapping[str, str]:
    try:
        kept = paths.cache_folder() / "sentences" / f"{package}.{language}.msgpack"
    except ConfigError:
        return _parsed(path)
    status = path.stat()
    stamp = (KEPT, str(path), status.st_mtime_ns, status.st_size)
    stored = cachefile.load(kept, _Kept)
    if stored is not None and stored.stamp == stamp and zlib.crc32(stored.sentences) == stored.checksum:
        with suppress(msgspec.MsgspecError, ValueError):
            sentences = msgspec.msgpack.decode(stored.sentences, type=dict[str, str])
            if not _ACTING.search("".join(sentences.values())):
                return sentences
    sentences = _parsed(path)
    data = msgspec.msgpack.encode(sentences)
    cachefile.save(kept, _Kept(stamp, zlib.crc32(data), data))
    return sentences


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
