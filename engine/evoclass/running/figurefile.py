"""Figures as files in a folder, beside those that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from evoclass.disk.regularfile import read_bytes
from evoclass.i18n import Catalog
from evoclass.pattern import pattern
from evoclass.protocol import Figure
from evoclass.reading.formula import unicode_formula
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable

_DOLLAR = pattern(r"(?<!\\)\$")
_FORMULA = pattern(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$")

NAMES = 10_000
"""Most names that are tried; pictures of earlier runs are kept."""


def write_figure(folder: Path, picture: bytes) -> str:
    """Write a picture as the first of `figure-1.png`, `figure-2.png`, … that does not exist, and return its name.

    One of them that holds this picture already is enough.  Raises OSError.
    """
    for number in range(1, NAMES + 1):
        name = f"figure-{number}.png"
        try:
            with open(folder / name, "xb") as file:
                file.write(picture)
        except FileExistsError:
            if _holds(folder / name, picture):
                return name
            continue
        return name
    raise FileExistsError(f"figure-{NAMES}.png")


def told(figures: Mapping[int, Figure], folder: Path, catalog: Catalog) -> Iterator[tuple[Figure, str, str]]:
    """Save the figures that the program has not saved itself; yield each with its file's name and a sentence about it.

    The name is empty for a figure that could not be saved.
    """
    for number, figure in sorted(figures.items()):
        file = figure.file
        try:
            file = file or write_figure(folder, figure.png)
        except OSError as error:
            reason = printable(str(error))
            yield figure, "", catalog("figure.not_saved", number=number, reason=reason)
            continue
        width, height = figure.size
        key = "figure.said_title" if figure.title else "figure.said"
        fields = {
            "title": figure_text(figure.title),
            "width": width,
            "height": height,
            "file": printable(file),
        }
        said = catalog(key, number=number, **fields)
        yield (
            figure,
            file,
            ". ".join(filter(None, (said, axes_said(figure, catalog), legend_said(figure, catalog)))),
        )


def figure_text(text: str) -> str:
    """Return a text of a figure as it is read; Matplotlib has formulas between dollars, if these come in pairs."""
    shown = text
    if len(_DOLLAR.findall(text)) % 2 == 0:
        shown = _FORMULA.sub(lambda formula: unicode_formula(formula[1]), text).replace("\\$", "$")
    return printable(shown)


def axes_said(figure: Figure, catalog: Catalog) -> str:
    """Return in words what is on the axes of the plots."""
    return ", ".join(axis_said(axis, catalog) for axis in figure.axes)


def axis_said(axis: tuple[str, float, float], catalog: Catalog) -> str:
    """Return in words what is on one axis."""
    name, low, high = axis
    return catalog(
        "figure.axis",
        name=figure_text(name) or catalog("figure.colours"),
        low=_number(low, catalog),
        high=_number(high, catalog),
    )


def legend_said(figure: Figure, catalog: Catalog) -> str:
    """Return in words what the legends say."""
    names = ", ".join(figure_text(label) for label, _ in figure.legend)
    return catalog("figure.legend", names=names) if names else ""


def _number(value: float, catalog: Catalog) -> str:
    rounded = float(f"{value:.3g}")  # on paper an axis ends at 1200, not at 1.2e+03
    return localised(f"{rounded:.6g}", catalog.language)


def _holds(path: Path, picture: bytes) -> bool:
    try:
        return read_bytes(path, len(picture)) == picture
    except OSError:
        return False
