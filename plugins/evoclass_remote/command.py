"""Runners over a command that joins our streams to a host: `ssh`, `docker exec -i`, `kubectl exec -i`."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from evoclass.errors import ConfigError
from evoclass.runner import Availability, Runner, RunnerKind
from evoclass.settings import Setting
from evoclass_remote.commandlink import CommandLink
from evoclass_remote.link import Link
from evoclass_remote.runner import COMMON, RemoteRunner, common

HOST = ("-P", "-m", "evoclass_remote.host")
"""What follows the Python on the other side."""

SSH = ("ssh", "-T", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=15")
"""It may not ask for a password or about a key: there is no place on the screen where it could."""

PATIENCE = ("-o", "ConnectTimeout=20")
"""A machine that is switched off is not waited for; the learner's own `options` come first and so prevail."""

_MACHINE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:%\[\]-]*\Z")


class CommandRunner(RemoteRunner):
    """Runs programs at the other end of a command."""

    command: ClassVar[tuple[str, ...]] = (sys.executable, *HOST)
    by_hand: ClassVar[str] = ""
    """What a learner may type to see what is wrong with the way there."""
    python: ClassVar[str] = sys.executable
    """The Python on the other side."""

    @classmethod
    def available(cls) -> Availability:
        if shutil.which(cls.command[0]) is None:
            return Availability(False, "remote.no_command", {"command": cls.command[0]})
        return Availability(True, device=cls.name)

    def make_link(self) -> Link:
        return CommandLink(self.command, by_hand=self.by_hand, python=self.python)


class CommandKind(RunnerKind):
    """`command = ["docker", "exec", "-i", "box"]`: the words before the Python on the other side."""

    name = "command"
    settings = (Setting("command", ()), *COMMON)

    @classmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        words = values["command"]
        if not words:
            raise ConfigError(
                'there is no command, such as ["docker", "exec", "-i", "box"]', "remote.empty_command"
            )
        return _runner(name, values, (*words, *host(values)), shlex.join((*words, values["python"])))


class SshKind(RunnerKind):
    """`host = "ada@gpu.example.org"`, and what `ssh` needs besides what it finds in its own settings."""

    name = "ssh"
    settings = (Setting("host", ""), Setting("options", ()), *COMMON)

    @classmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        command = over_ssh(values["host"], host(values), values["options"])
        return _runner(name, values, command, shlex.join(("ssh", *values["options"], values["host"])))


def _runner(name: str, values: Mapping[str, Any], command: tuple[str, ...], by_hand: str) -> type[Runner]:
    own = {"command": command, "by_hand": by_hand, "python": values["python"]}
    return type("CommandRunner", (CommandRunner,), common(name, values) | own)


def over_ssh(machine: str, command: Sequence[str], options: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the words that carry out a command on another machine.  Raises ConfigError."""
    if not _MACHINE.match(machine):
        raise ConfigError(f"{machine!r} is no machine to connect to", "remote.no_machine", host=machine)
    # ssh hands its last words to a shell over there.
    return (*SSH, *options, *PATIENCE, "--", machine, shlex.join(command))


def host(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the command that joins the host on the other side."""
    return (values["python"], *HOST)
