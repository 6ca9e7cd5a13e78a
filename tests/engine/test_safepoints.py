"""Programs with ticks in them behave as without, down to columns of tracebacks."""

from __future__ import annotations

import asyncio
import builtins
import dis
import traceback
from typing import Any

import pytest

from evoclass.safepoints import TICK, compile_script


def run(source: str, **names: Any) -> tuple[list[int], dict[str, Any]]:
    """Run a program; return its ticks and its namespace."""
    ticks: list[int] = []
    namespace: dict[str, Any] = {"__name__": "__main__", **names}
    exec(compile_script(source, "train.py", ticks.append), namespace)
    return ticks, namespace


def test_ticks_before_each_statement_and_after_the_last() -> None:
    ticks, names = run("a = 1\nb = 2\n\nc = (a +\n     b)\n")
    assert ticks == [1, 2, 4, 4]
    assert names["c"] == 3


@pytest.mark.parametrize(
    ("source", "turns"),
    [
        ("for i in range(3):\n    pass\n", 3),
        ("n = 0\nwhile n < 4:\n    n += 1\n", 4),
        ("for i in range(2):\n    for j in range(3):\n        continue\n", 8),
        (
            "def f():\n    for i in range(2):\n        if i:\n            break\nfor _ in range(3):\n    f()\n",
            3 + 3 * 2,
        ),
        ("class A:\n    for i in range(2):\n        pass\n", 2),
        ("def g():\n    for i in range(3):\n        yield i\nsum(g())\n", 3),
        (
            "class A:\n    def __f(self):\n        for i in range(2): pass\n    def g(self): self.__f()\nA().g()\n",
            2,
        ),
        ("for i in range(2): pass\nelse:\n    a = 1\n", 2),
        ("with open('/dev/null') as f:\n    while True:\n        break\n", 1),
    ],
)
def test_ticks_at_each_turn_of_any_loop(source: str, turns: int) -> None:
    ticks, _ = run(source)
    assert ticks.count(0) == turns


def test_ticks_in_async_loops() -> None:
    source = (
        "async def numbers():\n    for i in range(3):\n        yield i\n"
        "async def main():\n    async for i in numbers():\n        pass\n    async with lock:\n        return 7\n"
    )
    ticks, names = run(source, lock=asyncio.Lock())
    assert asyncio.run(names["main"]()) == 7
    assert ticks.count(0) == 6


def test_statements_that_run_once_tick_with_their_line() -> None:
    source = (
        "import os\n"
        "if __name__ == '__main__':\n"
        "    try:\n"
        "        a = 1\n"
        "    finally:\n"
        "        b = 2\n"
        "    with open('/dev/null'):\n"
        "        c = 3\n"
        "match c:\n"
        "    case 3:\n"
        "        d = 4\n"
    )
    ticks, _ = run(source)
    assert ticks == [1, 2, 3, 4, 6, 7, 8, 9, 11, 9]


def test_a_main_function_ticks_with_its_lines() -> None:
    ticks, names = run("def main():\n    'Doc.'\n    a = 1\n    return a\nresult = main()\n")
    assert ticks == [1, 5, 3, 4, 5]
    assert names["main"].__doc__ == "Doc."


@pytest.mark.parametrize(
    "source",
    [
        "def f(n):\n    return 0 if n < 1 else f(n - 1)\nresult = f(3)\n",
        "def f(n):\n    return -n\nresult = f(3)\nother = [f(n) for n in range(3)]\n",
        "def f(n):\n    return -n\nresult = f(3)\nother = list(map(f, range(3)))\n",
        "def g():\n    return f(1)\ndef f(n):\n    return -n\nresult = f(3)\n",
    ],
)
def test_a_function_that_may_be_called_often_has_no_ticks_inside(source: str) -> None:
    ticks, _ = run(source)
    inside = (
        next(number for number, line in enumerate(source.splitlines(), 1) if line.startswith("def f")) + 1
    )
    assert inside not in ticks


