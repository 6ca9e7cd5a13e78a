"""Tests on this machine, at this moment, whether the sandbox holds: anything forbidden that works inside is a hole."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from evoclass_local import sandbox

TEST = r"""
import ctypes, json, os, socket, sys
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
def connect_file():
    with socket.socket(socket.AF_UNIX) as sock: sock.connect(asked['socket'])
def environments():
    for name in os.listdir('/proc'):
        if name.isdecimal():
            try:
                with open(f'/proc/{name}/environ', 'rb') as file:
                    if asked['secret'].encode() in file.read(): return True
            except OSError: pass
    return False
def memory():
    mounts = {}
    with open('/proc/self/mountinfo') as file:
        for line in file:
            before, after = line.rsplit(' - ', 1)
            place, options = before.split()[4:6]
            mounts[place] = (after.split()[0], options.split(','))  # a later one covers an earlier one
    total = 0
    for place, (kind, options) in mounts.items():
        if kind in ('tmpfs', 'ramfs') and 'ro' not in options and os.path.isdir(place) and os.access(place, os.W_OK):
            room = os.statvfs(place)
            total += room.f_blocks * room.f_frsize
    return total > asked['room']
def nest():
    return ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0
print(json.dumps({
    'network': works(connect),
    'system': works(lambda: write(asked['outside'])) or works(lambda: write('/')),
    'processes': sorted(name for name in os.listdir('/proc') if name.isdecimal() and int(name) > 9) != [],
    'home': os.path.exists(asked['home']) and not set(os.listdir(asked['home'])) <= set(asked['allowed']),
    'files': any(works(lambda path=path: open(path, 'rb').close()) for path in asked['canaries']),
    'environment': environments(),
    'sockets': works(connect_file),
    'memory': memory(),
    'namespaces': asked['nesting'] and nest(),
    'scratch': not works(lambda: write(asked['scratch'])),
}))
"""
"""Run inside; each item that it reports as true is a hole."""

SPARE = 16 * 2**20
"""Bytes of small folders in memory, in addition to those that programs may fill."""

_SECRET = "EVOCLASS_CANARY"[::-1]
"""A variable that is not passed in."""


@cache
def hole() -> str:
    """Return the reason why this machine cannot offer a sandbox; empty if it can."""
    if not sys.platform.startswith("linux"):
        return sys.platform
    if shutil.which("bwrap") is None:
        return "bwrap"
    secret = secrets.token_hex(16)
    with contextlib.ExitStack() as stack:
        stack.callback(os.environ.pop, _SECRET, None)
        os.environ[_SECRET] = secret
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        scratch = _folder(stack, None)
        outside = _folder(stack, "/var/tmp")
        by_file = stack.enter_context(socket.socket(socket.AF_UNIX))
        by_file.bind(str(outside / "socket"))
        by_file.listen()
        home = Path.home()
        asked = {
            "port": listener.getsockname()[1],
            "outside": str(outside),
            "socket": str(outside / "socket"),
            "scratch": str(scratch),
            "secret": secret,
            "home": str(home),
            "allowed": [
                path.relative_to(home).parts[0] for path in sandbox.needed() if path.is_relative_to(home)
            ],
            "canaries": _canaries(stack),
            "room": sum(sandbox.ROOM.values()) + SPARE,
            "nesting": sandbox.no_nesting(),
        }
        # Without -S: the files between Python and its packages must be found inside too.
        command = [sys.executable, "-I", "-c", TEST, json.dumps(asked)]
        try:
            ended = subprocess.run(
                sandbox.wrapped(command, scratch),
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
                env=sandbox.outer_environment(),
            )
            if ended.returncode != 0:
                return ended.stderr.strip()[-200:] or str(ended.returncode)
            found = json.loads(ended.stdout)
        except (OSError, subprocess.SubprocessError, json.JSONDecodeError) as error:
            return str(error)
    return ", ".join(name for name, failed in found.items() if failed)


def _folder(stack: contextlib.ExitStack, place: str | None) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evoclass-", dir=place)))


def _canaries(stack: contextlib.ExitStack) -> list[str]:
    """Put a file into each folder that must be hidden, if possible, and return the files' paths."""
    found = []
    for folder in sandbox.hidden():
        with contextlib.suppress(OSError):
            descriptor, name = tempfile.mkstemp(prefix=".evoclass-", dir=folder)
            os.close(descriptor)
            stack.callback(os.unlink, name)
            found.append(name)
    return found
