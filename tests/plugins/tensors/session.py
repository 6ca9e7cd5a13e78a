"""A program under the inspector with the real probes, in this process."""

from __future__ import annotations

import ast
import builtins
import sys
from pathlib import Path
from types import CodeType
from typing import Any

from evoclass.inspecting import safepoints
from evoclass.inspecting.alarm import Alarm
from evoclass.inspecting.inspection import Inspector
from evoclass.protocol import Detail, Frame, Look, Step, Summary
from evoclass.runner import Program
from evoclass_tensors import ArrayProbe, ScalarProbe, SchedulerProbe, TensorProbe

RING = "__ring__"


class EachTurn(Alarm):
    """An alarm that rings at each turn of a loop, where a real one would ring now and then."""

    def start(self) -> None:
        def ring() -> None:
            self._ring(sys._getframe(1))

        ring._dynamo_marked_constant = True  # type: ignore[attr-defined]
        setattr(builtins, RING, ring)

    def set(self, seconds: float) -> None:
        pass

    def stop(self) -> None:
        setattr(builtins, RING, lambda: None)


def compiled(source: str, inspector: Inspector) -> CodeType:
    """Compile a program as the worker does, with a call of the alarm at each turn of its loops."""
    tree = ast.parse(source)
    safepoints._instrument(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.While | ast.AsyncFor):
            node.body.insert(0, ast.copy_location(ast.parse(f"{RING}()").body[0], node.body[0]))
    setattr(builtins, safepoints.TICK, inspector.tick)
    return compile(ast.fix_missing_locations(tree), "train.py", "exec", dont_inherit=True)


class Session:
    """One run."""

    def __init__(self, source: str, names: dict[str, Any] | None = None, **settings: Any) -> None:
        self.sent: list[Frame | Step | Detail] = []
        self.source = source
        self.namespace: dict[str, Any] = {"__name__": "__main__", **(names or {})}
        program = Program(source=source, file=Path("train.py"), folder=Path(), **settings)
        TensorProbe.prepare()
        probes = (TensorProbe(), SchedulerProbe(), ArrayProbe(), ScalarProbe())
        self.inspector = Inspector(self.namespace, program, probes, self.sent.append)
        self.inspector.alarm = EachTurn(self.inspector.ring)
        self.error: BaseException | None = None

    def run(self, *, fails: bool = False) -> Session:
        """Run the program to its end."""
        code = compiled(self.source, self.inspector)
        self.inspector.start()
        try:
            exec(code, self.namespace)
        except Exception as error:
            if not fails:
                raise
            self.inspector.error(error)
            self.error = error.with_traceback(None)
        self.inspector.finish()
        return self

    @property
    def frames(self) -> list[Frame]:
        return [message for message in self.sent if isinstance(message, Frame)]

    @property
    def rows(self) -> dict[str, Summary]:
        """Rows of the last frame."""
        return {row.name: row for row in self.frames[-1].rows}

    @property
    def every_row(self) -> list[Summary]:
        return [row for frame in self.frames for row in frame.rows]

    def look(self, expression: str, *axes: int) -> Detail:
        return self.inspector.look(Look(request=1, expression=expression, slice=axes))


def rows_of(source: str, **names: Any) -> dict[str, Summary]:
    """Return the last rows of a program."""
    return Session(source, names).run().rows
