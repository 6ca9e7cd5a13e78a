"""Code in colours, as HTML."""

from __future__ import annotations

import time
from html import escape
from io import StringIO

from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_LANGUAGES = (
    "bash sh shell console c cpp c++ cuda css diff html java javascript js json julia jl latex tex python "
    "py python3 pycon r rust rs sql toml typescript ts xml yaml yml"
)
LANGUAGES = frozenset(_LANGUAGES.split())
"""Languages that are coloured: those of lessons on machine learning, out of the hundreds that Pygments knows."""

MOST = 20_000
"""Longest program in colours."""

SECONDS = 5.0
"""Seconds that colouring may take in one export.  Some lexers take minutes for a page designed to slow them down."""


class Painter:
    """Colours the programs of one page while there is time."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._left = seconds

    def highlighted(self, code: str, language: str) -> str:
        """Return a program in colours, or without them when its language is unknown or time is up."""
        name = language.lower()
        if name in LANGUAGES and len(code) <= MOST and self._left > 0:
            start = time.monotonic()
            try:
                return self._coloured(code, name, start + self._left)
            except (ClassNotFound, TimeoutError, RecursionError):
                pass  # the program is still shown
            finally:
                self._left -= time.monotonic() - start
        return f"<div class='code'><pre><code>{escape(code)}</code></pre></div>\n"

    def _coloured(self, code: str, name: str, deadline: float) -> str:
        tokens = []
        for token in get_lexer_by_name(name, stripnl=False).get_tokens(code):
            tokens.append(token)
            if time.monotonic() > deadline:
                raise TimeoutError
        written = StringIO()
        HtmlFormatter(cssclass="code", wrapcode=True).format(tokens, written)
        return written.getvalue()


def code_style() -> str:
    """Return the colours of code for light and dark pages."""
    light = HtmlFormatter(style="friendly", cssclass="code").get_style_defs(".code")
    dark = HtmlFormatter(style="native", cssclass="code").get_style_defs(".code")
    dark = dark.replace("text-decoration: underline", "text-decoration: none")  # else names look like links
    rules = "\n".join(line for line in dark.splitlines() if "background" not in line)
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{rules}\n}}\n.code {{ background: var(--code); }}\n"
