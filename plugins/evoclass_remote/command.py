"""Runners over a command that joins our streams to a host: `ssh`, `docker exec -i`, `kubectl exec -i`."""

from __future__ import annotations

import shutil
import sys
from typing import ClassVar

from evoclass.runner import Availability
from evoclass_remote.commandlink import CommandLink
from evoclass_remote.link import Link
from evoclass_remote.runner import RemoteRunner

HOST = ("-P", "-m", "evoclass_remote.host")
"""What follows the Python on the other side."""


class CommandRunner(RemoteRunner):
    """Runs programs at the other end of a command."""

    command: ClassVar[tuple[str, ...]] = (sys.executable, *HOST)

    @classmethod
    def available(cls) -> Availability:
        if shutil.which(cls.command[0]) is None:
            return Availability(False, "remote.no_command", {"command": cls.command[0]})
        return Availability(True, device=cls.name)

    def make_link(self) -> Link:
        return CommandLink(self.command)
