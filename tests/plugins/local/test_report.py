"""What is told of an error: where it happened, in which expression, and among which values."""

from __future__ import annotations

import ast
import linecache
import multiprocessing
import sys
import traceback
from pathlib import Path

import pytest

import evoclass
import evoclass_local
import evoclass_tensors
from evoclass.protocol import ErrorReport
from evoclass.worker import report

FILE = "/nowhere/train.py"


def raised(source: str, file: str = FILE, **names: object) -> Exception:
    """Run a program and return the cleaned exception that ends it."""
    report.remember_source(file, source)
    try:
        exec(compile(source, file, "exec"), {"__name__": "__main__", **names})
    except Exception as error:
        report.clean(error)
        return error
    raise AssertionError("the program did not fail")


def told(source: str) -> ErrorReport:
    return report.report(raised(source), FILE)


def marked(error: ErrorReport) -> str:
    """Return what is marked in the last line of the place."""
    return linecache.getline(FILE, error.end_line)[error.column : error.end_column]


# ---------------------------------------------------------------------------------------------------- the place


@pytest.mark.parametrize(
    ("source", "lines", "expression"),
    [
        ("\nx = 1 / 0", (2, 2), "1 / 0"),
        ("'é'; {}['ключ']; 'è'\n", (1, 1), "{}['ключ']"),
        ("x = 1\nabs(\n    1 / 0,\n)\n", (3, 3), "1 / 0"),
        ("x = 1\nabs(\n    1 +\n    1 / 0)\n", (4, 4), "1 / 0"),
        ("text = ''\nabs(text\n    .index('a')\n    .real)\n", (3, 3), "text\n    .index('a')"),
        (
            "text = ''\n(text.replace('a', 'b')\n    .index('z'))\n",
            (3, 3),
            "text.replace('a', 'b')\n    .index('z')",
        ),
        ("text = ''\nabs(text.\n    index('a')\n    .real)\n", (3, 3), "text.\n    index('a')"),
        (
            "text = ''\nabs(text\n    .index('a',\n        0).real)\n",
            (3, 4),
            "text\n    .index('a',\n        0)",
        ),
        ("x = 0\nx = 1 + (1 //\n    x)\n", (2, 3), "1 //\n    x"),
        ("if True:\n    for x in 5: pass\n", (2, 2), "5"),
        ("class A: pass\nif A:\n    with A(): pass\n", (3, 3), "A()"),
    ],
    ids=[
        *(
            "line",
            "letters",
            "own line",
            "operator",
            "method",
            "second method",
            "dot",
            "method over lines",
            "over lines",
            "loop",
        ),
        "with",
    ],
)
def test_the_expression_that_failed_is_found(source: str, lines: tuple[int, int], expression: str) -> None:
    error = told(source)
    assert (error.line, error.end_line) == lines
    assert error.expression == expression
    if lines[0] == lines[1]:
        assert expression.endswith(marked(error))
        assert marked(error)


def test_of_several_things_that_are_opened_the_whole_line_is_told() -> None:
    error = told(
        "class A:\n    def __enter__(self): 1 / 0\n    __exit__ = None\nwith open('/dev/null'), A(): pass\n"
    )
    assert error.expression == "1 / 0"
    error = told("class A: pass\nwith open('/dev/null'), A(): pass\n")
    assert error.line == 2
    assert "A()" in error.expression


def test_a_step_of_a_loop_fails_in_what_it_goes_through() -> None:
    source = "class A:\n    def __iter__(self): return self\n    __next__ = 0\nif A:\n    for x in A():\n        pass\n"
    error = told(source)
    assert (error.line, error.end_line, error.expression) == (5, 5, "A()")


def test_an_expression_as_long_as_a_text_may_be_is_told_and_none_longer() -> None:
    for length in (4_000, 4_001):
        expression = "missing(" + "1" * 10 + " " * (length - 19) + ")"
        assert told(f"missing = 0\n{expression}\n").expression == (expression if length == 4_000 else "")


def test_a_file_that_has_changed_since_shows_no_other_expression() -> None:
    for now in ("\n", "x = 1\n1\n", ""):
        error = raised("x = 1\nabs(x,\n    1 / 0)\n")
        report.remember_source(FILE, now)
        found = report.report(error, FILE)
        assert (found.line, found.expression, found.operands) == (3, "", ())


