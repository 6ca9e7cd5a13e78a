"""A session in the full-screen front end, restarted in place while an author writes a plugin."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn

from evoclass import startup
from evoclass.errors import PluginError
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.loading import FRONT_ENDS, installed

if TYPE_CHECKING:
    from evoclass.runner import Runner

LESSON = "EVOCLASS_LESSON"
"""Environment variable of a command that continues an earlier one: the lesson that was open there."""


AGAIN = 75
"""Exit code of a child that wants to restart, `EX_TEMPFAIL` of sysexits.h."""


class _Child:
    """Whether this process is a child of a waiting one, and the descriptor that tells it which lesson is open."""

    news: ClassVar[int] = -1


def left_open() -> str:
    """Return the lesson that was open when this command line was restarted; empty the next time."""
    return os.environ.pop(LESSON, "")


def show(space: Workspace, session: Session, runners: Mapping[str, Runner]) -> bool:
    """Show a session until the learner leaves; return whether to restart.  Raises PluginError without a screen."""
    front_end = next(reversed(space.plugins.front_ends.values()), None)
    if front_end is None:
        raise PluginError(space.catalog("cli.no_front_end"))
    front = front_end.load()
    gc.freeze()  # what exists by now stays
    gc.enable()
    again = bool(front(session, runners))
    startup.keep()
    return again


def begin_again(session: Session) -> NoReturn:
    """Run this command again, in another child or in this process, because imports cannot be undone."""
    lesson = str(session.lesson.path or "")
    sys.stdout.flush()
    if _Child.news >= 0:
        os.write(_Child.news, os.fsencode(lesson))
        os._exit(AGAIN)
    os.environ[LESSON] = lesson
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def go_on_in_child() -> None:
    """Continue in a child process, and in another one each time that a child wants to restart.

    This process imports the front end and no plugin: a child has little left to import, and is soon on the screen.
    """
    for entry in installed(FRONT_ENDS):
        entry.point.load()
    gc.freeze()
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)  # they are meant for the child, which gets them too
    while True:
        ours, theirs = os.pipe()
        child = os.fork()
        if not child:
            os.close(ours)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for number in (signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            _Child.news = theirs
            return
        os.close(theirs)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, frame, child=child: os.kill(child, number))  # type: ignore[misc]
        with open(ours, "rb") as news:
            lesson = news.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != AGAIN:
            sys.stdout.flush()
            os._exit(code if code >= 0 else 128 - code)
        os.environ[LESSON] = os.fsdecode(lesson)
