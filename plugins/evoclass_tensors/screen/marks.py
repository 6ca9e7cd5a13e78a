"""Values as short text: numbers, shapes, types, sizes, and histograms as block characters."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from evoclass.i18n import Catalog
from evoclass.protocol import Summary
from evoclass.quantities import byte_text, shape_text
from evoclass_tui.chart import share

BLOCKS = " ▁▂▃▄▅▆▇█"
FROZEN = "❆"
"""A snowflake that no terminal draws as a wide emoji."""

_NUMBER = re.compile(r"[-+≈]?\d*\.\d+(?:e[-+]?\d+)?(?:[kMG%]| s| [kMGTPE]?B)?", re.ASCII)
"""A number with decimals, alone or with its unit."""
_POINT = re.compile(r"(?<=\d)\.(?=\d)", re.ASCII)

_DTYPES = {
    "float64": "f64",
    "float32": "f32",
    "float16": "f16",
    "bfloat16": "bf16",
    "complex64": "c64",
    "complex128": "c128",
    "int64": "i64",
    "int32": "i32",
    "int16": "i16",
    "int8": "i8",
    "uint8": "u8",
    "uint16": "u16",
    "uint32": "u32",
    "uint64": "u64",
    "bool": "bool",
}


def clean(text: str) -> str:
    """Return text without control characters: a program's names for its values must not control the terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def piece(text: str, style: Style | None = None) -> Segment:
    """Return a piece of a line whose text may come from the program."""
    return Segment(clean(text), style)


def number(value: float | None, digits: int = 3) -> str:
    """Return a number in at most `digits` + 5 characters: `0.0312`, `-1.2e-5`, `12800`."""
    if value is None:
        return ""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    size = abs(value)
    if size == 0:
        return "0"
    if value == int(value) and size < 10 ** (digits + 2):
        return str(int(value))
    if 1e-3 <= size < 10 ** (digits + 1):
        places = max(0, digits - 1 - math.floor(math.log10(size)))
        return f"{value:.{places}f}"
    places = digits - 2 if 1e-99 < size < 1e99 else 0
    mantissa, exponent = f"{value:.{places}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def tick(value: float) -> str:
    """Return a round number at an axis: `0.25`, `1e-5`, `250000`."""
    mantissa, sign, exponent = f"{value:.6g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if sign else mantissa


def written(text: str, catalog: Catalog) -> str:
    """Return a number with the decimal mark of the interface's language; any other text as it is."""
    mark = catalog("language.decimal")
    return text.replace(".", mark) if mark != "." and _NUMBER.fullmatch(text) else text


def rates(text: str, catalog: Catalog) -> str:
    """Return an optimizer's learning rates, `lr 0.01, 0.001`, as the interface's language writes numbers."""
    mark = catalog("language.decimal")
    between = "; " if mark == "," else ", "
    return between.join(_POINT.sub(mark, part) for part in text.split(", "))


def exact_number(value: float | None) -> str:
    """Return a number with at least five significant digits, in at most eleven characters."""
    if value is None or not math.isfinite(value):
        return number(value)
    if value and not 1e-3 <= abs(value) < 1e6:
        mantissa, exponent = f"{value:.4e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.6g}" if abs(value) >= 1e-2 else f"{value:.5g}"


def shape(sizes: Sequence[int] | None) -> str:
    """Return `7×1280`; a scalar's is `()`."""
    return "" if sizes is None else shape_text(sizes, "×")


def dtype(name: str) -> str:
    """Return PyTorch's `float32` as `f32`."""
    return _DTYPES.get(name, name[:6])


def device(name: str) -> str:
    """Return `gpu0` for `cuda:0`."""
    return name.replace("cuda:", "gpu").replace("cuda", "gpu")


def size(count: int | None) -> str:
    """Return bytes as `4.9 MB`."""
    return "" if count is None else byte_text(count)


def count(value: int) -> str:
    """Return a count in short form: `8967` instead of `8,967`, `3.4M`."""
    if value < 100_000:
        return str(value)
    for unit, scale in (("k", 1e3), ("M", 1e6), ("G", 1e9)):
        if value < scale * 1000:
            return f"{value / scale:.3g}{unit}"
    return f"{value:.2g}"


def bars(counts: Sequence[int], width: int) -> str:
    """Return a histogram `width` characters wide; the tallest bin leaves a gap to the line above."""
    if not counts or width <= 0:
        return ""
    bins = resized(counts, width)
    top = max(bins)
    if top <= 0:
        return ""
    return "".join(BLOCKS[max(1, round(7 * amount / top))] if amount > 0 else BLOCKS[0] for amount in bins)


def resized(counts: Sequence[int], width: int) -> list[float]:
    """Return the counts spread over `width` equal bins; each count goes to the bins that its own bin overlaps."""
    bins = [0.0] * width
    scale = width / len(counts)
    for index, amount in enumerate(counts):
        start, end = index * scale, (index + 1) * scale
        first, last = int(start), min(width - 1, math.ceil(end) - 1)
        for slot in range(first, last + 1):
            overlap = min(end, slot + 1) - max(start, slot)
            bins[slot] += amount * overlap / (end - start)
    return bins


_NOISE = 1e-6
"""Share of a number up to which its last digits differ by chance: a mean that is always 1/6 has no curve."""


def spark(values: Sequence[float | None], width: int) -> str:
    """Return the last values of a figure as block characters, the newest at the right; a gap is a dot."""
    shown = thinned(values, width)
    known = [value for value in shown if value is not None and math.isfinite(value)]
    if not known:
        return ""
    low, high = min(known), max(known)
    if high - low <= _NOISE * max(abs(low), abs(high)):
        low = high
    result = ""
    for value in shown:
        if value is None or not math.isfinite(value):
            result += "·"
        else:
            result += BLOCKS[1 + (round(7 * share(value, low, high)) if low < high else 3)]
    return result


def thinned(values: Sequence[float | None], width: int) -> list[float | None]:
    """Return at most `width` of the values, evenly spread, first and last among them."""
    if len(values) <= width:
        return list(values)
    if width <= 1:
        return list(values[-1:])
    return [values[round(index * (len(values) - 1) / (width - 1))] for index in range(width)]


def fitted(label: str, width: int) -> str:
    """Return a name in exactly `width` cells."""
    return set_cell_size(shortened(label, width), width)


def bad(row: Summary) -> bool:
    """Whether a value contains NaN or infinity."""
    return bool(row.nan or row.inf)


def shortened(label: str, room: int) -> str:
    """Return a name that fits, shortened in the middle: its end says more than its middle."""
    if cell_len(label) <= room:
        return label
    if room < 4:
        return set_cell_size(label, max(0, room))
    tail = (room - 1) * 2 // 3
    return f"{label[: room - 1 - tail]}…{label[-tail:]}"
