"""Results of checks, kept so that an unchanged file is not read again."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import msgspec

from evoclass.disk import cachefile
from evoclass.errors import Problem
from evoclass.lint.links import Target
from evoclass.pluginhost.plugins import Plugins

VERSION = 6

Stamp = tuple[int, int]


class FileResult(msgspec.Struct, array_like=True):
    """The check results of one file."""

    stamp: Stamp
    digest: str
    id: str
    number: int
    language: str
    readable: bool
    source: str = ""
    problems: list[Problem] = []
    targets: list[Target] = []
    keys: dict[str, int] = {}
    """Line of each key of the front matter."""
    anchors: list[str] = []
    """Places in the file that links can lead to."""
    files: dict[str, Stamp] = {}
    """Other files that it names."""
    passages: list[tuple[str, int, int]] = []
    """Path, first and last line of each file that is part of it."""
    needs: list[str] = []
    values: list[str] = []
    """Live values of its own runs."""
    recalled: list[tuple[int, str]] = []
    """Line and text of each live value of another lesson."""


class PairResult(msgspec.Struct, array_like=True):
    """The differences between a translation and its source, for these two digests."""

    digests: tuple[str, str]
    problems: list[Problem] = []


class _Stored(msgspec.Struct, array_like=True):
    fingerprint: str
    files: dict[str, FileResult]
    pairs: dict[str, PairResult]


class CheckCache:
    """Results by file and by pair of files.  A damaged, foreign or outdated cache counts as empty."""

    def __init__(self, folder: Path | None, fingerprint: str) -> None:
        self._file = folder / "check.msgpack" if folder is not None else None
        self._fingerprint = fingerprint
        self.files: dict[str, FileResult] = {}
        self.pairs: dict[str, PairResult] = {}
        self.changed = False
        stored = cachefile.load(self._file, _Stored) if self._file is not None else None
        if stored is not None and stored.fingerprint == fingerprint:
            self.files, self.pairs = stored.files, stored.pairs

    def save(self) -> None:
        """Write the cache if it has changed; a folder that cannot be written only costs time."""
        if self._file is None or not self.changed:
            return
        self.changed = False
        cachefile.save(self._file, _Stored(self._fingerprint, self.files, self.pairs))


def fingerprint(plugins: Plugins) -> str:
    """Return a digest of all that affects results except the files: engine code, and plugins with their rules."""
    parts = [str(VERSION)]
    parts += [f"{report.name} {report.version}" for report in plugins.working]
    for plugin in sorted({rule.plugin for rule in plugins.rules.values()}):
        parts.append(f"{plugin} {dict(plugins.configured.values(plugin))}")  # a rule may depend on these
    parts += sorted(plugins.rules)
    for package in ("evoclass", *plugins.packages):
        spec = find_spec(package.partition(":")[0])
        folder = Path(spec.origin).parent if spec is not None and spec.origin else None
        newest = 0
        if folder is not None:
            for place, folders, names in os.walk(folder):
                folders[:] = [name for name in folders if name not in ("__pycache__", "content")]
                for name in names:
                    if name.endswith(".py"):
                        with suppress(OSError):  # an editor's lock is a link that leads nowhere
                            newest = max(newest, os.stat(os.path.join(place, name)).st_mtime_ns)
        parts.append(f"{package} {newest}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
