"""Code of a notebook as Python: what only a notebook understands becomes a comment, what it runs stays code."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

MEASURING = frozenset(("time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug", "heat"))
"""Magics that run the Python behind them or below them and only look on."""

OPTIONS = re.compile(r"(?:(?:-[nrp][ \t]*\d+|-[tcqovr]+|--no-\w+)(?:[ \t]+|\Z))*")
"""Options between such a magic and its code."""

_REST = r"(?:[^\n\\]|\\[^\n]|\\\n)*"

MAGIC = re.compile(
    rf"(?P<indent>[ \t]*)(?P<text>(?P<sign>[%!?]{{1,2}}){_REST}"
    rf"|[\w.*%]+\?{{1,2}}[ \t]*(?=\n|\Z)"
    rf"|[\w*\[][\w.,:\[\] \t*]*=[ \t]*(?P<assigned>%\w|!(?!=)){_REST})"
)
"""A line that is no Python: `%magic`, `!command`, `name?`, `files = !ls`; a backslash at its end joins the next."""

CELL = re.compile(r"\n*(?P<line>%%(?P<name>\w+)[ \t]*(?P<rest>[^\n]*))\n?")
"""The first line of a cell that a magic gets as a whole."""

SIGN = re.compile(
    r"#[^\n]*|'''(?:\\.|[^\\])*?(?:'''|\Z)|\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)"
    r"|'(?:\\.|[^\\'\n])*'?|\"(?:\\.|[^\\\"\n])*\"?|\\\n|[()\[\]{}]|\n",
    re.DOTALL,
)
"""What tells where a statement ends: comments, strings, joined lines, brackets, line ends."""


def is_python(code: str) -> bool:
    """Whether a piece of code parses."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def plain_python(code: str, dropped: Callable[[str], None] = lambda name: None) -> str:
    """Return a cell's code without what only a notebook understands; `dropped` hears of each magic by its name."""
    if is_python(code):
        return code  # a line may begin with `%` inside of an expression or a string
    before: list[str] = []
    place = 0
    while (cell := CELL.match(code, place)) is not None:
        dropped(_name(cell["line"]))
        if cell["name"] not in MEASURING:
            before += [f"# {line}" for line in code[cell.start("line") :].split("\n")]
            return "\n".join(before)
        if cell["name"] == "timeit" and (statement := _statement(cell["rest"])):
            before.append(statement)  # what stands beside it is run before the cell
        place = cell.end()
    return "\n".join([*before, _lines(code[place:], dropped)])


def _lines(code: str, dropped: Callable[[str], None]) -> str:
    """Return code in which the lines that are no Python are comments; one inside of a string is none of these."""
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
    """Return the line of a magic as Python: the statement that it measures, or a comment."""
    measured = re.match(r"%(\w+)[ \t]+(.*)", text, re.DOTALL)
    if measured is not None and measured[1] in MEASURING and (statement := _statement(measured[2])):
        return statement
    first, *rest = text.split("\n")
    return "\n".join([f"pass  # {first}", *(f"# {line}" for line in rest)])


def _statement(text: str) -> str:
    """Return the Python behind the options of a magic, or nothing."""
    text = OPTIONS.sub("", text, count=1)
    return text if text.strip() and is_python(text.strip()) else ""


def _name(text: str) -> str:
    """Return how a magic is called: `%%time`, `!pip`, `%%writefile util.py`, `?`."""
    text = text.strip()
    found = re.match(r"%%(?:writefile|file)\b[^\n]*|%{1,2}\w+|!{1,2}[ \t]*[\w./-]*", text)
    return found[0][:60] if found is not None else "?"
