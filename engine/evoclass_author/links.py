"""Where a link of a lesson may lead when it leaves the house."""

from __future__ import annotations

import re

WEB = ("http", "https", "mailto")
"""Schemes that open a page or a letter, and run nothing."""


def address(href: str) -> str | None:
    """Return an address of the web or a place of the page itself; None for a file, a script or any other scheme."""
    bare = re.sub(r"[\x00-\x20\x7f-\x9f]", "", href)  # browsers look at a scheme without these
    if bare.startswith("#"):
        return bare
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    return bare if scheme is not None and scheme[1].lower() in WEB else None
