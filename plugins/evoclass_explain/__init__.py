"""Explains PyTorch's error messages in the learner's language, with the learner's own names and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass import hookimpl

if TYPE_CHECKING:
    from evoclass.explanation import Explanation
    from evoclass.protocol import ErrorReport


@hookimpl
def explain_error(error: ErrorReport, language: str) -> Explanation | None:
    """Explain a known error; return None for any other, without inventing an explanation."""
    from evoclass_explain.explain import explain

    return explain(error, language)
