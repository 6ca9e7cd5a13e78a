"""The files that a program writes, as far as its text tells."""

from __future__ import annotations

import re

from evoclass.pattern import pattern

_NAME = pattern(r"[\w-][\w. -]*(?:/[\w-][\w. -]*)*\.[A-Za-z]\w{0,9}")
"""A file of the working folder, with a suffix: `features.pt`, `out/loss.csv`."""

_WRITERS = pattern(r"save\w*|dump|imwrite|to_\w+")
"""Functions that take the name of the file that they write: `torch.save`, `np.savez`, `joblib.dump`, `frame.to_csv`."""


def written(source: str) -> frozenset[str]:
    """Return the names of the files that a program writes; none if it cannot be read."""
    import ast

    def names(*nodes: ast.expr) -> set[str]:
        """Return the file names among expressions, also those inside of `Path("…")` and `open("…")`."""
        inner = [*nodes, *(each for node in nodes if isinstance(node, ast.Call) for each in node.args[:1])]
        found = (node.value for node in inner if isinstance(node, ast.Constant))
        return {text for text in found if isinstance(text, str) and _NAME.fullmatch(text)}

    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    found: set[str] = set()
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        owner = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        given = [*call.args, *(option.value for option in call.keywords)]
        if name == "open":
            modes = [each.value for each in given if isinstance(each, ast.Constant)]
            if any(isinstance(mode, str) and re.fullmatch(r"[wax][bt+]*", mode) for mode in modes):
                found |= names(*call.args[:1], *owner)
        elif name in ("write_text", "write_bytes"):
            found |= names(*owner)
        elif _WRITERS.fullmatch(name):
            found |= names(*given)
    return frozenset(found)
