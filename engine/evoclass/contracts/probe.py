"""Requirements for every probe.  Subclass in your tests, and pytest does the rest:

class TestFrameProbe(ProbeContract):
    probe = FrameProbe
    program = '''
        import pandas
        scores = pandas.DataFrame({"points": [7.5, 9.0]})
        '''
    names = ("scores", "scores['points']")
"""

from __future__ import annotations

import gc
import random
import sys
import textwrap
import warnings
import weakref
from pathlib import Path
from typing import Any, ClassVar

from evoclass.inspecting.inspection import Inspector
from evoclass.inspecting.safepoints import compile_script
from evoclass.probe import Probe
from evoclass.protocol import Detail, Frame, Look, Step, Summary
from evoclass.runner import Program


class _Foreign:
    """An object that raises when it is inspected."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(f"somebody asked for {name}")


class ProbeContract:
    """Tests of one probe, on a program that makes values of its family."""

    probe: ClassVar[type[Probe]]
    program: ClassVar[str]
    """A program that makes the values, as globals."""
    names: ClassVar[tuple[str, ...]]
    """Names of rows that must exist at the end."""

    def run(self, after: str = "") -> tuple[Inspector, dict[str, Any], list[Frame]]:
        """Run the program, and more lines after it, under an inspector with this probe alone."""
        frames: list[Frame] = []

        def keep(message: Frame | Step | Detail) -> None:
            if isinstance(message, Frame):
                frames.append(message)

        source = textwrap.dedent(self.program) + textwrap.dedent(after)
        namespace: dict[str, Any] = {"__name__": "__main__"}
        self.probe.prepare()
        file = Path("sample.py")
        program = Program(source=source, file=file, folder=file.parent, frames_per_second=1e6, budget=1.0)
        inspector = Inspector(namespace, program, [self.probe()], keep)
        code = compile_script(source, "sample.py", inspector.tick)
        inspector.start()
        exec(code, namespace)
        inspector.finish()
        return inspector, namespace, frames

    def rows(self) -> dict[str, Summary]:
        """Return the rows of the last frame."""
        return {row.name: row for row in self.run()[2][-1].rows}

    def test_the_rows_are_there_without_a_fault(self) -> None:
        rows = self.rows()
        assert set(self.names) <= set(rows), sorted(rows)
        for row in rows.values():
            assert row.parent == "" or row.parent in rows, row
            assert "Error" not in row.badge, row.badge
        assert "inspector" not in rows

    def test_figures_fit_together(self) -> None:
        for row in self.rows().values():
            if row.min is not None and row.max is not None:
                assert row.min <= row.max, row
            assert all(count >= 0 for count in row.histogram), row
            assert row.nan is None or row.nan >= 0, row
            assert row.bytes is None or row.bytes >= 0, row

    def test_a_close_look_answers_or_declines(self) -> None:
        inspector, _, _ = self.run()
        for number, name in enumerate(self.names):
            detail = inspector.look(Look(request=number, expression=name))
            assert not detail.error, (name, detail.error)
            assert detail.summary is not None

    def test_it_matches_by_type_and_leaves_others_alone(self) -> None:
        probe = self.probe()
        assert probe.name
        for value in (None, "text", b"bytes", object(), _Foreign(), [1], {"a": 1}, len, sys):
            assert not probe.matches(value), type(value)

    def test_it_uses_up_no_random_numbers(self) -> None:
        self.run()
        random.seed(1)
        wanted = random.getstate()
        numpy = sys.modules.get("numpy")
        inspector, namespace, _ = self.run("import random as _random\n_random.seed(1)\n")
        before = numpy.random.get_state()[1].tolist() if numpy is not None else []
        for _ in range(3):
            inspector.after_prompt()
            inspector.look(Look(request=1, expression=self.names[0]))
        assert random.getstate() == wanted
        assert not before or numpy is None or numpy.random.get_state()[1].tolist() == before
        assert namespace

    def test_it_makes_no_warnings(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            inspector, _, frames = self.run()
            inspector.after_prompt()
        assert not any("Warning" in row.badge for frame in frames for row in frame.rows)

    def test_it_keeps_no_value(self) -> None:
        inspector, namespace, _ = self.run()
        alive = []
        for name in list(namespace):
            if self.probe().matches(namespace[name]):
                try:
                    alive.append((name, weakref.ref(namespace[name])))
                except TypeError:  # numbers and similar values, which cannot have weak references
                    continue
                del namespace[name]
        gc.collect()
        assert [name for name, value in alive if value() is not None] == []
        inspector.after_prompt()
