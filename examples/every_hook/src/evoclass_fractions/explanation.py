"""An explanation for `Fraction(1, 0)`."""

from __future__ import annotations

from evoclass.explanation import Explanation
from evoclass.i18n import Catalog
from evoclass.protocol import ErrorReport


def explain(error: ErrorReport, language: str) -> Explanation | None:
    """Explain a fraction with zero below the line; pass on everything else."""
    if error.type != "ZeroDivisionError" or not error.text.startswith("Fraction("):
        return None
    text = Catalog(language, [__package__])
    title, what, advice = (text(f"evoclass_fractions.{part}") for part in ("title", "what", "try"))
    return Explanation(title, what, advice, error.line)
