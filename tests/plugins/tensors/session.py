"""A program under the inspector with the real probes, in this process."""

from __future__ import annotations

from typing import Any

from evoclass.inspection import Inspector
from evoclass.protocol import Detail, Frame, Job, Look, Step, Summary
from evoclass.safepoints import compile_script
from evoclass_tensors import ArrayProbe, ScalarProbe, TensorProbe


class Session:
    """One run."""

    def __init__(self, source: str, names: dict[str, Any] | None = None, **job: Any) -> None:
        self.sent: list[Frame | Step | Detail] = []
        self.source = source
        self.namespace: dict[str, Any] = {"__name__": "__main__", **(names or {})}
        self.job = Job(source=source, file="train.py", folder=".", **job)
        TensorProbe.prepare()
        probes = (TensorProbe(), ArrayProbe(), ScalarProbe())
        self.inspector = Inspector(self.namespace, self.job, probes, self.sent.append)
        self.error: BaseException | None = None

    def run(self, *, fails: bool = False) -> Session:
        """Run the program to its end."""
        code = compile_script(self.source, "train.py", self.inspector.tick)
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

    def look(self, expression: str, *slice: int) -> Detail:
        return self.inspector.look(Look(request=1, expression=expression, slice=slice))


def rows_of(source: str, **names: Any) -> dict[str, Summary]:
    """Return the last rows of a program."""
    return Session(source, names).run().rows
