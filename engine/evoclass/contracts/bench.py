"""Benches for tests: one that runs nothing, one that runs code in a fresh interpreter without any runner plugin."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evoclass.errors import RunnerUnavailable
from evoclass.exercise import CodeResult
from evoclass.explanation import Explanation
from evoclass.i18n import Catalog
from evoclass.protocol import ErrorReport, Exit


class QuietBench:
    """Gives interface sentences in the learner's language, and runs nothing."""

    def __init__(self, language: str = "en", packages: Sequence[str] = ()) -> None:
        self.language = language
        self._catalog = Catalog(language, packages)

    async def run(
        self, code: str, *, values: Sequence[str] = (), seconds: float = 20.0, seed: int = 0
    ) -> CodeResult:
        """Refuse: the question under test should not need a runner."""
        raise RunnerUnavailable("this bench runs nothing")

    def text(self, key: str, **fields: object) -> str:
        """Return an interface sentence."""
        return self._catalog(key, **fields)

    def explain(self, error: ErrorReport) -> Explanation | None:
        """Explain nothing: that is for plugins, and this bench has none."""
        return None


_REPORT = """

import json as _json, sys as _sys
_values = {{}}
for _expression in {values!r}:
    try:
        _values[_expression] = repr(eval(_expression))
    except Exception:
        pass
open({file!r}, "w", encoding="utf-8").write(_json.dumps(_values))
"""


class InterpreterBench(QuietBench):
    """Runs code in a fresh Python interpreter: slow, but it needs no runner."""

    async def run(
        self, code: str, *, values: Sequence[str] = (), seconds: float = 20.0, seed: int = 0
    ) -> CodeResult:
        """Run `code` and return its output, its end and the requested values."""
        import json

        with tempfile.TemporaryDirectory(prefix="evoclass-bench-") as name:
            report = Path(name) / "values.json"
            program = Path(name) / "answer.py"
            seeding = f"import random as _random; _random.seed({seed})"
            tail = _REPORT.format(values=list(values), file=str(report))
            program.write_text(f"{seeding}\n{code}\n{tail}", encoding="utf-8")
            start = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(program),
                cwd=name,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            try:
                output, _ = await asyncio.wait_for(process.communicate(), seconds)
            except TimeoutError:
                process.kill()
                await process.communicate()
                return CodeResult("", Exit(reason="timeout", code=124, seconds=seconds))
            status = process.returncode or 0
            took = time.monotonic() - start
            end = Exit(reason="finished" if status == 0 else "error", code=status, seconds=took)
            found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
            return CodeResult(output.decode("utf-8", "replace"), end, found)
