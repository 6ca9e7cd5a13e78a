"""Names that do not exist: variables, members of modules, imports."""

from __future__ import annotations

import ast
import difflib
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_LIBRARIES = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "from torch.nn import functional as F",
    "optim": "from torch import optim",
    "np": "import numpy as np",
    "numpy": "import numpy",
    "pd": "import pandas as pd",
    "plt": "from matplotlib import pyplot as plt",
    "os": "import os",
    "sys": "import sys",
    "re": "import re",
    "json": "import json",
    "copy": "import copy",
    "glob": "import glob",
    "math": "import math",
    "random": "import random",
    "time": "import time",
    "torchvision": "import torchvision",
    "transforms": "from torchvision import transforms",
    "models": "from torchvision import models",
    "datasets": "from torchvision import datasets",
    "DataLoader": "from torch.utils.data import DataLoader",
    "Dataset": "from torch.utils.data import Dataset",
    "TensorDataset": "from torch.utils.data import TensorDataset",
    "random_split": "from torch.utils.data import random_split",
    "Path": "from pathlib import Path",
    "Image": "from PIL import Image",
    "tqdm": "from tqdm import tqdm",
    "defaultdict": "from collections import defaultdict",
    "Counter": "from collections import Counter",
    "deepcopy": "from copy import deepcopy",
    "summary": "from torchinfo import summary",
}
"""Import statements for names that nearly every program of this kind uses."""

_CONSTANTS = {
    **{"true": "True", "false": "False", "null": "None", "none": "None", "TRUE": "True", "FALSE": "False"},
    **{"nan": 'float("nan")', "inf": 'float("inf")', "NULL": "None", "nil": "None"},
}
_MODULES = ("torch", "torchvision", "torchaudio", "numpy", "pandas", "matplotlib", "sklearn", "PIL", "scipy")
_PACKAGES = {
    "cv2": "opencv-python",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "PIL": "Pillow",
    "yaml": "PyYAML",
    "bs4": "beautifulsoup4",
    "dotenv": "python-dotenv",
    "tensorboardX": "tensorboardX",
    "pytorch_lightning": "pytorch-lightning",
}
"""Libraries whose package has a different name."""


