"""What a lesson expects of its labs: conditions that can be read, hold after a run, and hold with other seeds too."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from evoclass.errors import Problem
from evoclass.inspecting.expectations import names
from evoclass.lint.python import always_true, tree
from evoclass.model import Expectation, Lab
from evoclass.protocol import Expected
from evoclass.reading.livevalue import is_expression
from evoclass.running.expectations import values_text


def unreadable(lab: Lab) -> Iterator[Problem]:
    """Yield a problem for each condition that cannot be evaluated, or that is about nothing."""
    for expectation in lab.expect:
        fields = {"expression": expectation.expression, "file": lab.file}
        condition = _parsed(expectation)
        if condition is None:
            yield Problem("E105", expectation.line, fields=fields)
        elif always_true(condition) or not any(names(condition)):
            yield Problem("E105", expectation.line, fields=fields | {"variant": "idle"})


def readable(lab: Lab) -> tuple[str, ...]:
    """Return the conditions that a run of the lab can check."""
    return tuple(each.expression for each in lab.expect if _parsed(each) is not None)


def _parsed(expectation: Expectation) -> ast.expr | None:
    if not is_expression(expectation.expression):
        return None
    try:
        return ast.parse(expectation.expression, mode="eval").body
    except SyntaxError:  # with a format, as a live value may have one
        return None


def unmet(lab: Lab, found: Sequence[Expected], seed: int | None = None) -> Iterator[Problem]:
    """Yield a problem for each condition that did not hold after a run; `seed` is given where it is not the lab's."""
    results = {each.expression: each for each in found}
    for expectation in lab.expect:
        result = results.get(expectation.expression, Expected(expression=expectation.expression))
        if not result.holds and _parsed(expectation) is not None:
            fields = {"file": lab.file, "expression": expectation.expression}
            yield Problem("E104", expectation.line, fields=fields | _why(result, seed))


def _why(result: Expected, seed: int | None) -> dict[str, object]:
    """Return the variant of the sentence on a condition that did not hold, with its fields."""
    if result.missing:
        return {"variant": "name", "name": result.missing}
    if result.error:
        return {"variant": "error", "error": result.error}
    if not result.values:
        return {"variant": "unknown"}
    if seed is not None:
        return {"variant": "seed", "seed": seed, "values": values_text(result)}
    if len(result.values) > 1:
        return {"variant": "several", "values": values_text(result)}
    [(name, value)] = result.values.items()
    return {"name": name, "value": value}


def seed_of(code: str) -> int | None:
    """Return the whole number that a program assigns to `seed` at top level, or None."""
    return next((number for _, number in _seeds(code)), None)


def reseeded(code: str, by: int) -> str:
    """Return a program with the number of each top-level `seed = N` raised; all lines stay where they are."""
    lines = code.split("\n")
    for node, number in reversed(_seeds(code)):
        line = lines[node.lineno - 1].encode()
        new = str(number + by).encode()
        lines[node.lineno - 1] = (line[: node.col_offset] + new + line[node.end_col_offset :]).decode()
    return "\n".join(lines)


def _seeds(code: str) -> list[tuple[ast.Constant, int]]:
    """Return the numbers that a program assigns to `seed` at top level, in the order of its lines."""
    parsed = tree(code)
    found = []
    for statement in parsed.body if isinstance(parsed, ast.Module) else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id="seed")], value=ast.Constant(value=int(number)) as node):
                if not isinstance(number, bool):
                    found.append((node, number))
    return found
