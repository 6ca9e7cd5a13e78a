r"""Vim's patterns, in the words of Python's: `\(a\|b\)\+` is `(a|b)+`, and `f(x)` is `f\(x\)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evoclass_tui.finding import PatternError, Sought

_CLASSES = {
    **{
        "d": "[0-9]",
        "D": "[^0-9]",
        "w": r"[0-9A-Za-z_]",
        "W": r"[^0-9A-Za-z_]",
        "s": r"[ \t]",
        "S": r"[^ \t]",
    },
    **{
        "a": "[A-Za-z]",
        "l": "[a-z]",
        "u": "[A-Z]",
        "h": "[A-Za-z_]",
        "x": "[0-9A-Fa-f]",
        "k": r"\w",
        "i": r"\w",
    },
    **{"t": r"\t"},
}
"""What a letter behind a backslash stands for."""

_SIMPLE = {"(": "(", ")": ")", "|": "|", "+": "+", "=": "?", "?": "?", "*": "*", ".": "."}
_WORD = {"<": r"\b(?=\w)", ">": r"\b(?<=\w)"}

_SET = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_COUNT = re.compile(r"\{(-?)(\d*)(,?)(\d*)\\?\}")


def sought_by(typed: str) -> Sought:
    """Return what a pattern of vim's searches for; a text without special signs stays one.

    Raises PatternError for what is not there.
    """
    plain, parts, flags = True, [], ""
    for part, special in _parts(typed):
        if special and part == "(?i)":
            flags = part
        else:
            parts.append(part if special else re.escape(part))
            plain = plain and not special
    if plain and not flags:
        return Sought("".join(part for part, _ in _parts(typed)))
    return Sought(flags + "".join(parts), regex=True)


def _parts(typed: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a pattern, each with whether it is Python's; the others stand for themselves."""
    at, very, begins = 0, False, True
    while at < len(typed):
        sign, escaped = typed[at], typed[at] == "\\"
        if escaped:
            sign = typed[at + 1 : at + 2]
        at += 1 + escaped
        if escaped and sign in ("v", "m"):
            very = sign == "v"
            continue
        if escaped and sign == "c":
            yield "(?i)", True
            continue
        opens = sign in ("(", "|") and _special(sign, escaped, very)
        if not sign or not _special(sign, escaped, very) or (sign == "*" and begins):
            yield sign or "\\", False
        elif sign == "^":
            yield "^", begins
        elif sign == "$":
            yield "$", _ends(typed[at:])
        elif sign == "[":
            found = _SET.match(typed, at - 1)
            yield (_set(found[0]), True) if found is not None else ("[", False)
            at = found.end() if found is not None else at
        elif sign == "{":
            found = _COUNT.match(typed, at - 1)
            if found is None:
                raise PatternError("vim.unknown", command=f"\\{{{typed[at:]}")
            yield _count(*found.groups()), True
            at = found.end()
        elif sign == "%" and typed[at : at + 1] == "(":
            yield "(?:", True
            at, opens = at + 1, True
        elif sign in "123456789":
            yield f"(?:\\{sign})", True
        else:
            known = _SIMPLE.get(sign) or _WORD.get(sign) or _CLASSES.get(sign)
            if known is None:
                raise PatternError("vim.unknown", command=f"\\{sign}")
            yield known, True
        begins = opens


def _special(sign: str, escaped: bool, very: bool) -> bool:
    """Whether a sign means something else than itself."""
    if sign.isalnum():
        return escaped
    if sign in ".*[^$":
        return not escaped
    return sign in "(|)+=?{<>%@&~" and escaped != very


def _ends(rest: str) -> bool:
    return not rest or rest.startswith(("\\|", "\\)", "|", ")"))


def _set(written: str) -> str:
    """Return a set of characters: a backslash stands for itself, except before a few signs."""
    inner = written[1:-1]
    caret = "^" if inner.startswith("^") else ""
    inner = re.sub(r"\\(?![\]\\^\-tne])", r"\\\\", inner[len(caret) :])
    if inner.startswith("]"):
        inner = "\\" + inner
    inner = inner.replace("[", "\\[")
    return f"[{caret}{inner}]"


def _count(lazy: str, least: str, comma: str, most: str) -> str:
    if not least and not comma:
        return "*?" if lazy else "*"
    times = f"{{{least or 0}{comma}{most}}}"
    return times + "?" * bool(lazy)
