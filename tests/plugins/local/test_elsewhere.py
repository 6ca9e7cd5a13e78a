"""On Windows everything can be imported, lessons can be read, and a run says in plain words what to do instead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from evoclass.i18n import LANGUAGES, Catalog

WINDOWS = """
import importlib, os, pkgutil, signal, sys

def modules():
    for package in ("evoclass", "evoclass_tui"):
        yield package
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
            if not found.name.endswith(("__main__", "patient_driver")):  # the latter is for Unix terminals
                yield found.name
    yield from ("evoclass_local", "evoclass_local.elsewhere")

names = list(modules())
for name in names:
    importlib.import_module(name)  # with all that they need of others, which is not what is tested
for name in [name for name in sys.modules if name.startswith("evoclass")]:
    del sys.modules[name]
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "getuid", "killpg", "openpty", "setsid", "sched_getaffinity", "waitid"):
    delattr(os, name)
for name in ("SIGHUP", "SIGKILL", "SIGTSTP", "SIGWINCH", "alarm", "pthread_sigmask"):
    delattr(signal, name)
sys.platform = "win32"
for name in names:
    importlib.import_module(name)
print(len(names))

from evoclass import cli
sys.exit(cli.run(["run", "hello.py", *sys.argv[1:]]))
"""


def on_windows(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "hello.py").write_text("print('hello')")
    command = [sys.executable, "-c", WINDOWS, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_a_run_says_what_to_do(tmp_path: Path) -> None:
    for language in LANGUAGES:
        ended = on_windows(tmp_path, "--lang", language)
        assert int(ended.stdout) > 100
        assert Catalog(language)("runner.no_terminal") in ended.stderr
        assert "wsl --install" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert ended.returncode not in (0, 1)
