"""Real Jupyter servers on loopback, and runners that use them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evoclass_jupyter.kind import JupyterKind, JupyterRunner

TOKEN = "open-sesame-0123456789"

KERNEL = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]


def write_kernels(folder: Path) -> None:
    """Write kernels that tests start, where `JUPYTER_PATH` finds them."""
    shadow = folder / "shadow"
    shadow.mkdir()
    (shadow / "evoclass_jupyter.py").write_text("raise ImportError('not installed here')\n")
    ours = os.environ.get("PYTHONPATH", "")
    kernels: dict[str, dict[str, Any]] = {
        "bare": {"env": {"EVOCLASS_PRELOAD": ""}},
        "without": {"env": {"PYTHONPATH": os.pathsep.join([str(shadow), ours])}},
        "broken": {"argv": [sys.executable, "-c", "raise SystemExit('out of order')"]},
        "ark": {"language": "R"},
    }
    for name, changes in kernels.items():
        place = folder / "kernels" / name
        place.mkdir(parents=True)
        spec = {"argv": KERNEL, "display_name": name, "language": "python", **changes}
        (place / "kernel.json").write_text(json.dumps(spec))


class Server:
    """A server of its own process, which can be stopped and started again at the same address."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """`command` has `{port}` in it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [word.format(port=self.port) for word in command]
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Return when the server listens."""
        self._process = subprocess.Popen(
            [sys.executable, *self._command],
            env={**os.environ, "JUPYTER_TOKEN": TOKEN, "KG_AUTH_TOKEN": TOKEN},
            cwd=self._folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        said = self._process.stderr
        assert said is not None
        lines = []
        while line := said.readline():
            lines.append(line)
            if self.url in line:
                break
        else:
            raise AssertionError("".join(lines))
        threading.Thread(target=lambda: [None for _ in said], daemon=True).start()

    def stop(self) -> None:
        """End the server and its kernels."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def ask(self, method: str, path: str) -> Any:
        """Return what the server answers."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            headers={"Authorization": f"token {TOKEN}"},
            data=b"{}" if method == "POST" else None,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "null")

    def kernels(self) -> list[str]:
        """Return the ids of all kernels that run."""
        return [kernel["id"] for kernel in self.ask("GET", "/api/kernels")]


def jupyter_server(folder: Path, *more: str) -> Server:
    """Return a Jupyter Server that is not started yet."""
    return Server(
        [
            "-m",
            "jupyter_server",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={folder}",
            "--no-browser",
            "--allow-root",
            *more,
        ],
        folder,
    )


def made(url: str = "", **values: Any) -> JupyterRunner:
    """Return a runner for the learner's settings."""
    settings: dict[str, Any] = {setting.name: setting.default for setting in JupyterKind.settings}
    if url:
        settings["token"] = TOKEN
    kind = JupyterKind.make("lab", settings | {"url": url, "kernel": "bare", "lease": 60.0} | values)
    assert issubclass(kind, JupyterRunner)
    return kind()
