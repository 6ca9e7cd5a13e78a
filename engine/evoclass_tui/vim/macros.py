"""Vim's macros: keys that were recorded, to be pressed again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat

from evoclass_tui.vim.insertion import Typed
from evoclass_tui.vim.operators import NOWHERE, Operators

SECONDS = 2.0
"""Longest play: a macro may call itself."""

Step = str | Typed
"""A key, or what was typed in insert mode."""

_NAMES = {
    **{"escape": "Esc", "enter": "CR", "backspace": "BS", "tab": "Tab", "delete": "Del"},
    **{"left": "Left", "right": "Right", "up": "Up", "down": "Down", "home": "Home", "end": "End"},
    **{"pageup": "PageUp", "pagedown": "PageDown", "insert": "Insert"},
}
"""Keys that are no characters, as a macro has them when it is put into a text."""

_KEYS = {name.lower(): key for key, name in _NAMES.items()} | {"lt": "<", "space": " "}
_NAMED = re.compile(rf"<({'|'.join(_KEYS)}|C-.)>|\n|.", re.IGNORECASE)


def written(steps: Iterable[Step]) -> str:
    """Return the steps of a macro as text."""
    return "".join(
        "<BS>" * step.before + "<Del>" * step.after + _literal(step.text)
        if isinstance(step, Typed)
        else _literal(step)
        if len(step) == 1
        else f"<C-{step[5:].upper()}>"
        if step.startswith("ctrl+")
        else f"<{_NAMES[step]}>"
        if step in _NAMES
        else ""
        for step in steps
    )


def _literal(text: str) -> str:
    return re.sub(rf"<(?=(?:{'|'.join(_KEYS)}|C-.)>)", "<lt>", text, flags=re.IGNORECASE).replace(
        "\n", "<CR>"
    )


def read(text: str) -> list[Step]:
    """Return the keys that a text stands for."""
    steps: list[Step] = []
    for found in _NAMED.finditer(text):
        name = (found[1] or "").lower()
        key = f"ctrl+{name[2:]}" if name.startswith("c-") else _KEYS.get(name, found[0])
        steps.append("enter" if key == "\n" else key)
    return steps


class Macros:
    """Records, and plays what its register has: the same keys, or what a text there says."""

    def __init__(self, operators: Operators) -> None:
        self._operators = operators
        self._steps: dict[str, list[Step]] = {}
        self.recording = ""
        """The register into which keys are recorded now."""
        self._recorded: list[Step] = []
        self._last = ""
        self._waiting: list[Iterator[Step]] = []
        """What is still to be pressed of the macros that are being played, the innermost one last."""

    @property
    def playing(self) -> bool:
        """Whether keys are those of a macro."""
        return bool(self._waiting)

    def begin(self, register: str) -> None:
        """Record from now on; a capital letter adds to what its register has."""
        self.recording = register.lower()
        self._recorded = self.steps(register) if register.isupper() else []

    def end(self) -> None:
        """Record no more; only now can the macro be played."""
        self._steps[self.recording] = self._recorded
        self._operators.note(self.recording, written(self._recorded))
        self.recording = ""

    def note(self, step: Step) -> None:
        """Record a step, if it comes from the learner."""
        if self.recording and not self.playing:
            self._recorded.append(step)

    def steps(self, register: str) -> list[Step]:
        """Return the steps of a macro; `@` is the one that was played last."""
        register = self._last if register == "@" else register.lower()
        steps, (text, _) = self._steps.get(register, []), self._operators.kept(register or NOWHERE)
        return list(steps) if text == written(steps) else read(text)

    def play(self, register: str, times: int, press: Callable[[Step], bool]) -> bool:
        """Press the keys of a macro until one has no effect; return whether it came to its end in time.

        A macro that is played by another one goes on in the same loop.
        """
        steps = self.steps(register)
        self._last = self._last if register == "@" else register.lower()
        inner = self.playing
        self._waiting.append(chain.from_iterable(repeat(steps, times)))
        if inner:
            return True
        until = time.monotonic() + SECONDS
        try:
            while self._waiting:
                step = next(self._waiting[-1], None)
                if step is None:
                    self._waiting.pop()
                elif time.monotonic() > until:
                    return False
                elif not press(step):
                    break
            return True
        finally:
            self._waiting.clear()
