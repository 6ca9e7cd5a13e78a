"""Missing keys of a dictionary, a pandas table or the environment."""

from __future__ import annotations

import ast
import re

from evoclass_explain.containers import not_in
from evoclass_explain.expression import is_plain, text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always


def _key(facts: Facts, match: re.Match[str]) -> Said | None:
    """Name the existing keys; the dictionary may be a pandas table, or the environment."""
    if facts.error.type != "KeyError":
        return None
    key = facts.error.text
    base: ast.AST | None = (
        facts.expression.node.value if isinstance(facts.expression.node, ast.Subscript) else None
    )
    if facts.expression.called == "remove" and facts.is_own:
        return not_in(facts, match)
    if facts.expression.called == "pop":
        base = facts.expression.receiver
    base = base if is_plain(base) else None
    fields: dict[str, object] = {"key": key, "name": text(base)}
    own = facts.value(base)
    if not facts.is_own:
        node = facts.expression.node
        if "not found in axis" in key and facts.expression.called == "drop":
            table = facts.value(facts.expression.receiver)
            if table is not None and table.keys:
                fields = {"key": key.split(" not found")[0].strip("\"'"), "name": table.name}
                return Said("no_column", fields | {"keys": ", ".join(table.keys)})
        if (
            isinstance(node, ast.Subscript)
            and text(node.value).endswith(".loc")
            and "pandas" in facts.below[-1]
        ):
            return Said("no_row", {"key": key, "name": text(node.value).removesuffix(".loc")})
        if own is not None and own.type == "DataFrame" and own.keys:
            columns = ", ".join(own.keys)
            if re.fullmatch(r"-?\d+", key):
                node = facts.expression.node
                index = text(node.slice) if isinstance(node, ast.Subscript) else key
                return Said("no_column", fields | {"keys": columns, "index": index}, "no_column.row")
            return Said("no_column", fields | {"keys": columns})
        if own is not None and own.type == "Series" and re.fullmatch(r"-?\d+", key):
            node = facts.expression.node
            index = text(node.slice) if isinstance(node, ast.Subscript) else key
            return Said("no_label", fields | {"index": index})
        table = facts.value(facts.expression.receiver)
        if (
            facts.expression.called in _BY_COLUMN
            and table is not None
            and table.type == "DataFrame"
            and table.keys
        ):
            fields = {"key": key, "name": table.name, "keys": ", ".join(table.keys)}
            return Said("no_column", fields)
        if text(base).endswith("environ"):
            return Said("no_variable", fields, "no_variable.torchrun" if key in _OF_TORCHRUN else "")
        if "torchvision/models/" in facts.error.traceback.replace("\\", "/"):
            return Said("no_weights", {"key": key})
        if facts.below[-1].endswith("/random.py") and facts.expression.called == "choice":
            return Said("choice", {"name": text(facts.expression.argument(0)) or "…"})
        if facts.below[-1].endswith("torch/optim/optimizer.py") and key == "'params'":
            return Said("no_params_key")
        return None
    node = facts.expression.node
    if key.startswith("tensor(") and isinstance(node, ast.Subscript):
        return Said("no_key", fields | {"index": text(node.slice)}, "no_key.tensor", "no_key.tensors")
    if own is None or (not own.keys and own.length != 0):
        return Said("no_key", fields, "no_key.print" if text(base) else "")
    if own.length == 0:
        return Said("no_key", fields, "no_key.empty", "no_key.none_yet")
    fields["keys"] = ", ".join(own.keys) + (" …" if (own.length or 0) > len(own.keys) else "")
    index = text(node.slice) if isinstance(node, ast.Subscript) else ""
    fields["index"] = index
    if f"'{key}'" in own.keys and index:
        return Said("no_key", fields, "no_key.text", "no_key.known")
    if key.strip("'") in own.keys and index:
        return Said("no_key", fields, "no_key.number", "no_key.known")
    close = [each for each in own.keys if each.lower() == key.lower()]
    if len(close) == 1:
        return Said("no_key", fields | {"close": close[0]}, "no_key.spelling", "no_key.known")
    return Said("no_key", fields, "no_key.choose", "no_key.known")


_BY_COLUMN = ("groupby", "sort_values", "set_index", "pivot", "pivot_table", "merge")
"""Methods of pandas tables that take the names of columns."""

_OF_TORCHRUN = (
    "'RANK'",
    "'LOCAL_RANK'",
    "'WORLD_SIZE'",
    "'LOCAL_WORLD_SIZE'",
    "'MASTER_ADDR'",
    "'MASTER_PORT'",
)
"""Variables that `torchrun` sets for each of its processes."""

RULES = (
    Rule(r"^No common columns to perform merge on", always("nothing_in_common")),
    Rule(r"^.", _key),
)
"""Keys."""
