"""Errors of the backward pass: gradients."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import is_plain, text
from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.rules import Rule, Said, always

_OPERATIONS = {
    "Exp": "exp",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Relu": "relu",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "Sqrt": "sqrt",
    "Rsqrt": "rsqrt",
}
"""Public names of operations that keep their result for the gradient.

For other operations, PyTorch names the last one that wrote into the tensor, or an internal one.
"""


def _overwritten(facts: Facts, match: re.Match[str]) -> Said:
    maker = re.search(r"output \d+ of (\w+?)(?:Backward\d*)?[,\s]", facts.error.text)
    shape = named(None, sizes(match[1]))
    operation = _OPERATIONS.get(maker[1]) if maker is not None else None
    if operation is None:
        return Said("overwritten", {"shape": shape})
    return Said("overwritten", {"shape": shape, "operation": operation}, what="overwritten.known")


def _no_gradient(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called == "grad":
        return Said("grad_of")
    name = facts.expression.backward
    if any(origin.source.startswith(("torch.autograd.grad(", "grad(")) for origin in facts.error.origins):
        return Said(
            "no_gradient", {"name": name}, "no_gradient.second", "" if name else "no_gradient.nameless"
        )
    return Said("no_gradient", {"name": name}, what="" if name else "no_gradient.nameless")


def _twice(facts: Facts, match: re.Match[str]) -> Said:
    name = facts.expression.backward
    if not name:
        return Said("twice", {}, "twice.anew", "twice.nameless")
    return Said("twice", {"name": name})


def _leaf(facts: Facts, match: re.Match[str]) -> Said:
    """Name the tensor that is written into: `w` in `w -= 1`, `w[0] = 1` and `w.zero_()`."""
    node, expression = facts.expression.node, facts.expression
    target: ast.AST | None = None
    if isinstance(node, ast.AugAssign):
        target = node.target
    elif isinstance(node, ast.Subscript):
        target = node
    elif expression.called.endswith("_"):
        target = expression.receiver
    # For `w[0] = 1` PyTorch reports a view too, but `w` is the parameter itself.
    part = "a view of a leaf" in facts.error.text and not isinstance(target, ast.Subscript)
    while isinstance(target, ast.Subscript):
        target = target.value
    own = facts.tensor_of(target)
    if own is None:
        # The learner did not write this operation: a layer that was built to work in place did it.
        inside = facts.running is not None
        return Said("leaf", {}, "leaf.layer" if inside else "", "leaf.nameless")
    return Said("leaf", {"name": own.name}, what="leaf.view" if part else "")


def _numpy(facts: Facts, match: re.Match[str]) -> Said:
    expression = facts.expression
    if expression.called == "numpy":
        own = facts.tensor_of(expression.receiver)
        if own is not None:
            return Said("numpy_gradient", {"name": own.name})
        return Said("numpy_gradient", {}, "numpy_gradient.before", "numpy_gradient.nameless")
    if facts.type_of(expression.argument(0)) in ("list", "tuple"):
        return Said("numpy_gradient", {}, "numpy_gradient.list", "numpy_gradient.listed")
    given = [own for own in facts.direct if own.type != "ndarray"]
    arguments = expression.call.args if expression.call is not None else ()
    if len(given) == 1 and len(arguments) == 1:
        return Said("numpy_gradient", {"name": given[0].name})
    return Said("numpy_gradient", {}, "numpy_gradient.convert", "numpy_gradient.nameless")


def _no_grad_yet(facts: Facts, match: re.Match[str]) -> Said | None:
    """`w.grad` is None before the first `backward()`, and always for a tensor computed from a parameter."""
    node = facts.expression.node
    found = [
        part.value
        for part in (ast.walk(node) if node is not None else ())
        if isinstance(part, ast.Attribute) and part.attr == "grad"
    ]
    if len(found) != 1 or not is_plain(found[0]):
        return None
    own = facts.tensor_of(found[0])
    if own is None or facts.type_of(ast.Name(f"{own.name}.grad")) != "NoneType":
        return None
    origin, fields = facts.origin(found[0]), {"name": own.name}
    update = origin is not None and f"{own.name}.grad" in origin.source
    if origin is not None and update and (own.computed or origin.line < facts.error.line):
        new: dict[str, object] = {"line": origin.line, "source": origin.source}
        return Said("grad_left_behind", fields | new)
    return Said("no_grad_yet", dict(fields), *_RESULT) if own.computed else Said("no_grad_yet", dict(fields))


_RESULT = ("no_grad_yet.retain", "no_grad_yet.computed")
"""Hint and sentence about the gradient of a computed tensor."""


def _no_leaf(facts: Facts, match: re.Match[str]) -> Said:
    listed = facts.expression.argument(0, "params")
    names = listed.elts if isinstance(listed, ast.List | ast.Tuple) else []
    own = facts.tensor_of(names[0]) if len(names) == 1 else None
    if own is None:
        return Said("no_leaf", what="no_leaf.nameless")
    return Said("no_leaf", {"name": own.name})


def _number(facts: Facts, match: re.Match[str]) -> Said:
    name = facts.expression.backward
    fields: dict[str, object] = {"name": name, "type": match[1]}
    hint = "no_tensor_loss.assign" if match[1] == "int" else ""
    return Said("no_tensor_loss", fields, hint, "" if name else "no_tensor_loss.nameless")


def _several(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called == "grad":
        return None
    before = text(facts.expression.receiver) if facts.expression.called == "backward" else ""
    own = facts.tensor_of(facts.expression.receiver) if before else None
    if own is None:
        return Said("scalar_loss", what="scalar_loss.nameless")
    if 0 in (own.shape or ()):
        return Said("scalar_loss", {"given": named(own)}, "index_bounds.nothing", "scalar_loss.empty")
    return Said("scalar_loss", {"given": named(own)})


def _returned(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"function": match[1], "expected": int(match[2]), "got": int(match[3])}
    return Said("own_backward", fields)


def _of_function(facts: Facts, match: re.Match[str]) -> Said:
    return Said("function_result", {"function": match[1]})


def _shape_of_gradient(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {
        "got": named(None, sizes(match[1])),
        "expected": named(None, sizes(match[2])),
    }
    return Said("gradient_shape", fields)


RULES = (
    Rule(
        r"function (\w+)Backward returned an incorrect number of gradients \(expected (\d+), got (\d+)\)",
        _returned,
    ),
    Rule(r"Legacy autograd function with non-static forward method", always("legacy_function")),
    Rule(
        r"differentiated Tensors?(?: at index \d+)? appears? to not have been used in the graph",
        always("grad_unused"),
    ),
    Rule(
        r"returned an invalid gradient at index \d+ - got (\[.*?\]) but expected shape compatible with (\[.*?\])",
        _shape_of_gradient,
    ),
    Rule(
        r"[Mm]ismatch in shape: grad_output\[\d+\] has a shape of torch\.Size\((\[.*?\])\) and "
        r"output\[\d+\] has a shape of torch\.Size\((\[.*?\])\)",
        _shape_of_gradient,
    ),
    Rule(r"One of the differentiated Tensors does not require grad", always("grad_input")),
    Rule(r"you can only change requires_grad flags of leaf variables", always("flag_of_result")),
    Rule(
        r"cannot register a hook on a tensor that doesn't require gradient", always("hook_without_gradient")
    ),
    Rule(r"^hook '.*' has changed the size of value", always("hook_size")),
    Rule(
        r"user-provided function given to (\w+) must be either a Tensor or a tuple of Tensors", _of_function
    ),
    Rule(r"modified by an inplace operation: \[torch\.\S+ (\[.*?\])\]", _overwritten),
    Rule(r"Expected f\(\*args\) to return a (?:scalar )?[Tt]ensor", always("grad_scalar")),
    Rule(r"Trying to backward through the graph a second time", _twice),
    Rule(r"grad can be implicitly created only for scalar outputs", _several),
    Rule(r"does not require grad and does not have a grad_fn", _no_gradient),
    Rule(r"leaf Variable that requires grad is being used in an in-place operation", _leaf),
    Rule(r"Can't call numpy\(\) on Tensor that requires grad", _numpy),
    Rule(
        r"[Oo]nly Tensors of floating point (?:and complex )?dtype can require gradients",
        always("whole_gradient"),
    ),
    Rule(r"'NoneType'", _no_grad_yet),
    Rule(r"can't optimize a non-leaf Tensor", _no_leaf),
    Rule(r"'(float|int)' object has no attribute 'backward'", _number),
    Rule(r"Only Tensors created explicitly by the user .* support the deepcopy protocol", always("deepcopy")),
    Rule(r"Inference tensors cannot be saved for backward", always("inference")),
    Rule(r"optimizer got an empty parameter list", always("no_parameters")),
)
"""Gradients."""
