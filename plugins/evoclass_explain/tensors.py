"""Tensors that are made, joined, indexed or written into in invalid ways."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, dtype, named, sizes
from evoclass_explain.rules import Rule, Said, always

_SCALED = frozenset(("normalize", "Normalize"))


def _into(facts: Facts, match: re.Match[str]) -> Said:
    """The result of an operation in place is larger than the tensor that must receive it."""
    own, result = sizes(match[1]), sizes(match[2])
    fields: dict[str, object] = {"own": named(None, own), "result": named(None, result)}
    through = facts.went_through("torchvision/transforms/")
    if through and len(own) > 2 and own[-3] == 1 and facts.went_through("normalize"):
        return Said("gray_normalize", {"channels": result[-3], "own": named(None, own)})
    node = facts.expression.node
    if isinstance(node, ast.AugAssign):
        pair = [facts.tensor_of(node.target), facts.tensor_of(node.value)]
        if pair[0] is not None and pair[0].shape == own:
            new = text(ast.BinOp(left=node.target, op=node.op, right=node.value))
            fields |= {"own": named(pair[0]), "name": pair[0].name, "new": f"{pair[0].name} = {new}"}
            return Said("into", fields, "into.new" if new else "")
    return Said("into", fields)


def _empty_list(facts: Facts, match: re.Match[str]) -> Said:
    argument = facts.expression.argument(0, "tensors")
    name = text(argument) if isinstance(argument, ast.Name | ast.Attribute) else ""
    fields: dict[str, object] = {"name": name, "function": facts.expression.called or "cat"}
    return Said("empty_list", fields, what="" if name else "empty_list.nameless")


def _of_tensors(facts: Facts, match: re.Match[str]) -> Said | None:
    """`torch.tensor([a, b])` with tensors in the list."""
    argument = facts.expression.argument(0, "data")
    if facts.expression.called not in ("tensor", "as_tensor", "FloatTensor", "LongTensor", "array"):
        return None
    name = text(argument)
    return Said("tensor_of_tensors", {"name": name or "…"})


def _letters(facts: Facts, match: re.Match[str]) -> Said:
    place = int(match[3])
    call = facts.expression.call
    arguments = list(call.args[1:]) if call is not None else []
    own = facts.tensor_of(arguments[place]) if place < len(arguments) else None
    fields: dict[str, object] = {"letters": int(match[1]), "dimensions": int(match[2]), "place": place + 1}
    if own is None or len(own.shape or ()) != int(match[2]):
        return Said("einsum_letters", fields)
    return Said("einsum_letters", fields | {"given": named(own)}, what="einsum_letters.named")


def _letter(facts: Facts, match: re.Match[str]) -> Said:
    return Said("einsum_output", {"letter": match[1]})


def _operand_count(facts: Facts, match: re.Match[str]) -> Said:
    return Said("einsum_count", {}, what=f"einsum_count.{match[1]}")


def _inferred(facts: Facts, match: re.Match[str]) -> Said:
    return Said("two_unknown")


def _index_dtype(facts: Facts, match: re.Match[str]) -> Said:
    function = match[1]
    index = facts.argument(1, "index")
    fields: dict[str, object] = {"function": function, "name": index.name if index is not None else ""}
    known = index is not None and not index.dtype.startswith("int64")
    return Said("lookup_dtype", fields, "" if known else "lookup_dtype.nameless")


def _source_dtype(facts: Facts, match: re.Match[str]) -> Said:
    function = match[1]
    own, source = facts.tensor_of(facts.expression.receiver), facts.argument(2, "src", "source")
    if own is None or source is None or own.dtype == source.dtype:
        return Said(
            "source_dtype", {"function": function}, "source_dtype.nameless", "source_dtype.nameless_what"
        )
    fields: dict[str, object] = {"function": function, "name": own.name, "dtype": own.dtype}
    return Said("source_dtype", fields | {"source": source.name, "other": source.dtype})


def _index_shapes(facts: Facts, match: re.Match[str]) -> Said:
    shapes = ", ".join(named(None, sizes(each)) for each in re.findall(r"\[[\d, ]*\]", match[1]))
    return Said("index_shapes", {"shapes": shapes})


def _value_shape(facts: Facts, match: re.Match[str]) -> Said:
    return Said("value_shape", {"value": named(None, sizes(match[1])), "place": named(None, sizes(match[2]))})


def _fewer(facts: Facts, match: re.Match[str]) -> Said:
    return Said("expand_fewer", {"sizes": int(match[1]), "dimensions": int(match[2])})


def _lookup_size(facts: Facts, match: re.Match[str]) -> Said:
    return Said("lookup_size", {"index": named(None, sizes(match[1])), "own": named(None, sizes(match[2]))})


def _no_assign(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    return Said("assign_value", {"type": kind, "dtype": dtype(match[2])})


def _chunk(facts: Facts, match: re.Match[str]) -> Said:
    return Said("k_range", {"k": text(facts.expression.argument(0, "k")) or "k"})


def _slice_bounds(facts: Facts, match: re.Match[str]) -> Said:
    return Said("narrow", {"start": match[1], "length": match[2], "size": match[3]})


def _reduce_empty(facts: Facts, match: re.Match[str]) -> Said:
    own = facts.tensor_of(facts.expression.receiver) or facts.argument(0, "input")
    if own is None or 0 not in (own.shape or (1,)):
        return Said("reduce_empty", {"function": match[1]}, what="reduce_empty.nameless")
    return Said("reduce_empty", {"function": match[1], "given": named(own)})


def _gpu_numpy(facts: Facts, match: re.Match[str]) -> Said:
    before = text(facts.expression.receiver) if facts.expression.called == "numpy" else ""
    return Said("gpu_numpy", {"device": match[1], "name": before}, "" if before else "gpu_numpy.nameless")


def _size_part(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"function": match[1], "argument": match[2], "wanted": "tuple of ints"}
    fields |= {"type": match[4], "place": int(match[3])}
    if facts.expression.called not in (match[1], f"{match[1]}_"):
        fields["function"] = facts.expression.function or match[1]  # a layer makes its weights in here
        hint = "element.whole" if match[4] == "float" else "element.number" if match[4] == "str" else ""
        return Said("element", fields, hint, "element.inside")
    return Said(
        "element",
        fields,
        "element.whole" if match[4] == "float" else "element.item" if match[4] == "Tensor" else "",
    )


def _times(facts: Facts, match: re.Match[str]) -> Said | None:
    """`x * "2"`, `x * [1, 2]`: Python tries to repeat the text or the list as often as the tensor says."""
    node = facts.expression.node
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return None
    kinds = [_kind(facts, side) for side in (node.left, node.right)]
    other = next((kind for kind in kinds if kind in ("str", "list", "tuple")), "")
    if not other or not any(facts.tensor_of(side) for side in (node.left, node.right)):
        return None
    fields: dict[str, object] = {"sign": "*", "first": kinds[0] or "Tensor", "second": kinds[1] or "Tensor"}
    return Said("operand_types", fields, f"operand_types.{'list' if other == 'tuple' else other}")


def _kind(facts: Facts, node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    return (
        "list"
        if isinstance(node, ast.List)
        else "tuple"
        if isinstance(node, ast.Tuple)
        else facts.type_of(node)
    )


RULES_FIRST = (
    Rule(r"^only integer tensors of a single element can be converted to an index", _times),
    Rule(r"^only one element tensors can be converted to Python scalars", _of_tensors),
)

RULES = (
    Rule(r"output with shape (\[[\d, ]*\]) doesn't match the broadcast shape (\[[\d, ]*\])", _into),
    Rule(r"expected a non-empty list of Tensors|expects a non-empty TensorList", _empty_list),
    Rule(
        r"einsum\(\): the number of subscripts in the equation \((\d+)\) (?:does not match|is more than) the "
        r"number of dimensions "
        r"\((\d+)\) for operand (\d+)",
        _letters,
    ),
    Rule(r"einsum\(\): output subscript (\w) does not appear", _letter),
    Rule(r"einsum\(\): (more|fewer) operands were provided than specified", _operand_count),
    Rule(r"einsum\(\): (?:invalid subscript|invalid equation|found)", always("einsum_text")),
    Rule(r"only one dimension can be inferred", _inferred),
    Rule(
        r"^(\w+)\(\): argument '(\w+)' failed to unpack the object at pos (\d+) with error "
        r"\"type must be tuple of ints, ?but got ([\w.]+)\"",
        _size_part,
    ),
    Rule(
        r"Dimension size must be non-negative",
        lambda f, m: Said("negative_size", {}, what="negative_size.plain"),
    ),
    Rule(
        r"(?:Trying to create tensor with negative dimension|negative dimensions are not allowed|"
        r"invalid shape dimension) ?(-\d+)?",
        lambda f, m: Said("negative_size", {"size": m[1] or ""}, "", "" if m[1] else "negative_size.plain"),
    ),
    Rule(
        r"permute\((?:sparse_coo)?\)?:? ?duplicate dims|duplicate dims are not allowed|repeated dim in permute",
        always("permute_twice"),
    ),
    Rule(r"^(\w+)\(\): Expected dtype (?:int32 or int64|int32/int64|int64) for index", _index_dtype),
    Rule(
        r"^(\w+)\(\): Expected self\.dtype to be equal to src\.dtype|^(index_add)\w*\(\): self .* source",
        _source_dtype,
    ),
    Rule(
        r"shape mismatch: indexing tensors could not be broadcast together with shapes (.+)$", _index_shapes
    ),
    Rule(
        r"shape mismatch: value tensor of shape (\[.*?\]) cannot be broadcast to indexing result of shape (\[.*?\])",
        _value_shape,
    ),
    Rule(
        r"the number of sizes provided \((\d+)\) must be greater or equal to the number of dimensions in the "
        r"tensor \((\d+)\)",
        _fewer,
    ),
    Rule(
        r"Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor",
        always("repeat_fewer"),
    ),
    Rule(
        r"Size does not match at dimension \d+ expected index (\[.*?\]) to be no larger than self (\[.*?\])",
        _lookup_size,
    ),
    Rule(r"^can't assign an? ([\w.]+) to a (?:torch\.)?([\w.]+)", _no_assign),
    Rule(r"selected index k out of range|k not in range for dimension", _chunk),
    Rule(
        r"maximum size for tensor at dimension (\d+) is (\d+) but size is (\d+)",
        lambda f, m: Said("window", {"axis": int(m[1]), "own": int(m[2]), "size": int(m[3])}),
    ),
    Rule(
        r"must have the same number of columns\. X1: (\d+) X2: (\d+)",
        lambda f, m: Said("columns", {"a": int(m[1]), "b": int(m[2])}),
    ),
    Rule(
        r"^(\w+): Expected 1-D argument \w+, but got (\d+)-D",
        lambda f, m: Said("one_dimension", {"function": m[1], "count": int(m[2])}),
    ),
    Rule(
        r"^contracted dimensions need to match, but first has size (\d+) in dim (-?\d+) and second has size "
        r"(\d+) in dim (-?\d+)",
        lambda f, m: Said(
            "contracted", {"a": int(m[1]), "first": int(m[2]), "b": int(m[3]), "second": int(m[4])}
        ),
    ),
    Rule(r"^zero-dimensional tensor \(at position (\d+)\) cannot be concatenated", always("joined_numbers")),
    Rule(
        r"^repeats must have the same size as input along dim, but got repeats\.size\(0\) = (\d+) and "
        r"input\.size\(-?\d+\) = (\d+)",
        lambda f, m: Said("repeats", {"repeats": int(m[1]), "input": int(m[2])}),
    ),
    Rule(r"Integers to negative integer powers are not allowed", always("negative_power")),
    Rule(r"step must be greater than zero", always("negative_step")),
    Rule(r"upper bound and (?:larger|lower) bound inconsistent with step sign", always("range_sign")),
    Rule(r"start \((-?\d+)\) \+ length \((\d+)\) exceeds dimension size \((\d+)\)", _slice_bounds),
    Rule(r"^(\w+)\(\): Expected reduction dim to be specified for input\.numel\(\) == 0", _reduce_empty),
    Rule(r"can't convert (cuda:\d+|mps:\d+|xpu:\d+) device type tensor to numpy", _gpu_numpy),
    Rule(r"chunk expects `chunks` to be greater than 0|split_size can only be 0", always("no_chunks")),
    Rule(r"value cannot be converted to type (\w+) without overflow", lambda f, m: Said("overflow_value")),
    Rule(
        r"tensor\.T is only|\.T` on tensors of dimension|only supported on matrices|"
        r"expects a tensor with 2 or more dimensions|"
        r"t\(\) expects a tensor with <= 2 dimensions",
        always("transpose_matrix"),
    ),
)
"""Tensors."""