@pytest.mark.parametrize(
    "source",
    [
        "def f(n):\n    return -n  # what f does\nresult = f(3)\n",
        "def f(n):\n    return -n\nfirst = f(3)\nsecond = f(4)\n",
    ],
)
def test_a_function_of_the_straight_line_has(source: str) -> None:
    ticks, _ = run(source)
    assert ticks.count(2) == source.count("= f(")


def test_docstring_and_future_imports_stay_first() -> None:
    source = (
        '"""About."""\nfrom __future__ import annotations\nfrom __future__ import generator_stop\n'
        "def f(x: Unknown) -> None: ...\n"
    )
    ticks, names = run(source)
    assert names["__doc__"] == "About."
    assert names["f"].__annotations__ == {"x": "Unknown", "return": "None"}
    assert ticks == [4, 4]


def test_a_program_of_nothing_is_fine() -> None:
    assert run("")[0] == []
    assert run("# only a comment\n")[0] == []
    assert run('"""Only a docstring."""\n')[1]["__doc__"] == "Only a docstring."


FAILING = """import math

def area(r):
    for _ in range(2):
        if r < 0:
            raise ValueError("negative")
        value = math.pi * r * missing
    return value

class Shape:
    def area(self):
        while True:
            return area(
                1 / 0
            )

def main():
    try:
        area(-1)
    except ValueError as error:
        raise RuntimeError("no area") from error
"""


@pytest.mark.parametrize(
    "call", ["area(1)", "area(-1)", "Shape().area()", "main()", "[area(i) for i in (1,)]"]
)
def test_tracebacks_are_exactly_those_of_the_plain_program(call: str) -> None:
    source = f"{FAILING}\nresult = {call}\n"

    def trace(code: Any) -> list[str]:
        try:
            exec(code, {"__name__": "__main__"})
        except Exception as error:
            report = traceback.TracebackException.from_exception(error)
            return [
                repr((frame.name, frame.lineno, frame.end_lineno, frame.colno, frame.end_colno))
                for part in (report, report.__cause__)
                if part is not None
                for frame in part.stack[1:]
            ]
        raise AssertionError("did not raise")

    assert trace(compile_script(source, "t.py", lambda line: None)) == trace(compile(source, "t.py", "exec"))


def test_syntax_errors_are_those_of_the_plain_program() -> None:
    source = "a = 1\nfor in range(3):\n"
    with pytest.raises(SyntaxError) as plain:
        compile(source, "train.py", "exec")
    with pytest.raises(SyntaxError) as ours:
        compile_script(source, "train.py", lambda line: None)
    assert ours.value.args == plain.value.args


@pytest.mark.parametrize("source", ["return 1\n", "await x\n", "def f():\n    yield from 1; nonlocal q\n"])
def test_what_may_not_be_compiled_may_not(source: str) -> None:
    with pytest.raises(SyntaxError):
        compile_script(source, "train.py", lambda line: None)


def test_an_exception_of_the_tick_leaves_the_loop() -> None:
    def tick(line: int) -> None:
        if line == 0:
            raise KeyboardInterrupt

    code = compile_script("done = False\nwhile True:\n    pass\ndone = True\n", "train.py", tick)
    namespace: dict[str, Any] = {}
    with pytest.raises(KeyboardInterrupt):
        exec(code, namespace)
    assert namespace["done"] is False


def test_the_tick_is_found_whatever_the_program_calls_its_own() -> None:
    run("tick = line = None\n_ = 0\nfor i in range(2): pass\n")
    assert callable(getattr(builtins, TICK))
    assert TICK.startswith("__")
    assert TICK.endswith("__")


def test_comprehensions_stay_as_they_are() -> None:
    code = compile_script("squares = [n * n for n in range(9)]\n", "train.py", lambda line: None)
    inner = [const for const in code.co_consts if hasattr(const, "co_code")]
    assert all(TICK not in const.co_names for const in inner)
    assert TICK in {str(step.argval) for step in dis.get_instructions(code)}
