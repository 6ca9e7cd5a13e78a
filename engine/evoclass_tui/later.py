"""Loading what the first picture does without, between the learner's keys."""

from __future__ import annotations

import asyncio
import sys
import time
from importlib import import_module

from evoclass.layout.code import code_rows

MODULES = (
    *("widgets.editor", "widgets.knobs", "widgets.prompt", "widgets.terminal", "widgets.lab"),
    *("runs", "work", "outside", "turning"),
    *("screens.help", "screens.palette", "screens.course", "screens.settings", "screens.dialogs"),
)
"""Modules that the first picture does not need, in the order in which they are loaded."""

CALM = 0.1
"""Seconds without a key after which the next step is taken; the first key is answered before it."""

HURRY = 2.0
"""Seconds after which no key is waited for any more."""

TURNS = 4
"""Turns of the event loop that a key takes from the terminal to the app."""

SWITCH = 0.0005
"""Seconds for which the loading thread may compute while a key waits: the answer takes several turns."""


class Later:
    """The pace of the steps after the first picture."""

    def __init__(self) -> None:
        self.wanted = False
        """Whether something waits for the last step: then there are no pauses."""
        self._begun = self._touched = time.monotonic()

    def begin(self) -> None:
        """Note that the first picture is drawn."""
        self._begun = self._touched = time.monotonic()

    def touch(self) -> None:
        """Note that a key has come."""
        self._touched = time.monotonic()

    async def calm(self) -> None:
        """Wait until no key has come for a moment; one that has just come is answered first."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        while not self.wanted and time.monotonic() < self._begun + HURRY:
            left = self._touched + CALM - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(min(left, CALM / 5))

    async def load(self) -> None:
        """Load the modules, and what finds the colours of programs, in a thread, so that keys go on meanwhile."""
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        try:
            await self.calm()
            await asyncio.to_thread(code_rows, "", "python")
            for name in MODULES:
                await self.calm()
                await asyncio.to_thread(import_module, f"evoclass_tui.{name}")
            from evoclass_tui.textual_areas import prepare_colours

            await self.calm()
            prepare_colours("python")
        finally:
            sys.setswitchinterval(interval)
