"""Formulas as MathML, built as a tree: the contents of TeX can become text in it, never markup."""

from __future__ import annotations

import re
from html import escape
from xml.etree.ElementTree import Element, tostring

from evoclass.reading.formula import unicode_formula
from evoclass.wording.printable import printable

MOST = 4000
"""Longest formula that is drawn; a longer one is shown as written."""

_ELEMENTS = (
    "math mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle "
    "msub msubsup msup mtable mtd mtext mtr munder munderover menclose none"
)
ELEMENTS = frozenset(_ELEMENTS.split())
"""Allowed MathML elements; links, actions and any future browser features are excluded."""

_WORDED = (
    "accent accentunder columnalign columnlines displaystyle fence form linebreak linethickness mathcolor "
    "mathbackground mathvariant movablelimits notation rowlines rowalign scriptlevel separator stretchy "
    "symmetric frame columnspan equalcolumns equalrows mathsize"
)
_MEASURED = "columnspacing depth height lspace maxsize minsize rowspacing rspace voffset width"
_LENGTH = r"[+-]?(?:\d{1,2}(?:\.\d{0,9})?|\.\d{1,9})[a-z%]{0,3}"
ATTRIBUTES = {
    **dict.fromkeys(_WORDED.split(), re.compile(r"[A-Za-z0-9 #.-]{1,100}")),
    **dict.fromkeys(_MEASURED.split(), re.compile(rf"{_LENGTH}(?: {_LENGTH}){{0,99}}|infinity")),
    "display": re.compile("block|inline"),
    "xmlns": re.compile(re.escape("http://www.w3.org/1998/Math/MathML")),
}
"""Kept attributes, and the form of their values: words, colours, lengths of at most two digits."""

DEFINES = re.compile(r"\\(?:\w*def|let|\w*command\*?|\w*environment|Declare\w*)(?![A-Za-z])")
"""Commands that define commands: their expansion has no limit."""

REFERENCE = re.compile(r"&#[xX]([0-9A-Fa-f]{1,6});")
"""The converter's way to write characters."""

INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060-\u206f\ufeff]*")


class NotDrawn(Exception):
    """The formula cannot be drawn in MathML."""


def formula(tex: str, *, display: bool = False) -> str:
    """Return a formula as MathML, or as it was written if it cannot be drawn.  Never raises."""
    try:
        return tostring(_tree(tex, display), encoding="unicode")
    except ImportError:
        return f"<span class='math'>{escape(unicode_formula(tex))}</span>"
    except Exception:  # the converter raises its own, Python's and the XML library's errors on unusual TeX
        return f"<code class='math'>{escape(printable(tex))}</code>"


def _tree(tex: str, display: bool) -> Element:
    from latex2mathml.converter import Converter

    if len(tex) > MOST or DEFINES.search(tex):
        raise NotDrawn
    drawn = Converter(display="block" if display else "inline").convert_to_element(tex)
    words: list[str] = []
    tree = _copy(drawn, words)
    if INVISIBLE.fullmatch("".join(words)):
        raise NotDrawn
    return tree


def _copy(element: Element, words: list[str]) -> Element:
    """Return a copy with only allowed MathML and its characters; `words` collects the visible text."""
    if element.tag not in ELEMENTS:
        raise NotDrawn
    kept = {
        name: value
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value)
    }
    made = Element(element.tag, kept)
    made.text = _characters(element.text)
    if made.text and element.tag != "mphantom":
        words.append(made.text)
    inside = [] if element.tag == "mphantom" else words
    for child in element:
        copied = _copy(child, inside)
        copied.tail = _characters(child.tail)
        if copied.tail:
            inside.append(copied.tail)
        made.append(copied)
    return made


def _characters(text: str | None) -> str | None:
    return printable(REFERENCE.sub(_character, text)) if text else text


def _character(found: re.Match[str]) -> str:
    # A number beyond Unicode is an error: the formula is then shown as it was written.
    return chr(int(found[1], 16))
