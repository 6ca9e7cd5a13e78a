"""Programs whose new processes read them anew and start processes themselves, run as the command runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_LOADER = """from torch.utils.data import DataLoader
for x in DataLoader([1, 2], num_workers=1, multiprocessing_context="spawn"):
    pass
"""
_SET = """import torch.multiprocessing as mp
from torch.utils.data import DataLoader
mp.set_start_method("spawn")
for x in DataLoader([1, 2], num_workers=1):
    pass
"""
_SPAWN = """import torch.multiprocessing as mp
def work(rank):
    print(rank)
mp.spawn(work, nprocs=1)
"""
_POOL = """import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(1, mp_context=mp.get_context("spawn")) as pool:
    list(pool.map(abs, [1]))
"""
_MAPPED = """import multiprocessing as mp
def work(i):
    return 10 // i
if __name__ == "__main__":
    with mp.get_context("fork").Pool(1) as pool:
        pool.map(work, [1, 0])
"""
_SUBMITTED = """import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
def work(row):
    return row["a"]
if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=mp.get_context("spawn")) as pool:
        pool.submit(work, {"b": 1}).result()
"""
_PAIRS = """import multiprocessing as mp
def work(a, b):
    return a
if __name__ == "__main__":
    with mp.get_context("fork").Pool(1) as pool:
        pool.map(work, [(1, 2)])
"""
_GUARDED = """import os
from torch.utils.data import DataLoader
class Photos:
    def __len__(self):
        return 2
    def __getitem__(self, index):
        os._exit(1)
if __name__ == "__main__":
    for x in DataLoader(Photos(), num_workers=1, multiprocessing_context="spawn"):
        pass
"""


def explained(source: str, language: str, folder: Path) -> str:
    """Run a program with the command and return what is said of its error."""
    (folder / "train.py").write_text(source)
    command = [sys.executable, "-m", "evoclass", "run", "train.py", "--json", "--lang", language]
    ended = subprocess.run(command, check=False, timeout=120, capture_output=True, cwd=folder)
    said = json.loads(ended.stdout)["explanation"]
    assert said is not None, ended.stdout
    return f"{said['title']} {said['text']} {said['advice']}"


@pytest.mark.parametrize("source", [_LOADER, _SET, _SPAWN], ids=["loader", "start method", "spawn"])
def test_the_missing_guard_is_named(source: str, tmp_path: Path) -> None:
    assert '`if __name__ == "__main__":`' in explained(source, "en", tmp_path)


def test_the_missing_guard_of_a_pool_is_named_in_italian(tmp_path: Path) -> None:
    said = explained(_POOL, "it", tmp_path)
    assert '`if __name__ == "__main__":`' in said
    assert "funzione" in said


def test_a_worker_that_is_gone_for_another_reason_is_not_blamed_on_the_guard(tmp_path: Path) -> None:
    assert "__main__" not in explained(_GUARDED, "en", tmp_path)


@pytest.mark.parametrize(
    ("source", "line", "error"),
    [(_MAPPED, 3, "ZeroDivisionError"), (_SUBMITTED, 4, "KeyError")],
    ids=["map", "submit"],
)
def test_an_error_in_a_worker_leads_to_its_line(source: str, line: int, error: str, tmp_path: Path) -> None:
    said = explained(source, "en", tmp_path)
    assert f"line {line} " in said
    assert error in said
    assert "`work`" in said


def test_values_that_a_pool_does_not_take_apart(tmp_path: Path) -> None:
    assert "`pool.starmap(…)`" in explained(_PAIRS, "it", tmp_path)
