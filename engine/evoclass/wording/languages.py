"""The languages of the interface."""

from __future__ import annotations

LANGUAGES = {"en": "English", "it": "Italiano"}
"""Languages of the interface and their own names."""

DEFAULT = "en"
