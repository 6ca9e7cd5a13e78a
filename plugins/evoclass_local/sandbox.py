"""A real sandbox around the nursery and all its children: bubblewrap, and only where `hole` finds no hole in it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from evoclass.runner import own_folders
from evoclass_local import hashing

KEPT = ("PATH", "LANG", "LANGUAGE", "TERM", "TZ", "PYTHONPATH", "VIRTUAL_ENV")
"""Environment variables that are passed in, with those of the locale, OpenMP and EvoClass; keys and tokens stay out."""

LARGEST = 256 * 2**20
"""Most bytes of a program's folder that are copied into the scratch folder."""

KEPT_STARTS = ("LC_", "OMP_", "EVOCLASS_")

ROOM = {"/tmp": 64 * 2**20, "/dev/shm": 512 * 2**20}
"""Bytes that may be written into these folders, which are in memory; the scratch folder is on the disk."""

HIDDEN = ("/home", "/root", "/run", "/var")
"""Other users' and services' folders: homes, and the sockets of programs on this machine."""

NOT_HOMES = (
    "/",
    "/bin",
    "/sbin",
    "/usr",
    "/usr/bin",
    "/usr/sbin",
    "/dev",
    "/proc",
    "/etc",
    "/lib",
    "/opt",
    "/sys",
)
"""Folders that system accounts name as their home, but that programs need."""


def wrapped(command: list[str], scratch: Path) -> list[str]:
    """Return `command` as it runs inside: no network, a read-only system, no one's folders, `scratch` to write in.

    It must be started in `outer_environment`: bubblewrap stays inside as a process whose environment can be read.
    """
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if no_nesting():
        options += ["--unshare-user", "--disable-userns"]
    options += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    options += ["--remount-ro", "/dev"]
    for name, size in ROOM.items():
        options += ["--size", str(size), "--tmpfs", name]
    binds = needed()
    empty = [
        folder
        for folder in hidden()
        if str(folder) not in ROOM and not _is_gone_with(folder, hidden(), binds)
    ]
    mounts = [(folder, ["--size", "1048576", "--tmpfs", str(folder)]) for folder in empty]
    mounts += [(folder, ["--ro-bind", str(folder), str(folder)]) for folder in binds]
    # A folder inside another comes after it: an empty one in a needed one, and a needed one in an empty one.
    for _, mount in sorted(mounts, key=lambda pair: len(pair[0].parts)):
        options += mount
    options += ["--bind", str(scratch), str(scratch)]
    for folder in empty:
        options += ["--remount-ro", str(folder)]
    options += ["--chdir", str(scratch), "--clearenv"]
    for name, value in inside_environment(scratch).items():
        options += ["--setenv", name, value]
    return [_bwrap(), *options, "--", *command]


def _is_gone_with(folder: Path, empty: list[Path], binds: list[Path]) -> bool:
    """Whether an empty folder above already hides this one, and no needed folder between them shows it again."""
    above = [place for place in (*empty, *binds) if place != folder and folder.is_relative_to(place)]
    return bool(above) and max(above, key=lambda place: len(place.parts)) in empty


def outer_environment() -> dict[str, str]:
    """Return the environment of bubblewrap itself; programs inside can read it in `/proc/1`."""
    return {"PATH": os.environ.get("PATH", os.defpath)}


def inside_environment(scratch: Path) -> dict[str, str]:
    """Return the environment of processes inside."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(KEPT_STARTS)}
    return hashing.fixed({**kept, "HOME": str(scratch), "TMPDIR": str(scratch)})


def hidden() -> list[Path]:
    """Return the folders that are empty inside: everyone's home, EvoClass's own folders, those of services."""
    found = {Path(name) for name in (*HIDDEN, *ROOM)}
    found |= {Path.home(), *_homes(), *own_folders()}
    for folder in list(found):  # a link is followed: its target must be hidden
        found.add(Path(os.path.realpath(folder)))
    return sorted(
        folder
        for folder in found
        if folder != Path("/")
        and folder.is_dir()
        and not folder.is_symlink()
        and os.access(folder.parent, os.X_OK)
    )


def _homes() -> Iterator[Path]:
    for account in pwd.getpwall():
        folder = Path(account.pw_dir)
        if folder.is_absolute() and str(folder) not in NOT_HOMES and not folder.is_relative_to("/usr"):
            yield folder


def needed() -> list[Path]:
    """Return the folders that Python needs and that an empty folder would hide."""
    wanted = {Path(sys.executable).parent, *_of_prefix(Path(sys.prefix)), *_of_prefix(Path(sys.base_prefix))}
    wanted |= _of_prefix(Path(sys.executable).resolve().parent.parent)
    here = Path.cwd()
    for entry in map(Path, filter(None, sys.path)):
        # `python -m` puts the current folder among these; it may be anything.
        if entry.absolute() != here or (entry / "evoclass").is_dir():
            wanted.add(entry)
    empty = hidden()
    found = {path.absolute() for path in wanted if path.exists()}
    return sorted(
        path
        for path in found
        # A folder that contains a whole home, or everything that must be hidden, would make it visible again.
        if not any(place.is_relative_to(path) and place in _whole() for place in empty)
        and any(path.is_relative_to(place) for place in empty)
    )


def _whole() -> set[Path]:
    return {Path.home(), *map(Path, HIDDEN), *_homes(), Path(os.path.realpath(Path.home()))}


def _of_prefix(prefix: Path) -> set[Path]:
    """Return the folders that Python needs below a prefix: all of a virtual environment, only its own of `~/.local`."""
    if (prefix / "pyvenv.cfg").is_file():
        return {prefix}
    return {prefix / name for name in ("bin", "lib", "lib64", "libexec", "include")}


def _bwrap() -> str:
    return shutil.which("bwrap") or "bwrap"


@cache
def no_nesting() -> bool:
    """Whether this bubblewrap can forbid further user namespaces, and this kernel allows it to."""
    command = [_bwrap(), "--unshare-user", "--disable-userns", "--ro-bind", "/", "/", "--proc", "/proc"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        ended = subprocess.run(
            [*command, "--dev", "/dev", "--", sys.executable, "-I", "-S", "-c", ""],
            capture_output=True,
            timeout=10,
            check=False,
            env=outer_environment(),
        )
        return ended.returncode == 0
    return False
