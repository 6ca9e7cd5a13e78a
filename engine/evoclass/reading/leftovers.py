"""Markup of other dialects in a text, which is shown here as written."""

from __future__ import annotations

import re
from collections.abc import Iterator

QUICK = re.compile(r"[\[{=$^~*`\\]|://|<!|\)\[|\A[!?%(+:|#\-•·◦‣\d]|:\Z")
"""A quick test that rules out most texts at once."""

BEGINNINGS = (
    ("task", re.compile(r"\[[ xX]\] .{0,40}")),
    ("alert", re.compile(r"\[!\w+\]|(?:!!!|\?\?\?)\+? \w+")),
    ("label", re.compile(r"\([\w:.-]+\)=\Z")),
    ("comment", re.compile(r"% .{0,60}")),
    ("break", re.compile(r"\+\+\+.{0,60}")),
    ("colons", re.compile(r"::?\{[a-z][\w-]*\}.{0,40}")),
    ("heading", re.compile(r"#{2,7}[^\s#].{0,40}|#[A-Z]\w.{0,40}|#{7,} .{0,40}")),
    ("list", re.compile(r"(?:[-+]|\d{1,3}\.)[A-Za-zÀ-ÿ]\w.{0,40}|[•·◦‣] ?\w.{0,40}")),
    ("table", re.compile(r"\|[^|]{0,80}\|.{0,40}")),
)
"""Marks at the beginning of a paragraph, each with a word that selects the advice."""

INSIDE = (
    ("live", re.compile(r"\{live\}[^\s,.;:!?]{0,40}")),
    ("variable", re.compile(r"\{\{.{1,80}?\}\}|\{%.{1,80}?%\}")),
    (
        "reference",
        re.compile(r"(?<![\w\]])\[[^\[\]]{3,80}\]\[[^\[\]]{2,80}\]|(?<![\w\]])\[[^\[\]]{1,80}\]\[\]"),
    ),
    ("citation", re.compile(r"\[-?@[\w:.#$%&+?<>~/-]{1,80}")),
    ("wiki", re.compile(r"\[\[[^\[\]]{1,80}\]\]|\[TOC\]")),
    ("highlight", re.compile(r"(?<![=\w])==[^=\s][^=]{0,80}==(?![=\w])")),
    ("attributes", re.compile(r"(?<!\{)\{(?:[.#][A-Za-z][\w-]*|[A-Za-z][\w-]*=)[^{}]{0,80}\}")),
    ("script", re.compile(r"(?<=\w)(?:\^[\w+-]{1,10}\^|~[\w+-]{1,10}~)(?!\w)")),
    ("link", re.compile(r"!?(?<!\w)\[[^\[\]]{1,80}\] ?\([^()]{0,100}[./#][^()]{0,100}\)?")),
    ("link", re.compile(r"(?<!\w)\([^()]{1,80}\)\[[^\[\]]{0,100}[./#][^\[\]]{0,100}\]")),
    ("stars", re.compile(r"(?<![\w)*])\*\*(?=\w)|(?<=\w)\*\*(?![\w(*])|(?<!\S)\*\*(?!\S)")),
    ("tick", re.compile(r"`{1,3}")),
    ("comment", re.compile(r"<!-?(?!-)[^>]{0,40}")),
    ("dollar", re.compile(r"\$\$")),
    ("dollar", re.compile(r"(?<![\w$])\$(?:[\\A-Za-z(|][^\s$]{0,30}| [^$]{1,80} \$)")),
    ("address", re.compile(r"https?://[^\s<>()\[\]]{3,200}")),
)
"""Marks anywhere in a paragraph, each with a word that selects the advice."""

ROLE = re.compile(r":[A-Za-z][\w:+-]{0,40}:\Z")
DEFINITION = re.compile(r":[ ~].{0,60}")


def leftovers(text: str, first: bool, after_break: bool, before_code: bool) -> Iterator[tuple[str, str]]:
    """Yield each mark with its word; the flags describe the surroundings of the text."""
    if not QUICK.search(text):
        return
    if first:
        for word, pattern in BEGINNINGS:
            if found := pattern.match(text):
                yield found[0], word
                return
    if after_break and (found := DEFINITION.match(text)):
        yield found[0], "definition"
    if before_code and (found := ROLE.search(text)):
        yield found[0], "role"
    for word, pattern in INSIDE:
        for match in pattern.finditer(text):
            yield match[0], word
