"""Finds and imports plugins: whatever one plugin's import does, the others are loaded and the failure is reported."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from evoclass.disk.regularfile import read_bytes
from evoclass.frozen import frozen
from evoclass.pluginhost.blame import reason, wants_out
from evoclass.pluginhost.entrypoint import FoundPoint, Point, packages
from evoclass.pluginhost.timelimit import time_limit

Result = TypeVar("Result")

GROUP = "evoclass"
"""Entry point group of plugins."""

PLUGINS = "EVOCLASS_PLUGINS"
"""Environment variable: files and folders of plugins that are not installed, as `--plugin` names them."""

NO_PLUGINS = "EVOCLASS_NO_PLUGINS"
"""Environment variable: `1` disables all plugins from elsewhere, names separated by commas disable those."""

HOOKS = "evoclass.hooks"
"""Entry point group of modules with a front end's own hooks (same marker, and no import of its toolkit)."""

FRONT_ENDS = "evoclass.frontends"
"""Entry point group of front ends: functions that take a session and show it."""

OURS = "evoclass"
"""The distribution that the bundled plugins come with."""

PROJECT_ABOVE = 3
"""Folders above a module that are searched for its `pyproject.toml`."""

PROJECT_BYTES = 2**20
"""Largest `pyproject.toml` in bytes."""

IMPORT_SECONDS = 20.0
"""Seconds that a plugin from elsewhere may take for its import, and for each of its hooks."""

SLOW_SECONDS = 3.0
"""Seconds after which the learner is told which plugin is slow."""


strangers: list[str] = []
"""Plugins from elsewhere that this process has started to import."""


@frozen
class Entry:
    """An entry point, with facts about its distribution."""

    name: str
    module: str
    point: Point
    distribution: str = ""
    version: str = ""
    bundled: bool = False
    path: str = ""
    """File or folder of a plugin that is not installed."""
    requires: Callable[[], Sequence[str]] = tuple
    """Returns the requirements of its distribution."""


def beside() -> list[Entry]:
    """Return the plugins that are not installed but that this process must load."""
    paths = [os.path.abspath(path) for path in os.environ.get(PLUGINS, "").split(os.pathsep) if path]
    found = []
    for path in paths:
        module = os.path.basename(path).removesuffix(".py")
        name = _name_once_installed(path, module)
        found.append(Entry(name, module, FoundPoint(name, module, GROUP), path=path))
    return found


def _name_once_installed(path: str, module: str) -> str:
    """Return the name of the entry point in the `pyproject.toml` beside or above a module, else the module's."""
    import tomllib

    for folder in list(Path(path).parents)[:PROJECT_ABOVE]:
        try:
            project = tomllib.loads(read_bytes(folder / "pyproject.toml", PROJECT_BYTES).decode())["project"]
            points = project["entry-points"][GROUP]
            return next(str(name) for name, value in points.items() if _module_named(str(value)) == module)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError):
            continue  # none there, or none of ours
    return module


def plain(name: str) -> str:
    """Return a name of a plugin or package in one normal spelling."""
    return name.strip().lower().replace("_", "-")


def switched_off(entry: Entry, off: Mapping[str, str] | None = None) -> str:
    """Return where the learner has disabled a plugin, if so: the environment, or the entry of `off` for its name."""
    said = {plain(word) for word in os.environ.get(NO_PLUGINS, "").split(",")} - {""}
    if said & {"1", "yes", "true", "all"} and not entry.bundled:
        return NO_PLUGINS
    where = dict.fromkeys(said, NO_PLUGINS) | dict(off or {})
    own_names = [entry.name, *(() if entry.bundled else (entry.module, entry.distribution))]
    return next((where[plain(name)] for name in own_names if plain(name) in where), "")


def _make_importable(entry: Entry) -> None:
    """Let `import` find a plugin at its path.  Raises ImportError if it would find another module."""
    if not os.path.exists(entry.path):
        raise ImportError(f"there is no {entry.path}")
    folder = os.path.dirname(entry.path)
    if folder not in sys.path:
        sys.path.append(folder)  # last, so that files beside it do not hide other modules
    spec = find_spec(entry.module) if entry.module.isidentifier() else None
    found = os.path.abspath(spec.origin) if spec is not None and spec.origin else ""
    if found not in (entry.path, os.path.join(entry.path, "__init__.py")):
        inside = [*Path(entry.path).glob("*/__init__.py"), *Path(entry.path).glob("src/*/__init__.py")]
        if not found and inside:
            raise ImportError(f"{entry.path} is no package, but holds one: --plugin {inside[0].parent}")
        raise ImportError(f"`import {entry.module}` does not find {entry.path}, but {found or 'nothing'}")


def _module_named(value: str) -> str:
    return value.partition("[")[0].partition(":")[0].strip()


