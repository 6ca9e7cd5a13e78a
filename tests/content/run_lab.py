"""Runs a lab as a program of its own and prints, as JSON, what the tests want to know of its namespace.

Usage: python run_lab.py LAB.py < {"name": "expression", ...}
"""

from __future__ import annotations

import json
import runpy
import sys
from typing import Any

import torch

from evoclass.inspecting.expressions import live_text
from evoclass_foodvision import load_backbone


def facts(namespace: dict[str, Any], expressions: dict[str, str]) -> dict[str, Any]:
    """Return the values asked for, and whether the base is still what its file holds, buffers included."""
    base = namespace["base"]
    untouched = load_backbone().state_dict()
    found: dict[str, Any] = {
        "unchanged": all(torch.equal(tensor, untouched[name]) for name, tensor in base.state_dict().items()),
        "statistics": sum("running_mean" in name for name in base.state_dict()),
        "gradients": sum(parameter.grad is not None for parameter in base.parameters()),
        "base_parameters": sum(parameter.numel() for parameter in base.parameters()),
        "training": base.training,
    }
    for name, expression in expressions.items():
        try:
            found[name] = eval(expression, namespace)
        except NameError:
            found[name] = None
    return found


def live(namespace: dict[str, Any], expressions: list[str]) -> dict[str, str]:
    """Return the text of each `{live}` expression that this lab has the names for."""
    texts = {}
    for expression in expressions:
        try:
            texts[expression] = live_text(expression, namespace, {})
        except NameError:
            continue
    return texts


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    names = runpy.run_path(sys.argv[1], run_name="__main__")
    report = {"facts": facts(names, wanted["facts"]), "live": live(names, wanted["live"])}
    print("\n" + json.dumps(report))
