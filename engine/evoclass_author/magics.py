"""A notebook's code as Python: syntax that only notebooks understand becomes a comment, its Python stays code."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

MEASURING = frozenset(("time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug", "heat"))
"""Magics that run the Python after or below them and only measure it."""

OPTIONS = re.compile(r"(?:(?:-[nrp][ \t]*\d+|-[tcqovr]+|--no-\w+)(?:[ \t]+|\Z))*")
"""Options between such a magic and its code."""

_REST = r"(?:[^\n\\]|\\[^\n]|\\\n)*"

MAGIC = re.compile(
    rf"(?P<indent>[ \t]*)(?P<text>(?P<sign>[%!?]{{1,2}}){_REST}"
    rf"|[\w.*%]+\?{{1,2}}[ \t]*(?=\n|\Z)"
    rf"|[\w*\[][\w.,:\[\] \t*]*=[ \t]*(?P<assigned>%\w|!(?!=)){_REST})"
)
"""A line that is not Python: `%magic`, `!command`, `name?`, `files = !ls`; a backslash at its end joins the next."""

CELL = re.compile(r"\n*(?P<line>%%(?P<name>\w+)[ \t]*(?P<rest>[^\n]*))\n?")
"""The first line of a cell that is passed to a magic as a whole."""

SIGN = re.compile(
    r"#[^\n]*|'''(?:\\.|[^\\])*?(?:'''|\Z)|\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)"
    r"|'(?:\\.|[^\\'\n])*'?|\"(?:\\.|[^\\\"\n])*\"?|\\\n|[()\[\]{}]|\n",
    re.DOTALL,
)
"""Tokens that decide where a statement ends: comments, strings, joined lines, brackets, line ends."""


def is_python(code: str) -> bool:
    """Whether a piece of code parses."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def plain_python(code: str, dropped: Callable[[str], None] = lambda name: None) -> str:
    """Return a cell's code without syntax that only notebooks understand; `dropped` gets the name of each magic."""
    if is_python(code):
        return code  # a line may begin with `%` inside an expression or a string
    before: list[str] = []
    place = 0
    while (cell := CELL.match(code, place)) is not None:
        dropped(_name(cell["line"]))
        if cell["name"] not in MEASURING:
            before += [f"# {line}" for line in code[cell.start("line") :].split("\n")]
            return "\n".join(before)
        if cell["name"] == "timeit" and (statement := _statement(cell["rest"])):
            before.append(statement)  # the statement beside it runs before the cell
        place = cell.end()
    return "\n".join([*before, _lines(code[place:], dropped)])


def _lines(code: str, dropped: Callable[[str], None]) -> str:
    """Return code with the lines that are not Python as comments; a line inside a string is left alone."""
    done: list[str] = []
    place = 0
    while place < len(code):
        if (found := MAGIC.match(code, place)) is not None:
            text = found["text"]
            dropped(_name(text.partition("=")[2] if found["assigned"] else text))
            done.append(found["indent"] + _plain(text))
            place = found.end()
        start, depth = place, 0
        for sign in SIGN.finditer(code, place):
            depth += (sign[0] in ("(", "[", "{")) - (sign[0] in (")", "]", "}"))
            if sign[0] == "\n" and depth <= 0:
                place = sign.end()
                break
        else:
            place = len(code)
        done.append(code[start:place])
    return "".join(done)


def _plain(text: str) -> str:
    """Return a magic's line as Python: the statement that it measures, or a comment."""
    measured = re.match(r"%(\w+)[ \t]+(.*)", text, re.DOTALL)
    if measured is not None and measured[1] in MEASURING and (statement := _statement(measured[2])):
        return statement
    first, *rest = text.split("\n")
    return "\n".join([f"pass  # {first}", *(f"# {line}" for line in rest)])


def _statement(text: str) -> str:
    """Return the Python after the options of a magic, or an empty text."""
    text = OPTIONS.sub("", text, count=1)
    return text if text.strip() and is_python(text.strip()) else ""


def _name(text: str) -> str:
    """Return the name of a magic: `%%time`, `!pip`, `%%writefile util.py`, `?`."""
    text = text.strip()
    found = re.match(r"%%(?:writefile|file)\b[^\n]*|%{1,2}\w+|!{1,2}[ \t]*[\w./-]*", text)
    return found[0][:60] if found is not None else "?"
