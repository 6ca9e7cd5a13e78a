"""Real Jupyter servers on loopback, and runners that use them."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from evoclass_jupyter.kind import JupyterKind, JupyterRunner

TOKEN = "open-sesame-0123456789"

KERNEL = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]


PROXY = shutil.which("configurable-http-proxy")
WHY_NO_HUB = (
    "needs jupyterhub and configurable-http-proxy"
    if PROXY is None or importlib.util.find_spec("jupyterhub") is None
    else ""
)

HUB = """
c = get_config()
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser", "--allow-root"]
c.Spawner.env_keep = list(__import__("os").environ)
c.Spawner.environment = {{"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"}}
c.JupyterHub.services = [{{"name": "tests", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "tests", "scopes": ["admin:users", "admin:servers", "access:servers"], "services": ["tests"]}}
]
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
"""


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


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """A server of its own process, which can be stopped and started again at the same address."""

    def __init__(self, command: Sequence[str], folder: Path, ready: str = "") -> None:
        """`command` has `{port}` in it; a line with `ready` and the address tells that the server runs."""
        self.port = free_port()
        self._ready = ready
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [word.format(port=self.port) for word in command]
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Return when the server listens."""
        if self._process is not None:
            return
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
            if self._ready in line and self.url in line:
                break
        else:
            raise AssertionError("".join(lines))
        threading.Thread(target=lambda: [None for _ in said], daemon=True).start()
        while socket.socket().connect_ex(("127.0.0.1", self.port)):  # it says so before it listens
            time.sleep(0.01)

    @property
    def process(self) -> psutil.Process:
        """The server's process."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def kill(self) -> None:
        """Have the server gone; its kernels notice by themselves."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def stop(self) -> None:
        """Let the server end what it has started."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
        self.kill()

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


def jupyter_server(folder: Path) -> Server:
    """Return a Jupyter Server that is not started yet; skip the test where there is none."""
    pytest.importorskip("jupyter_server", reason="Jupyter Server is not installed")
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
            "--KernelRestarter.time_to_dead=0.3",
            "--KernelRestarter.restart_limit=2",
        ],
        folder,
    )


def jupyter_hub(folder: Path) -> Server:
    """Return a JupyterHub that is not started yet, for one user `ada`."""
    (folder / "jupyterhub_config.py").write_text(
        HUB.format(
            hub_port=free_port(),
            proxy_port=free_port(),
            proxy=PROXY,
            python=sys.executable,
            homes=str(folder / "home-{username}"),
            token=TOKEN,
        )
    )
    return Server(
        ["-m", "jupyterhub", "--JupyterHub.bind_url=http://127.0.0.1:{port}"], folder, "is now running at"
    )


def made(url: str = "", **values: Any) -> JupyterRunner:
    """Return a runner for the learner's settings."""
    settings: dict[str, Any] = {setting.name: setting.default for setting in JupyterKind.settings}
    if url:
        settings["token"] = TOKEN
    kind = JupyterKind.make("lab", settings | {"url": url, "kernel": "bare", "lease": 60.0} | values)
    assert issubclass(kind, JupyterRunner)
    return kind()
