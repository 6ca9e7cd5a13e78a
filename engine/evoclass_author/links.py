"""The allowed targets of a lesson's link outside the lesson."""

from __future__ import annotations

import re

WEB = ("http", "https", "mailto")
"""Schemes that open a page or an e-mail, and run nothing."""


def address(href: str) -> str | None:
    """Return an address on the web or a place on the page itself; None for a file, a script or any other scheme."""
    bare = re.sub(r"[\x00-\x20\x7f-\x9f]", "", href)  # browsers ignore these in a scheme
    if bare.startswith("#"):
        return bare
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    return bare if scheme is not None and scheme[1].lower() in WEB else None
