"""What a start compiles, kept compiled in one file of the cache folder.

A fifth of a start went into reading the bytecode of 650 modules, a file each, and into compiling what Python compiles
anew each time: regular expressions, methods of data classes and named tuples, annotations that are text.  Whatever is
not in the file, or has changed since, is left to Python.  `remembered` keeps what a front end works out at each start.

This module comes before all others, so it imports only what Python has loaded by then.
"""

from __future__ import annotations

import marshal
import os
import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import CodeType, ModuleType
    from typing import Any, TypeAlias, TypeVar

    _Value = TypeVar("_Value")

    _Module: TypeAlias = tuple[str, str, int, int, str | None, bool]
    """A module's file, the folder in which it was found, the time of the last change and the size of the file, the
    name of Python's own file of bytecode, and whether the module is a package."""

    _Pattern: TypeAlias = tuple[str | bytes, int]
    """A regular expression and its flags."""

    _Text: TypeAlias = tuple[str, str]
    """A text of Python, and `exec` or `eval`."""

FORM = 1
"""Version of the file; raise it when its form changes."""

FEW = 12
"""The file is written again when a start compiled more than this many things that it lacks."""

DAMAGE = (OSError, ValueError, EOFError, TypeError)
"""What reading a damaged file may raise."""

_HEAD = 8
"""Bytes of the number at the start of the file: the size of what comes before the bytecode of modules."""


class Start:
    """A start of the program: from its first line until the window has all its parts."""

    current: Start | None = None

    def __init__(self, path: str) -> None:
        """Read what the file at `path` has; nothing if it cannot be used."""
        self.ended = False
        self._stamp = _stamp()
        self._file = -1
        self._begin = 0
        self._modules: dict[str, _Module] = {}
        self._places: dict[str, tuple[int, int]] = {}
        """Where a module's bytecode begins, and how long it is; modules of machine code have none."""
        self._patterns: dict[_Pattern, Sequence[Any]] = {}
        self._texts: dict[_Text, CodeType] = {}
        self._values: dict[str, Any] = {}
        self._new_patterns: list[_Pattern] = []
        self._new_texts: dict[_Text, CodeType] = {}
        self._new_values: dict[str, Any] = {}
        self._new_modules: dict[str, _Module] = {}
        try:
            self._open(path)
        except DAMAGE:
            return

    def _open(self, path: str) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        status = os.fstat(self._file)
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            return  # whoever can write into it decides what this process does
        size = int.from_bytes(os.pread(self._file, _HEAD, 0), "little")
        stamp, rest, *parts = marshal.loads(os.pread(self._file, min(size, status.st_size), _HEAD))
        if stamp == self._stamp and rest == status.st_size - size - _HEAD:
            self._modules, self._places, self._patterns, self._texts, self._values = parts
            self._begin = _HEAD + size

    def begin(self) -> None:
        """Answer in Python's place what the file knows."""
        sys.meta_path.insert(0, self)
        import collections
        import dataclasses
        import typing
        from importlib import import_module

        self._compiler: dict[str, Any] = vars(import_module("re._compiler"))
        self._compile = self._compiler["compile"]
        self._compiler["compile"] = self._pattern
        # These names hide the built-in functions from the code of these modules.
        vars(dataclasses)["exec"] = lambda text, names, own: exec(self._code(text, "", "exec"), names, own)
        vars(collections)["eval"] = lambda text, names: eval(self._code(text, "", "eval"), names)
        vars(typing)["compile"] = self._code

    def end(self) -> bool:
        """Leave everything to Python from now on; return whether there is enough new for `keep`."""
        import collections
        import dataclasses
        import typing

        sys.meta_path.remove(self)
        self._compiler["compile"] = self._compile
        del vars(dataclasses)["exec"], vars(collections)["eval"], vars(typing)["compile"]
        names = sys.modules.keys() - self._modules.keys()
        self._new_modules = dict(_found(names, self._stamp[-2]))  # not from folders that were added later
        self.ended = True
        new = (self._new_modules, self._new_patterns, self._new_texts, self._new_values)
        return sum(map(len, new)) > FEW and not sys.dont_write_bytecode

    def __del__(self) -> None:
        if self._file >= 0:
            os.close(self._file)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module that is in the file and has not changed since."""
        known = self._modules.get(name)
        if known is None:
            return None
        file, folder, _, _, cached, package = known
        if not _fresh(known) or (path is not None and path[0] != folder):
            del self._modules[name]
            return None
        loader: SourceFileLoader | ExtensionFileLoader
        if name in self._places:
            begin, length = self._places[name]
            try:
                code = marshal.loads(os.pread(self._file, length, self._begin + begin))
            except DAMAGE:
                del self._modules[name]
                return None
            loader = _Loader(name, file, code)
        else:
            loader = ExtensionFileLoader(name, file)
        spec = ModuleSpec(name, loader, origin=file)
        spec.has_location, spec.cached = True, cached
        if package:
            spec.submodule_search_locations = [os.path.dirname(file)]
        return spec

    def _pattern(self, pattern: Any, flags: int = 0) -> Any:
        if type(pattern) in (str, bytes):
            known = self._patterns.get((pattern, flags))
            if known is not None:
                return self._compiler["_sre"].compile(*known)
            self._new_patterns.append((pattern, int(flags)))
        return self._compile(pattern, flags)

    def _code(self, text: str, file: str, mode: str) -> CodeType:
        key = mode, str(text)
        known = self._texts.get(key)
        if known is None:
            known = self._new_texts[key] = compile(text, "<string>", mode, dont_inherit=True)
        return known

    def value(self, key: str, make: Callable[[], _Value]) -> _Value:
        """Return what `make` returned for this key before, if it is known."""
        if key not in self._values:
            self._values[key] = self._new_values[key] = make()
        known: _Value = self._values[key]
        return known

    def keep(self) -> None:
        """Write the file for the next start.  Raises ConfigError, OSError."""
        from evoclass.disk.paths import cache_folder
        from evoclass.disk.wholefile import write_whole

        known = {name: module for name, module in self._modules.items() if _fresh(module)}
        modules = known | self._new_modules
        codes: list[bytes] = []
        places: dict[str, tuple[int, int]] = {}
        end = 0
        for name, (file, *_) in modules.items():
            if file.endswith(".py"):
                codes.append(marshal.dumps(SourceFileLoader(name, file).get_code(name)))
                places[name] = (end, len(codes[-1]))
                end += len(codes[-1])
        patterns = self._patterns | {pattern: self._compiled(*pattern) for pattern in self._new_patterns}
        texts = self._texts | self._new_texts
        head = marshal.dumps((self._stamp, end, modules, places, patterns, texts, self._values))
        whole = b"".join((len(head).to_bytes(_HEAD, "little"), head, *codes))
        write_whole(cache_folder() / _name(), whole, 0o600)

    def _compiled(self, pattern: str | bytes, flags: int) -> Sequence[Any]:
        """Return what Python's compiler of regular expressions hands to the engine below it."""
        engine = self._compiler["_sre"]
        given: list[Any] = []
        self._compiler["_sre"] = _Overheard(engine, given)
        try:
            self._compile(pattern, flags)
        finally:
            self._compiler["_sre"] = engine
        text, switches, code, *groups = given
        return text, int(switches), [*map(int, code)], *groups  # some are numbers of a kind of their own


