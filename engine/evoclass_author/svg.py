"""SVG of a plugin, copied shape by shape: what is not known to only draw is not in the copy."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, tostring
from xml.parsers import expat

from evoclass.wording.printable import printable

SVG = "http://www.w3.org/2000/svg"

MOST = 500_000
"""Longest picture that is read, in characters."""

MOST_ELEMENTS = 10_000
DEPTH = 50

_SHAPES = "path rect circle ellipse line polyline polygon text"
SHAPES = frozenset(_SHAPES.split())

_WORDS = "text tspan title desc"
WORDS = frozenset(_WORDS.split())
"""Elements that may hold words."""

_FRAMES = "svg g defs linearGradient radialGradient stop clipPath marker"
ELEMENTS = SHAPES | WORDS | frozenset(_FRAMES.split())
"""What a picture is made of; with `use` and `pattern` a few lines could take for ever to draw."""

_LOOKS = (
    "color fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin "
    "stroke-dasharray stroke-dashoffset stroke-miterlimit opacity font-family font-size font-style font-weight "
    "text-anchor dominant-baseline alignment-baseline letter-spacing visibility display paint-order stop-color "
    "stop-opacity clip-path clip-rule marker-start marker-mid marker-end vector-effect"
)
LOOKS = frozenset(_LOOKS.split())
"""Attributes that may stand in a `style` as well."""

_PLACES = (
    "id x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox preserveAspectRatio transform "
    "rotate textLength lengthAdjust offset gradientUnits gradientTransform spreadMethod clipPathUnits "
    "markerWidth markerHeight markerUnits refX refY orient"
)
ATTRIBUTES = LOOKS | frozenset(_PLACES.split())

PLAIN = re.compile(r"[\w\s.,#%+'\"()-]*")
LOCAL = re.compile(r"url\(#[\w.-]+\)")
"""A reference to a place of the same picture."""


class _Refused(Exception):
    """The picture is none, or has no bounds."""


def picture(svg: str) -> bytes | None:
    """Return an SVG file with the shapes and words of `svg`; None when it cannot be read or shows nothing."""
    if not svg or len(svg) > MOST:
        return None
    copy = _Copy()
    try:
        copy.read(svg)
    except (expat.ExpatError, UnicodeEncodeError, _Refused):
        return None
    return tostring(copy.root, encoding="utf-8") if copy.root is not None and copy.shown else None


class _Copy:
    """Follows the parser, and holds the copy so far."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.shown = False
        """Whether there is a shape."""
        self._open: list[Element] = []
        self._left_out = 0
        """How many elements are open that the copy does not have."""
        self._count = 0

    def read(self, svg: str) -> None:
        """Copy a whole document.  Raises ExpatError, UnicodeEncodeError, _Refused."""
        parser = expat.ParserCreate("utf-8", " ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.Parse(svg.encode("utf-8"), True)

    def _entity(self, *_: object) -> None:
        raise _Refused  # what it expands to has no bounds

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        space, _, tag = name.rpartition(" ")
        if self._count > MOST_ELEMENTS or len(self._open) + self._left_out >= DEPTH:
            raise _Refused
        if tag == "a":
            tag, attributes = "g", {}  # a link is what it is around
        known = tag in ELEMENTS and space in ("", SVG) and (tag == "svg" or self.root is not None)
        if self._left_out or not known:
            self._left_out += 1
            return
        made = Element(tag, _kept(attributes))
        if self._open:
            self._open[-1].append(made)
        else:
            made.set("xmlns", SVG)
            self.root = made
        self._open.append(made)
        self.shown = self.shown or tag in SHAPES

    def _end(self, _: str) -> None:
        if self._left_out:
            self._left_out -= 1
        else:
            self._open.pop()

    def _characters(self, words: str) -> None:
        if self._left_out or not self._open or self._open[-1].tag not in WORDS:
            return
        around = self._open[-1]
        if len(around):
            around[-1].tail = (around[-1].tail or "") + printable(words)
        else:
            around.text = (around.text or "") + printable(words)


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes that only draw; those of a `style` become attributes of their own."""
    kept = {name: value for name, value in attributes.items() if name in ATTRIBUTES and _draws(value)}
    for declaration in attributes.get("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in LOOKS and _draws(value):
            kept[name] = value
    return kept


def _draws(value: str) -> bool:
    """Whether a value says how something looks and leads nowhere."""
    return bool(LOCAL.fullmatch(value) or (PLAIN.fullmatch(value) and "url" not in value.lower()))
