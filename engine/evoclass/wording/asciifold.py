"""Output for terminals that cannot show every character: a look-alike replaces the character, never an error."""

from __future__ import annotations

import codecs
import io
import unicodedata
from typing import TextIO

NAME = "evoclass.fold"

_LOOKS = {
    "→": "->", "←": "<-", "↑": "^", "↓": "v", "↩": "<-", "⇒": "=>", "—": "-", "–": "-", "−": "-", "…": "...",
    "‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "‹": "<", "›": ">", "•": "*", "◦": "-", "▪": "*",
    "✓": "ok", "✗": "x", "✕": "x", "●": "*", "◉": "*", "○": "o", "◐": "*", "◇": "*", "▸": ">", "▶": ">", "■": "#",
    "×": "x", "·": "*", "▼": "v", "▲": "^", "◀": "<", "≈": "~", "≤": "<=", "≥": ">=", "≠": "!=", "√": "sqrt",
    "∑": "sum", "∏": "prod", "∇": "grad ",
    "∂": "d", "∞": "inf",
    "∈": " in ", "ℝ": "R", "µ": "u", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta",
    "ε": "epsilon", "η": "eta", "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "φ": "phi", "ω": "omega", "Δ": "Delta", "Σ": "Sigma", "Θ": "Theta", "°": " degrees", "€": "EUR",
    "▎": "|", "━": "=",
}  # fmt: skip
"""Replacements for characters that have no plain letters."""


def _look(char: str) -> str:
    if char in _LOOKS:
        return _LOOKS[char]
    if "\u2500" <= char <= "\u257f":  # frames
        return "-" if char in "─━╌┄" else "|" if char in "│┃" else "+"
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain or ("" if unicodedata.combining(char) else "?")


def _fold(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_look, error.object[error.start : error.end])), error.end


codecs.register_error(NAME, _fold)


def fold(*streams: TextIO | None) -> None:
    """Make text streams write plain letters for characters that their encoding lacks."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors=NAME)
