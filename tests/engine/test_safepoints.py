"""Programs with ticks in them behave as without, down to columns of tracebacks."""

from __future__ import annotations

import ast
import builtins
import sys
import traceback
import types
import weakref
from types import CodeType
from typing import Any

import pytest

from evoclass.inspecting.safepoints import TICK, Homecoming, compile_script


def run(source: str, **names: Any) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """Run a program; return what its ticks said and its namespace."""
    ticks: list[tuple[Any, ...]] = []
    namespace: dict[str, Any] = {"__name__": "__main__", **names}
    exec(compile_script(source, "train.py", lambda *said: ticks.append(said)), namespace)
    return ticks, namespace


def lines(source: str) -> list[int]:
    """Return the lines that a program's ticks tell."""
    return [said[0] for said in run(source)[0]]


def test_ticks_before_each_statement_and_after_the_last() -> None:
    ticks, names = run("a = 1\nb = 2\n\nc = (a +\n     b)\n")
    assert ticks == [(1,), (2,), (4,), (5, None)]
    assert names["c"] == 3


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
    assert lines(source) == [1, 2, 3, 4, 6, 7, 8, 9, 11, 11]


@pytest.mark.parametrize(
    "source",
    [
        "for i in range(3):\n    s = i\nelse:\n    s = 0\n",
        "n = 0\nwhile n < 4:\n    n += 1\n",
        "def f(n):\n    'Doc.'\n    for i in range(n):\n        yield i\nsum(f(3))\n",
        "class A:\n    for i in range(2): pass\n    def g(self):\n        while True: return 1\nA().g()\n",
        "import asyncio\nasync def f():\n    for i in range(2): await asyncio.sleep(0)\nasyncio.run(f())\n",
        "f = lambda n: [i for i in range(n)]\nf(3)\n",
    ],
)
def test_loops_functions_and_classes_are_left_as_they_are(source: str) -> None:
    def inner(code: CodeType) -> list[CodeType]:
        found = [const for const in code.co_consts if isinstance(const, CodeType)]
        return found + [part for each in found for part in inner(each)]

    ours, plain = compile_script(source, "t.py", print), compile(source, "t.py", "exec", dont_inherit=True)
    assert inner(ours) == inner(plain)
    ticks, _ = run(source)
    assert len(ticks) == len(ast.parse(source).body) + 1


@pytest.mark.parametrize(
    ("source", "last"),
    [
        ("def main(): pass\nmain()\n", (2, "main")),
        ("def main(): pass\nmain()\nprint(end='')\n", (2, "main")),
        ("def parse(): pass\ndef main(a): pass\nparse()\nmain(parse())\n", (4, "main")),
        ("def main(): pass\nif __name__ == '__main__':\n    a = main()\n", (3, "main")),
        ("def main(): pass\ncall = str\ncall(main)\n", (3, "main")),
        ("class App:\n    def run(self): pass\nApp().run()\n", (3, "run")),
        ("def main(): pass\nfor i in range(2): main()\n", None),
        ("print(end='')\n", None),
    ],
)
def test_the_last_statement_that_calls_a_function_of_the_program_says_so(source: str, last: Any) -> None:
    ticks, _ = run(source)
    assert [said for said in ticks if len(said) > 1 and said[1] is not None] == ([last] if last else [])


@pytest.mark.parametrize(
    "source",
    [
        "import cProfile\na = 1\n",
        "from cProfile import Profile\na = 1\n",
        "import sys\nsys.settrace(None)\n",
        "import sys as s\ns.setprofile(None)\n",
        "import coverage\n" * 0 + "a = 'coverage'\n",
    ],
)
def test_a_program_that_minds_calls_finds_none_but_its_own(source: str) -> None:
    assert run(source)[0] == []


def test_docstring_and_future_imports_stay_first() -> None:
    source = (
        '"""About."""\nfrom __future__ import annotations\nfrom __future__ import generator_stop\n'
        "def f(x: Unknown) -> None: ...\n"
    )
    ticks, names = run(source)
    assert names["__doc__"] == "About."
    assert names["f"].__annotations__ == {"x": "Unknown", "return": "None"}
    assert ticks == [(4,), (4, None)]


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

    assert trace(compile_script(source, "t.py", lambda *said: None)) == trace(compile(source, "t.py", "exec"))


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


def test_an_exception_of_the_tick_ends_the_program() -> None:
    def tick(line: int, calls: str | None = "") -> None:
        if line == 2:
            raise KeyboardInterrupt

    code = compile_script("done = False\ndone = True\n", "train.py", tick)
    namespace: dict[str, Any] = {}
    with pytest.raises(KeyboardInterrupt):
        exec(code, namespace)
    assert namespace["done"] is False


def test_the_tick_is_found_whatever_the_program_calls_its_own() -> None:
    run("tick = line = None\n_ = 0\nfor i in range(2): pass\n")
    assert callable(getattr(builtins, TICK))
    assert TICK.startswith("__")
    assert TICK.endswith("__")


# ------------------------------------------------------------------------------------ coming home from a call


def callers() -> tuple[types.ModuleType, list[Any]]:
    """Return a library of which a function calls back what it is given, and a list of what has rung."""
    library = types.ModuleType("library")
    source = "def call(back, *rest):\n    value = back()\n    return value\n"
    exec(compile(source, "library.py", "exec"), library.__dict__)
    return library, []


def test_a_call_rings_when_it_comes_back_and_not_before() -> None:
    library, rung = callers()
    coming = Homecoming(lambda token: rung.append(coming.happened))
    seen: list[Any] = []

    def inside() -> int:
        coming.await_from(sys._getframe(1), __file__)
        seen.append((list(rung), coming.happened))
        return 7

    assert library.call(inside) == 7
    assert seen == [([], False)]
    assert rung == [True]


def test_waiting_twice_for_one_call_rings_once() -> None:
    library, rung = callers()
    coming = Homecoming(lambda token: rung.append(1))

    def inside() -> None:
        coming.await_from(sys._getframe(1), __file__)
        coming.await_from(sys._getframe(1), __file__)

    library.call(inside)
    assert rung == [1]


def test_waiting_keeps_nothing_alive_and_changes_no_locals() -> None:
    library, rung = callers()
    coming = Homecoming(rung.append)

    class Big:
        pass

    def inside() -> Any:
        big = Big()
        coming.await_from(sys._getframe(1), __file__)
        return weakref.ref(big)

    watched = library.call(inside, Big())
    assert watched() is None
    assert len(rung) == 1


@pytest.mark.parametrize(
    "body",
    [
        "    yield back()\n",
        "    here = locals()\n    value = back()\n    yield sorted(here), sorted(locals())\n",
    ],
)
def test_what_cannot_be_waited_for_is_left_alone(body: str) -> None:
    library = types.ModuleType("library")
    exec(compile(f"def call(back):\n{body}", "library.py", "exec"), library.__dict__)
    coming = Homecoming(lambda token: None)

    def inside() -> str:
        coming.await_from(sys._getframe(1), __file__)
        return "value"

    answers = list(library.call(inside))
    assert answers in (["value"], [(["back"], ["back", "here", "value"])])
    assert not coming.happened
