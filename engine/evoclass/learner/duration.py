"""How long a lab's program will take: learned from its own runs, or else what the lesson says, for this machine."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.learner.progress import RunRecord
from evoclass.model import Lab
from evoclass.wording.numerals import localised

LATEST = 3
"""Runs that are learned from."""


def expected(lab: Lab, runs: Sequence[RunRecord], runner: str, factor: float | None) -> float | None:
    """Return the seconds that the lesson's version of a program takes with a runner, or None if nothing is known.

    `factor` is how many times as long as on the author's machine programs take here.  A program that the learner has
    changed is another one, and tells nothing.
    """
    own = [
        run.exit.seconds
        for run in runs
        if run.exit.reason == "finished" and run.runner == runner and run.code == lab.code
    ]
    if own:
        return sorted(own[-LATEST:])[len(own[-LATEST:]) // 2]
    return lab.takes * factor if lab.takes and factor is not None else None


def about(seconds: float, language: str) -> str:
    """Return a time as one says it: `1 s`, `6 s`, `25 s`, `1.5 min`, `12 min`."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 57.5:
        return f"{5 * round(seconds / 5)} s"
    minutes = seconds / 60
    rounded = round(2 * minutes) / 2 if minutes < 5 else round(minutes)
    return f"{localised(f'{rounded:g}', language)} min"
