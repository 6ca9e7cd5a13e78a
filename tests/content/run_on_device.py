"""Runs labs of one lesson, one after the other in one folder, on the pretended device.

Usage: python run_on_device.py < {"labs": [{"file": …, "code": …, "live": […], "expect": […]}, …]}

Prints a line of JSON: for each lab how many operators computed on the device, or the error that ended it; and whether
the files that it left can be read without the device.
"""

from __future__ import annotations

import json
import runpy
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

import pretended
from evoclass.inspecting.expectations import expected
from evoclass.inspecting.expressions import live_text


def run(lab: dict[str, Any]) -> dict[str, Any]:
    """Run one lab and ask for everything that its lesson will ask for."""
    before = pretended.calls
    try:
        namespace = runpy.run_path(lab["file"], run_name="__main__")
        asked = [expected(condition, namespace, {}) for condition in lab["expect"]]
        wrong = [answer.error for answer in asked if answer.error and not answer.missing]
        for expression in lab["live"]:
            # Names of another lab are missing here, or something else; what CUDA refuses is a RuntimeError.
            with suppress(NameError, AttributeError, IndexError, TypeError, ValueError):
                live_text(expression, namespace, {})
    except (Exception, SystemExit):
        return {"error": traceback.format_exc()}
    if wrong:
        return {"error": "\n".join(wrong)}
    return {"operators": pretended.calls - before, "elsewhere": files_elsewhere()}


def files_elsewhere() -> list[str]:
    """Return the files here that another machine could not read, since they hold tensors of the device."""
    names = []
    for file in sorted(Path().glob("*.pt")):
        for leaf in torch.utils._pytree.tree_leaves(torch.load(file)):
            if isinstance(leaf, torch.Tensor) and leaf.device.type != "cpu":
                names.append(file.name)
    return names


if __name__ == "__main__":
    pretended.install()
    torch.set_num_threads(1)
    sys.path.insert(0, "")
    labs = json.load(sys.stdin)["labs"]
    for lab in labs:
        Path(lab["file"]).write_text(lab["code"], encoding="utf-8")
    print("\n" + json.dumps({lab["file"]: run(lab) for lab in labs}))
