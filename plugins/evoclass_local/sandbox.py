"""A real sandbox around the nursery and all its children: bubblewrap, and only where a test shows that it holds."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

KEPT = ("PATH", "LANG", "LANGUAGE", "TERM", "TZ", "PYTHONPATH", "VIRTUAL_ENV")
"""Environment variables that go in, besides those of the locale, OpenMP and EvoClass; keys and tokens stay outside."""

LARGEST = 256 * 2**20
"""Bytes of a program's folder that are copied into the scratch folder at most."""

KEPT_STARTS = ("LC_", "OMP_", "EVOCLASS_")

TEST = """
import json, os, socket, sys
asked = json.loads(sys.argv[1])
def works(action):
    try: action()
    except OSError: return False
    return True
def write(folder):
    path = os.path.join(folder, '.evoclass-test')
    open(path, 'w').close()
    os.unlink(path)
def connect():
    socket.create_connection(('127.0.0.1', asked['port']), 1).close()
print(json.dumps({
    'network': works(connect),
    'system': works(lambda: write(asked['outside'])) or works(lambda: write('/')),
    'processes': sorted(name for name in os.listdir('/proc') if name.isdecimal() and int(name) > 9) != [],
    'home': not set(os.listdir(asked['home'])) <= set(asked['allowed']),
    'scratch': not works(lambda: write(asked['scratch'])),
}))
"""
"""Tries what must not work inside, and the scratch folder, which must; what it names is a fault."""


def wrapped(command: list[str], scratch: Path) -> list[str]:
    """Return `command` as it runs inside: no network, a read-only system, no home folder, `scratch` to write in."""
    home = Path.home()
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    options += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    options += ["--tmpfs", "/tmp", "--tmpfs", "/run"]
    options += ["--tmpfs", str(home)] if home != Path("/") else []
    for folder in _needed():
        options += ["--ro-bind", str(folder), str(folder)]
    options += ["--bind", str(scratch), str(scratch), "--chdir", str(scratch), "--clearenv"]
    for name, value in inside_environment(scratch).items():
        options += ["--setenv", name, value]
    return [_bwrap(), *options, "--", *command]


def inside_environment(scratch: Path) -> dict[str, str]:
    """Return the environment of processes inside."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(KEPT_STARTS)}
    return {**kept, "HOME": str(scratch), "TMPDIR": str(scratch)}


def _needed() -> list[Path]:
    """Return the folders that Python needs and that an empty home or /tmp would hide."""
    wanted = {Path(sys.prefix), Path(sys.base_prefix)}
    wanted |= {Path(entry) for entry in sys.path if entry}
    wanted |= {Path(sys.executable).parent, Path(sys.executable).resolve().parent.parent}
    hidden = [Path.home(), Path("/tmp"), Path("/run")]
    found = {path.absolute() for path in wanted if path.exists()}
    # A folder that holds the whole home would bring it back.
    home = Path.home()
    return sorted(
        path
        for path in found
        if path not in (home, *home.parents) and any(path.is_relative_to(place) for place in hidden)
    )


def _bwrap() -> str:
    return shutil.which("bwrap") or "bwrap"


@cache
def fault() -> str:
    """Return what keeps this machine from offering a sandbox; empty if nothing does."""
    if not sys.platform.startswith("linux"):
        return sys.platform
    if shutil.which("bwrap") is None:
        return "bwrap"
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evoclass-")))
        outside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evoclass-", dir="/var/tmp")))
        home = Path.home()
        allowed = [path.relative_to(home).parts[0] for path in _needed() if path.is_relative_to(home)]
        asked = {
            "port": listener.getsockname()[1],
            "outside": str(outside),
            "scratch": str(scratch),
            "home": str(home),
            "allowed": allowed,
        }
        command = [sys.executable, "-I", "-S", "-c", TEST, json.dumps(asked)]
        try:
            ended = subprocess.run(
                wrapped(command, scratch), capture_output=True, text=True, timeout=10, check=False
            )
            if ended.returncode != 0:
                return ended.stderr.strip()[-200:] or str(ended.returncode)
            found = json.loads(ended.stdout)
        except (OSError, subprocess.SubprocessError, json.JSONDecodeError) as error:
            return str(error)
    return ", ".join(name for name, failed in found.items() if failed)
