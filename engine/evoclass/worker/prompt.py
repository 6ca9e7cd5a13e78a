"""The prompt in the namespace of an ended program."""

from __future__ import annotations

import ast
import codeop
import signal
from collections.abc import Callable
from typing import Any

from evoclass.protocol import Message
from evoclass.worker import report


class Interpreter:
    """Takes lines and runs them once they are complete, as the interactive interpreter does."""

    def __init__(self, namespace: dict[str, Any], send: Callable[[Message], None]) -> None:
        self._namespace = namespace
        self._send = send
        self._lines: list[str] = []
        self._count = 0
        self._compiler = codeop.CommandCompiler()

    def push(self, source: str) -> tuple[int | None, bool]:
        """Take the typed text; return the exit code if it asked to leave, and whether more input is needed."""
        self._lines.append(source)
        text = "\n".join(self._lines)
        file = f"<prompt {self._count + 1}>"
        try:
            if "\n" not in text and self._compiler(text, file) is None:
                return None, True
            if "\n" in text and not self._whole(text, file):
                return None, True
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            pass  # running it below shows the error
        self._lines.clear()
        self._count += 1
        return self._run(text, file), False

    def _whole(self, text: str, file: str) -> bool:
        """Whether several lines are complete: a block typed line by line ends with an empty one."""
        if len(self._lines) == 1:
            return codeop.compile_command(text + "\n", file, "exec") is not None
        return self._compiler(text, file) is not None

    def _run(self, text: str, file: str) -> int | None:
        report.remember_source(file, text + "\n")
        try:
            try:
                tree = ast.parse(text, file)
                for node in tree.body:
                    interactive = ast.Interactive([node])
                    code = compile(interactive, file, "single", flags=self._compiler.compiler.flags)
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                    exec(code, self._namespace)
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        except SystemExit as leaving:
            if leaving.code is None or isinstance(leaving.code, int):
                return leaving.code or 0
            print(leaving.code)
            return 1
        except BaseException as error:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            report.clean(error)
            report.show(error)
            if not isinstance(error, KeyboardInterrupt):
                self._send(report.report(error, file))
        return None
