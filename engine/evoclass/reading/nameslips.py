"""Names of directives that are none: not in braces as they should be, or not known."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from evoclass.errors import Problem
from evoclass.reading.contents import NAME
from evoclass.reading.fences import Extent
from evoclass.reading.foreign import instead, language

NEAR = 0.65
"""Least similarity of a name and a suggestion."""


def bare(extent: Extent) -> Problem:
    """Return the problem of a fence whose name is not in braces as it should be."""
    text = extent.name
    fields = {"text": text, "fence": extent.marker * extent.length}
    open_brace = re.fullmatch(r"\{([\w-]+)", text)
    if not text.startswith("{") or open_brace:
        name = re.sub(r"^\W+|\W+$", "", text.split()[0]) or "note"
        return Problem("E025", extent.start + 1, fields=fields | {"name": name})
    if spaced := re.match(r"\{[ \t]*([\w-]+)[ \t]*\}", text):
        return Problem("E025", extent.start + 1, fields=fields | {"name": spaced[1], "variant": "blanks"})
    if inside := re.match(r"\{([A-Za-z][\w-]*)[ \t]+([^{}=.#]+)\}", text):
        fields |= {"name": inside[1], "argument": inside[2].strip(), "variant": "inside"}
        return Problem("E025", extent.start + 1, fields=fields)
    variant = "attributes" if extent.marker != ":" else "class"
    return Problem("E025", extent.start + 1, fields=fields | {"name": language(text), "variant": variant})


def unknown(extent: Extent, known: Collection[str], missing: Sequence[str]) -> Problem:
    """Return the problem of a directive that nobody knows; `missing` are plugins that could not be loaded."""
    name = extent.name
    kind, other = instead(name)
    near = [other] if kind else get_close_matches(name[:NAME].lower(), known, 1, NEAR)
    fields = {"directive": name, "near": near[0] if near else "", "known": ", ".join(sorted(known))}
    if kind:
        fields["variant"] = kind
    elif missing and not near:
        fields |= {"variant": "missing", "plugins": ", ".join(missing)}
    return Problem("E012", extent.start + 1, extent.indent + extent.length + 2, fields=fields)
