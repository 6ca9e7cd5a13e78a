"""Directives of MyST, Sphinx, Quarto and R Markdown, and their counterparts in a lesson."""

from __future__ import annotations

import re

RENAMED = {
    "admonition": "note",
    "attention": "warning",
    "danger": "caution",
    "error": "caution",
    "hint": "tip",
    "seealso": "note",
}
"""Callouts that have another name here; `evoclass migrate` renames them."""

CODE = ("code-block", "sourcecode")
"""Code that is only shown; `evoclass migrate` makes plain fences of it."""

_NAMES = {
    "box": """dropdown details toggle sidebar margin aside topic epigraph pull-quote versionadded versionchanged
        deprecated proof theorem lemma definition example remark corollary axiom assumption algorithm observation
        callout callout-note callout-tip callout-warning callout-important callout-caution info success abstract
        summary nota suggerimento importante attenzione avviso prudenza""",
    "program": """code-cell ipython ipython3 jupyter-execute python py r julia bash sh console sql js javascript
        ojs thebe exec pyodide webr marimo""",
    "image": "figure image subfigure carousel",
    "formula": "math equation align",
    "table": "table list-table csv-table",
    "text": "literalinclude mdinclude embed glue myst:substitution",
    "headings": """tab-set tab-item tabs tab tabbed grid grid-item grid-item-card card card-carousel panels
        columns column div panel-tabset""",
    "order": "toctree contents tableofcontents index tocdepth listing nav",
    "solution": """exercise exercise-start exercise-end solution solution-start solution-end
        quiz problem answer question domanda esercizio""",
    "notes": "glossary bibliography references footbibliography cite",
    "picture": "mermaid graphviz dot plot plantuml tikz bokeh altair",
    "link": "raw html iframe video youtube audio button eval-rst only",
}

KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""The counterpart of a directive in a lesson, in one word, by the directive's name."""

PROSE = frozenset(
    (*RENAMED, *(name for kind in ("box", "headings", "image", "solution") for name in _NAMES[kind].split()))
)
"""Directives whose content is Markdown even between backticks."""


def instead(name: str) -> tuple[str, str]:
    """Return the counterpart of a directive in one word, and its name here if only the name differs."""
    bare = name.lower().rpartition(":")[2].strip(".").removesuffix("-")
    if bare in RENAMED:
        return "renamed", RENAMED[bare]
    if bare in CODE:
        return "fence", ""
    return KINDS.get(name.lower(), KINDS.get(bare, "")), ""


def language(info: str) -> str:
    """Return the language in the braces after a code fence: `python` of `{.python .input}`."""
    found = re.match(r"\{?[.=]?([A-Za-z][\w+#-]*)", info.strip())
    word = found[1].lower() if found else ""
    return {
        "code-cell": "python",
        "code-block": "",
        "sourcecode": "",
        "ipython": "python",
        "ipython3": "python",
    }.get(word, word)
