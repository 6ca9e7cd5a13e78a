"""Python's grammar: text that cannot be parsed as a program."""

from __future__ import annotations

import keyword
import re

from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said


def _syntax(key: str, *names: str) -> Rule:
    """Return a rule for an error of the grammar; `names` are the names of the pattern's groups."""
    pattern = _GRAMMAR[key]

    def say(facts: Facts, match: re.Match[str]) -> Said | None:
        if not _is_grammar(facts):
            return None
        if key == "colon" and facts.error.source.rstrip().endswith(":"):
            return Said(
                "invalid", {"line": facts.error.line}
            )  # it is there, and something before it is wrong
        return Said(key, {**dict(zip(names, match.groups(), strict=False)), "line": facts.error.line})

    return Rule(pattern, say)


def _is_grammar(facts: Facts) -> bool:
    return facts.error.type in ("SyntaxError", "IndentationError", "TabError")


_GRAMMAR = {
    "colon": r"^expected ':'",
    "quote": r"^unterminated (?:triple-quoted )?(?:f-)?string literal",
    "open_bracket": r"^'(.)' was never closed",
    "extra_bracket": r"^unmatched '(.)'|^closing parenthesis '(?:.)' does not match",
    "no_block": r"^expected an indented block after (.+?) on line (\d+)",
    "indent": r"^unexpected indent",
    "unindent": r"^unindent does not match|inconsistent use of tabs",
    "comma": r"Perhaps you forgot a comma",
    "equals": r"^invalid syntax\. Maybe you meant '=='|^cannot assign to (?:attribute|subscript|comparison) here",
    "print_call": r"^Missing parentheses in call to '(\w+)'",
    "field": r"^f-string: ",
    "outside": r"^'(return|yield|await)' outside (?:async )?function",
    "outside_loop": r"^'(break)' outside loop|^'(continue)' not properly in loop",
    "default_order": r"^(?:non-default argument follows default argument|parameter without a default follows)",
    "keyword_order": r"^positional argument follows keyword argument",
    "repeated": r"^keyword argument repeated: (\w+)",
    "leading_zero": r"^leading zeros in decimal integer literals",
    "decimal_comma": r"^invalid decimal literal",
    "character": r"^invalid (?:non-printable )?character '?(.)'? ?\(?",
    "after_backslash": r"^unexpected character after line continuation character",
    "no_except": r"^expected 'except' or 'finally' block",
    "global_late": r"^name '(\w+)' is (?:used|assigned to) (?:prior to|before) (?:global|nonlocal) declaration",
    "named_expression": r"^expression cannot contain assignment, perhaps you meant \"==\"",
    "two_parameters": r"^duplicate argument '(\w+)' in function definition",
    "unclosed_end": r"^unexpected EOF while parsing",
    "many_statements": r"^multiple statements found",
}


def _target(facts: Facts, match: re.Match[str]) -> Said | None:
    """`len(x) = 3`, `5 = x`: the left side of `=` is not a name."""
    if not _is_grammar(facts):
        return None
    fields: dict[str, object] = {"line": facts.error.line}
    source = facts.error.source.strip()
    if re.match(r"(?:if|elif|while|assert|return)\b", source):
        return Said("equals", fields)
    if match[1] in ("True", "False", "None", "__debug__"):
        return Said("target", fields | {"word": match[1]}, "target.word", "target.constant")
    if re.search(r"\{[^}]*=", source):
        return Said("target", fields, "target.dictionary", "target.pairs")
    hint = (
        "target.call"
        if match[1] == "function call"
        else "target.expression"
        if match[1] == "expression"
        else ""
    )
    return Said("target", fields, hint)


def _invalid(facts: Facts, match: re.Match[str]) -> Said | None:
    """`invalid syntax`: the errors that the line itself shows."""
    if not _is_grammar(facts):
        return None
    line = facts.error.source.strip()
    fields: dict[str, object] = {"line": facts.error.line}
    if re.match(r"else\s+if\b", line):
        return Said("else_if", fields)
    if re.search(r"\w\s*(\+\+|--)\s*(?:$|;|#)", line):
        return Said("increment", fields)
    word = re.match(r"(\w+)\s*(?:=(?!=)|[+\-*/]=)", line) or re.match(r"(?:def|class|for)\s+(\w+)", line)
    word = word or re.match(r"(?:import|from)\s+\S+\s+as\s+(\w+)", line)
    if word is not None and keyword.iskeyword(word[1]):
        return Said("reserved", fields | {"word": word[1]})
    named = re.search(r"[(,]\s*(\w+)\s*=(?!=)", line)
    if named is not None and keyword.iskeyword(named[1]):
        return Said("reserved", fields | {"word": named[1]})
    if re.match(r"(?:else|elif|except|finally)\b", line):
        return Said("lonely", fields | {"word": re.match(r"\w+", line)[0]})  # type: ignore[index]
    if line.startswith(("!", "%", "$", ">>>", "...")):
        return Said("shell", fields, "shell.prompt" if line.startswith((">>>", "...")) else "")
    if re.search(r"&&|\|\||(?<![=!<>])!(?!=)", line):
        return Said("signs", fields)
    if re.match(r"(?:pip|conda|apt|cd|ls|git|python3?)\s+\w", line):
        return Said("shell", fields)
    if re.match(
        r"(?:function|func|fn|void|int|float|var|let|const|double|string|public|private)\s+\w+", line
    ):
        return Said("other_language", fields | {"word": re.match(r"\w+", line)[0]})  # type: ignore[index]
    if line.count('"') % 2 or line.count("'") % 2:
        return Said("invalid", fields, "invalid.quotes")
    if line.endswith(("=", "+", "-", "*", "/", ",")) and not line.endswith("**"):
        return Said("invalid", fields, "invalid.unfinished")
    if line[:1] in "+-*/=" and line:
        return Said("invalid", fields, "invalid.above")
    if re.match(r"(?:if|while|for|def|class|with|elif)\b", line) and ":" not in line and "<>" not in line:
        return Said("colon", fields)
    return Said("invalid", fields)


RULES = (
    _syntax("colon"),
    _syntax("quote"),
    _syntax("open_bracket", "bracket"),
    _syntax("extra_bracket"),
    _syntax("no_block", "after", "from"),
    _syntax("indent"),
    _syntax("unindent"),
    _syntax("comma"),
    _syntax("equals"),
    _syntax("print_call", "word"),
    _syntax("field"),
    _syntax("outside", "word"),
    _syntax("outside_loop"),
    _syntax("default_order"),
    _syntax("keyword_order"),
    _syntax("repeated", "name"),
    _syntax("leading_zero"),
    _syntax("decimal_comma"),
    _syntax("character", "character"),
    _syntax("after_backslash"),
    _syntax("no_except"),
    _syntax("global_late", "name"),
    _syntax("named_expression"),
    _syntax("two_parameters", "name"),
    Rule(r"^cannot assign to ([\w ]+?)(?: here)?(?:\.|$| \()", _target),
    Rule(r"^invalid syntax", _invalid),
)
"""Grammar."""
