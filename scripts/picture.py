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


async def draw(language: str, columns: int, rows: int, theme: str) -> str:
    """Open Lesson 7, run its program, wait for its end, and return the screen as SVG."""
    from evoclass.session import Session
    from evoclass.workspace import Workspace
    from evoclass_tui.app import EvoClassApp

    space = Workspace(asked_language=language)
    settings = space.settings.changed(theme=theme, hints_seen=True)
    session = Session.open(space.library, space.store, space.plugins, settings, "7", language)
    runners = {name: cls() for name, cls in space.plugins.runners.items()}
    app = EvoClassApp(session, runners)
    async with app.run_test(size=(columns, rows)) as pilot:
        await pilot.pause()
        await pilot.press("f5")
        async with asyncio.timeout(PATIENCE):
            while session.state.last_run is None:
                await pilot.pause(0.2)
        await pilot.pause(1.0)  # the panels draw the last frame on their next turn
        return app.export_screenshot(title="EvoClass")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path(__file__).parents[1] / "docs" / "screen.svg")
    parser.add_argument("--language", default="en", choices=("en", "it"))
    parser.add_argument("--size", default="160x44", help="columns x rows")
    parser.add_argument("--theme", default="evoclass-dark")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    # A home of its own: the picture shows a first visit, whoever draws it.
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"EVOCLASS_HOME": home, "COLORTERM": "truecolor", "TERM": "xterm-256color"}
        picture = asyncio.run(draw(options.language, columns, rows, options.theme))
    # Textual numbers its CSS classes anew each time; fixed numbers keep the difference between two pictures small.
    picture = re.sub(r"terminal-\d+-", "terminal-", picture)
    options.file.write_text(picture, encoding="utf-8")
    print(f"{options.file}: {columns}×{rows}, {len(picture) // 1024} KiB")


if __name__ == "__main__":
    main()
