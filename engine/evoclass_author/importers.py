"""The importer of Jupyter notebooks: it reads within limits, and refuses other files."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from evoclass.disk.regularfile import read_bytes
from evoclass.errors import ConfigError
from evoclass.i18n import Catalog
from evoclass.importer import Imported, Importer
from evoclass.wording.printable import printable
from evoclass_author.imported import from_notebook
from evoclass_author.optional import optional

LIMIT = 100 * 1024 * 1024
"""Largest notebook in bytes; pictures make them large."""

MOST_LEVELS = 6
"""Most levels of headings."""


class NotebookImporter(Importer):
    """A Jupyter notebook."""

    name = "notebook"
    suffixes = (".ipynb",)
    done = "author.import.done"

    def read(self, file: Path, made: Imported, catalog: Catalog) -> int:
        return _read(file, made, catalog)


def _read(file: Path, made: Imported, catalog: Catalog) -> int:
    nbformat = optional("nbformat", catalog)
    try:
        raw = _bounded(read_bytes(file, LIMIT).decode("utf-8-sig"))
        with warnings.catch_warnings(action="ignore"):  # about ids of cells, which a lesson does not keep
            notebook = nbformat.reads(raw, as_version=4)
        tongue = _programming_language(notebook.metadata)
        if tongue.lower() in ("", "python", "ipython", "python3"):
            from_notebook(notebook, made, catalog)
            return len(notebook.cells)
    except (Exception, RecursionError) as error:
        # nbformat raises anything that its JSON and schema libraries raise; the author needs no distinction.
        reason = printable(str(error).split("\n", 1)[0])[:200] or type(error).__name__
        raise ConfigError(catalog("author.import.no_notebook", file=file, reason=reason)) from error
    raise ConfigError(catalog("author.import.not_python", file=file, language=printable(tongue)[:60]))


def _bounded(raw: str) -> str:
    """Return a notebook with valid heading levels: nbformat writes as many `#` as an old notebook asks for."""
    data = json.loads(raw)
    found = False
    for sheet in data.get("worksheets", ()) if isinstance(data, dict) else ():
        for cell in sheet.get("cells", ()):
            level = cell.get("level")
            if isinstance(level, int) and not 1 <= level <= MOST_LEVELS:
                cell["level"] = min(max(level, 1), MOST_LEVELS)
                found = True
    return json.dumps(data) if found else raw


def _programming_language(metadata: Any) -> str:
    """Return the programming language of a notebook, or an empty text when it names none."""
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        value = metadata.get(key)
        if isinstance(value, dict) and isinstance(value.get(name), str) and value[name].strip():
            return str(value[name]).strip()
    return ""
