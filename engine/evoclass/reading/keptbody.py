"""What lessons say, kept between starts: reading a long text again takes longer than showing it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from evoclass.disk import keyedfile
from evoclass.disk.log import logger_of
from evoclass.errors import Problem
from evoclass.frozen import frozen
from evoclass.model import AnyBlock, Passage, Variants
from evoclass.reading.keptdraws import Drawings
from evoclass.reading.storedform import Kind, Reader, UnknownError, Writer

VERSION = 2
"""Version of the files; raise it when they are written in another way."""

MOST = 500
"""Most files that are kept; beyond that, those are forgotten that were written first."""

FOLDERS = ("", "reading", "fields", "wording", "pluginhost")
"""Folders of the engine whose code says what a text means; the packages of plugins are added."""

logger = logger_of(__name__)


@frozen(kw_only=True)
class Body:
    """A text below its front matter, as it was read."""

    blocks: tuple[AnyBlock, ...]
    problems: tuple[Problem, ...] = ()
    passages: tuple[Passage, ...] = ()
    files: tuple[Path, ...] = ()
    """All other files that it names, also those that cannot be read."""


class _Content(msgspec.Struct, array_like=True):
    files: list[tuple[str, int, int]]
    """The stamp of each other file."""
    kinds: list[Kind]
    blocks: list[msgspec.Raw]
    """Each block by itself, so that the lists of only one are in memory at a time."""
    rest: Any


class KeptBodies:
    """Bodies in a folder of the cache, valid while text, other files, plugins and the code that reads them stay.

    A body with errors is not kept: its author is at work on it.  Nor is one in which a plugin from elsewhere has a
    say: what that makes may depend on anything.
    """

    def __init__(
        self,
        cache: Path | None,
        names: Iterable[str] = (),
        modules: Iterable[str] = (),
        elsewhere: Iterable[str] = (),
    ) -> None:
        """`names` is all that the parser knows by name, and `elsewhere` what of it is not EvoClass's own.

        `modules` are those of the plugins that it asks.
        """
        self._folder = cache / "bodies" if cache is not None else None
        self._names, self._modules = tuple(names), frozenset(modules)
        self._elsewhere = tuple(f"{{{name}}}" for name in elsewhere)
        self._drawings: dict[Path, Drawings] = {}

    def read(self, text: str, place: Sequence[object], make: Callable[[], Body]) -> Body:
        """Return the body of a text at this place, kept or made."""
        if self._folder is None:
            return make()
        said = "\0".join(map(str, place))
        key = hashlib.sha256(f"{self._code}\0{said}\0{text}".encode("utf-8", "replace")).hexdigest()
        file = self._folder / f"{hashlib.sha256(os.fsencode(said)).hexdigest()[:20]}.msgpack"
        drawings = Drawings(file.with_suffix(".drawn"), key, lambda: make().blocks)
        found = _load(file, key, drawings)
        if found is None:
            found = make()
            drawings.known = self._keep(file, key, text, found)
            if drawings.known:  # drawn through what is kept, so that what is drawn is kept too
                found = _load(file, key, drawings) or found
        self._drawings[file] = drawings
        return found

    def save_drawn(self) -> None:
        """Keep the questions as they were drawn last."""
        for drawings in self._drawings.values():
            drawings.save()

    @cached_property
    def _code(self) -> str:
        """What tells this code, and that of the plugins, from any other: names, times and sizes of files."""
        total = hashlib.sha256(f"{VERSION} {sys.version} {self._names}".encode())
        engine = Path(__file__).parents[1]
        for folder in FOLDERS:
            total.update(_files_of(engine / folder, deep=False))
        for name in sorted({module.partition(".")[0] for module in self._modules} - {engine.name}):
            module = sys.modules.get(name)
            place = getattr(module, "__file__", None)
            total.update(
                _files_of(Path(place).parent, deep=hasattr(module, "__path__")) if place else os.urandom(16)
            )
        return total.hexdigest()

    def _keep(self, file: Path, key: str, text: str, body: Body) -> list[Variants]:
        """Write a body if it can be written, and return its variants."""
        if any(problem.is_error for problem in body.problems):
            return []
        texts = (text, *(passage.text for passage in body.passages))
        if any(name in one for name in self._elsewhere for one in texts):
            return []
        writer = Writer()
        try:
            blocks = [msgspec.Raw(msgspec.msgpack.encode(writer.stored(block))) for block in body.blocks]
            rest = writer.stored(replace(body, blocks=()))
            files = [(str(path), *_stamp(str(path))) for path in body.files]
            content = msgspec.msgpack.encode(_Content(files, writer.kinds, blocks, rest))
        except (UnknownError, UnicodeEncodeError, OverflowError, TypeError) as error:
            logger.debug("not kept: %s", error)
            return []
        self._forget()
        with suppress(OSError):
            file.parent.mkdir(exist_ok=True)
            keyedfile.save(file, key, content)
        return writer.variants

    def _forget(self) -> None:
        assert self._folder is not None
        with suppress(OSError):
            kept = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
            for path in kept[: max(0, len(kept) - MOST + 1)]:
                path.unlink()


def _load(file: Path, key: str, drawings: Drawings) -> Body | None:
    data = keyedfile.load(file, key)
    if data is None:
        return None
    try:
        content = msgspec.msgpack.decode(data, type=_Content)
        if any((time, size) != _stamp(path) for path, time, size in content.files):
            return None
        read = Reader(content.kinds, drawings.add).value
        blocks = tuple(read(msgspec.msgpack.decode(block)) for block in content.blocks)
        rest = read(content.rest)
    except (msgspec.MsgspecError, UnknownError):
        return None
    return replace(rest, blocks=blocks) if isinstance(rest, Body) else None


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, -1
    return status.st_mtime_ns, status.st_size


def _files_of(folder: Path, deep: bool) -> bytes:
    rows: list[str] = []
    for place, inside, files in os.walk(folder):
        inside[:] = sorted(name for name in inside if deep and name not in ("__pycache__", "locale"))
        for name in sorted(files):
            if name.endswith(".py"):
                rows.append(f"{place}/{name} {_stamp(os.path.join(place, name))}")
    return "\n".join(rows).encode("utf-8", "surrogatepass")
