"""The real screen in a pseudo-terminal: the time from key to screen in a flood of output, and the time to "Ready"."""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from emulator import Emulator
from row import report

KEYS = "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯαβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
"""The typed text: each character once, none of them anywhere else on the screen."""

BETWEEN = 0.08
"""Seconds between two keys."""

COURSE = """---
id: flood
code: FL1
title: Flood
language: en
---

# Flood
"""

LESSON = """---
id: flood-lesson
number: 1
title: Flood
language: en
---

# Flood

Text.

```{lab} flood.py
number = 0
while True:
    print("line", number)
    number += 1
```
"""


class Screen(Emulator):
    """EvoClass with the flood lesson open, in a separate terminal."""

    def __init__(self, folder: Path, **environment: str) -> None:
        home = folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        arguments = ["-m", "evoclass", "learn", "1", "--content", str(folder / "course"), "--trust"]
        super().__init__(arguments, EVOCLASS_HOME=str(home), **environment)

    def wait_for(self, text: str) -> None:
        """Draw until a text is on the screen."""
        self.wait(lambda shown: text in shown)


def key_times(screen: Screen) -> list[float]:
    """Return the milliseconds from each key to its character's arrival at the terminal."""
    times = []
    for character in KEYS:
        wanted = character.encode()
        end = time.perf_counter() + BETWEEN
        while time.perf_counter() < end:
            screen.read()
        begun = time.perf_counter()
        screen.child.send(character)
        seen = b""
        while wanted not in seen:
            seen = seen[-8:] + screen.read()
            if time.perf_counter() - begun > 10:
                raise RuntimeError(f"{character} never came")
        times.append((time.perf_counter() - begun) * 1000)
    return times


def at_percent(times: list[float], percent: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def time_to_ready(folder: Path, **environment: str) -> float:
    """Return the seconds from the start of the program to the line that says that Run may be pressed."""
    screen = Screen(folder, **environment)
    screen.wait_for("Ready.")
    passed = time.perf_counter() - screen.begun
    screen.close()
    return passed


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    turns = 2 if parser.parse_args().quick else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "course").mkdir()
        (folder / "course" / "index.md").write_text(COURSE)
        (folder / "course" / "01-flood.md").write_text(LESSON)
        time_to_ready(folder)
        ours, theirs = [], []
        for _ in range(turns):
            ours.append(time_to_ready(folder))
            theirs.append(time_to_ready(folder, EVOCLASS_PRELOAD=""))
        report(
            "start: to Ready, PyTorch loading behind it",
            statistics.median(ours),
            "s",
            1.25,
            "nothing to load",
            statistics.median(theirs),
        )
        screen = Screen(folder)
        screen.wait_for("Ready.")
        screen.wait_for("number += 1")
        screen.click("number += 1")
        quiet = key_times(screen)
        screen.wait_for("Ready.")
        screen.close()
        screen = Screen(folder)
        screen.wait_for("number += 1")
        screen.click("number += 1")
        screen.child.send("\x1b[15~")
        screen.wait_for("line 9")
        flooded = key_times(screen)
        screen.close()
    report("flood: key to screen, p99", at_percent(flooded, 99), "ms", 50.0)
    report(
        "flood: key to screen, median", at_percent(flooded, 50), "ms", 3.0, "no flood", at_percent(quiet, 50)
    )


if __name__ == "__main__":
    main()
