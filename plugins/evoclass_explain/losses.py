"""The inputs of a loss: predictions with labels, or with a target of the same shape."""

from __future__ import annotations

import re

from evoclass.protocol import Operand
from evoclass.quantities import shape_text
from evoclass_explain.expression import closed, text
from evoclass_explain.facts import Facts, dtype, named, sizes
from evoclass_explain.rules import Rule, Said, always


def _prediction(facts: Facts) -> Operand | None:
    return facts.argument(0, "input", "log_probs")


def _target(facts: Facts) -> Operand | None:
    return facts.argument(1, "target", "targets")


def _batch(facts: Facts, match: re.Match[str]) -> Said:
    predictions, labels = int(match[1]), int(match[2])
    first, second = _prediction(facts), _target(facts)
    first = first if first is not None and first.shape and first.shape[0] == predictions else None
    fields: dict[str, object] = {"predictions": predictions, "labels": labels}
    if second is not None and second.shape == () and predictions == 1:
        return Said("single_label", {"name": second.name})
    if second is None or not second.shape or second.shape[0] != labels:
        return Said("batch", fields, what="batch.nameless")
    fields |= {"second": named(second)}
    if first is None:
        return Said("batch", fields, what="batch.labels_named")
    return Said("batch", fields | {"first": named(first)})


def _extra_axis(facts: Facts, match: re.Match[str]) -> Said:
    target = _target(facts)
    if target is None or target.shape is None or len(target.shape) != 2:
        return Said("one_label", what="one_label.nameless")
    convert = "" if target.dtype in ("int64", "uint8") else ".long()"
    columns = target.shape[1]
    fields: dict[str, object] = {
        "given": named(target),
        "name": target.name,
        "columns": columns,
        "convert": convert,
    }
    if columns == 1:
        return Said("one_label", fields, "one_label.squeeze")
    scores = _prediction(facts)
    if scores is not None and scores.shape == target.shape:
        return Said("one_label", fields, "one_label.one_hot", "one_label.columns")
    return Said("one_label", fields, "one_label.column", "one_label.columns")


def _out_of_bounds(facts: Facts, match: re.Match[str]) -> Said:
    target = int(match[1])
    if target < 0:
        return Said("negative_class", {"target": target})
    scores, labels = _prediction(facts), _target(facts)
    fields: dict[str, object] = {"target": target, "needed": target + 1}
    shape = scores.shape if scores is not None else None
    if shape is None or len(shape) != 2 or target < shape[1] or labels is None:
        return Said("class_number", fields)
    fields |= {"labels": labels.name, "scores": named(scores), "classes": shape[1], "highest": shape[1] - 1}
    return Said("class_number_known", fields)


def _classes_last(facts: Facts, match: re.Match[str]) -> Said | None:
    """In predictions with more than two dimensions, the classes are the second one."""
    expected, got = sizes(match[1]), sizes(match[2])
    scores, target = _prediction(facts), _target(facts)
    fields: dict[str, object] = {"wanted": named(None, expected), "got": named(None, got)}
    if scores is None or scores.shape is None or target is None or target.shape != got:
        return Said("places", fields, what="places.nameless")
    if scores.shape != (*got, expected[1]):
        return Said("places", fields | {"given": named(scores), "second": named(target)})
    fields = {"given": named(scores), "second": named(target), "name": scores.name}
    return Said("classes_last", fields)


def _same_size(facts: Facts, match: re.Match[str]) -> Said:
    target, given = sizes(match[1]), sizes(match[2])
    first, second = _prediction(facts), _target(facts)
    first = first if first is not None and first.shape == given else None
    second = second if second is not None and second.shape == target else None
    fields: dict[str, object] = {"first": named(first, given), "second": named(second, target)}
    # The expression itself is as good as a name if only a method is added to it.
    prediction = closed(facts.expression.argument(0, "input"))
    wanted = closed(facts.expression.argument(1, "target"))
    fields |= {"prediction": prediction, "target": wanted}
    if given == (*target, 1) and prediction and wanted:
        return Said("same_size", fields, "same_size.squeeze" if first is not None else "same_size.extra")
    if target == (*given, 1) and wanted:
        return Said("same_size", fields, "same_size.squeeze_target")
    return Said("same_size", fields)


def _labels(facts: Facts, match: re.Match[str]) -> Said:
    """Class numbers of a type other than int64."""
    found = dtype(match[1])
    key = "whole_labels" if found.startswith(("float", "bfloat")) else "int64_labels"
    target = _target(facts)
    if target is None or target.dtype != found:
        return Said(key, {"dtype": found}, f"{key}.convert", f"{key}.nameless")
    return Said(key, {"name": target.name, "dtype": found})


def _probabilities(facts: Facts, match: re.Match[str]) -> Said:
    scores, target = _prediction(facts), _target(facts)
    written = text(facts.expression.argument(0, "input"))
    if "argmax" in written or (scores is not None and scores.dtype.startswith("int")):
        return Said("scores")
    if target is None or target.dtype != dtype(match[1]):
        return Said("probabilities", {}, "probabilities.convert", "probabilities.nameless")
    fields: dict[str, object] = {"name": target.name, "given": named(target), "scores": written or "logits"}
    if (target.shape or ())[1:] in ((), (1,)):
        return Said("probabilities", fields, "probabilities.binary")
    return Said("probabilities", fields)


def _no_float_target(facts: Facts, match: re.Match[str]) -> Said | None:
    """Binary cross-entropy with logits writes its result, of floating-point numbers, into the type of the target."""
    found, target = dtype(match[2]), _target(facts)
    if target is None or target.dtype != found or not _is_loss(facts):
        return None
    return Said("float_target", {"given": named(target), "name": target.name, "dtype": found})