def test_code_of_no_line_is_told_with_the_line_before() -> None:
    source = (
        "def f():\n    1 / 0\n"
        "code = f.__code__\nleft = len(code.co_code) // 2\n"
        "f.__code__ = code.replace(co_linetable=b'\\xff' * (left // 8) + bytes([0xF7 + left % 8]))\nf()\n"
    )
    error = told(source)
    assert (error.line, error.end_line, error.expression) == (1, 1, "")


def test_the_function_is_named() -> None:
    assert told("1 / 0\n").during == ""
    assert told("class A:\n    def f(self): 1 / 0\nA().f()\n").during == "A.f"


# ------------------------------------------------------------------------------------------------------ the words


def test_the_kind_and_what_it_is_a_kind_of() -> None:
    error = told("{}['a']\n")
    assert (error.type, error.chain) == ("KeyError", ("LookupError", "Exception", "BaseException"))
    assert told("import json\njson.loads('[')\n").type == "json.decoder.JSONDecodeError"
    assert told("class Own(Exception): pass\nraise Own\n").type == "Own"


def test_a_long_text_is_cut_as_the_protocol_says() -> None:
    assert len(told("raise ValueError('x' * 5_000)\n").text) == 4_000


def test_where_a_missing_name_may_come_from_is_told_only_of_one_the_program_never_gives_a_value() -> None:
    assert "math" in " ".join(told("sqrt(2)\n").homes)
    assert told("def f():\n    sqrt = abs\nsqrt(2)\n").homes == ()
    assert told("def f(sqrt): pass\nsqrt(2)\n").homes == ()
    assert told("try:\n    1 / 0\nexcept ZeroDivisionError as sqrt:\n    pass\nsqrt(2)\n").homes == ()


def test_what_was_called_with_wrong_arguments_is_told() -> None:
    error = told("def train(model, rate): pass\ntrain(1, ratio=2)\n")
    assert error.signature is not None
    assert error.signature.parameters == ("model", "rate")
    assert told("def train(model, rate): pass\ntrain(1, rat=2)\n").close == ("rate",)
    error = told("def train(model): pass\nsteps = [train]\ndel train\nsteps[0](1, 2)\n")
    assert error.signature is not None
    assert error.signature.parameters == ("model",)
    assert told("[][0]()\n").signature is None


def test_of_unpacking_the_values_are_told_that_were_taken_apart() -> None:
    error = told("row = [1, 2, 3]\na, b = row\n")
    assert [operand.name for operand in error.operands] == ["row", "row[0]", "row[1]", "row[2]"]
    error = told("rows = [[1, 2, 3]]\nfor a, b in rows:\n    pass\n")
    assert error.operands[0].name == "rows"
    error = told("text = 'x'\nint(text)\n")
    assert [operand.name for operand in error.operands] == ["text"]


def test_the_statement_is_told_without_what_it_holds() -> None:
    assert told("x = 0\ny = abs(1,\n    ) + (\n    1 / x)\n").statement == "y = abs(1) + 1 / x"
    assert (
        told("x = 0\nfor y in range(1 // x):\n    print(y)\n")
        .statement.splitlines()[0]
        .startswith("for y in")
    )


# ----------------------------------------------------------------------------------------------- mistakes of syntax


def test_a_mistake_of_syntax_is_shown_where_it_stands() -> None:
    error = told("x = 1\nx = x )\n")
    assert (error.line, error.end_line, error.source, marked(error)) == (2, 2, "x = x )", ")")
    error = told("123 = x\n")
    assert (error.column, marked(error)) == (0, "123")
    error = told("abs(a\n    b)\n")
    assert (error.line, error.end_line) == (1, 2)
    error = report.report(SyntaxError("odd", (FILE, 1, 3, "x = 1\n", 1, 3)), FILE)
    assert (error.column, error.end_column) == (2, 3)
    error = report.report(SyntaxError("odd"), FILE)
    assert (error.line, error.end_line, error.column, error.end_column) == (0, 0, 0, 1)


def test_a_mistake_in_text_that_a_program_compiles_is_shown_where_the_program_does() -> None:
    error = told("x = 1\n\ncompile('1 = 2', 'text', 'exec')\n")
    assert (error.line, marked(error)) == (3, "compile('1 = 2', 'text', 'exec')")


# ---------------------------------------------------------------------------------------------- new processes

SPAWNING = "x = 0\nmode = 'spawn'\n1 / x\n"


