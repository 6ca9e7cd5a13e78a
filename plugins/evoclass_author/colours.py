"""Code in colours, as HTML."""

from __future__ import annotations

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound


def highlighted(code: str, language: str) -> str:

    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return str(highlight(code, lexer, HtmlFormatter(cssclass="code", wrapcode=True)))


def code_style() -> str:
    """Return the colours of code for light and dark pages."""

    light = HtmlFormatter(style="friendly", cssclass="code").get_style_defs(".code")
    dark = HtmlFormatter(style="native", cssclass="code").get_style_defs(".code")
    dark = dark.replace("text-decoration: underline", "text-decoration: none")  # else names look like links
    rules = "\n".join(line for line in dark.splitlines() if "background" not in line)
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{rules}\n}}\n.code {{ background: var(--code); }}\n"
