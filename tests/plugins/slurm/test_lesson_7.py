"""A learner takes Lesson 7 in a job of a cluster."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from elsewhere import take_lesson_7
from plugins.slurm.cluster import Cluster


@pytest.mark.timeout(400)
@pytest.mark.slow
def test_lesson_7_in_a_job(slurm: Cluster, home: Path) -> None:
    settings = f"""
    kind = "slurm"
    partition = "debug"
    memory = "10"
    python = "{sys.executable}"
    """
    take_lesson_7(home, settings, "one")
    slurm.until_no_job()
