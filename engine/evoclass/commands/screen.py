"""A session in the front end that draws on the whole screen, begun again in place while a plugin is being written."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from evoclass.errors import PluginError
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.runner import Runner

LESSON = "EVOCLASS_LESSON"
"""Environment variable of a command that goes on for an earlier one: the lesson that lay open there."""


def left_open() -> str:
    """Return the lesson that lay open when this command line was begun again; empty the next time."""
    return os.environ.pop(LESSON, "")


def show(space: Workspace, session: Session, runners: Mapping[str, Runner]) -> bool:
    """Show a session until the learner leaves; return whether to begin again.  Raises PluginError without a screen."""
    front_end = next(reversed(space.plugins.front_ends.values()), None)
    if front_end is None:
        raise PluginError(space.catalog("cli.no_front_end"))
    return bool(front_end.load()(session, runners))


def begin_again(session: Session) -> None:
    """Run this command line anew in this process: modules that were imported cannot be taken back."""
    os.environ[LESSON] = str(session.lesson.path or "")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
