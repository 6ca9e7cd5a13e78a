"""What is sent of a figure or an image: a PNG picture that fits into a message, and words."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from typing import Any

from evoclass.disk.regularfile import read_bytes
from evoclass.protocol import (
    FIGURE_SIDE,
    MAX_FIGURE,
    MAX_LABEL,
    MAX_LEGEND,
    MAX_PLOTS,
    FigureAxes,
    FigureLegend,
)
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


def words(figure: Any) -> tuple[str, FigureAxes, FigureLegend]:
    """Return what a figure says in the program's own words: its title or those of its plots, axes, legend."""
    plots = [plot for plot in figure.get_axes() if plot.has_data()]
    found = [figure.get_suptitle()] if hasattr(figure, "get_suptitle") else []
    if not any(found):
        found = [plot.get_title() for plot in plots]
    title = " · ".join(dict.fromkeys(" ".join(str(text).split()) for text in found if text))
    return title, _all_axes(plots), tuple(_legend(plots))[:MAX_LEGEND]


def _all_axes(plots: list[Any]) -> FigureAxes:
    """Return the axes of all plots; where there are several, each with the title or the number of its plot, unless
    all have the same axes."""
    bars = [bar for plot in plots if (bar := getattr(plot, "_colorbar", None)) is not None]
    plots = [plot for plot in plots if getattr(plot, "_colorbar", None) is None]
    colours = tuple(axis for axis in map(_colours_of, bars[:MAX_PLOTS]) if all(map(math.isfinite, axis[1:])))
    found: list[tuple[str, float, float]] = []
    own = [axes_of(plot) for plot in plots]
    if plots and len({tuple(map(_about, axes)) for axes in own}) == 1:
        return own[0] + colours
    for number, (plot, axes) in enumerate(zip(plots[:MAX_PLOTS], own, strict=False), 1):
        name = " ".join(plot.get_title().split()) or str(number)
        found += [(whole(f"{name}: {label}")[:MAX_LABEL], low, high) for label, low, high in axes]
    return (*found, *colours)


def _colours_of(bar: Any) -> tuple[str, float, float]:
    """Return the only axis of a colour bar; it may have no name of its own."""
    axis = bar.ax.xaxis if bar.orientation == "horizontal" else bar.ax.yaxis
    label = " ".join(axis.get_label_text().split())
    return whole(label)[:MAX_LABEL], float(bar.vmin), float(bar.vmax)


def _about(axis: tuple[str, float, float]) -> tuple[str, str, str]:
    """Return an axis as precisely as a reader takes it in."""
    label, low, high = axis
    return label, f"{low:.3g}", f"{high:.3g}"


def _legend(plots: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield what the legends say, or would say, each once, with its colour."""
    seen = set()
    for plot in plots:
        legend = plot.get_legend()
        if legend is not None and hasattr(legend, "legend_handles"):  # since Matplotlib 3.7
            texts = [text.get_text() for text in legend.get_texts()]
            entries = list(zip(legend.legend_handles, texts, strict=False))
        else:
            entries = list(zip(*plot.get_legend_handles_labels(), strict=False))
        for handle, label in entries[: MAX_LEGEND + 1]:
            entry = (whole(" ".join(str(label).split()))[:MAX_LABEL], _colour(handle))
            if entry[0] and entry not in seen:
                seen.add(entry)
                yield entry


def _colour(handle: Any) -> str:
    """Return the colour of a line, of bars or of points; empty if there is not one."""
    from matplotlib.colors import to_hex

    if getattr(handle, "get_array", lambda: None)() is not None:
        return ""  # a colour map
    for part in (handle, *(getattr(handle, "patches", None) or ())[:1]):
        for name in ("get_color", "get_facecolor"):
            if hasattr(part, name):
                try:
                    colour = getattr(part, name)()
                    rows = getattr(colour, "ndim", 1) == 2
                    return str(to_hex(colour[0] if rows else colour))
                except (ValueError, IndexError, TypeError):
                    continue
    return ""


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
