"""Asks which program to run when one needs what another leaves behind."""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass.layout import clean
from evoclass_tui.screens.menu import Entry, Menu


def first_menu(catalog: Catalog, file: str, first: str) -> Menu:
    """Return the menu whose choice is the file to run: `first`, which has not run yet, or `file` all the same."""
    entries = [Entry(name, catalog("first.run", file=clean(name))) for name in (first, file)]
    body = catalog("first.body", file=clean(file), first=clean(first))
    return Menu(catalog("first.title", first=clean(first)), body, entries)
