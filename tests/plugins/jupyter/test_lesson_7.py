"""A learner takes Lesson 7 on a Jupyter Server."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from elsewhere import take_lesson_7
from plugins.jupyter.servers import TOKEN, Server


@pytest.mark.timeout(400)
@pytest.mark.slow
def test_lesson_7_on_a_server(server: Server, home: Path) -> None:
    token = home.with_name("token")
    token.write_text(TOKEN)
    settings = f"""
    kind = "jupyter"
    url = "{server.url}"
    kernel = "python3"
    token_file = "{token}"
    """
    take_lesson_7(home, settings, socket.gethostname())
