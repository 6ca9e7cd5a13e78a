"""Python's own errors, those that beginners meet: an English sentence of Python's is no help in Italian."""

from __future__ import annotations

import difflib
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_LIBRARIES = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "from torch.nn import functional as F",
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "from matplotlib import pyplot as plt",
    "os": "import os",
    "math": "import math",
    "random": "import random",
    "time": "import time",
    "torchvision": "import torchvision",
    "transforms": "from torchvision import transforms",
    "models": "from torchvision import models",
    "DataLoader": "from torch.utils.data import DataLoader",
    "Dataset": "from torch.utils.data import Dataset",
    "Path": "from pathlib import Path",
    "Image": "from PIL import Image",
}
"""How names are imported that nearly every program of this kind uses."""

_MODULES = ("torch", "torchvision", "torchaudio", "numpy", "pandas", "matplotlib", "sklearn", "PIL", "scipy")

_TENSOR = (
    *("backward", "item", "shape", "size", "mean", "sum", "std", "var", "min", "max"),
    *("argmax", "argmin", "view", "reshape", "flatten", "squeeze", "unsqueeze", "permute"),
    *("transpose", "detach", "numpy", "tolist", "clone", "float", "long", "int", "bool"),
    *("double", "half", "dtype", "device", "grad", "requires_grad", "grad_fn"),
    *("requires_grad_", "zero_", "softmax", "sigmoid", "sqrt", "exp", "log", "abs", "norm"),
    *("cuda", "cpu", "to"),
)
"""Methods and attributes of a tensor that are much used."""


def _syntax(key: str, *names: str) -> Rule:
    """Return a rule for an error of the grammar; `names` are what the pattern's groups are called."""
    pattern = _GRAMMAR[key]

    def say(facts: Facts, match: re.Match[str]) -> Said | None:
        if facts.error.type not in ("SyntaxError", "IndentationError", "TabError"):
            return None
        return Said(key, {**dict(zip(names, match.groups(), strict=False)), "line": facts.error.line})

    return Rule(pattern, say)


_GRAMMAR = {
    "colon": r"^expected ':'",
    "quote": r"^unterminated (?:triple-quoted )?(?:f-)?string literal",
    "open_bracket": r"^'(.)' was never closed",
    "extra_bracket": r"^unmatched '(.)'|^closing parenthesis '(?:.)' does not match",
    "no_block": r"^expected an indented block after (.+?) on line (\d+)",
    "indent": r"^unexpected indent",
    "unindent": r"^unindent does not match|inconsistent use of tabs",
    "comma": r"Perhaps you forgot a comma",
    "equals": r"Maybe you meant '=='",
}


