"""What a program imports, as far as its text tells."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from evoclass.running.programtext import wants_torch


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("print(1)", False),
        ("import os, sys\nimport numpy as np\nfrom matplotlib import pyplot", False),
        ("import torch", True),
        ("def f():\n    from torch.nn import Linear", True),
        ("import lightning", True),
        ("try:\n    import transformers\nexcept ImportError: pass", True),
        ("import importlib\nimportlib.import_module('to' + 'rch')", True),
        ("__import__('torch')", True),
        ("import beside", True),
        ("from beside import x", True),
        ("from . import beside", True),
        ("import package.deep", True),
        ("import plain", False),
        ("import circle", False),
        ("import broken", True),
        ("def (", False),
        ("'import torch'", False),
        ("\0", False),
    ],
)
def test_wants_torch(source: str, wanted: bool, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("import torch\nx = 1\n")
    (tmp_path / "plain.py").write_text("import json\n")
    (tmp_path / "circle.py").write_text("import circle, plain\n")
    (tmp_path / "broken.py").write_bytes(b"import torch \xff\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "deep.py").write_text("import torch\n")
    assert wants_torch(source, tmp_path) is wanted


def test_a_look_at_the_imports_warns_of_nothing(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert not wants_torch("import re\nre.match('\\d', '1')\n", tmp_path)
    assert told == []
