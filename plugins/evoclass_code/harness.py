"""The program that runs a learner's code with its hidden set-up and checks, and reports the results.

It runs in the bench's clean process.  The learner's code gets its own namespace, its output is caught, and the report
is printed last, behind a mark that the learner's code cannot know.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode
from typing import Any

from evoclass.errors import ProtocolError
from evoclass.exercise import Bench, CodeResult
from evoclass.frozen import frozen
from evoclass.protocol import ErrorReport, MessageReader

ROOM = 18_000
"""Most characters of a report: a bench keeps the last 20,000 of a run's output."""

PROGRAM = '''
def _evoclass(script, mark):
    import ast, io, json, sys, traceback

    class Tape(io.TextIOBase):
        """Keeps what is written, up to a limit."""
        encoding = "utf-8"
        def __init__(self):
            self.parts, self.size = [], 0
        def writable(self):
            return True
        def write(self, text):
            text = str(text)
            if self.size < 200_000:
                self.parts.append(text)
                self.size += len(text)
            return len(text)
        def text(self):
            return "".join(self.parts)

    def line_of(error, name):
        if isinstance(error, SyntaxError) and error.filename == name:
            return error.lineno or 0
        frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
        return frames[-1] if frames else 0

    def told(error, name):
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        found = {"type": type(error).__name__, "text": text[:500], "line": line_of(error, name), "facts": ""}
        if name == "answer.py" and found["line"]:
            try:
                found["facts"] = facts(error, name)
            except Exception:
                pass  # an error without an explanation is better than none
        return found

    def facts(error, name):
        """Return what a lab would report of the error: in letters, because the report is text."""
        import base64
        import evoclass.protocol, evoclass.worker
        while error.__traceback__ and error.__traceback__.tb_frame.f_code.co_filename != name:
            error.__traceback__ = error.__traceback__.tb_next  # ours
        full = evoclass.worker.error_report(error, name, script["source"])
        data = base64.b64encode(evoclass.protocol.encode(full)).decode()
        return data if len(data) <= script["room"] // 3 else ""

    def close(left, right, tolerance=1e-6):
        """Whether two numbers, lists or tensors agree within a tolerance."""
        difference = left - right
        largest = abs(difference)
        while hasattr(largest, "max") and getattr(largest, "ndim", 0):
            largest = largest.max()
        return float(largest) <= tolerance

    out, tape = sys.stdout, Tape()
    report = {"setup": None, "error": None, "checks": [], "output": "", "value": None, "cut": ""}
    space = {"__name__": "__main__", "__file__": "answer.py"}
    sys.stdin, sys.stdout = io.StringIO(""), tape
    try:
        try:
            exec(compile(script["setup"], "setup.py", "exec"), space)
        except KeyboardInterrupt:
            raise  # it was stopped from outside, and the parent says why
        except BaseException as error:
            report["setup"] = told(error, "setup.py")
        else:
            before = tape.size
            try:
                exec(compile(script["source"], "answer.py", "exec"), space)
            except SystemExit as error:
                if error.code not in (None, 0):
                    report["error"] = told(error, "answer.py")
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                report["error"] = told(error, "answer.py")
            whole = tape.text()[before:]
            report.update(output=whole[:20_000], cut="output" if len(whole) > 20_000 else "")
            if script["value"] and not report["error"]:
                try:
                    value = eval(script["value"], space)
                    report["value"] = str(tuple(value)) if type(value).__name__ == "Size" else repr(value)
                except KeyboardInterrupt:
                    raise
                except BaseException as error:
                    report["error"] = told(error, "")
            checking = dict(space, output=report["output"], source=script["source"], close=close)
            for place, statement in enumerate(ast.parse(script["checks"], "checks.py").body):
                is_check = isinstance(statement, ast.Assert)
                if report["error"] and is_check:
                    report["checks"].append({"place": place, "ok": False, "message": "", "error": None})
                    continue
                failed = None
                try:
                    exec(compile(ast.Module([statement], []), "checks.py", "exec"), checking)
                except AssertionError as error:
                    failed = {"place": place, "ok": False, "message": str(error)[:500], "error": None}
                except KeyboardInterrupt:
                    raise
                except BaseException as error:
                    # Its line is the learner's, if it was their code that raised.
                    failed = {"place": place, "ok": False, "message": "", "error": told(error, "answer.py")}
                if failed:
                    report["checks"].append(failed)
                elif is_check:
                    report["checks"].append({"place": place, "ok": True, "message": "", "error": None})
    finally:
        sys.stdout = out
    if len(report["value"] or "") > script["room"] // 4:
        report.update(value=report["value"][:100], cut="value")
    text = json.dumps(report)
    while len(text) > script["room"] and report["output"]:  # of what is printed, only so much is kept
        report.update(output=report["output"][: len(report["output"]) // 2], cut=report["cut"] or "output")
        text = json.dumps(report)
    print("\\n" + mark + text, flush=True)
'''


@frozen
class Raised:
    """An exception of the learner's code."""

    type: str
    text: str
    line: int
    facts: ErrorReport | None = None
    """What a lab would report of it; None for what the learner's code did not raise."""


@frozen
class Check:
    """The result of one check."""

    place: int
    """Index of the check's statement, from 0."""
    ok: bool
    message: str = ""
    raised: Raised | None = None
    """Exception of the check itself, when it is not an AssertionError."""


@frozen
class Report:
    """The result of one run."""

    result: CodeResult
    finished: bool = False
    """Whether the report arrived; False when the process ended before."""
    setup: Raised | None = None
    error: Raised | None = None
    checks: tuple[Check, ...] = ()
    output: str = ""
    value: str | None = None
    cut: str = ""
    """The part that was too long to be reported whole: `output` or `value`."""


@frozen
class Script:
    """The code that a question runs: the answer, with the code before and after it."""

    source: str
    setup: str = ""
    checks: str = ""
    value: str = ""
    """Expression whose value is reported at the end."""
    seconds: float = 20.0

    async def run(self, bench: Bench, seed: int = 0) -> Report:
        """Run it on a bench.  Raises RunnerError when there is none."""
        mark = f"evoclass-{secrets.token_hex(16)}:"
        script = {
            "source": self.source,
            "setup": self.setup,
            "checks": self.checks,
            "value": self.value,
            "room": ROOM,
        }
        program = f"{PROGRAM}\n_evoclass({json.dumps(script)}, {mark!r})\n"
        result = await bench.run(program, seconds=self.seconds, seed=seed)
        return _read(result, mark)


def _read(result: CodeResult, mark: str) -> Report:
    _, found, text = result.output.rpartition(mark)
    if not found:
        return Report(result)
    try:
        told: dict[str, Any] = json.JSONDecoder().raw_decode(text)[0]
        return Report(
            result,
            True,
            _raised(told["setup"]),
            _raised(told["error"]),
            tuple(
                Check(int(check["place"]), bool(check["ok"]), str(check["message"]), _raised(check["error"]))
                for check in told["checks"]
            ),
            str(told["output"]),
            None if told["value"] is None else str(told["value"]),
            str(told["cut"]),
        )
    except (ValueError, KeyError, TypeError):
        return Report(result)


def _raised(told: Any) -> Raised | None:
    if not told:
        return None
    return Raised(str(told["type"]), str(told["text"]), int(told["line"]), _facts(str(told["facts"])))


def _facts(letters: str) -> ErrorReport | None:
    try:
        return next(MessageReader[ErrorReport](ErrorReport).feed(b64decode(letters)), None)
    except (ValueError, ProtocolError):
        return None
