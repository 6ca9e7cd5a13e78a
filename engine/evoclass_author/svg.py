"""A plugin's SVG, copied shape by shape: anything not known to be harmless drawing is left out of the copy."""

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

MOST_REPEATED = 50_000
"""Most elements that are drawn by repeating others."""

MOST_OFTEN = 200
"""Most elements inside `DRAWN_OFTEN`."""

_SHAPES = "path rect circle ellipse line polyline polygon text"
SHAPES = frozenset(_SHAPES.split())

_WORDS = "text tspan title desc"
WORDS = frozenset(_WORDS.split())
"""Elements that may hold words."""

_FRAMES = "svg g defs use linearGradient radialGradient stop clipPath marker"
ELEMENTS = SHAPES | WORDS | frozenset(_FRAMES.split())
"""Elements of a picture; a `use` is copied if its target is part of the picture and repeats nothing itself."""

_LOOKS = (
    "color fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin "
    "stroke-dasharray stroke-dashoffset stroke-miterlimit opacity font-family font-size font-style font-weight "
    "text-anchor dominant-baseline alignment-baseline letter-spacing visibility display paint-order stop-color "
    "stop-opacity clip-path clip-rule marker-start marker-mid marker-end vector-effect"
)
LOOKS = frozenset(_LOOKS.split())
"""Attributes that are also allowed in a `style`."""

_PLACES = (
    "id x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox preserveAspectRatio transform "
    "rotate textLength lengthAdjust offset gradientUnits gradientTransform spreadMethod clipPathUnits "
    "markerWidth markerHeight markerUnits refX refY orient"
)
ATTRIBUTES = LOOKS | frozenset(_PLACES.split())

DRAWN_OFTEN = ("marker", "clipPath")
"""Elements drawn at each corner of a line, or for each element; they refer to nothing that is drawn in the same way."""

REFERENCES = ("clip-path", "marker-start", "marker-mid", "marker-end")

HREF = ("href", "http://www.w3.org/1999/xlink href")
"""The attributes of a `use` that name its target."""

PLAIN = re.compile(r"[\w\s.,#%+'\"()-]*")
PLACE = re.compile(r"#[\w.-]+")
LOCAL = re.compile(rf"url\({PLACE.pattern}\)")
"""A reference to a place in the same picture."""


class _Refused(Exception):
    """The input is not a picture, or has no size limit."""


def picture(svg: str) -> bytes | None:
    """Return an SVG file with the shapes and words of `svg`; None when it cannot be read or shows nothing."""
    if not svg or len(svg) > MOST:
        return None
    copy = _Copy()
    try:
        copy.read(svg)
    except (expat.ExpatError, UnicodeEncodeError, _Refused):
        return None
    if copy.root is None or not copy.shown or not _repeats_within_bounds(copy.root):
        return None
    return bytes(tostring(copy.root, encoding="utf-8"))


class _Copy:
    """Follows the parser, and holds the copy made so far."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.shown = False
        """Whether there is a shape."""
        self._open: list[Element] = []
        self._left_out = 0
        """How many open elements are not in the copy."""
        self._count = 0
        self._often = 0
        """How many open elements are drawn often."""

    def read(self, svg: str) -> None:
        """Copy a whole document.  Raises ExpatError, UnicodeEncodeError, _Refused."""
        parser = expat.ParserCreate("utf-8", " ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = parser.AttlistDeclHandler = self._declared
        parser.Parse(svg.encode("utf-8"), True)

    def _declared(self, *_: object) -> None:
        raise _Refused  # an entity, or an attribute that every element gets: its expansion has no limit

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        space, _, tag = name.rpartition(" ")
        if (
            self._count > MOST_ELEMENTS
            or self._often > MOST_OFTEN
            or len(self._open) + self._left_out >= DEPTH
        ):
            raise _Refused
        if tag == "a":
            tag, attributes = "g", {}  # a link is replaced with its contents
        known = tag in ELEMENTS and space in ("", SVG) and (tag == "svg" or self.root is not None)
        if self._left_out or not known:
            self._left_out += 1
            return
        made = Element(tag, _kept(attributes))
        drawn_often = any(around.tag in DRAWN_OFTEN for around in self._open)
        self._often += drawn_often
        if drawn_often or tag in DRAWN_OFTEN:
            for name in REFERENCES:
                made.attrib.pop(name, None)
        if tag == "use":
            target = next((attributes[name] for name in HREF if name in attributes), "")
            if drawn_often or not PLACE.fullmatch(target):
                self._left_out += 1
                return
            made.set("href", target)
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


def _repeats_within_bounds(root: Element) -> bool:
    """Whether each `use` repeats an element without a `use`, and all repeats are bounded: else they never end."""
    wanted = [use.get("href", "")[1:] for use in root.iter("use")]
    sizes = dict.fromkeys(wanted, 0)
    for element in root.iter():
        name = element.get("id")
        if name in sizes:
            tags = [inner.tag for inner in element.iter()]
            if "use" in tags:
                return False
            sizes[name] = max(sizes[name], len(tags))
    return sum(sizes[name] for name in wanted) <= MOST_REPEATED


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes that only draw; those of a `style` become separate attributes."""
    kept = {name: value for name, value in attributes.items() if name in ATTRIBUTES and _draws(value)}
    for declaration in attributes.get("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in LOOKS and _draws(value):
            kept[name] = value
    return kept


def _draws(value: str) -> bool:
    """Whether a value only describes an appearance and refers to nothing outside."""
    return bool(LOCAL.fullmatch(value) or (PLAIN.fullmatch(value) and "url" not in value.lower()))