class _Overheard:
    """The engine of regular expressions, and what it is given."""

    def __init__(self, engine: Any, given: list[Any]) -> None:
        self._engine, self._given = engine, given

    def compile(self, *given: Any) -> Any:
        self._given[:] = given
        return self._engine.compile(*given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class _Loader(SourceFileLoader):
    """Loads a module as Python does, with bytecode that is there already."""

    def __init__(self, name: str, file: str, code: CodeType) -> None:
        super().__init__(name, file)
        self._code: CodeType | None = code

    def get_code(self, fullname: str) -> CodeType | None:
        code, self._code = self._code, None  # a module that is loaded again may have changed
        return code or super().get_code(fullname)


def _stamp() -> tuple[Any, ...]:
    """Return what must be as it was: this Python, and the folders of modules, but for the program's own."""
    folders = [str(folder) for folder in sys.path[1:]]  # some programs put paths there
    return FORM, sys.version, sys.flags.optimize, folders, [_changed(folder) for folder in folders]


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0


def _fresh(module: _Module) -> bool:
    try:
        status = os.stat(module[0])
    except OSError:
        return False
    return status.st_mtime_ns == module[2] and status.st_size == module[3]


def _found(names: Iterable[str], folders: Sequence[str]) -> Iterator[tuple[str, _Module]]:
    """Yield the imported modules that come from files in these folders, as the file of a start has them."""
    for name in names:
        spec = getattr(sys.modules.get(name), "__spec__", None)
        kind = type(getattr(spec, "loader", None))
        if spec is None or spec.name != name or kind not in (SourceFileLoader, ExtensionFileLoader, _Loader):
            continue
        package = spec.submodule_search_locations is not None
        folder = os.path.dirname(os.path.dirname(spec.origin) if package else spec.origin)
        parent = sys.modules.get(name.rpartition(".")[0])
        if folder not in (folders if parent is None else parent.__path__[:1]):
            continue
        try:
            status = os.stat(spec.origin)
        except OSError:
            continue
        yield name, (spec.origin, folder, status.st_mtime_ns, status.st_size, spec.cached, package)


def _name() -> str:
    return f"start.{sys.implementation.cache_tag}"


def cache_folder() -> str:
    """Return the folder that `evoclass.disk.paths` will name."""
    home = os.environ.get("EVOCLASS_HOME")
    if home:
        return os.path.join(os.path.abspath(os.path.expanduser(home)), "cache")
    import platformdirs

    return platformdirs.user_cache_dir("evoclass", appauthor=False)


def begin() -> None:
    """Begin to use the file of earlier starts."""
    if hasattr(os, "pread"):  # not on Windows
        Start.current = Start(os.path.join(cache_folder(), _name()))
        Start.current.begin()


def remembered(key: str, make: Callable[[], _Value]) -> _Value:
    """Return what `make` returned for this key at an earlier start, else what it returns now.

    It must depend on nothing but the key and installed packages, and be made of Python's own numbers, texts, tuples,
    lists and dictionaries.
    """
    start = Start.current
    return make() if start is None or start.ended else start.value(key, make)


def end() -> None:
    """Leave everything to Python from now on."""
    if Start.current is not None and not Start.current.end():
        Start.current = None


def keep() -> None:
    """Write what this start has compiled for the next one, if it is enough; a failure only costs time."""
    from evoclass.errors import ConfigError

    start, Start.current = Start.current, None
    if start is not None and start.ended:
        try:
            start.keep()
        except (ConfigError, OSError, ValueError):  # the last one is for a value that cannot be written
            return
