"""Runners in a job of Slurm: one allocation for each front end, kept as long as somebody uses it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any, ClassVar

from evoclass.runner import Availability, Runner, RunnerKind
from evoclass.settings import Setting
from evoclass_remote.command import over_ssh
from evoclass_remote.link import Link
from evoclass_remote.runner import COMMON, RemoteRunner, common
from evoclass_remote.wire import VERSION, Hello
from evoclass_slurm.cluster import Cluster
from evoclass_slurm.joblink import JobLink

IDLE = 1800.0
"""Seconds after which an allocation that nobody uses is given back."""

ALWAYS = (
    "--job-name=evoclass",
    "--nodes=1",
    "--ntasks=1",
    "--no-requeue",
    "--output=/dev/null",
    "--error=/dev/null",
)
"""A job that begins a second time would wait for a session that is over."""

ASKED = {
    "partition": "--partition",
    "account": "--account",
    "gres": "--gres",
    "cpus": "--cpus-per-task",
    "memory": "--mem",
    "time": "--time",
}
"""Options of `sbatch`, by setting."""


class SlurmRunner(RemoteRunner):
    """Runs programs in a job of Slurm."""

    login: ClassVar[str] = ""
    python: ClassVar[str] = "python3"
    options: ClassVar[tuple[str, ...]] = ALWAYS
    idle: ClassVar[float] = IDLE
    direct: ClassVar[bool] = True
    """Whether a TCP connection to the node is tried, where both ends are on the cluster."""

    @classmethod
    def available(cls) -> Availability:
        if cls.login:
            if shutil.which("ssh") is None:
                return Availability(False, "remote.no_command", {"command": "ssh"})
        elif shutil.which("sbatch") is None or shutil.which("srun") is None:
            return Availability(False, "slurm.no_slurm")
        return Availability(True, device=cls.name)

    def make_link(self) -> Link:
        remembered = self._remembered
        assert remembered is not None
        number, _, login = remembered.note.partition("@")
        link = JobLink(
            Cluster(self.login),
            self.options,
            self.python,
            (remembered.key, self.device, str(self.lease), str(self.idle)),
            number if login == self.login else "",
            # From elsewhere, `ssh` encrypts most of the way; a direct connection is not encrypted.
            Hello(version=VERSION, session=remembered.key, token=remembered.token)
            if self.direct and not self.login
            else None,
        )
        link.on_number = lambda number: remembered.write_down(f"{number}@{self.login}" if number else "")
        return link


class SlurmKind(RunnerKind):
    """`partition = "gpu"`, `gres = "gpu:1"`, `time = "2:00:00"`: what the job asks for; empty as the cluster has it."""

    name = "slurm"
    settings = (
        Setting("login", ""),
        Setting("partition", ""),
        Setting("account", ""),
        Setting("gres", ""),
        Setting("cpus", 0, least=0, most=4096),
        Setting("memory", ""),
        Setting("time", ""),
        Setting("options", ()),
        Setting("direct", True),
        Setting("idle", IDLE, least=60, most=86_400),
        *COMMON,
    )

    @classmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        if values["login"]:
            over_ssh(values["login"], ())  # refuses what is no machine
        asked = tuple(f"{option}={values[setting]}" for setting, option in ASKED.items() if values[setting])
        attributes = {
            "login": values["login"],
            "python": values["python"],
            "options": (*ALWAYS, *asked, *values["options"]),
            "idle": values["idle"],
            "direct": values["direct"],
        }
        return type(cls.__name__, (SlurmRunner,), common(name, values) | attributes)
