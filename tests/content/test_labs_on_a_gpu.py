"""Every lab of the course runs on a graphics card, and keeps what its lesson expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.disk.paths import content_folder
from evoclass.lint.order import in_order
from evoclass.model import Lab, Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Frame, RunEvent
from evoclass.reading.markup import Parser
from evoclass.runner import Limits, Program
from evoclass.running.record import record
from evoclass.running.recording import Recording
from evoclass_local.runners import LocalCuda

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not LocalCuda.available().ok, reason="no CUDA device"),
]

PAGES = sorted((content_folder() / "en").glob("[0-9]*.md"))


def laid_out(page: Path, folder: Path) -> Lesson:
    """Read a lesson, and lay its labs into a folder, where they can import each other."""
    lesson = Parser(Plugins()).lesson(page.read_bytes(), page)
    for lab in lesson.labs:
        (folder / lab.file).write_text(lab.code, encoding="utf-8")
    return lesson


async def recorded(runner: LocalCuda, lab: Lab, lesson: Lesson, folder: Path, devices: set[str]) -> Recording:
    """Run a lab in the folder of its lesson, where it finds what the labs before it have left.

    The devices on which the inspector has met a tensor are added to `devices`.
    """

    def look(event: RunEvent) -> None:
        if isinstance(event, Frame):
            devices.update(row.device for row in event.rows)

    program = Program(
        source=lab.code,
        file=folder / lab.file,
        folder=folder,
        arguments=lab.arguments,
        watch=lab.watch,
        live=tuple(lesson.live),
        expect=tuple(condition.expression for condition in lab.expect),
        keep=False,
    )
    recording = Recording(program, runner.name)
    await record(await runner.start(program, Limits()), recording, look)
    return recording


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
async def test_labs_of_a_lesson(page: Path, tmp_path: Path) -> None:
    lesson = laid_out(page, tmp_path)
    runner = LocalCuda()
    try:
        for lab in in_order(lesson.labs):
            devices: set[str] = set()
            recording = await recorded(runner, lab, lesson, tmp_path, devices)
            assert recording.exit is not None
            assert recording.exit.reason == "finished", (lab.file, recording.output[-2000:])
            assert [result for result in recording.expected if not result.holds] == [], lab.file
            if "device = " in lab.code:
                assert any(device.startswith("cuda") for device in devices), (lab.file, devices)
    finally:
        await runner.close()
