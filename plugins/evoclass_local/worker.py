"""What a child does: wait for a job, run it as `python file.py` would, then stay for questions."""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import io
import os
import random
import resource
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from evoclass.inspection import Inspector, Probe
from evoclass.protocol import (
    Done,
    Evaluate,
    Halt,
    Job,
    Look,
    Message,
    Prompt,
    Quit,
    Ready,
    Started,
    Warned,
    encode,
)
from evoclass.safepoints import TICK, compile_script
from evoclass_local import devices, hygiene, report
from evoclass_local.channel import Channel
from evoclass_local.prompt import Console

MARK = b"\x1b_evoclass;"
"""Starts a mark in the terminal's output; the job's token and a number follow."""

_WARNINGS = 200


class Worker:
    """One child process, from its fork to its end."""

    def __init__(self, channel: Channel, terminal: int, device: str, probes: Iterable[type[Probe]]) -> None:
        self._channel = channel
        self._pid = os.getpid()
        self._terminal = os.dup(terminal)
        self._device = device
        self._probes = [probe() for probe in probes]
        self._threads = 0
        self._marks = 0
        self._warned = 0
        self._libc = ctypes.CDLL(None)

    def serve(self) -> None:
        """Get the device ready, wait for the job, do it, and end the process."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing to interrupt yet
        name = devices.prepare(self._device)
        versions = {"python": sys.version.split()[0], "torch": devices.torch_version()}
        about: dict[str, Any] = {
            "pid": os.getpid(),
            "device": devices.label(self._device),
            "device_name": name,
            **versions,
        }
        self._channel.send(Ready(**about))
        job = self._channel.poll()
        if job is None:
            self._threads = hygiene.threads_of_user()
            _rehearse([type(probe)() for probe in self._probes])
            job = self._channel.receive()
        if not isinstance(job, Job):
            os._exit(0)
        token, job = job.token, _without_token(job)
        settle(job)
        if job.processes:
            hygiene.limit_processes(self._threads, job.processes)
        self._channel.send(Started(**about))
        self._run(job, token)

    # ------------------------------------------------------------------------------------------ the program

    def _run(self, job: Job, token: str) -> None:
        module = fresh_main(job.file)
        namespace = module.__dict__
        report.remember_source(job.file, job.source)
        inspector = Inspector(namespace, job, self._probes, self._channel.send)
        inspector.poll = self._make_poll(inspector)
        self._catch_warnings(job.file)
        failure: BaseException | None = None
        try:
            try:
                code = (
                    compile_script(job.source, job.file, inspector.tick)
                    if job.inspect
                    else compile(job.source, job.file, "exec", dont_inherit=True)
                )
                inspector.start()
                signal.signal(signal.SIGINT, signal.default_int_handler)
                exec(code, namespace)
                _wait_for_threads()
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        except BaseException as error:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            failure = error
        code_number, raised = self._judge(failure, job.file)
        if (
            os.getpid() != self._pid
        ):  # a child that the program forked has come to its end here, and only that
            self._leave_quietly()
            os._exit(code_number)
        if failure is not None and raised:
            inspector.error(failure)
        failure = None
        inspector.finish()
        self._flush()
        if not job.keep:
            self._leave_quietly()
        self._mark(token)
        self._channel.send(
            Done(
                code=code_number,
                error=raised,
                parameters=inspector.parameters(),
                steps=inspector.steps,
                token=token,
                mark=self._marks,
            )
        )
        if not job.keep or self._channel.broken:
            os._exit(code_number)
        self._stay(namespace, inspector, token)

    def _judge(self, failure: BaseException | None, file: str) -> tuple[int, bool]:
        """Print and report what the program died of; return its exit code and whether that was an error."""
        if failure is None:
            return 0, False
        if isinstance(failure, SystemExit):
            if failure.code is None:
                return 0, False
            if isinstance(failure.code, int):
                return failure.code & 0xFF, False
            print(failure.code, file=sys.stderr)
            return 1, False
        report.clean(failure)
        with contextlib.suppress(OSError, ValueError):  # the program may have closed its standard error
            self._flush()
            report.show(failure)
        if isinstance(failure, KeyboardInterrupt):
            return 130, False
        self._channel.send(report.report(failure, file))
        return 1, True

    def _make_poll(self, inspector: Inspector) -> Callable[[], None]:
        def poll() -> None:
            while (message := self._channel.poll()) is not None:
                if isinstance(message, Look):
                    self._channel.send(inspector.look(message))
                elif isinstance(message, Halt):
                    raise KeyboardInterrupt

        return poll

    def _catch_warnings(self, own_file: str) -> None:
        def showwarning(
            message: Warning | str, category: type[Warning], filename: str, lineno: int,
            file: Any = None, line: str | None = None,
        ) -> None:  # fmt: skip
            out = file or sys.stderr
            if out is not None:
                with contextlib.suppress(OSError):
                    out.write(warnings.formatwarning(message, category, filename, lineno, line))
            self._warned += 1
            if self._warned <= _WARNINGS:
                where = lineno if filename == own_file else _line_in(own_file)
                self._channel.send(Warned(type=category.__name__, text=str(message)[:2_000], line=where))

        warnings.showwarning = showwarning

    # ------------------------------------------------------------------------------------------- afterwards

    def _stay(self, namespace: dict[str, Any], inspector: Inspector, token: str) -> None:
        console = Console(namespace, self._channel.send)
        self._channel.send(Prompt(mark=self._marks))
        while True:
            message = self._channel.receive()
            if message is None or isinstance(message, Quit):
                self._leave_quietly()
                os._exit(0)
            if isinstance(message, Look):
                self._channel.send(inspector.look(message))
            elif isinstance(message, Evaluate):
                ending, more = console.push(message.source)
                self._flush()
                if ending is not None:
                    self._leave_quietly()
                    os._exit(ending & 0xFF)
                if not more:
                    inspector.after_prompt()
                self._mark(token)
                self._channel.send(Prompt(more=more, mark=self._marks))

    def _leave_quietly(self) -> None:
        """Run what the program registered with `atexit`, as the end of an interpreter does."""
        import atexit

        atexit._run_exitfuncs()
        self._flush()

    def _flush(self) -> None:
        for stream in {id(stream): stream for stream in (sys.stdout, sys.__stdout__, sys.stderr)}.values():
            with contextlib.suppress(Exception):  # the program may have put anything there, or closed it
                stream.flush()  # type: ignore[union-attr]
        self._libc.fflush(None)

    def _mark(self, token: str) -> None:
        """Write a mark behind all output so far, so that the front end knows when it has read it."""
        self._marks += 1
        with contextlib.suppress(OSError):
            os.write(self._terminal, MARK + token.encode() + b";%d\x1b\\" % self._marks)


def settle(job: Job) -> None:
    """Make this process look like one that was started for this program alone."""
    os.chdir(job.folder)
    os.environ.update(job.environment)
    sys.argv = [job.file, *job.arguments]
    sys.orig_argv = [sys.executable, job.file, *job.arguments]
    sys.path.insert(0, os.path.dirname(job.file))
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].ORIGINAL_DIR = job.folder  # type: ignore[attr-defined]
    if job.files:
        hygiene.limit(resource.RLIMIT_NOFILE, job.files)
    if job.file_size:
        hygiene.limit(resource.RLIMIT_FSIZE, job.file_size)
    if job.seed is not None:
        _seed(job.seed)


def _seed(seed: int | None) -> None:
    """Seed the generators; without a seed give every run its own numbers, as a fresh process would have."""
    number = int.from_bytes(os.urandom(8), "big") >> 1 if seed is None else seed
    if seed is not None:
        random.seed(seed)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed(number % 2**32)
    if torch is not None:
        if seed is None:
            torch.default_generator.manual_seed(number)
        else:
            torch.manual_seed(seed)


def fresh_main(file: str) -> types.ModuleType:
    """Put a new `__main__` in place, one that other processes can import again from its file."""
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __file__=file, __builtins__=__builtins__, __cached__=None, __annotations__={}, __loader__=None
    )
    sys.modules["__main__"] = module
    return module


def fresh_streams() -> None:
    """Open the standard streams anew on this process's own terminal."""
    keyboard = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdin = sys.__stdin__ = keyboard  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _text_stream(1, "surrogateescape")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _text_stream(2, "backslashreplace")  # type: ignore[misc]


