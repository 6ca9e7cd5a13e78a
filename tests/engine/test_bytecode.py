"""What the bytecode tells of where values go; its instructions differ from one Python to the next."""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest

from evoclass.inspecting.bytecode import Code, Path


def given(line: str) -> list[Path]:
    """Return what a line in a function gives values to."""
    space: dict[str, Any] = {}
    exec(f"def run(t, d, h, k, x, y):\n    {line}\n", space)
    return [path for statement in Code.of(space["run"].__code__).statements for _, path in statement.stores]


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("x = y", [("x",)]),
        ("x = 1; t.n += 1", [("x",), ("t", "n")]),
        ("x, y = y, x", [("x",), ("y",)]),
        ("t.loss = x", [("t", "loss")]),
        ("t.loss = h.loss = x.item()", [("h", "loss"), ("t", "loss")]),
        ("d['loss'] = x", [("d", "loss")]),
        ("d[7] = x", [("d", "7")]),
        ("d[-1] = x", [("d", "-1")]),
        ("d[k] = x", [("d", None)]),
        ("d[k]['a'] = x", [("d", None, "a")]),
        ("d['a'].b = x", [("d", "a", "b")]),
        ("t.logs['a'] += 1", [("t", "logs", "a")]),
        ("d[k] += x", [("d", None)]),
        ("h.append(x.item())", [("h",)]),
        ("t.logs['a'].append(x)", [("t", "logs", "a")]),
        ("d.update(a=x)", [("d",)]),
        ("x(y).loss = k", []),
    ],
)
def test_what_gets_a_value(line: str, paths: list[Path]) -> None:
    assert sorted(given(line), key=str) == sorted(paths, key=str)


def plain(model: Any, first: Any, second: Any) -> None:
    first.step()
    score = model(1)
    loss = abs(score, 2)
    told = loss.item()
    loss.backward()
    second.step()
    print(told)


def handed(model: Any, first: Any, second: Any) -> None:
    first.step()
    told = model(1)
    score = model(2)
    loss = score + 1
    print(told)
    second.step(1, loss, 2)


def inside(self: Any, first: Any, second: Any) -> None:
    first.step()
    self.score = self.model(first)
    self.told = self.model(second)
    self.logs["loss"] = self.mean(3, self.score)
    self.logs["told"] = self.told
    self.logs["loss"].backward()
    second.step()


def by_hand(model: Any, first: Any, second: Any) -> None:
    first.step()
    score = model(1)
    told = model(2)
    first.w.grad = score * 2
    second.step(len(str(model)))
    print(told)


def steps(code: CodeType) -> list[int]:
    """Return where the two steps are made."""
    found, loaded = [], False
    for step in dis.get_instructions(code):
        loaded = loaded or (step.opname in ("LOAD_ATTR", "LOAD_METHOD") and step.argval == "step")
        if loaded and step.opname.startswith("CALL"):
            found.append(step.offset)
        loaded = loaded and step.opname != "POP_TOP"
    return [found[0], found[-1]]


@pytest.mark.parametrize(
    ("function", "needed", "others"),
    [
        (plain, [("score",), ("loss",)], [("told",)]),
        (handed, [("score",), ("loss",)], [("told",)]),
        (inside, [("self", "score"), ("self", "logs", "loss")], [("self", "told"), ("self", "logs", "told")]),
        (by_hand, [("score",)], [("told",)]),
    ],
)
def test_what_the_next_step_needs(
    function: Callable[..., None], needed: list[Path], others: list[Path]
) -> None:
    read = Code.of(function.__code__)
    first, second = steps(function.__code__)
    for path in (*needed, *others):
        (store,) = read.stores([path])
        assert read.leads([store], second)
        assert not read.leads([store], first)
        assert read.needs(second, store) is (path in needed), path
