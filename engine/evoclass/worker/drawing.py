"""What is sent of a figure or an image: a PNG picture that fits into a message, and words."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

from evoclass.disk.regularfile import read_bytes
from evoclass.protocol import FIGURE_SIDE, MAX_FIGURE, MAX_LABEL, FigureAxes
from evoclass.running.png import png_size

TRIES = 4
"""How often a figure is drawn smaller until it fits into a message."""

SMALLER = 0.9
"""How much smaller it is drawn than its number of bytes asks for: smaller pictures hold more bytes a pixel."""


def saved_picture(path: str) -> bytes:
    """Return the picture that the program has saved, if it is one that can be sent."""
    if path:
        try:
            data = read_bytes(path, MAX_FIGURE)
            if max(png_size(data)) <= FIGURE_SIDE:
                return data
        except (OSError, ValueError):
            pass
    return b""


def drawn(figure: Any, looks: Mapping[str, Any]) -> bytes:
    """Return a figure of Matplotlib as a PNG picture that fits into a message."""
    dpi = min(figure.dpi, FIGURE_SIDE / max(figure.get_size_inches()))
    looks = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor(), **looks}
    for _ in range(TRIES):
        data = io.BytesIO()
        # Through the canvas, because a program may replace `savefig`.
        figure.canvas.print_figure(data, format="png", dpi=dpi, **looks)
        picture = data.getvalue()
        side, size = max(png_size(picture)), len(picture)
        if side <= FIGURE_SIDE and size <= MAX_FIGURE:
            figure.stale = False
            return picture
        dpi *= min(1.0, FIGURE_SIDE / side, SMALLER * (MAX_FIGURE / size) ** 0.5)
    raise ValueError(f"its picture has more than {MAX_FIGURE} bytes")


def encoded(image: Any) -> bytes:
    """Return an image of Pillow as a PNG picture that fits into a message."""
    side = FIGURE_SIDE
    for _ in range(TRIES):
        small = image
        if max(image.size) > side:
            scale = side / max(image.size)
            small = image.resize([max(1, round(length * scale)) for length in image.size], reducing_gap=2.0)
        if small.mode not in ("1", "L", "LA", "RGB", "RGBA"):
            small = small.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
        data = io.BytesIO()
        small.save(data, format="PNG")
        if (size := data.tell()) <= MAX_FIGURE:
            return data.getvalue()
        side = round(max(small.size) * SMALLER * (MAX_FIGURE / size) ** 0.5)
    raise ValueError(f"its picture has more than {MAX_FIGURE} bytes")


def whole(text: str) -> str:
    """Return a text without halves of surrogate pairs, which a message would make longer."""
    return text.encode("utf-8", "backslashreplace").decode()


def words(figure: Any) -> tuple[str, FigureAxes]:
    """Return what a figure shows, in the program's own words: its title or those of its plots, and the axes of one."""
    plots = [plot for plot in figure.get_axes() if plot.has_data()]
    found = [figure.get_suptitle()] if hasattr(figure, "get_suptitle") else []
    if not any(found):
        found = [plot.get_title() for plot in plots]
    title = " · ".join(dict.fromkeys(" ".join(str(text).split()) for text in found if text))
    return title, axes_of(plots[0]) if len(plots) == 1 else ()


def axes_of(plot: Any) -> FigureAxes:
    """Return the axes of a plot that have numbers on them."""
    if plot.images or plot.name != "rectilinear" or not plot.axison or not plot.get_frame_on():
        return ()
    found = []
    for letter, axis, interval in (
        ("x", plot.xaxis, plot.dataLim.intervalx),
        ("y", plot.yaxis, plot.dataLim.intervaly),
    ):
        low, high = map(float, interval)
        if not axis.have_units() and math.isfinite(low) and math.isfinite(high):  # units are names or dates
            label = " ".join(axis.get_label_text().split()) or letter
            found.append((whole(label)[:MAX_LABEL], low, high))
    return tuple(found)
