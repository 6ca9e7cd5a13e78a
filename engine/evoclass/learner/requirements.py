"""The packages that a course needs and this Python does not have; nothing is installed unasked."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version


def missing(requires: Iterable[str]) -> list[str]:
    """Return the PEP 508 requirements that are not met; one that is malformed is the author's trouble."""
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


def install(packages: Iterable[str]) -> str:
    """Return the command that brings packages, as a shell takes it."""
    return shlex.join(("python", "-m", "pip", "install", *packages))
