"""The menu that asks where programs should run."""

from __future__ import annotations

from evoclass.learner.session import Session
from evoclass_tui.screens.menu import Entry, Menu


def runner_menu(session: Session, now: str) -> Menu:
    """Return a menu of the runners; those that this machine cannot use say why."""
    catalog = session.catalog
    entries = []
    for name, cls in session.plugins.runners.items():
        availability = session.plugins.available(cls)
        label = catalog(f"runner.{name}")
        label = label if label != f"runner.{name}" else name
        entries.append(Entry(name, label, availability.said(catalog), availability.ok))
    return Menu(catalog("runner_menu.title"), "", entries, now)
