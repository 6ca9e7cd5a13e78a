"""Asked once for a course that is not ours: may its code run?"""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass_tui.screens.menu import Entry, Menu


def trust_question(catalog: Catalog, folder: str) -> Menu:
    """Return the question; its answer is `yes`, `no` or nothing."""
    entries = [Entry("no", catalog("trust.no")), Entry("yes", catalog("trust.yes"))]
    return Menu(catalog("trust.title"), catalog("trust.body", folder=folder), entries)
