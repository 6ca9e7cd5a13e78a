"""PyTorch's own functions with arguments of the wrong kind or number."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import closed, is_plain, text
from evoclass_explain.facts import CONVERSIONS, Facts, dtype, is_picture
from evoclass_explain.rules import Rule, Said

_SHOWN = 3
_FORM = 90
_RANDOM = frozenset(("rand", "randn", "zeros", "ones", "empty", "full"))


def _argument(facts: Facts, match: re.Match[str]) -> Said | None:
    """`argument 'target' (position 2) must be Tensor, not list`."""
    function, argument, wanted, kind = match[1], match[2], match[4], match[5].rpartition(".")[2]
    if kind == "NoneType":
        return None
    given = _given(facts, kind)
    fields: dict[str, object] = {"function": function, "argument": argument, "wanted": wanted, "type": kind}
    fields["name"] = given
    what = "" if given else "argument.nameless"
    hint = ""
    if wanted == "Tensor":
        if kind in ("list", "tuple") and facts.expression.called in ("cat", "concat", "stack"):
            hint = "argument.flat_list"
        elif kind in ("list", "int", "float", "bool"):
            hint = "argument.tensor"
        elif kind == "tuple":
            hint = "argument.pick"
        elif kind == "ndarray":
            hint = "argument.from_numpy"
        elif is_picture(kind):
            hint = "argument.image"
        elif kind == "str":
            hint = "argument.text"
    elif "of Tensors" in wanted:
        hint = _row(facts, fields, kind)
    elif wanted.startswith("tuple of ints") or wanted == "int":
        hint = {"float": "argument.whole", "str": "argument.number", "Tensor": "argument.item"}.get(kind, "")
    if hint and not given and hint not in ("argument.pick", "argument.flat_list", "argument.row"):
        fields["name"] = "…"
    return Said("argument", fields, hint, what)


def _given(facts: Facts, kind: str) -> str:
    """Return the only argument of the learner's call that is of this type."""
    call = facts.expression.call
    if call is None:
        return ""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    kinds = {"list": ast.List, "tuple": ast.Tuple}
    fitting = [
        node
        for node in arguments
        if facts.type_of(node) == kind
        or (kind in kinds and isinstance(node, kinds[kind]))
        or (isinstance(node, ast.Constant) and type(node.value).__name__ == kind)
    ]
    return closed(fitting[0]) if len(fitting) == 1 else ""


def _list_for_tensor(facts: Facts, match: re.Match[str]) -> Said | None:
    """`F.softmax([1, 2])`: a function written in Python calls a tensor method on its first argument."""
    if (
        not facts.below
        or "/torch/" not in facts.below[-1]
        or facts.below[-1].endswith("nn/modules/module.py")
    ):
        return None
    kind, first = match[1].rpartition(".")[2], facts.expression.argument(0, "input")
    if first is None or not facts.is_code(facts.expression.call and facts.expression.call.func, "function"):
        return None
    kinds = {"list": ast.List, "tuple": ast.Tuple}
    if facts.type_of(first) != kind and not (kind in kinds and isinstance(first, kinds[kind])):
        return None
    hint = "list_for_tensor.array" if kind == "ndarray" else ""
    fields: dict[str, object] = {
        "function": facts.expression.function,
        "type": kind,
        "name": text(first) or "…",
    }
    return Said("list_for_tensor", fields, hint)


def _row(facts: Facts, fields: dict[str, object], kind: str) -> str:
    call = facts.expression.call
    if kind != "Tensor" or call is None:
        return ""
    tensors = [text(node) for node in call.args if facts.tensor_of(node) is not None]
    if len(tensors) < 2:
        return ""
    fields["call"] = f"{facts.expression.function}([{', '.join(tensors)}])"
    return "argument.row"


def _element(facts: Facts, match: re.Match[str]) -> Said | None:
    """`argument 'size' (position 1) must be tuple of ints, but found element of type float at pos 0`."""
    function, argument, wanted, kind = match[1], match[2], match[3], match[4].rpartition(".")[2]
    fields: dict[str, object] = {"function": function, "argument": argument, "wanted": wanted, "type": kind}
    fields["place"] = int(match[5]) + 1
    if "of Tensors" in wanted:
        return Said("element", fields, "element.tensor")
    if kind == "float":
        return Said("element", fields, "element.whole")
    if kind == "Tensor":
        return Said("element", fields, "element.item")
    return Said("element", fields)


