"""What is public is written down, has a sentence, and is all that plugins need."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import warnings
from importlib import import_module, reload
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_page", ROOT / "scripts" / "api_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


API = script()


def test_the_page_is_what_the_code_says() -> None:
    assert API.PAGE.read_text(encoding="utf-8") == API.page(), "run scripts/api_page.py"


def test_every_name_has_a_sentence_of_its_own() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", API.page(), re.MULTILINE)
    assert len(rows) > 100
    for name, sentence in rows:
        assert sentence[-1:] in (".", ":"), name
        assert not sentence.startswith(f"{name}("), f"{name} has no docstring"


@pytest.mark.parametrize("name", API.MODULES)
def test_what_a_public_module_defines_is_exported_or_private(name: str) -> None:
    module = import_module(name)
    assert module.__file__ is not None
    if module.__file__.endswith("__init__.py"):
        return
    body = ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body
    defined = {part.name for part in body if isinstance(part, ast.ClassDef) and not part.name.startswith("_")}
    inner = {"InlineParser", "Sentences", "Struct", "Variants"}
    """Types that public names are made of."""
    assert defined - inner <= set(module.__all__)


def example(*pages: str) -> str:
    """Return the module that pages of the docs build."""
    text = "\n".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in pages)
    return "\n\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))


DOCUMENTED = {
    "plugin_example.py": example("write-a-plugin.md", "write-a-runner.md"),
    "probe_example.py": example("write-a-probe.md"),
}
EXAMPLES = ("truth/truth.py", "pipe_runner/pipe_runner.py", "every_hook/src/evoclass_fractions")


def test_the_examples_use_what_is_public() -> None:
    files = [file for folder in EXAMPLES for file in (*(ROOT / "examples" / folder).parent.rglob("*.py"),)]
    sources = [*DOCUMENTED.values(), *(file.read_text(encoding="utf-8") for file in files)]
    assert len(sources) > 10
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.ImportFrom) or not re.match(
                r"evoclass(_tui)?(\.|$)", node.module or ""
            ):
                continue
            assert node.module in API.MODULES
            whole = [*import_module(node.module).__all__, *API.MODULES]
            for name in node.names:
                assert name.name in whole or f"{node.module}.{name.name}" in whole, (
                    f"{node.module}.{name.name}"
                )


def test_the_examples_are_typed_strictly(tmp_path: Path) -> None:
    for name, source in DOCUMENTED.items():
        (tmp_path / name).write_text(source)
    files = [*DOCUMENTED, *(str(ROOT / "examples" / path) for path in EXAMPLES)]
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), *files]
    place = {"MYPYPATH": str(ROOT / "examples" / "every_hook" / "src")}
    ended = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | place,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_package_says_that_it_is_typed() -> None:
    for place in ("engine", "plugins"):
        for package in (ROOT / place).glob("evoclass*/__init__.py"):
            assert package.with_name("py.typed").exists(), package


def test_the_old_place_of_probes_still_works_and_says_where_they_are() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = import_module("evoclass.inspection")
    with pytest.warns(DeprecationWarning, match="evoclass.probe"):
        reload(old)
    assert old.Probe is import_module("evoclass.probe").Probe


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("evoclass.directive", "Setting", "OptionLine"),
        ("evoclass.model", "Setting", "OptionLine"),
        ("evoclass.model", "Rule", "ThematicBreak"),
    ],
)
def test_an_earlier_name_still_works_and_says_its_successor(module: str, old: str, new: str) -> None:
    place = import_module(module)
    with pytest.warns(DeprecationWarning, match=f"{old} is called {new} now") as told:
        assert getattr(place, old) is getattr(place, new)
    assert told[0].filename == __file__
    assert old not in place.__all__
    assert not hasattr(place, "Nonsense")
