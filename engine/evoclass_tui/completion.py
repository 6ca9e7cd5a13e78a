"""Tab at the prompt: names known from the ended run and from what was entered.  Nothing is evaluated to find them."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evoclass.frozen import frozen
from evoclass.protocol import Summary

_IMPORT = re.compile(r"\s*(?:from|import)\s")
"""How a line begins whose names are inside of a module."""

_GOES_ON = re.compile(r"\s|$|[)\]}]|(?:elif|else|except|finally)\b")
"""How a line begins that goes on with a block."""

_NO_NAME = re.compile(r"[\d.]*")
"""Characters that no name begins with."""

# fmt: off
_TENSOR = (
    "T", "abs()", "argmax(", "cpu()", "detach()", "device", "dtype", "flatten(", "float()", "grad", "isnan()", "item()",
    "max()", "mean()", "min()", "norm()", "numel()", "requires_grad", "reshape(", "shape", "squeeze(", "std()", "sum()",
    "tolist()", "unique()", "view(",
)
_MODULE = (
    "children()", "eval()", "modules()", "named_parameters()", "parameters()", "requires_grad_(", "state_dict()",
    "train()", "training",
)
# fmt: on

MEMBERS = {
    "tensor": _TENSOR,
    "parameter": _TENSOR,
    "buffer": _TENSOR,
    "gradient": _TENSOR,
    "module": _MODULE,
    "optimizer": ("param_groups", "state", "state_dict()", "step()", "zero_grad()"),
    "scheduler": ("get_last_lr()", "last_epoch", "optimizer", "state_dict()", "step()"),
}
"""Common attributes of values of each kind; a fixed list, because asking the value itself could run its code."""


@frozen
class Completion:
    """The result of Tab."""

    insert: str
    """Text to add to the typed text: the rest of the only name, or the common start of all names."""
    offers: tuple[str, ...]
    """All names that fit, in order, without the part up to their last dot."""


def complete(text: str, sources: Iterable[str], rows: Mapping[str, Summary]) -> Completion:
    """Complete the last word of `text`, from the names of programs and the inspector's rows of their values."""
    word = "" if _IMPORT.match(text) else _last_word(text)
    before, dot, last = word.rpartition(".")
    if dot:
        names = _members(before, rows)
    else:
        defined = {name for source in sources for name in _defined(source)}
        names = {*defined, *(name for name in rows if name.isidentifier())}
        if last and not any(name.startswith(last) for name in names):
            names = {name for name in dir(builtins) if name.islower()}
    return among(names, last) if word else Completion("", ())


def among(names: Iterable[str], typed: str) -> Completion:
    """Complete a name of which a part is typed."""
    fitting = sorted({name for name in names if name.startswith(typed)})
    return Completion(_common(fitting)[len(typed) :], tuple(fitting))


def blocks(entered: Iterable[str]) -> Iterator[str]:
    """Yield what was entered at the prompt, the lines of a block together: one that is wrong spoils no other."""
    block: list[str] = []
    for line in entered:
        if block and not _GOES_ON.match(line):
            yield "\n".join(block)
            block = []
        block.append(line)
    yield "\n".join(block)


def _last_word(text: str) -> str:
    """Return the dotted name that a text ends with; the search starts at the end because the text may be long."""
    start = len(text)
    while start and (text[start - 1].isalnum() or text[start - 1] in "_."):
        start -= 1
    word = text[start:]
    first = _NO_NAME.match(word)
    assert first is not None
    # Of what is before such a dot, as in `x[0].`, nothing is known.
    return "" if "." in first[0] else word[first.end() :]


def _common(names: Sequence[str]) -> str:
    """Return the common start of all names."""
    if not names:
        return ""
    first, last = min(names), max(names)
    length = next((at for at, sign in enumerate(first) if last[at] != sign), len(first))
    return first[:length]


def _members(value: str, rows: Mapping[str, Summary]) -> set[str]:
    inside = {name[len(value) + 1 :].split(".")[0] for name in rows if name.startswith(f"{value}.")}
    row = rows.get(value)
    return {name for name in inside if name.isidentifier()} | set(MEMBERS.get(row.kind, ()) if row else ())


def _defined(source: str) -> Iterable[str]:
    """Yield the names that a program defines at its top level."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                yield node.id
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += ast.iter_child_nodes(node)
