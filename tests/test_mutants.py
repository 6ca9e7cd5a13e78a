"""What `scripts/mutants.py` names is there: code that moves is still changed, and its tests still run."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "scripts" / "mutants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module  # its dataclass asks for it
    spec.loader.exec_module(module)
    return module


def test_the_files_of_every_room_are_there(script: ModuleType) -> None:
    named = {file for code, tests in script.ROOMS.values() for file in (*code, *tests)}
    assert not [file for file in sorted(named) if not (ROOT / file).is_file()]


def test_every_mutant_without_an_effect_is_one(script: ModuleType) -> None:
    known = tomllib.loads((ROOT / "scripts" / "equivalent.toml").read_text(encoding="utf-8"))["mutant"]
    files = {file for code, _ in script.ROOMS.values() for file in code}
    made = {(mutant.text, mutant.old, mutant.new) for file in files for mutant in script.mutants(file)}
    assert not {(entry["text"], entry["old"], entry["new"]) for entry in known} - made
