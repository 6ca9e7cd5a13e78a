"""Packages that this Python does not have, and the command that brings them; nothing is installed unasked."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path


def missing(requires: Iterable[str]) -> list[str]:
    """Return the PEP 508 requirements that are not met; one that is malformed is the author's trouble."""
    from importlib.metadata import PackageNotFoundError, version

    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.version import InvalidVersion

    found = []
    for text in requires:
        try:
            wanted = Requirement(text)
            if wanted.marker is not None and not wanted.marker.evaluate():
                continue
            if not wanted.specifier.contains(version(wanted.name), prereleases=True):
                found.append(str(wanted))
        except (PackageNotFoundError, InvalidVersion):
            found.append(str(wanted))
        except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
            continue
    return found


def install_command(packages: Iterable[str]) -> str:
    """Return the command that brings packages into this installation, as a shell takes it."""
    wanted = list(packages)
    prefix = Path(sys.prefix)
    own = [package for package in wanted if package.partition("[")[0] == "evoclass"]
    others = [package for package in wanted if package not in own]
    if prefix.parent.name == "venvs" and prefix.parent.parent.name == "pipx":
        commands = [["pipx", "install", "--force", *own]] if own else []
        commands += [["pipx", "inject", "evoclass", *others]] if others else []
        return " && ".join(map(shlex.join, commands))
    if prefix.parent.name == "tools" and prefix.parent.parent.name == "uv":
        added = [word for package in others for word in ("--with", package)]
        return shlex.join(("uv", "tool", "install", *added, *(own or [_own()])))
    if importlib.util.find_spec("pip") is None:  # uv makes virtual environments without it
        return shlex.join(("uv", "pip", "install", "--python", sys.executable, *wanted))
    return shlex.join((sys.executable, "-m", "pip", "install", *wanted))


def _own() -> str:
    """Return our own package with what it was installed with, which `uv tool install` would take out."""
    return "evoclass[torch]" if importlib.util.find_spec("torch") is not None else "evoclass"
