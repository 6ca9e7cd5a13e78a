"""Errors of real programs, explained in both languages with the learner's own names."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tomllib
import warnings
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from evoclass.i18n import LANGUAGES
from evoclass.inspecting.safepoints import compile_script
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import ErrorReport
from evoclass.worker import report
from evoclass_explain.explain import explain
from pseudo import CODE, EVERY, without_accents

from .calls import CALLS
from .compiled import COMPILED
from .grammar import GRAMMAR
from .kinds import KINDS
from .models import MODELS
from .programs import GPU_PROGRAMS, HEAD, Failing
from .programs import PROGRAMS as BASIC
from .seen import SEEN
from .sequences import SEQUENCES
from .taken import TAKEN
from .together import TOGETHER
from .values import VALUES

PROGRAMS = {
    **{**BASIC, **SEQUENCES, **MODELS, **VALUES, **GRAMMAR, **CALLS, **KINDS, **SEEN},
    **{**TAKEN, **TOGETHER, **COMPILED},
}

_ALONE = """
import sys
from pathlib import Path
import msgspec
from evoclass.worker import report
file = sys.argv[1]
source = Path(file).read_text()
report.remember_source(file, source)
namespace = {"__name__": "__main__", "__file__": file}
try:
    exec(compile(source, file, "exec"), namespace)
except Exception as error:
    report.clean(error)
    Path(sys.argv[2]).write_bytes(msgspec.msgpack.encode(report.report(error, file)))
