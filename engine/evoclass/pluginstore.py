"""A small store for each plugin that lasts between sessions; several windows may write to it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evoclass.disk import paths
from evoclass.disk.locked import locked
from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ProgressError
from evoclass.pluginhost.loaded import loaded

__all__ = ["PluginStore", "of"]

LARGEST = 2**20
"""Most bytes in a store."""


class PluginStore(MutableMapping[str, Any]):
    """Values by key: numbers, texts, True, False, None, and lists and dictionaries of these.

    Values outlive the process.  Raises ProgressError when the disk fails, ValueError when the
    store would hold more than a megabyte, TypeError for a value of another kind.
    """

    def __init__(self, path: Path, tell: Callable[[str], None] = lambda sentence: None) -> None:
        """Use a file, which need not exist; `tell` receives a message when a damaged file is set aside."""
        self._path, self._tell = path, tell

    def __getitem__(self, key: str) -> Any:
        return self._read()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        with self._changing() as values:
            values[key] = value

    def __delitem__(self, key: str) -> None:
        with self._changing() as values:
            del values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def change(self, key: str, work: Callable[[Any], Any]) -> Any:
        """Replace a value (None if absent) with the result of `work` on it; no other window can change it meanwhile."""
        with self._changing() as values:
            values[key] = work(values.get(key))
            return values[key]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._path.with_name(f"{self._path.name}.lock")):
                values = self._load(aside=True)
                yield values
                write_whole(self._path, _encoded(values), 0o600)
        except OSError as error:
            raise self._trouble(error) from error

    def _read(self) -> dict[str, Any]:
        try:
            return self._load(aside=False)
        except OSError as error:
            raise self._trouble(error) from error

    def _load(self, aside: bool) -> dict[str, Any]:
        """Return the file's values, or none if it is damaged; `aside` also moves a damaged file out of the way."""
        try:
            found = json.loads(read_bytes(self._path, 4 * LARGEST))
            if type(found) is dict:
                return found
            why = "no dictionary"
        except FileNotFoundError:
            return {}
        except (NotRegularFile, FileTooLarge, ValueError, RecursionError) as error:
            why = f"{type(error).__name__}: {error}"
        if aside:
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            place = self._path.with_name(f"{self._path.stem}-{stamp}.set-aside{self._path.suffix}")
            os.rename(self._path, place)
            self._tell(f"its store was damaged and is set aside as {place} ({why})")
        return {}

    def _trouble(self, error: OSError) -> ProgressError:
        return ProgressError(f"{self._path}: {error.strerror or error}")


def of(plugin: str) -> PluginStore:
    """Return the store of a plugin; `plugin` is its module's `__name__`.  Raises LookupError, ConfigError."""
    plugins = loaded()
    name = plugins.named(plugin)
    return PluginStore(paths.plugin_file(name), lambda sentence: plugins.blame(name, sentence))


def _encoded(values: dict[str, Any]) -> bytes:
    for key, value in values.items():
        _check(key, value)
    data = json.dumps(values, allow_nan=False).encode()
    if len(data) > LARGEST:
        raise ValueError(f"the store would hold {len(data):,} bytes, and {LARGEST:,} are the most")
    return data


def _check(key: object, value: object) -> None:
    """Raise TypeError for a value that JSON would give back as something else."""
    if type(key) is not str:
        raise TypeError(f"a key is a text, not {key!r}")
    if isinstance(value, list):
        for item in value:
            _check(key, item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check(name, item)
    elif value is not None and type(value) not in (bool, int, float, str):
        raise TypeError(f"{key}: {type(value).__name__} is no kind that can be kept")
