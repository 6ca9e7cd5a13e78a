"""A Slurm of one node on this machine, as its administrator would start it by hand; it listens on loopback only."""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel")

PATIENCE = 60.0
"""Seconds in which a daemon has to answer."""

CONF = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldPort={controller}
SlurmdPort={daemon}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,defer=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
GresTypes=gpu
KillWait=10
NodeName=one NodeHostname={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 Gres=gpu:1 State=UNKNOWN
PartitionName=debug Nodes=one Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:20
PartitionName=closed Nodes=one MaxTime=INFINITE State=DOWN
"""


class Cluster:
    """The daemons, and what a user of the cluster would type."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = folder / "slurm.conf"

    def call(self, *words: str) -> str:
        """Run a command of Slurm and return what it prints."""
        done = subprocess.run(
            words,
            env={**os.environ, "SLURM_CONF": str(self.conf)},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        return done.stdout.strip()

    def until_no_job(self) -> None:
        """Wait until all jobs have gone."""
        _until(lambda: not self.jobs(), self.folder)

    def jobs(self) -> list[str]:
        """Return the jobs that wait or run."""
        return self.call("squeue", "-h", "-o", "%i").split()


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start a cluster whose files are in `folder`, and end it with everything that runs in it."""
    made = Cluster(folder)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o600)
    controller, daemon = _free_ports()
    host = socket.gethostname().split(".")[0]
    made.conf.write_text(
        CONF.format(host=host, user=getpass.getuser(), folder=folder, controller=controller, daemon=daemon)
    )
    (folder / "gres.conf").write_text("NodeName=one Name=gpu File=/dev/null\n")
    with contextlib.ExitStack() as stack:
        stack.enter_context(
            _daemon(
                folder,
                "munged",
                "--foreground",
                "--force",
                f"--socket={folder}/munge.socket",
                f"--key-file={key}",
                f"--pid-file={folder}/munged.pid",
                f"--seed-file={folder}/munged.seed",
                f"--log-file={folder}/munged.log",
            )
        )
        _until(lambda: (folder / "munge.socket").exists(), folder)
        stack.enter_context(_daemon(folder, "slurmctld", "-D", "-f", str(made.conf)))
        stack.enter_context(_daemon(folder, "slurmd", "-D", "-N", "one", "-f", str(made.conf)))
        _until(lambda: made.call("sinfo", "-h", "-p", "debug", "-o", "%T") in ("idle", "mixed"), folder)
        try:
            yield made
        finally:
            made.call("scancel", f"--user={getpass.getuser()}")
            made.until_no_job()


@contextlib.contextmanager
def _daemon(folder: Path, *words: str) -> Iterator[None]:
    path = shutil.which(words[0], path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert path is not None
    with (folder / f"{words[0]}.out").open("wb") as out:
        process = subprocess.Popen(
            [path, *words[1:]],
            env={**os.environ, "SLURM_CONF": str(folder / "slurm.conf")},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until(holds: object, folder: Path) -> None:
    assert callable(holds)
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(subprocess.SubprocessError):
            if holds():
                return
        if time.monotonic() > end:
            said = "\n".join(path.read_text(errors="replace")[-1000:] for path in folder.glob("*.out"))
            raise TimeoutError(said)
        time.sleep(0.1)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]
