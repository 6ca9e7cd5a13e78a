"""Runs the program of a job as `python file.py` would, then stays to answer the front end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings
from collections import deque
from collections.abc import Callable
from typing import Any, NoReturn

import msgspec

from evoclass.inspecting.inspection import Inspector
from evoclass.inspecting.safepoints import compile_script
from evoclass.inspecting.scope import OURS, line_of
from evoclass.protocol import (
    Attend,
    Done,
    Evaluate,
    Halt,
    Job,
    Look,
    Prompt,
    Quit,
    Soon,
    Warned,
)
from evoclass.running.program import Program
from evoclass.running.threads import wait_for_threads
from evoclass.worker import figures, report
from evoclass.worker.channel import Channel
from evoclass.worker.leaving import flush, flush_files, leave
from evoclass.worker.limits import hold_to
from evoclass.worker.probes import ProbeSet
from evoclass.worker.prompt import Interpreter
from evoclass.worker.rehearsal import limber_up
from evoclass.worker.surroundings import fresh_main, settle

MARK = b"\x1b_evoclass;"
"""Starts a mark in the terminal's output; the job's token and a number follow."""

_WARNINGS = 200


class Worker:
    """Runs one program in this process, which ends with it."""

    def __init__(self, channel: Channel, terminal: int, probes: ProbeSet, package: str = "") -> None:
        """`terminal` is the descriptor of the program's output; marks are written to it too.

        `package` is the runner's own, whose frames are left out of the learner's tracebacks.
        """
        for name in {*probes.packages, package} - {""}:
            report.hide(name)
        self._channel = channel
        self._pid = os.getpid()
        self._terminal = os.dup(terminal)
        self._probes = probes.make()
        self._marks = 0
        self._warned = 0
        self._looks: deque[Look] = deque()
        """The front end's requests, to be answered as soon as that is safe."""

    def serve(self, prepare: Callable[[Job], None] | None = None) -> NoReturn:
        """Wait for the job, run its program, answer the front end as long as it asks, and end the process.

        `prepare` is called with the job, without its token, just before the program starts.
        """
        message = self._channel.receive()
        while isinstance(message, Soon):
            limber_up()
            message = self._channel.receive()
        if not isinstance(message, Job):
            os._exit(0)
        # The program must not find the token among the objects of its process.
        token, message = message.token, msgspec.structs.replace(message, token="")
        settle(message.program, self._channel.send)
        if message.limits is not None:
            hold_to(message.limits)
        if prepare is not None:
            prepare(message)
        self._run(message.program, token)

    # ------------------------------------------------------------------------------------------ the program

    def _run(self, program: Program, token: str) -> NoReturn:
        file = str(program.file)
        module = fresh_main(file)
        namespace = module.__dict__
        report.remember_source(file, program.source)
        inspector = Inspector(namespace, program, self._probes, self._channel.send)
        inspector.poll = self._make_poll(inspector)
        self._catch_warnings(file)
        failure: BaseException | None = None
        try:
            try:
                code = (
                    compile_script(program.source, file, inspector.tick)
                    if program.inspect
                    else compile(program.source, file, "exec", dont_inherit=True)
                )
                inspector.start()
                signal.signal(signal.SIGINT, signal.default_int_handler)
                exec(code, namespace)
                wait_for_threads()
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        except BaseException as error:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            failure = error
        code_number, raised = self._judge(failure, file)
        if os.getpid() != self._pid:
            # This is a child that the program forked: only the child ends here.
            leave(namespace)
            os._exit(code_number)
        if failure is not None and raised:
            inspector.error(failure)
        failure = None
        figures.finish()
        inspector.finish()
        while self._looks:
            self._channel.send(inspector.look(self._looks.popleft()))
        flush()
        parameters = inspector.rows.parameters()
        if program.keep:
            flush_files()
        else:
            leave(namespace)
        self._mark(token)
        self._channel.send(
            Done(
                code=code_number,
                error=raised,
                parameters=parameters,
                steps=inspector.steps,
                token=token,
                mark=self._marks,
            )
        )
        if not program.keep or self._channel.broken:
            os._exit(code_number)
        self._stay(namespace, inspector, token)

    def _judge(self, failure: BaseException | None, file: str) -> tuple[int, bool]:
        """Print and report the program's error; return its exit code and whether that was an error."""
        if failure is None:
            return 0, False
        if isinstance(failure, SystemExit):
            if failure.code is None:
                return 0, False
            if isinstance(failure.code, int):
                return failure.code & 0xFF, False
            with contextlib.suppress(Exception):  # the stream may be closed, the code the program's own class
                print(failure.code, file=sys.stderr)
            return 1, False
        if isinstance(failure, KeyboardInterrupt):
            return 130, False  # the learner pressed Stop: the program's current line does not matter
        report.clean(failure)
        with contextlib.suppress(OSError, ValueError):  # the program may have closed its standard error
            flush()
            report.show(failure)
        self._channel.send(report.report(failure, file))
        return 1, True

    def _make_poll(self, inspector: Inspector) -> Callable[[bool], bool]:
        def poll(safe: bool) -> bool:
            while (message := self._channel.poll()) is not None:
                if isinstance(message, Look):
                    self._looks.append(message)
                elif isinstance(message, Attend):
                    inspector.attend(message.names)
                elif isinstance(message, Halt):
                    raise KeyboardInterrupt
            if self._channel.left:  # nothing waits for the program's work or could stop it
                raise KeyboardInterrupt
            while safe and self._looks:
                self._channel.send(inspector.look(self._looks.popleft()))
            return bool(self._looks)

        return poll

    def _catch_warnings(self, own_file: str) -> None:
        def showwarning(
            message: Warning | str, category: type[Warning], filename: str, lineno: int,
            file: Any = None, line: str | None = None,
        ) -> None:  # fmt: skip
            if filename == OURS:
                return
            if report.is_own(filename):  # above the program there is nothing, under python as here
                filename, lineno = "sys", 1
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

    def _stay(self, namespace: dict[str, Any], inspector: Inspector, token: str) -> NoReturn:
        interpreter = Interpreter(namespace, self._channel.send)
        self._channel.send(Prompt(mark=self._marks))
        while True:
            message = self._channel.receive()
            if message is None or isinstance(message, Quit):
                leave(namespace)
                os._exit(0)
            if isinstance(message, Look):
                self._channel.send(inspector.look(message))
            elif isinstance(message, Evaluate):
                if message.figure_size is not None:
                    figures.fit(message.figure_size)
                ending, more = interpreter.push(message.source)
                figures.finish()
                flush()
                if ending is not None:
                    leave(namespace)
                    os._exit(ending & 0xFF)
                if not more:
                    inspector.after_prompt()
                self._mark(token)
                self._channel.send(Prompt(more=more, mark=self._marks))

    def _mark(self, token: str) -> None:
        """Write a mark after all output so far, so that the front end knows when it has read it."""
        self._marks += 1
        with contextlib.suppress(OSError):
            os.write(self._terminal, MARK + token.encode() + b";%d\x1b\\" % self._marks)


def _line_in(file: str) -> int:
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == file:
            return line_of(frame.f_code, frame.f_lasti)
        frame = frame.f_back  # type: ignore[assignment]
    return 0