@pytest.mark.parametrize(
    ("source", "unguarded"),
    [
        ("1 / 0\n", False),
        (SPAWNING, True),
        ("class Mp: spawn = 0\n1 / Mp.spawn\n", True),
        (SPAWNING + "if __name__ == '__main__': pass\n", False),
    ],
)
def test_a_program_that_new_processes_would_run_again(source: str, unguarded: bool) -> None:
    assert told(source).unguarded is unguarded


def test_a_way_to_start_processes_that_was_set_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda allow_none: "spawn")
    assert told("1 / 0\n").unguarded
    monkeypatch.delitem(sys.modules, "multiprocessing")
    assert not told("1 / 0\n").unguarded


def test_looking_at_an_error_chooses_no_way_to_start_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing.context._default_context, "_actual_context", None)
    assert told("1 / 0\n").line == 1
    assert multiprocessing.get_start_method(allow_none=True) is None


# ---------------------------------------------------------------------------------------------- what is ours

_OURS = [
    str(Path(evoclass.__file__).parent / "own.py"),
    str(Path(evoclass_local.__file__).parent / "own.py"),
    str(Path(evoclass_tensors.__file__).parent / "own.py"),
]


def frames(error: BaseException) -> list[str]:
    return [frame.filename for frame in traceback.extract_tb(error.__traceback__)]


@pytest.mark.parametrize("own", _OURS, ids=["engine", "runner", "probes"])
def test_no_frame_of_ours_is_shown(own: str) -> None:
    for package in ("evoclass_local", "evoclass_tensors"):
        report.hide(package)
    ours: dict[str, object] = {}
    exec(compile("def call(f): return f()", own, "exec"), ours)
    source = "def g(): 1 / 0\ndef f():\n    try: call(g)\n    except ArithmeticError: call({}.pop)\ncall(f)\n"
    error = raised(source, call=ours["call"])
    assert error.__context__ is not None
    assert frames(error) == [__file__, FILE, FILE]
    assert frames(error.__context__) == [FILE, FILE]
    group = raised("raise ExceptionGroup('two', [error])\n", error=_failing(ours["call"]))
    assert isinstance(group, ExceptionGroup)
    assert frames(group.exceptions[0]) == [__file__, __file__]


def _failing(call: object) -> Exception:
    assert callable(call)
    with pytest.raises(ZeroDivisionError) as caught:
        call(lambda: 1 / 0)
    return caught.value


def test_errors_that_lead_to_each_other_are_looked_at_once() -> None:
    error = raised(
        "one, two = KeyError(), ValueError()\none.__cause__, two.__cause__ = two, one\nraise one\n"
    )
    assert frames(error) == [__file__, FILE]


def test_reading_the_syntax_tree_is_ours_but_not_where_the_program_does_it() -> None:
    ours: dict[str, object] = {"ast": ast}
    exec(compile("def read(): ast.parse('1 +')", _OURS[0], "exec"), ours)
    read = ours["read"]
    assert callable(read)
    with pytest.raises(SyntaxError) as caught:
        read()
    error = caught.value
    assert error.__traceback__ is not None
    error.__traceback__ = error.__traceback__.tb_next
    report.clean(error)
    assert frames(error) == []
    assert frames(raised("import ast\nast.parse('1 +')\n")) == [__file__, FILE, ast.__file__]


def test_the_programs_own_way_to_show_errors_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report.show(raised("1 / 0\n"))
    assert "division by zero" in capsys.readouterr().err
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: print(kind.__name__, "seen"))
    report.show(raised("1 / 0\n"))
    assert capsys.readouterr() == ("ZeroDivisionError seen\n", "")
    monkeypatch.setattr(sys, "excepthook", lambda: None)
    report.show(raised("1 / 0\n"))
    shown = capsys.readouterr().err
    assert "Error in sys.excepthook" in shown
    assert shown.endswith("ZeroDivisionError: division by zero\n")


# ---------------------------------------------------------------------------------------------- odd programs


@pytest.mark.parametrize(
    "source",
    [
        "x = 'a'\ny = x + " + " + ".join(["1"] * 900),
        "x = range(10**30)\nx + 1",
        "\nraise AttributeError('no', name=5, obj=3)",
        "\nraise NameError('no', name=5)",
        "# -*- coding: nope -*-\nfor i in 5: pass",
    ],
)
def test_a_place_that_cannot_be_looked_at_does_not_cost_the_report(source: str) -> None:
    error = told(source)
    assert error.line == 2
    assert error.traceback.splitlines()[-1].startswith(error.type)
