"""Programs over a real `sshd`, and what a learner reads when `ssh` cannot get there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evoclass.contracts.outcome import complete
from evoclass.errors import RunnerError
from evoclass.i18n import Catalog
from evoclass.runner import Runner
from evoclass.testing import RunnerContract
from evoclass_remote import wire
from plugins.remote.sshd import Sshd


class TestOverSsh(RunnerContract):
    """All checks, over one session."""

    @pytest.fixture(scope="class")
    def runner(self, sshd: Sshd) -> Iterator[Runner]:
        return sshd.runner()


Change = Callable[[Sshd, Path], dict[str, Any]]


def script(folder: Path, text: str) -> str:
    """Return the path of a shell script that stands for a Python."""
    made = folder / "python"
    made.write_text(f"#!/bin/sh\n{text}\n")
    made.chmod(0o755)
    return str(made)


PATCHED = """\
import runpy, sys
import evoclass_remote.wire
evoclass_remote.wire.VERSION = 99
sys.executable = {python!r}
runpy.run_module("evoclass_remote.host", run_name="__main__", alter_sys=True)
"""


def another_version(server: Sshd, folder: Path) -> dict[str, Any]:
    """A host whose messages have another version."""
    patched = folder / "patched.py"
    python = script(folder, f'shift 3; exec "{sys.executable}" "{patched}" "$@"')
    patched.write_text(PATCHED.format(python=python))
    return {"python": python}


CASES: dict[str, tuple[Change, str, tuple[str, ...]]] = {
    "an unknown host key": (
        lambda server, _: {"options": ["-o", "UserKnownHostsFile=none", *server.options()]},
        "remote.ssh.key",
        ("ssh -o UserKnownHostsFile=none", "in another terminal"),
    ),
    "a key with a passphrase": (
        lambda server, _: {"options": server.options(key="locked")},
        "remote.ssh.denied",
        ("ssh-add", "Permission denied (publickey"),
    ),
    "a key that the machine does not know": (
        lambda server, _: {"options": server.options(key="unknown")},
        "remote.ssh.denied",
        ("ssh-copy-id",),
    ),
    "only a password": (
        lambda server, _: {"options": server.options("-o", "PubkeyAuthentication=no")},
        "remote.ssh.denied",
        ("password",),
    ),
    "the wrong port": (
        lambda server, _: {"options": server.options(port=1)},
        "remote.ssh.unreachable",
        ("port 1: Connection refused", "VPN"),
    ),
    "no such machine": (
        lambda server, _: {"host": "nowhere.invalid"},
        "remote.ssh.no_machine",
        ("nowhere.invalid", "`host`"),
    ),
    "no Python there": (
        lambda server, folder: {"python": str(folder / "python3")},
        "remote.no_python",
        ("/python3", "No such file or directory"),
    ),
    "an unknown name of a Python": (
        lambda server, _: {"python": "python-of-nowhere"},
        "remote.no_python",
        ('"python-of-nowhere"',),
    ),
    "a folder instead of a Python": (
        lambda server, folder: {"python": str(folder)},
        "remote.no_python",
        ("Is a directory",),
    ),
    "no EvoClass there": (
        lambda _, folder: {
            "python": script(folder, f'exec env -u PYTHONPATH "{sys.executable}" -S "$@"'),
        },
        "remote.no_evoclass",
        ("-m pip install 'evoclass[torch]'",),
    ),
    "an old Python": (
        lambda _, folder: {
            "python": script(folder, f'shift; exec "{sys.executable}" -Y "$@"'),  # the option -P is of 3.11
        },
        "remote.old_python",
        ("older than 3.11",),
    ),
    "another version of EvoClass": (another_version, "remote.version", ("99", str(wire.VERSION))),
    "a shell that prints something": (
        lambda _, folder: {"python": script(folder, f'echo Welcome, Ada!; exec "{sys.executable}" "$@"')},
        "remote.chatter",
        ('"Welcome, Ada!"', "~/.bashrc"),
    ),
    "an end without a word": (
        lambda _, folder: {"python": script(folder, "exit 3")},
        "remote.no_word",
        ("without a word",),
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_ssh_would_ask_or_complain_of_is_one_sentence(
    case: str, sshd: Sshd, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change, key, words = CASES[case]
    runner = sshd.runner(**change(sshd, tmp_path))
    with pytest.raises(RunnerError) as caught:
        await asyncio.wait_for(runner.warm_up(), 20)
    await runner.close()
    error = caught.value
    assert error.key == key
    for language in ("en", "it"):
        said = error.said(Catalog(language, ["evoclass_remote"]))
        assert "remote." not in said
        assert "{" not in said
        assert "\n" not in said
    for word in words:
        assert word in error.said(Catalog("en", ["evoclass_remote"]))
    assert capfd.readouterr() == ("", "")  # neither a question nor a complaint gets to the screen


async def test_the_way_back_does_not_hang_on_a_folder_of_the_login(
    sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of XDG_RUNTIME_DIR goes when the last connection of an account ends, and a program goes on."""
    login = tmp_path / "login"
    login.mkdir(mode=0o700)
    python = script(tmp_path, f'exec env XDG_RUNTIME_DIR="{login}" "{sys.executable}" "$@"')
    runner = sshd.runner(python=python)
    await runner.warm_up()
    assert not list(login.iterdir())
    await runner.close()


async def test_a_temporary_folder_with_a_long_name_is_no_obstacle(sshd: Sshd, tmp_path: Path) -> None:
    long = tmp_path / ("long" * 25)
    long.mkdir()
    runner = sshd.runner(python=script(tmp_path, f'exec env TMPDIR="{long}" "{sys.executable}" "$@"'))
    assert (await complete(runner, "print(1)", tmp_path)).output == "1\n"
    await runner.close()
    assert not list(long.iterdir())


async def test_a_shared_connection_of_ssh_itself_will_do(sshd: Sshd, tmp_path: Path) -> None:
    """`ControlMaster` leaves a process behind that keeps the streams of the first connection."""
    options = sshd.options(
        "-o", "ControlMaster=auto", "-o", f"ControlPath={tmp_path}/c", "-o", "ControlPersist=20"
    )
    for _ in range(2):
        runner = sshd.runner(options=options)
        assert (await complete(runner, "print(1)", tmp_path)).output == "1\n"
        await asyncio.wait_for(runner.close(), 20)