"""


def fail(program: Failing, folder: Path) -> ErrorReport:
    """Run a program in `folder` and return the report of its error."""
    file = folder / "train.py"
    file.write_text(program.source)
    if program.process:
        answer = folder / "report"
        command = [sys.executable, "-c", _ALONE, str(file), str(answer)]
        subprocess.run(command, check=True, timeout=120, capture_output=True, cwd=folder)
        return msgspec.msgpack.decode(answer.read_bytes(), type=ErrorReport)
    report.remember_source(str(file), program.source)
    try:
        with contextlib.chdir(folder), warnings.catch_warnings(action="ignore"):
            exec(compile_script(program.source, str(file), lambda *said: None), {"__name__": "__main__"})
    except Exception as error:
        report.clean(error)
        return report.report(error, str(file))
    raise AssertionError("the program did not fail")


def check(program: Failing, folder: Path) -> None:
    """Explain the program's error in every language; the learner's names and shapes must be there."""
    error = fail(program, folder)
    titles = set()
    for language in EVERY:
        explanation = explain(error, language)
        assert explanation is not None, error.text
        said = f"{explanation.title}\n{explanation.what}\n{explanation.try_this}"
        if language == CODE:
            said = without_accents(said)  # words of a sentence have them, like those that the program wrote
        for word in program.words:
            assert word in said, (word, said, error.text)
        assert "explain." not in said
        assert "{" not in said, said
        assert explanation.line == error.line > 0
        titles.add(explanation.title)
    assert len(titles) == len(EVERY)


@pytest.mark.usefixtures("third_language")
@pytest.mark.parametrize("name", PROGRAMS)
def test_explains_what_really_happened(name: str, tmp_path: Path) -> None:
    check(PROGRAMS[name], tmp_path)


@pytest.mark.gpu
@pytest.mark.usefixtures("third_language")
@pytest.mark.parametrize("name", GPU_PROGRAMS)
def test_explains_what_happens_on_a_gpu(name: str, tmp_path: Path) -> None:
    check(GPU_PROGRAMS[name], tmp_path)


SILENT = (
    "import torch\nraise RuntimeError('the soup is cold')",
    "raise ValueError('Target 5 is out of bounds')",
    "import torch\nfrom torch import nn\nnn.Sequential(nn.ReLU())[3]",
    "import statistics\nstatistics.mean([])",
    "from urllib.request import urlopen\nurlopen('htp://example.com')",
    "import torch\nfrom torch import nn\nnorm = nn.GroupNorm(4, 4)\nnorm(torch.ones(1, 4))",
    "import torch\nfrom decimal import Decimal\ntorch.tensor(Decimal(1))",
)
"""What PyTorch did not say, or what its words alone do not explain."""


@pytest.mark.parametrize("source", SILENT)
def test_invents_nothing(source: str, tmp_path: Path) -> None:
    error = fail(Failing(f"{source}\n", ()), tmp_path)
    assert explain(error, "en") is None
    assert explain(error, "it") is None


MISLEADING = {
    "static method": ("class A:\n    @staticmethod\n    def f(x): return x\nA().f(1, 2)\n", "self"),
    "name bound by except": (
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    pass\nprint(e)\n",
        "import torch",
    ),
    "list under its own name": ("list = [1]\nlist((1, 2))\n", "square brackets"),
    "index that no loop counts": ("rows = [1, 2]\ni = 2\nrows[i]\n", "range(len"),
    "set in the place of a dictionary": ("s = {1}\ns.remove(3)\n", "dictionary"),
    "two functions that call each other": (
        "def a(): return b()\ndef b(): return a()\na()\n",
        "`a` calls itself",
    ),
    "layer that was never stored": (
        HEAD + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        fc = nn.Linear(2, 2)\n    def forward(self, x):\n        return self.fc(x)\nNet()(torch.ones(1, 2))\n",
        "hasattr",
    ),
    "lists compared": ("a, b = [1], [1]\n(a == b).sum()\n", "plain number"),
    "fraction for a count": (HEAD + "torch.bincount(torch.tensor([0.5]))\n", ".float()"),
    "place below 0 in gather": (
        HEAD + "torch.ones(2, 3).gather(1, torch.tensor([[5], [0]]))\n",
        "is the last one",
    ),
    "dictionary whose entry is read like an attribute": (
        "config = {'lr': 0.1}\nconfig.train\n",
        "load_state_dict",
    ),
    "gradient that was never computed": (
        HEAD + "w = torch.ones(3, requires_grad=True)\nw = w - 0.1 * w.grad\n",
        "no longer the parameter",
    ),
    "list that a layer gets": (HEAD + "nn.Linear(2, 2)([1.0, 2.0])\n", "several results"),
    "layer for a number": (HEAD + "n = nn.Linear(2, 2)\nrange(n)\n", "int(n)"),
}
"""Programs, and what once was said of them and does not help there."""


@pytest.mark.parametrize("name", MISLEADING)
def test_says_nothing_that_does_not_help(name: str, tmp_path: Path) -> None:
    source, word = MISLEADING[name]
    explanation = explain(fail(Failing(source, ()), tmp_path), "en")
    assert explanation is not None
    assert word not in f"{explanation.title} {explanation.what} {explanation.try_this}"


def test_a_fault_in_compiled_code_is_not_put_down_to_fullgraph(tmp_path: Path) -> None:
    source = HEAD + "f = torch.compile(lambda x: x @ x, backend='eager')\nf(torch.ones(2, 3))\n"
    # torch.compile turns off the checks of torch.distributions for the rest of its process.
    explanation = explain(fail(Failing(source, (), process=True), tmp_path), "en")
    assert explanation is not None
    assert "fullgraph" not in f"{explanation.title} {explanation.what} {explanation.try_this}"


def test_sizes_are_not_told_of_a_tensor_that_was_turned_on_the_way(tmp_path: Path) -> None:
    source = "import torch\na = torch.ones(2, 4, 8)\nb = torch.ones(2, 5, 6)\na.transpose(1, 2) @ b\n"
    assert explain(fail(Failing(source, ()), tmp_path), "en") is None


def test_older_wording_of_a_product_is_known() -> None:
    text = "linear(): input and weight.T shapes cannot be multiplied (64x20 and 30x7)"
    explanation = explain(ErrorReport(type="RuntimeError", text=text, line=3), "en")
    assert explanation is not None
    assert "20" in explanation.what
    assert "30" in explanation.what


def test_reaches_the_front_end_as_a_plugin() -> None:
    error = ErrorReport(type="RuntimeError", text="Trying to backward through the graph a second time (or …)")
    explanation = Plugins().explain(error, "it")
    assert explanation is not None
    assert "due volte" in explanation.title


def test_languages_have_the_same_sentences_with_the_same_fields() -> None:
    folder = files("evoclass_explain").joinpath("locale")
    catalogs = [
        _flat(tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8")))
        for language in LANGUAGES
    ]
    first, *others = catalogs
    for other in others:
        assert first.keys() == other.keys()
        for key in first:
            assert _fields(first[key]) == _fields(other[key]), key


def _flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": str(value)}
    return flat


def _fields(sentence: str) -> set[str]:
    import string

    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_stays_out_of_torch() -> None:
    code = "import evoclass_explain.explain, sys; raise SystemExit('torch' in sys.modules or 'textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
