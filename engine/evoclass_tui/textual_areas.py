"""The private parts of Textual's text areas that we use; each has a test that fails on the day it changes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widgets import TextArea


def forget_lines(area: TextArea) -> None:
    """Make a text area redraw its lines, because their colours depend on more than its text."""
    area._line_cache.clear()


def keep_queries() -> None:
    """Have the query for a language's colours prepared once: Textual would take 30 ms for it in each text area."""
    from textual.document._syntax_aware_document import SyntaxAwareDocument
    from tree_sitter import Query

    prepare = cache(Query)

    def prepared(document: SyntaxAwareDocument, query: str) -> Query | None:
        return prepare(document.language, query)

    SyntaxAwareDocument.prepare_query = prepared  # type: ignore[assignment, method-assign]


def prepare_colours(language: str) -> None:
    """Prepare a language's query before the first text area needs it."""
    from textual._tree_sitter import get_language
    from textual.document._syntax_aware_document import SyntaxAwareDocument
    from textual.widgets import TextArea

    found = get_language(language)
    if found is not None:
        SyntaxAwareDocument("", found).prepare_query(TextArea._get_builtin_highlight_query(language))
