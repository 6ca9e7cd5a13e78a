"""A learner takes Lesson 7 with a machine that is reached over ssh."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import pytest

from elsewhere import take_lesson_7
from plugins.remote.sshd import Sshd


@pytest.mark.timeout(400)
@pytest.mark.slow
def test_lesson_7_over_ssh(sshd: Sshd, home: Path) -> None:
    settings = f"""
    kind = "ssh"
    host = "{sshd.address}"
    options = {json.dumps(sshd.options())}
    python = "{sys.executable}"
    """
    take_lesson_7(home, settings, socket.gethostname())