def _name(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.error.type not in ("NameError", "UnboundLocalError"):
        return None
    name = match[1]
    fields: dict[str, object] = {"name": name}
    if name in _CONSTANTS:
        return Said("unknown_name", fields | {"close": _CONSTANTS[name]}, "unknown_name.spelling")
    if not facts.is_own:
        return None
    if name in ("self", "cls"):
        return Said("unknown_name", fields, "unknown_name.self")
    origin = facts.origin(ast.Name(name))
    if origin is not None and origin.line > facts.error.line:
        return Said("unknown_name", fields | {"line": origin.line}, "unknown_name.later")
    line = _LIBRARIES.get(name, "")
    close = next(iter(facts.error.close), "")
    classlike = name[:1].isupper() or "_" in name
    if not line and facts.error.homes and not close and classlike:
        line = f"from {facts.error.homes[0]} import {name}"
    if line:
        return Said("unknown_name", fields | {"import": line}, "unknown_name.import")
    if close:
        return Said("unknown_name", fields | {"close": close}, "unknown_name.spelling")
    return Said("unknown_name", fields)


def _unbound(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("unbound", {"name": match[1]}) if facts.is_own else None


def _free(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("unbound", {"name": match[1]}, "unbound.free", "unbound.free_what") if facts.is_own else None


def _module(facts: Facts, match: re.Match[str]) -> Said | None:
    name = match[1]
    if not facts.is_own and facts.expression.called not in ("import_module", "__import__"):
        return _needed(facts, name)
    parent = name.rpartition(".")[0]
    fields: dict[str, object] = {"name": name}
    if "is not a package" in facts.error.text:
        return Said("shadowed", fields | {"module": parent.partition(".")[0]})
    if parent and facts.error.close:
        return Said("no_module", fields | {"close": f"{parent}.{facts.error.close[0]}"}, "no_module.spelling")
    wanted = name.partition(".")[0]
    if wanted in _PACKAGES:
        return Said("no_module", fields | {"package": _PACKAGES[wanted]}, "no_module.package")
    close = difflib.get_close_matches(wanted, [each for each in _MODULES if each != wanted], 1, 0.8)
    fields["close"] = close[0] if close else ""
    return Said("no_module", fields, "no_module.spelling" if close else "")


def _needed(facts: Facts, name: str) -> Said | None:
    """A library that the learner's line imports or calls needs another library that is not installed."""
    if "is not a package" in facts.error.text:
        return None
    fields: dict[str, object] = {"name": name, "package": _PACKAGES.get(name, name.partition(".")[0])}
    if facts.expression.source.startswith(("import ", "from ")):
        return Said("no_module", fields, "no_module.needed", "no_module.needed_what")
    if facts.went_through("pickle") or facts.went_through("torch/serialization.py"):
        return Said("no_module", fields, "no_module.pickled", "no_module.pickled_what")
    function = facts.expression.function
    if facts.expression.call is None or not function or not facts.below:
        return None
    # A missing part of the library itself is not a separate package.
    if any(f"/{fields['package']}/" in file for file in facts.below):
        return None
    return Said("no_module", fields | {"function": function}, "no_module.install", "no_module.called_what")


def _optional(facts: Facts, match: re.Match[str]) -> Said | None:
    """A library that needs another one reports it in its own words."""
    name = next(filter(None, match.groups()), "")
    function = facts.expression.function
    if (
        facts.error.chain
        and "ImportError" not in (facts.error.type, *facts.error.chain)
        and ("OnnxExporterError" not in facts.error.type)
    ):
        return None
    if not name or not function or facts.is_own:
        return None
    fields: dict[str, object] = {"name": name, "package": _PACKAGES.get(name, name), "function": function}
    return Said("no_module", fields, "no_module.install", "no_module.called_what")


def _import(facts: Facts, match: re.Match[str]) -> Said | None:
    if not facts.is_own:
        return None
    fields: dict[str, object] = {"name": match[1], "module": match[2]}
    if "partially initialized" in facts.error.text:
        return Said("shadowed", fields)
    return _elsewhere(facts, "no_import", fields, match[1], imported=True)


def _of_module(facts: Facts, match: re.Match[str]) -> Said | None:
    """A library may look a name up itself, with a longer message: then the last call is in its own file."""
    if not facts.is_own and (len(facts.below) != 1 or not facts.below[0].endswith("__init__.py")):
        return None
    fields: dict[str, object] = {"name": match[2], "module": match[1]}
    if "partially initialized" in facts.error.text:
        return Said("shadowed", fields)
    gone = re.search(r"deprecated alias for the builtin `(\w+)`|Use `+([\w.]+)`+ instead", facts.error.text)
    if gone is not None:
        return Said("no_member", fields | {"close": gone[1] or gone[2]}, "no_member.instead")
    node = facts.expression.node
    owner = node.value if isinstance(node, ast.Attribute) else None
    written = text(owner) or match[1]
    return _elsewhere(facts, "no_member", fields | {"written": written}, match[2], imported=False)


def _elsewhere(facts: Facts, key: str, fields: dict[str, object], name: str, *, imported: bool) -> Said:
    """Give a similarly spelled name in this module, or the module that has exactly this name."""
    bare = name.replace("_", "").lower()
    close = next(iter(facts.error.close), "")
    same = close.replace("_", "").lower() == bare
    homes = facts.error.homes
    if homes and not same:
        best = next((home for home in homes if home.startswith(str(fields["module"]))), homes[0])
        return Said(key, fields | {"home": best}, f"{key}.home")
    if close:
        new = close if imported else f"{fields['written']}.{close}"
        return Said(key, fields | {"close": new}, f"{key}.spelling")
    return Said(key, fields)


RULES = (
    Rule(r"^name '(\w+)' is not defined", _name),
    Rule(r"^cannot access local variable '(\w+)'|^local variable '(\w+)' referenced before", _unbound),
    Rule(r"^cannot access free variable '(\w+)'", _free),
    Rule(r"^No module named '([\w.]+)'", _module),
    Rule(
        r"^`Import ([\w.-]+)` failed|^Missing optional dependency '([\w.-]+)'|^Module (\w+) is not installed|"
        r"^Unable to find a usable engine; tried using: '([\w.-]+)'",
        _optional,
    ),
    Rule(r"^cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'", _import),
    Rule(r"^(?:partially initialized )?module '([\w.]+)' has no attribute '(\w+)'", _of_module),
)
"""Names."""
