"""Every style name that layout uses, so that a front end can give each one a look."""

from evoclass.model import CALLOUTS

TOKENS = ("keyword", "string", "number", "comment", "name", "type", "builtin", "operator", "error")
"""Kinds of words in a program, after `code.`."""

STYLES: tuple[str, ...] = (
    "strong",
    "em",
    "code",
    "strike",
    "math",
    "link",
    "footnote",
    "live",
    "live.waiting",
    "heading1",
    "heading2",
    "heading3",
    "heading4",
    "heading1.rule",
    "heading2.rule",
    "list.marker",
    "list.pad",
    "quote",
    "quote.bar",
    "rule",
    "table.rule",
    "table.header",
    "code.block",
    "code.wrap.pad",
    "math.block",
    "image.border",
    "image.title",
    "image.alt",
    "footnote.label",
    *(f"code.{token}" for token in TOKENS),
    *(f"callout.{kind}.{part}" for kind in CALLOUTS for part in ("border", "title")),
    "fault.border",
    "fault.title",
    "fault.fix",
    "fault.line",
    "fault.number",
)
"""Names that end with `.border`, `.bar`, `.pad` or `.rule` are frames and indents, not text."""
