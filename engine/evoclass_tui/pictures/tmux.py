"""The terminals around tmux: tmux knows their names, and whether it lets sequences through to them."""

from __future__ import annotations

import subprocess

SECONDS = 2.0


def outer_terminals(pane: str) -> tuple[str, ...]:
    """Return the names of the terminals that show a pane; none if tmux passes nothing through.

    It asks tmux in a process, so it is for another thread.
    """
    if _told("display-message", "-p", "-t", pane, "#{allow-passthrough}") not in ("on", "all", "1"):
        return ()
    session = _told("display-message", "-p", "-t", pane, "#{session_id}")
    names = _told("list-clients", "-t", session, "-F", "#{client_termtype}")
    return tuple(names.split("\n")) if names else ()


def _told(*words: str) -> str:
    try:
        ended = subprocess.run(("tmux", *words), capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return ended.stdout.decode("utf-8", "replace").strip()
