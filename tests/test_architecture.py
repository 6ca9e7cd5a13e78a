"""The page on the architecture names every room that there is, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine" / "evoclass"
LINES = re.findall(
    r"(?m)^\| `(\w+)/`[^|]*\|(.+)\|$", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
)
NAMED = {folder: set(re.findall(r"`(\w+)`", told)) for folder, told in LINES}


@pytest.mark.parametrize("folder", [folder for folder, names in NAMED.items() if names])
def test_a_folder_is_told_file_by_file(folder: str) -> None:
    there = {path.stem for path in (ENGINE / folder).glob("*.py")} - {"__init__", "__main__"}
    public = {path.stem for path in ENGINE.glob("*.py")}
    assert there - NAMED[folder] == set()
    assert NAMED[folder] - there - public == set()