def _name(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.error.type not in ("NameError", "UnboundLocalError"):
        return None
    line = _LIBRARIES.get(match[1])
    fields: dict[str, object] = {"name": match[1], "import": line or ""}
    return Said("unknown_name", fields, "unknown_name.import" if line else "")


def _unbound(facts: Facts, match: re.Match[str]) -> Said:
    return Said("unbound", {"name": match[1]})


def _module(facts: Facts, match: re.Match[str]) -> Said:
    wanted = match[1].partition(".")[0]
    close = difflib.get_close_matches(wanted, [name for name in _MODULES if name != wanted], 1, 0.8)
    fields: dict[str, object] = {"name": match[1], "close": close[0] if close else ""}
    return Said("no_module", fields, "no_module.spelling" if close else "")


def _operands(facts: Facts, match: re.Match[str]) -> Said:
    first, second = match[2], match[3]
    fields: dict[str, object] = {"sign": match[1], "first": first, "second": second}
    for kind in ("str", "tuple", "NoneType", "list"):
        if kind in (first, second):
            return Said("operand_types", fields, f"operand_types.{kind}")
    return Said("operand_types", fields)


def _whole(facts: Facts, match: re.Match[str]) -> Said:
    call = facts.expression.call
    name = text(call.args[0]) if call is not None and len(call.args) == 1 else ""
    name = name or "…"
    return Said(
        "whole_number", {"type": match[1], "name": name}, "whole_number.text" if match[1] == "str" else ""
    )


def _joined(facts: Facts, match: re.Match[str]) -> Said:
    return Said("text_and_number", {"type": match[1]})


def _callable(facts: Facts, match: re.Match[str]) -> Said | None:
    name = facts.expression.function
    if not name:
        return None
    fields: dict[str, object] = {"name": name, "type": match[1]}
    return Said("not_callable", fields, "not_callable.module" if match[1] == "module" else "")


def _tensor(facts: Facts, match: re.Match[str]) -> Said:
    close = difflib.get_close_matches(match[2], _TENSOR, 1, 0.7)
    fields: dict[str, object] = {"attribute": match[2], "close": close[0] if close else ""}
    return Said("tensor_attribute", fields, "tensor_attribute.spelling" if close else "")


def _loop(facts: Facts, match: re.Match[str]) -> Said | None:
    if match[1] not in ("int", "float", "NoneType"):
        return None
    name = text(facts.expression.node)
    fields: dict[str, object] = {"type": match[1], "name": name}
    if match[1] == "int" and name and facts.expression.call is None:
        return Said("not_iterable", fields, "not_iterable.range")
    return Said("not_iterable", fields, "not_iterable.none" if match[1] == "NoneType" else "")


def _missing(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"function": _called(match[1]), "names": match[2].replace("'", "`")}
    return Said("missing_arguments", fields, "missing_arguments.self" if "'self'" in match[2] else "")


def _unknown(facts: Facts, match: re.Match[str]) -> Said:
    return Said("unknown_argument", {"function": _called(match[1]), "name": match[2]})


def _too_many(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"function": _called(match[1]), "takes": match[2], "given": match[3]}
    method = "." in match[1] and int(match[2]) < 2 and int(match[3]) == int(match[2]) + 1
    return Said("too_many_arguments", fields, "too_many_arguments.self" if method else "")


def _called(name: str) -> str:
    """Return what was called, as it was written: a class, where Python names its `__init__`."""
    return name.removesuffix(".__init__")


def _key(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("no_key", {"key": facts.error.text}) if facts.error.type == "KeyError" else None


def _no_number(facts: Facts, match: re.Match[str]) -> Said:
    return Said("no_number_text", {"text": match[1]}, "no_number_text.comma" if "," in match[1] else "")


_RULES = (
    _syntax("colon"),
    _syntax("quote"),
    _syntax("open_bracket", "bracket"),
    _syntax("extra_bracket"),
    _syntax("no_block", "after", "from"),
    _syntax("indent"),
    _syntax("unindent"),
    _syntax("comma"),
    _syntax("equals"),
    Rule(r"^name '(\w+)' is not defined", _name),
    Rule(r"^cannot access local variable '(\w+)'", _unbound),
    Rule(r"^No module named '([\w.]+)'", _module),
    Rule(r"^unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'", _operands),
    Rule(r"^'(\w+)' object cannot be interpreted as an integer", _whole),
    Rule(r"^can only concatenate str \(not \"(\w+)\"\) to str", _joined),
    Rule(r"^'(\w+)' object is not callable", _callable),
    Rule(r"^'(Tensor|Parameter)' object has no attribute '(\w+)'", _tensor),
    Rule(r"^'(\w+)' object is not iterable", _loop),
    Rule(r"^list index out of range", lambda facts, match: Said("list_index")),
    Rule(r"^division by zero", lambda facts, match: Said("zero")),
    Rule(r"^([\w.]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)$", _missing),
    Rule(r"^([\w.]+)\(\) got an unexpected keyword argument '(\w+)'", _unknown),
    Rule(
        r"^([\w.]+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+) (?:was|were) given",
        _too_many,
    ),
    Rule(
        r"^(?:invalid literal for int\(\) with base 10|could not convert string to float): '(.*)'$",
        _no_number,
    ),
    Rule(r"^.", _key),
)


def _of_own(rule: Rule) -> Rule:
    """Return a rule that is silent where a library raised the error: there its words are about other values."""
    return Rule(rule.pattern, lambda facts, match: rule.say(facts, match) if facts.is_own else None)


RULES = tuple(map(_of_own, _RULES))
"""Python."""