def _forms(facts: Facts, match: re.Match[str]) -> Said | None:
    """`received an invalid combination of arguments - got (int), but expected one of: …`."""
    function, got = match[1], match[2]
    if facts.running is not None and facts.expression.called != function:
        return None
    tail = facts.error.text[match.end() :]
    forms = re.findall(r"^ ?\* \((.*)\)$", tail, re.MULTILINE) or re.findall(r"^\((.*?)\)", tail)
    short = list(dict.fromkeys(form for form in map(_short, forms) if form))[:_SHOWN]
    listed = ", ".join(f"`({form})`" for form in short)
    fields: dict[str, object] = {"function": function, "got": _bare(got), "forms": listed}
    if not listed:
        return Said("forms", fields, "forms.help", "forms.got")
    if "float" in got and "ints" in listed:
        return Said("forms", fields, "forms.whole")
    if function == "randint" and not re.search(r"tuple|list", got):
        return Said("forms", fields, "forms.size")
    return Said("forms", fields)


def _short(form: str) -> str:
    """Return a form of a call without its rarely used parameters."""
    parts = re.split(r", (?![^\[(]*[\])])", form)
    kept = [
        part.strip()
        for part in parts
        if part != "*"
        and not re.search(r"\b(?:out|generator|dtype|layout|device|pin_memory|requires_grad|names)\b", part)
    ]
    return ", ".join(kept)[:_FORM]


def _bare(got: str) -> str:
    return (
        re.sub(r"\b(out|dtype|layout|device|pin_memory|requires_grad|names)=\w+,? ?", "", got).strip(", ")
        or "-"
    )


def _missing(facts: Facts, match: re.Match[str]) -> Said:
    names = ", ".join(f"`{name}`" for name in re.findall(r'"(\w+)"', match[2]))
    return Said("call_missing", {"function": match[1], "names": names}, what="call_missing.bare")


