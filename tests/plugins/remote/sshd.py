"""A real `sshd` on a loopback port, with keys of its own, for as long as the tests run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evoclass.runner import Runner
from evoclass_remote.command import SshKind

SSHD = shutil.which("sshd", path=os.defpath + ":/usr/sbin:/usr/local/sbin")
WHY_NOT = "needs ssh and sshd" if SSHD is None or shutil.which("ssh") is None else ""

CONFIG = """\
Port {port}
ListenAddress {address}
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
SetEnv PYTHONPATH={path} "EVOCLASS_PRELOAD={preload}" PYTHONDONTWRITEBYTECODE=1 TMPDIR={tmp}
LogLevel ERROR
"""


@dataclass(frozen=True)
class Sshd:
    """A server that runs."""

    folder: Path
    address: str
    port: int
    process: subprocess.Popen[bytes]

    def options(self, *more: str, port: int | None = None, key: str = "user") -> list[str]:
        """Return the options with which `ssh` reads nothing of this machine's own settings."""
        return [
            *("-F", "none", "-p", str(port or self.port), "-i", str(self.folder / key)),
            *("-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"),
            *more,
            *("-o", f"UserKnownHostsFile={self.folder / 'known'}", "-o", "GlobalKnownHostsFile=none"),
        ]

    def runner(self, **values: Any) -> Runner:
        """Return a runner of the kind `ssh`; `values` go before the usual settings."""
        made = {"host": self.address, "options": self.options(), "python": sys.executable, "device": "cpu"}
        return SshKind.make("lab", made | {"lease": 5.0, "brought": 32} | values)()


@contextmanager
def running_sshd(
    folder: Path, address: str = "127.0.0.1", within: tuple[str, ...] = (), preload: str = ""
) -> Iterator[Sshd]:
    """Run a server, behind the command `within`, until the block ends."""
    assert SSHD is not None
    for name, phrase in (("host", ""), ("user", ""), ("locked", "secret"), ("unknown", "")):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-C", name, "-f", str(folder / name))
    (folder / "authorized").write_text(
        (folder / "user.pub").read_text() + (folder / "locked.pub").read_text()
    )
    if not within:
        with socket.socket() as free:
            free.bind((address, 0))
            port = free.getsockname()[1]
    else:
        port = 2222
    (folder / "known").write_text(f"[{address}]:{port} {(folder / 'host.pub').read_text()}")
    (folder / "tmp").mkdir()
    fields: Mapping[str, object] = {
        "port": port,
        "address": address,
        "folder": folder,
        "path": os.pathsep.join(filter(None, sys.path)),
        "preload": preload,
        "tmp": folder / "tmp",
    }
    (folder / "config").write_text(CONFIG.format_map(fields))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    process = subprocess.Popen([*within, SSHD, "-D", "-E", str(folder / "log"), "-f", str(folder / "config")])
    try:
        yield Sshd(folder, address, port, process)
    finally:
        process.terminate()
        process.wait(10)


def answers(server: Sshd) -> None:
    """Wait until a server takes connections."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((server.address, server.port)) == 0:
                return
        assert server.process.poll() is None, "sshd has ended"
        time.sleep(0.02)
    raise AssertionError("sshd does not answer")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