def _text_stream(descriptor: int, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    name = {1: "<stdout>", 2: "<stderr>"}[descriptor]
    raw.name = name
    return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", errors, line_buffering=True)


def _wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()


def _line_in(file: str) -> int:
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == file:
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return 0


def _without_token(job: Job) -> Job:
    import msgspec

    return msgspec.structs.replace(job, token="")


def _rehearse(probes: Iterable[Probe]) -> None:
    """Do once what every run does, so that the program's first line does not wait for memory and caches.

    `probes` are for this alone: they are never installed, so that no clock of theirs ticks twice.
    """
    said: list[Message] = []
    namespace: dict[str, Any] = {"__name__": "<rehearsal>", "number": 1.0}
    torch = sys.modules.get("torch")
    if torch is not None:
        namespace["tensor"] = torch.zeros(2, 3)
    inspector = Inspector(namespace, Job(source="", file="<rehearsal>", folder="/"), probes, said.append)
    exec(compile_script("number = 2\n", "<rehearsal>", inspector.tick), namespace)
    inspector.finish()
    for message in said:
        encode(message)
    delattr(builtins, TICK)
    _seed(None)


def run_child(sock: Any, terminal: int, device: str, probes: Iterable[type[Probe]]) -> None:
    """Be a child until the end of the process."""
    fresh_streams()
    channel = Channel(sock)
    try:
        Worker(channel, terminal, device, probes).serve()
    finally:
        os._exit(70)


Sender = Callable[[Message], None]
