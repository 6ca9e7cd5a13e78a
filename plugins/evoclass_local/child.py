"""What a child does: get ready, wait for a job, and run its program."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sys
import traceback

from evoclass.protocol import Job, Ready
from evoclass.worker import Channel, ProbeSet, Worker, rehearse
from evoclass_local import devices, hygiene
from evoclass_local.streams import fresh_streams

PAUSE = 0.03
"""Seconds that a new child waits for a job in a hurry before it makes itself comfortable."""


def run_child(sock: socket.socket, terminal: int, device: str, probes: ProbeSet) -> None:
    """Be a child until the end of the process."""
    fresh_streams()
    channel = Channel(sock)
    try:
        worker = Worker(channel, terminal, probes, __package__)
        threads = _get_ready(channel, device, probes)
        worker.serve(lambda job: _limit(job, threads))
    except BaseException:
        traceback.print_exc()  # onto the terminal, where the front end finds the last words of a child
    finally:
        os._exit(70)


def _get_ready(channel: Channel, device: str, probes: ProbeSet) -> int:
    """Get the device and the process ready; return how many threads the user has, 0 if that is unknown."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing to interrupt yet
    name = devices.prepare(device)
    channel.send(
        Ready(
            pid=os.getpid(),
            device=devices.label(device),
            device_name=name,
            python=sys.version.split()[0],
            torch=devices.torch_version(),
        )
    )
    if channel.wait(PAUSE):
        return 0
    threads = hygiene.threads_of_user()
    with contextlib.suppress(Exception):  # a probe that fails here shows its fault in the run itself
        rehearse(probes)
    return threads


def _limit(job: Job, threads: int) -> None:
    if job.files:
        hygiene.limit(resource.RLIMIT_NOFILE, job.files)
    if job.file_size:
        hygiene.limit(resource.RLIMIT_FSIZE, job.file_size)
    if job.processes:
        hygiene.limit_processes(threads, job.processes)
