"""Figures as files in a folder, beside those that are there."""

from __future__ import annotations

from pathlib import Path

NAMES = 10_000
"""Most names that are tried; pictures of earlier runs are kept."""


def write_figure(folder: Path, picture: bytes) -> str:
    """Write a picture as the first of `figure-1.png`, `figure-2.png`, … that does not exist, and return its name.

    Raises OSError.
    """
    for number in range(1, NAMES + 1):
        name = f"figure-{number}.png"
        try:
            with open(folder / name, "xb") as file:
                file.write(picture)
        except FileExistsError:
            continue
        return name
    raise FileExistsError(f"figure-{NAMES}.png")