@cache
def _installed(path: tuple[str, ...]) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return every entry point of our groups, ours first, then by name; and the problems of some distributions.

    One package with damaged metadata must not hide the others, as it does in `importlib.metadata.entry_points`.
    """
    found: list[Entry] = []
    damaged: list[str] = []
    seen: set[str] = set()
    for package in packages(path, f"[{GROUP}"):
        try:
            name, version = package.about()
            if name in seen:
                continue  # an earlier folder of the path has it too, and that one is imported
            seen.add(name)
            found += [
                Entry(
                    point.name,
                    _module_named(point.value),
                    point,
                    name,
                    version,
                    name == OURS,
                    requires=package.requires,
                )
                for point in package.points()
                if point.group in (GROUP, HOOKS, FRONT_ENDS)
            ]
        except Exception as error:
            damaged.append(f"{package.folder}: {reason(error)}")
    found.sort(key=lambda entry: (not entry.bundled, entry.name))
    return tuple(found), tuple(damaged)


def installed(group: str) -> list[Entry]:
    """Return the entry points of a group, the bundled ones first, then by name."""
    return [entry for entry in _installed(tuple(sys.path))[0] if entry.point.group == group]


def damaged() -> tuple[str, ...]:
    """Return the problems in the metadata of packages that may hold plugins."""
    return _installed(tuple(sys.path))[1]


@cache
def bundled_packages() -> frozenset[str]:
    """Return the packages of the plugins that come with EvoClass."""
    return frozenset(entry.module.partition(".")[0] for entry in installed(GROUP) if entry.bundled)


def is_bundled(thing: Any) -> bool:
    """Whether a class or module belongs to EvoClass itself and needs no checks."""
    module = str(getattr(thing, "__module__", None) or getattr(thing, "__name__", ""))
    package = module.partition(".")[0]
    return package in bundled_packages() or package in ("evoclass", "evoclass_tui")


def needs(entry: Entry) -> str:
    """Return the version of EvoClass that a plugin requires, if this is another: `evoclass>=9`, or an empty text."""
    wanted = [] if entry.bundled else [line for line in entry.requires() if line.startswith(OURS)]
    if not wanted:
        return ""
    from importlib.metadata import version

    from packaging.requirements import InvalidRequirement, Requirement

    for line in wanted:
        with contextlib.suppress(InvalidRequirement):
            requirement = Requirement(line)
            if requirement.name != OURS or (requirement.marker and not requirement.marker.evaluate()):
                continue
            if not requirement.specifier.contains(version(OURS), prereleases=True):
                return f"{OURS}{requirement.specifier}"
    return ""


def load(entry: Entry, tell: Callable[[float], None]) -> Any:
    """Import a plugin.  Raises the import's exceptions, SystemExit and similar ones as RuntimeError; TimeoutError if it
    does not end; KeyboardInterrupt when the learner presses Ctrl-C.

    `tell` is called with the remaining seconds when it takes long.
    """
    if entry.bundled:
        return entry.point.load()
    strangers.append(entry.name)
    if entry.path:
        _make_importable(entry)
    with _last_resort(), _no_way_out(), output_aside():
        return contained(entry.point.load, IMPORT_SECONDS, tell)


def contained(
    work: Callable[[], Result], seconds: float, tell: Callable[[float], None] | None = None
) -> Result:
    """Run a plugin's code within a time limit.  Raises only `Exception`s, and KeyboardInterrupt for Ctrl-C."""
    told = (lambda: tell(seconds - SLOW_SECONDS)) if tell is not None else None
    try:
        with time_limit(seconds, SLOW_SECONDS, told):
            return work()
    except Exception:
        raise
    except BaseException as error:
        if wants_out(error):
            raise
        raise RuntimeError(reason(error)) from error


@contextlib.contextmanager
def output_aside() -> Iterator[None]:
    """Send printed text to standard error: standard output belongs to the command and may be JSON.

    This includes writes to the descriptor, and is for the start of a command, before a screen is there.
    """
    with contextlib.redirect_stdout(sys.stderr):
        try:
            sys.__stdout__.flush()  # type: ignore[union-attr]
            kept = os.dup(1)
        except (OSError, ValueError, AttributeError):  # there is no standard output
            yield
            return
        try:
            os.dup2(2, 1)
            yield
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.__stdout__.flush()  # type: ignore[union-attr]
            os.dup2(kept, 1)
            os.close(kept)


@contextlib.contextmanager
def _no_way_out() -> Iterator[None]:
    """Make `os._exit` an error that can be reported; in a process that a plugin forks it still ends that process."""
    leave, here = os._exit, os.getpid()

    def refuse(status: int) -> NoReturn:
        if os.getpid() != here:
            leave(status)
        raise SystemExit(f"os._exit({status})")

    os._exit = refuse
    try:
        yield
    finally:
        os._exit = leave


@contextlib.contextmanager
def _last_resort() -> Iterator[None]:
    """End the process and show where it hangs, if a plugin's import cannot be interrupted from Python."""
    if sys.__stderr__ is None:
        yield
        return
    try:
        faulthandler.dump_traceback_later(IMPORT_SECONDS + 10, exit=True, file=sys.__stderr__)
    except (RuntimeError, ValueError, OSError, AttributeError):  # standard error is not a file
        yield
        return
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
