"""Draw `docs/screen.svg`, the picture in README: the real program, the real lesson, a real run.

.venv/bin/python scripts/picture.py [--language it] [--size 150x44] [--theme evoclass-light] [FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import tempfile
from pathlib import Path

PATIENCE = 120
"""Seconds that the lesson's program may take."""

ABOVE = 14
"""Rows of prose shown above the table of the run's values."""


async def draw(language: str, columns: int, rows: int, theme: str) -> str:
    """Open Lesson 7, run its program to the end, and return the screen as SVG."""
    from evoclass.learner.session import Session
    from evoclass.learner.workspace import Workspace
    from evoclass.model import Lesson, Live, Table
    from evoclass_tui.app import EvoClassApp
    from evoclass_tui.closing import close_all

    def figures(lesson: Lesson) -> str:
        """Return the id of the table that shows the run's values in the prose."""
        tables = (block for block in lesson.walk() if isinstance(block, Table))
        return next(
            table.id
            for table in tables
            if any(isinstance(item, Live) for row in table.rows for cell in row for item in cell)
        )

    space = Workspace(asked_language=language)
    settings = space.settings.changed(theme=theme, hints_seen=True)
    session = Session.open(space.library, space.store, space.plugins, settings, "7", language)
    runners = space.plugins.make_runners()
    app = EvoClassApp(session, runners)
    async with app.run_test(size=(columns, rows)) as pilot:
        screen = app.lesson_screen
        async with asyncio.timeout(PATIENCE):
            await pilot.press("f5")
            while session.state.last_run is None:
                await pilot.pause(0.2)
        screen.panes.read_at(figures(session.lesson))
        await pilot.pause(1.0)  # the panels draw the last frame on their next turn
        screen.reader.scroll_relative(y=-ABOVE, animate=False, immediate=True)
        if screen.lab.editor is not None:
            loop = next(
                number
                for number, line in enumerate(session.desk.code(screen.lab.file).splitlines())
                if "range(" in line
            )
            screen.lab.editor.scroll_to(y=loop - 6, animate=False, immediate=True)
        await pilot.pause(0.5)
        picture = app.export_screenshot(title="EvoClass")
        await app.action_quit()
    await close_all(runners.values())
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "file", nargs="?", type=Path, default=Path(__file__).parents[1] / "docs" / "screen.svg"
    )
    parser.add_argument("--language", default="en")
    parser.add_argument("--size", default="160x44", help="columns x rows")
    parser.add_argument("--theme", default="evoclass-dark")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    # A separate home: the picture shows a first visit on any machine.
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"EVOCLASS_HOME": home, "COLORTERM": "truecolor", "TERM": "xterm-256color"}
        picture = asyncio.run(draw(options.language, columns, rows, options.theme))
    # Textual numbers its CSS classes differently each time; fixed numbers keep the difference between two pictures
    # small.
    picture = re.sub(r"terminal-\d+-", "terminal-", picture)
    options.file.write_text(picture, encoding="utf-8")
    print(f"{options.file}: {columns}×{rows}, {len(picture) // 1024} KiB")


if __name__ == "__main__":
    main()
