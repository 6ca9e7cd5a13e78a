"""SVG to PNG, by resvg in a process of its own, which has little time and memory and can be ended."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

SECONDS = 5.0
"""Longest time; a drawing of a lesson takes a tenth of a second."""

HEAD = 64 * 1024
"""Bytes in which the drawing must begin."""

LARGEST = 100_000.0
"""Largest width or height that is believed."""

_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""Units of length in pixels, as CSS has them."""

_LENGTH = re.compile(r"\s*([0-9]{0,9}\.?[0-9]{0,9})\s*([a-z]{0,2})\s*", re.ASCII)

_PROGRAM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.path.insert(0, sys.argv[1])
import json, resvg_py
from xml.etree import ElementTree
root = ElementTree.fromstring(sys.stdin.buffer.read())
for element in root.iter():
    for name, target in list(element.attrib.items()):
        if name.rpartition("}")[2] == "href" and not target.startswith(("#", "data:")):
            del element.attrib[name]  # another file, which would be read
text = ElementTree.tostring(root, encoding="unicode")
options = json.loads(sys.argv[2])
sys.stdout.buffer.write(resvg_py.svg_to_bytes(svg_string=text, resources_dir="/dev/null", **options))
"""

_FAMILIES = {"sans_serif_family": "sans-serif", "serif_family": "serif", "monospace_family": "monospace"}
"""Names of resvg's options by the general names of fonts: without them words would need Arial, Times and Courier."""


class UnreadableSvg(Exception):
    """Not a drawing that can be read."""


def svg_size(data: bytes) -> tuple[int, int]:
    """Return the width and height that a drawing asks for, in pixels.  Raises UnreadableSvg."""
    parser: XMLPullParser[Element] = XMLPullParser(["start"])
    try:
        parser.feed(data[:HEAD])
        root: object = next(iter(parser.read_events()), ("", None))[-1]
    except (ParseError, ValueError) as error:
        raise UnreadableSvg from error
    if not isinstance(root, Element) or root.tag.rpartition("}")[2] != "svg":
        raise UnreadableSvg
    box = [_length(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())[2:4]]
    wide, high = box if len(box) == 2 else (None, None)
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    ratio = wide / high if wide and high else (width or 300.0) / (height or 150.0)
    if width is None:
        width = height * ratio if height is not None else wide or 300.0
    if height is None:
        height = width / ratio
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise UnreadableSvg
    return max(1, round(width)), max(1, round(height))


def rasterized(data: bytes, *, width: bool, length: int) -> bytes:
    """Return a drawing as PNG, its width (or height) of this length.  Raises UnreadableSvg."""
    found = find_spec("resvg_py")
    if found is None or found.origin is None:
        raise UnreadableSvg
    folder = str(Path(found.origin).parents[1])
    options = {"width" if width else "height": length, **_fonts()}
    words = [sys.executable, "-I", "-S", "-c", _PROGRAM, folder, json.dumps(options)]
    try:
        ended = subprocess.run(words, input=data, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise UnreadableSvg from error
    if ended.returncode or not ended.stdout:
        raise UnreadableSvg(ended.stderr[-400:].decode("utf-8", "replace"))
    return ended.stdout


@cache
def _fonts() -> dict[str, str]:
    """Return the installed fonts for the general names, as fontconfig knows them."""
    matcher = shutil.which("fc-match")
    if matcher is None:
        return {}
    fonts = {}
    for option, family in _FAMILIES.items():
        words = [matcher, "-f", "%{family[0]}", family]
        try:
            found = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=True)
        except (OSError, ValueError, subprocess.SubprocessError):
            return {}
        fonts[option] = found.stdout
    return {**fonts, "font_family": fonts["sans_serif_family"]}


def _length(text: str) -> float | None:
    found = _LENGTH.fullmatch(text)
    if found is None or found[2] not in _UNITS or not found[1].strip("."):
        return None
    return float(found[1]) * _UNITS[found[2]] or None
