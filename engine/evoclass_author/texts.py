"""The plugin's sentences, for help pages that are shown before a workspace is open."""

from __future__ import annotations

from evoclass.commands.options import CATALOG as ENGINE_CATALOG
from evoclass.i18n import Catalog

CATALOG = Catalog(ENGINE_CATALOG.language, ("evoclass_author",))
"""Interface text in the language of the command line."""
