"""A learner takes Lesson 7 on a Ray cluster."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from elsewhere import take_lesson_7
from plugins.ray.cluster import VARIABLE, Cluster


@pytest.mark.timeout(400)
@pytest.mark.slow
def test_lesson_7_in_an_actor(cluster: Cluster, home: Path) -> None:
    settings = f"""
    kind = "ray"
    address = "ray://127.0.0.1:10001"
    token_variable = "{VARIABLE}"
    """
    take_lesson_7(home, settings, socket.gethostname(), before=cluster.inside)
