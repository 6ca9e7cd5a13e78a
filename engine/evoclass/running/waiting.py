"""The calls of a program that wait for what somebody types."""

from __future__ import annotations

import ast

WAITING = ("input", "breakpoint", "sys.stdin.read", "sys.stdin.readline", "pdb.set_trace", "getpass.getpass")


def asks(source: str) -> tuple[int, str] | None:
    """Return line and name of the first call that waits for input; None too if the program cannot be parsed."""
    if not any(name.rpartition(".")[2] in source for name in WAITING):
        return None
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        found = [(node.lineno, ast.unparse(node.func)) for node in calls]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return min((call for call in found if call[1] in WAITING), default=None)
