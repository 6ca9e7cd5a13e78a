"""The work of a child: get ready, wait for a job, and run its program."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sys
import traceback

from evoclass.protocol import Job, Ready
from evoclass.worker import Channel, ProbeSet, Worker, lower_limit, rehearse
from evoclass_local import blas, devices, hygiene
from evoclass_local.streams import fresh_streams

PAUSE = 0.03
"""Seconds that a new child waits for an urgent job before it does its other preparation."""


def run_child(sock: socket.socket, terminal: int, device: str, probes: ProbeSet) -> None:
    """Act as a child until the end of the process."""
    fresh_streams()
    channel = Channel(sock)
    try:
        worker = Worker(channel, terminal, probes, __package__)
        threads = _get_ready(channel, device, probes)
        worker.serve(lambda job: _prepare(job, threads))
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
    with contextlib.suppress(Exception):  # a probe that fails here shows its failure in the run itself
        rehearse(probes)
    return threads


def _prepare(job: Job, there_are: int) -> None:
    """Hold the job's processes to their number, and NumPy to the threads that the lesson asks for."""
    _limit_processes(job, there_are)
    if job.program.threads:
        for set_threads in blas.setters():
            set_threads(job.program.threads)


def _limit_processes(job: Job, there_are: int) -> None:
    """Let the kernel stop a program that forks without end before it does any other harm.

    The kernel's limit is on threads of the user, on the whole machine, and never applies to root.  It therefore has
    room for the job's processes with many threads each on top of the existing ones, and the exact count is kept
    elsewhere.
    """
    if there_are and job.limits is not None:
        lower_limit(resource.RLIMIT_NPROC, there_are + 32 * job.limits.processes + 256)
