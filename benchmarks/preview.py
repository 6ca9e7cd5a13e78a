"""The time from a save to the new drawing of the lesson, in the preview of Lesson 7."""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from row import report

SAVES = 15
BAR = 0.3
"""Seconds."""

CONTENT = Path(__file__).parent.parent / "content"


async def measure(file: Path, source: str) -> list[float]:
    """Save the file again and again; return the time of each save until it reached the screen."""
    from evoclass.disk import paths
    from evoclass.learner import config
    from evoclass.learner.session import Session
    from evoclass.learner.store import Store
    from evoclass.model import plain_text
    from evoclass.pluginhost.plugins import Plugins
    from evoclass.reading.library import Library
    from evoclass.reading.markup import Parser
    from evoclass_tui.app import EvoClassApp

    plugins = Plugins()
    store = Store(paths.data_folder() / "preview.db")
    library = Library([file.parent.parent], Parser(plugins))
    session = Session.preview(library, store, plugins, config.load(paths.config_file()), file, "en")
    took = []
    app = EvoClassApp(session, {})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(1.0)
        for number in range(SAVES):
            words = f"Welcome to save number {number}."
            start = time.perf_counter()
            save(file, source.replace("Welcome to Lesson 7.", words, 1))
            while words not in plain_text(session.lesson.blocks[0].text):  # type: ignore[attr-defined]  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await pilot.pause()
            took.append(time.perf_counter() - start)
            await asyncio.sleep(0.2)
    store.close()
    return took


def save(file: Path, text: str) -> None:
    """Write the file in the way of an editor."""
    file.write_text(text, encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        os.environ["EVOCLASS_HOME"] = f"{name}/home"
        shutil.copytree(CONTENT, f"{name}/course")
        file = Path(name) / "course" / "en" / "07-transfer-learning.md"
        took = asyncio.run(measure(file, file.read_text(encoding="utf-8")))
    report("save to screen in the preview of Lesson 7", statistics.median(took), "s", BAR)


if __name__ == "__main__":
    main()
