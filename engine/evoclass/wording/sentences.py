"""The sentences of each package, one TOML file per language in its `locale` folder; EvoClass's own languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

DEFAULT = "en"
"""The language that supplies sentences that another one lacks."""


@cache
def own_languages() -> tuple[str, ...]:
    """Return EvoClass's own languages, English first."""
    names = [file.name for file in files("evoclass").joinpath("locale").iterdir()]
    codes = sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return tuple(sorted(codes, key=lambda code: code != DEFAULT))


@cache
def own_sentences(package: str, language: str) -> Mapping[str, str]:
    """Return a package's own sentences in a language, by key.  Raises the error of reading a damaged file."""
    found = find_spec(package)
    if found is None or found.submodule_search_locations is None:
        return {}  # a plugin of a single module has no folder for sentences
    resource = files(package).joinpath("locale", f"{language}.toml")
    if not resource.is_file():
        return {}
    return {key: str(value) for key, value in flat(tomllib.loads(resource.read_text(encoding="utf-8")))}


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield each value of nested tables with its whole key, such as `cli.help`."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