def _not_implemented(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = dtype(match[2])
    operation = re.sub(r"_(?:cpu|cuda|out|kernel|impl|frame|lastdim|vml|scalar).*$", "", match[1])
    direct = [own for own in facts.direct if own.dtype == kind]
    whole = kind in ("int64", "int32", "int16", "int8", "uint8", "bool")
    fields: dict[str, object] = {"operation": operation, "dtype": kind}
    if kind not in CONVERSIONS and not whole and kind not in ("float16", "bfloat16"):
        return Said("no_kernel", fields, "no_kernel.other", "no_kernel.nameless")
    counts = kind in ("float32", "float64")
    if len(direct) != 1:
        hint = "no_kernel.whole_try" if counts else "no_kernel.nameless_try"
        return Said("no_kernel", fields, hint, "no_kernel.nameless")
    return Said("no_kernel", fields | {"name": direct[0].name}, "no_kernel.whole" if counts else "")


def _low_precision(facts: Facts, match: re.Match[str]) -> Said:
    kind = dtype(match[2])
    own = next((own for own in facts.direct if own.dtype == kind), None)
    fields: dict[str, object] = {"operation": match[1], "dtype": kind, "name": own.name if own else ""}
    return Said(
        "no_kernel", fields, "" if own else "no_kernel.nameless_try", "" if own else "no_kernel.nameless"
    )


def _bool_minus(facts: Facts, match: re.Match[str]) -> Said:
    flags = [own for own in facts.direct if own.dtype == "bool"]
    name = flags[0].name if len(flags) == 1 and is_plain(ast.parse(flags[0].name, mode="eval").body) else ""
    two = len(flags) > 1
    if not name:
        return Said("bool_minus", {}, "bool_minus.numbers" if two else "bool_minus.nameless")
    return Said("bool_minus", {"name": name})


def _mask(facts: Facts, match: re.Match[str]) -> Said:
    own = next((each for each in facts.direct if each.dtype == dtype(match[1])), None)
    argument = facts.expression.argument(0, "mask")
    name = closed(argument) if argument is not None else ""
    fields: dict[str, object] = {"dtype": dtype(match[1]), "name": name or (own.name if own else "")}
    return Said("bool_mask", fields, "" if fields["name"] else "bool_mask.nameless")


def _float_wanted(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = dtype(match[1])
    own = next((each for each in facts.direct if each.dtype == kind), None)
    if own is None:
        return Said("float_wanted", {"dtype": kind}, "float_wanted.nameless", "float_wanted.nameless_what")
    return Said("float_wanted", {"dtype": kind, "name": own.name})


def _only_float(facts: Facts, match: re.Match[str]) -> Said:
    own = next(
        (each for each in facts.direct if not each.dtype.startswith(("float", "bfloat", "complex"))), None
    )
    if own is None:
        return Said("float_wanted", {}, "float_wanted.nameless", "float_wanted.other")
    return Said("float_wanted", {"dtype": own.dtype, "name": own.name})


def _invert(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.node
    name = closed(node.operand) if isinstance(node, ast.UnaryOp) else ""
    own = facts.tensor_of(node.operand) if isinstance(node, ast.UnaryOp) else None
    fields: dict[str, object] = {"dtype": own.dtype if own is not None else "float", "name": name}
    return Said("bool_mask", fields, "" if name else "bool_mask.nameless")


def _condition(facts: Facts, match: re.Match[str]) -> Said:
    name = closed(facts.expression.argument(0, "condition"))
    fields: dict[str, object] = {"dtype": dtype(match[1]), "name": name}
    return Said("bool_mask", fields, "" if name else "bool_mask.nameless")


def _joined(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[3].rpartition(".")[2]
    fields: dict[str, object] = {
        "function": facts.expression.called or "cat",
        "argument": "tensors",
        "wanted": "tuple of Tensors",
        "type": kind,
        "place": int(match[2]) + 1,
    }
    return Said("element", fields, "element.tensor")


RULES = (
    Rule(r"^'([\w.]+)' object has no attribute '\w+'", _list_for_tensor),
    Rule(
        r"^(\w+)\(\): argument '(\w+)' (?:\(position (\d+)\) )?must be ([^,]+?), not ([\w.]+)$",
        _argument,
    ),
    Rule(
        r"^(\w+)\(\): argument '(\w+)' (?:\(position \d+\) )?must be ([^,]+), but found element of type "
        r"([\w.]+) at pos (\d+)",
        _element,
    ),
    Rule(r"^expected (Tensor) as element (\d+) in argument \d+, but got ([\w.]+)", _joined),
    Rule(
        r"^(\w+)\(\) received an invalid combination of arguments - got \((.*?)\), but expected (?:one of:\n)?",
        _forms,
    ),
    Rule(r"^(\w+)\(\) missing \d+ required positional arguments?: (\".+)$", _missing),
    Rule(r"\"(\w+)\" not implemented for '([\w:]+)'", _not_implemented),
    Rule(r"^([\w.]+): Low precision dtypes not supported\. Got (\w+)", _low_precision),
    Rule(r"the `-` operator,? (?:with|on) (?:a|two) bool tensors?|with two bool tensors", _bool_minus),
    Rule(r"masked_\w+ only supports boolean masks, but got (?:mask with )?dtype (\w+)", _mask),
    Rule(r"operator\.invert\) is only implemented on integer and Boolean", _invert),
    Rule(r"^where expected condition to be a boolean tensor, but got a tensor with dtype (\w+)", _condition),
    Rule(r"^new\(\): invalid data type '([\w.]+)'", lambda f, m: Said("no_number", {"type": m[1]})),
    Rule(r"only supports? floating.point(?: and complex)? dtypes?$", _only_float),
    Rule(r"should be a float tensor\. Got (?:torch\.)?(\w+)", _float_wanted),
    Rule(
        r"(?:[Ee]xpected (?:a )?floating.point|only support(?:s|ed)? floating|must be (?:a )?floating.point)"
        r".*?(?:got|found):? (?:torch\.)?(\w+)",
        _float_wanted,
    ),
)
"""Functions."""
