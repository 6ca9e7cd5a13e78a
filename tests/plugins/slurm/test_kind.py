"""The settings of a runner in a job of Slurm."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.errors import ConfigError
from evoclass_slurm.kind import SlurmKind, SlurmRunner


def kind(**given: object) -> type[SlurmRunner]:
    values = {setting.name: setting.default for setting in SlurmKind.settings} | given
    made = SlurmKind.make("gpus", values)
    assert issubclass(made, SlurmRunner)
    return made


def test_settings_become_what_the_job_asks_for() -> None:
    made = kind(
        partition="gpu", gres="gpu:a100:1", cpus=4, memory="8G", time="2:00:00", options=("--qos=class",)
    )
    assert made.options[-6:] == (
        "--partition=gpu",
        "--gres=gpu:a100:1",
        "--cpus-per-task=4",
        "--mem=8G",
        "--time=2:00:00",
        "--qos=class",
    )
    assert not [
        option for option in kind().options if option.startswith(("--partition", "--account", "--cpus"))
    ]


def test_a_login_that_is_no_machine_is_refused() -> None:
    with pytest.raises(ConfigError):
        kind(login="-oProxyCommand=evil")


def test_without_slurm_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kind().available().reason == "slurm.no_slurm"
    assert kind(login="ada@login").available().fields == {"command": "ssh"}