def _unmade(facts: Facts, match: re.Match[str]) -> Said | None:
    """`nn.CrossEntropyLoss(logits, labels)`: the tensors were passed instead of the settings of the loss."""
    name, call = facts.expression.called, facts.expression.call
    if call is None or len(call.args) != 2 or call.keywords:
        return None
    first, second = (text(argument) for argument in call.args)
    if not first or not second:
        return None
    if name not in _FUNCTIONS:
        # A name for the class itself: `loss_fn = nn.CrossEntropyLoss`.
        if not facts.went_through("torch/nn/modules/loss.py") or facts.running is not None:
            return None
        return Said("unmade_loss", {"loss": facts.expression.function}, "unmade_loss.assigned")
    fields: dict[str, object] = {"loss": facts.expression.function, "arguments": f"{first}, {second}"}
    return Said("unmade_loss", fields | {"function": f"F.{_FUNCTIONS[name]}"})


_FUNCTIONS = {
    "CrossEntropyLoss": "cross_entropy",
    "NLLLoss": "nll_loss",
    "MSELoss": "mse_loss",
    "L1Loss": "l1_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "KLDivLoss": "kl_div",
}
"""The functions that compute the same as these losses."""


def _loss_itself(facts: Facts, match: re.Match[str]) -> Said | None:
    if match[1] not in _FUNCTIONS:
        return None
    name = facts.expression.backward
    return Said("loss_itself", {"type": match[1], "name": name or "loss_fn"})


def _swapped(facts: Facts, match: re.Match[str]) -> Said | None:
    """`cross_entropy(labels, logits)`: PyTorch would need the softmax of class numbers."""
    if not _is_loss(facts):
        return None
    first, second = _prediction(facts), _target(facts)
    if first is None or second is None or not second.dtype.startswith(("float", "bfloat")):
        return Said("scores")
    fields: dict[str, object] = {"first": named(first), "second": named(second)}
    return Said("swapped", fields | {"call": f"{facts.expression.function}({second.name}, {first.name})"})


def _is_loss(facts: Facts) -> bool:
    """Whether the expression calls one of PyTorch's losses."""
    running = facts.running
    return facts.expression.called in _FUNCTIONS.values() or (
        running is not None and running.type in _FUNCTIONS
    )


def _one_hot(facts: Facts, match: re.Match[str]) -> Said:
    own = facts.argument(0, "input", "tensor")
    if own is None:
        return Said("one_hot", {}, "one_hot.convert", "one_hot.nameless")
    return Said("one_hot", {"name": own.name, "dtype": own.dtype})


def _class_weight(facts: Facts, match: re.Match[str]) -> Said:
    return Said("class_weight", {"classes": int(match[1]), "got": shape_text(sizes(match[2]))})


def _spatial(facts: Facts, match: re.Match[str]) -> Said:
    """Labels of pixels have no dimension for the classes or the channels."""
    target = _target(facts)
    if target is None or len(target.shape or ()) != int(match[1]):
        return Said("pixel_labels", {"count": int(match[1])}, what="pixel_labels.nameless")
    fields: dict[str, object] = {"given": named(target), "name": target.name}
    shape = target.shape or ()
    if len(shape) == 4:
        return Said(
            "pixel_labels", fields, "pixel_labels.squeeze" if shape[1] == 1 else "pixel_labels.argmax"
        )
    return Said("pixel_labels", fields)


RULES = (
    Rule(
        r"weight tensor should be defined either for all (\d+) classes .* but got weight tensor of shape: (\[.*?\])",
        _class_weight,
    ),
    Rule(
        r"only batches of spatial targets supported \((?:3D|non-empty) tensors\) but got targets of "
        r"(?:dimension|size): (\d+)",
        _spatial,
    ),
    Rule(r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)", _batch),
    Rule(r"^(\S+) is not a valid value for reduction", lambda f, m: Said("reduction", {"value": m[1]})),
    Rule(r"0D or 1D target tensor expected, multi-target not supported", _extra_axis),
    Rule(r"Target (-?\d+) is out of bounds", _out_of_bounds),
    Rule(r"Expected target size (\[\d+, \d+\]), got (\[\d+, \d+\])", _classes_last),
    Rule(r"Using a target size \((.*?)\)\) that is different to the input size \((.*?)\)\)", _same_size),
    Rule(r"Target size \((.*?)\)\) must be the same as input size \((.*?)\)\)", _same_size),
    Rule(r"expected target dtype to be Long or Byte, but got (\w+)", _labels),
    Rule(r"Expected floating point type for target with class probabilities, got (\w+)", _probabilities),
    Rule(r"all elements of target should be between 0 and 1", always("target_range")),
    Rule(r"all elements of input should be between 0 and 1", always("not_probabilities")),
    Rule(r"result type (\w+) can't be cast to the desired output type (\w+)", _no_float_target),
    Rule(r"Boolean value of Tensor with more than one value is ambiguous", _unmade),
    Rule(r"'(\w+Loss)' object has no attribute 'backward'", _loss_itself),
    Rule(r"log_softmax\w*\" not implemented for '(?:Long|Int)'", _swapped),
    Rule(r"one_hot is only applicable to index tensor", _one_hot),
    Rule(r"Class values must be smaller than num_classes", always("one_hot_classes")),
    Rule(r"Class values must be non-negative", always("one_hot_negative")),
)
"""Losses."""
