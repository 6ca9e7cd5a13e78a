"""Markup of other dialects in a text, which is shown here as written."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.pattern import pattern

QUICK = pattern(r"[\[{=$^~*`\\]|://|<!|\)\[|\A[!?%(+:|#\-•·◦‣\d]|:\Z")
"""A quick test that rules out most texts at once."""

BEGINNINGS = (
    ("task", pattern(r"\[[ xX]\] .{0,40}")),
    ("alert", pattern(r"\[!\w+\]|(?:!!!|\?\?\?)\+? \w+")),
    ("label", pattern(r"\([\w:.-]+\)=\Z")),
    ("comment", pattern(r"% .{0,60}")),
    ("break", pattern(r"\+\+\+.{0,60}")),
    ("colons", pattern(r"::?\{[a-z][\w-]*\}.{0,40}")),
    ("heading", pattern(r"#{2,7}[^\s#].{0,40}|#[A-Z]\w.{0,40}|#{7,} .{0,40}")),
    ("list", pattern(r"(?:[-+]|\d{1,3}\.)[A-Za-zÀ-ÿ]\w.{0,40}|[•·◦‣] ?\w.{0,40}")),
    ("table", pattern(r"\|[^|]{0,80}\|.{0,40}")),
)
"""Marks at the beginning of a paragraph, each with a word that selects the advice."""

INSIDE = (
    ("live", pattern(r"\{live\}[^\s,.;:!?]{0,40}")),
    ("variable", pattern(r"\{\{.{1,80}?\}\}|\{%.{1,80}?%\}")),
    (
        "reference",
        pattern(r"(?<![\w\]])\[[^\[\]]{3,80}\]\[[^\[\]]{2,80}\]|(?<![\w\]])\[[^\[\]]{1,80}\]\[\]"),
    ),
    ("citation", pattern(r"\[-?@[\w:.#$%&+?<>~/-]{1,80}")),
    ("wiki", pattern(r"\[\[[^\[\]]{1,80}\]\]|\[TOC\]")),
    ("highlight", pattern(r"(?<![=\w])==[^=\s][^=]{0,80}==(?![=\w])")),
    ("attributes", pattern(r"(?<!\{)\{(?:[.#][A-Za-z][\w-]*|[A-Za-z][\w-]*=)[^{}]{0,80}\}")),
    ("script", pattern(r"(?<=\w)(?:\^[\w+-]{1,10}\^|~[\w+-]{1,10}~)(?!\w)")),
    ("link", pattern(r"!?(?<!\w)\[[^\[\]]{1,80}\] ?\([^()]{0,100}[./#][^()]{0,100}\)?")),
    ("link", pattern(r"(?<!\w)\([^()]{1,80}\)\[[^\[\]]{0,100}[./#][^\[\]]{0,100}\]")),
    ("stars", pattern(r"(?<![\w)*])\*\*(?=\w)|(?<=\w)\*\*(?![\w(*])|(?<!\S)\*\*(?!\S)")),
    ("tick", pattern(r"`{1,3}")),
    ("comment", pattern(r"<!-?(?!-)[^>]{0,40}")),
    ("dollar", pattern(r"\$\$")),
    ("dollar", pattern(r"(?<![\w$])\$(?:[\\A-Za-z(|][^\s$]{0,30}| [^$]{1,80} \$)")),
    ("address", pattern(r"https?://[^\s<>()\[\]]{3,200}")),
)
"""Marks anywhere in a paragraph, each with a word that selects the advice."""

ROLE = pattern(r":[A-Za-z][\w:+-]{0,40}:\Z")
DEFINITION = pattern(r":[ ~].{0,60}")


def leftovers(text: str, first: bool, after_break: bool, before_code: bool) -> Iterator[tuple[str, str]]:
    """Yield each mark with its word; the flags describe the surroundings of the text."""
    if not QUICK.search(text):
        return
    if first:
        for word, mark in BEGINNINGS:
            if found := mark.match(text):
                yield found[0], word
                return
    if after_break and (found := DEFINITION.match(text)):
        yield found[0], "definition"
    if before_code and (found := ROLE.search(text)):
        yield found[0], "role"
    for word, mark in INSIDE:
        for match in mark.finditer(text):
            yield match[0], word
