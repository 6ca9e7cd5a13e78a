"""The engine's imports stay clean, and every package is packed and translated."""

from __future__ import annotations

import re
import string
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = sorted(path.parent for path in ROOT.glob("engine/*/__init__.py")) + sorted(
    path.parent for path in ROOT.glob("plugins/*/__init__.py")
)
PLUGINS = [path for path in PACKAGES if path.parent.name == "plugins"]

EVERY_ENGINE_MODULE = """
import pkgutil, sys, importlib, evoclass
for module in pkgutil.walk_packages(evoclass.__path__, "evoclass."):
    if not module.name.endswith("__main__") and module.name not in ("evoclass.testing",):
        importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_engine_imports_neither_torch_nor_a_screen() -> None:
    found = subprocess.run(
        [sys.executable, "-c", EVERY_ENGINE_MODULE], capture_output=True, text=True, check=True
    )
    loaded = set(found.stdout.split())
    assert "evoclass" in loaded
    assert not loaded & {"torch", "torchvision", "textual", "rich", "evoclass_tui"}
    assert not {name for name in loaded if name.startswith("evoclass_")}


def test_loading_the_plugins_imports_neither_torch_nor_a_screen() -> None:
    code = "import sys; from evoclass.pluginhost.plugins import Plugins; p = Plugins()"
    code += "; p.exercises, p.runners, p.directives"
    code += "; print(*[n for n in ('torch', 'textual') if n in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


@pytest.mark.parametrize("package", PLUGINS, ids=lambda path: path.name)
def test_plugin_is_packed_and_has_an_entry_point(package: Path) -> None:
    assert f"plugins/{package.name}" in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    modules = {value.partition(":")[0] for value in PROJECT["project"]["entry-points"]["evoclass"].values()}
    assert package.name in modules
    assert package.name in PROJECT["tool"]["importlinter"]["root_packages"]


def sentences(path: Path) -> dict[str, str]:
    def flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in table.items():
            if isinstance(value, dict):
                found.update(flat(value, f"{prefix}{key}."))
            else:
                assert isinstance(value, str), f"{path}: {prefix}{key} is no text"
                found[prefix + key] = value
        return found

    return flat(tomllib.loads(path.read_text(encoding="utf-8")))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize(
    "package", [path for path in PACKAGES if (path / "locale").is_dir()], ids=lambda path: path.name
)
def test_interface_text_is_whole_in_both_languages(package: Path) -> None:
    english, italian = (sentences(package / "locale" / f"{code}.toml") for code in ("en", "it"))
    assert english.keys() == italian.keys()
    for key, sentence in english.items():
        assert bool(sentence.strip()) == bool(italian[key].strip()), key
        assert placeholders(sentence) == placeholders(italian[key]), key


def test_sentences_that_the_engine_asks_for_exist() -> None:
    english = sentences(ROOT / "engine/evoclass/locale/en.toml")
    asked = set()
    for path in (ROOT / "engine/evoclass").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        asked |= set(
            re.findall(r"(?:TEXT|catalog|self\.text|text)\(\s*[\"']([a-z_]+\.[a-z_.]+)[\"']", source)
        )
    assert len(asked) > 50
    assert asked <= english.keys(), sorted(asked - english.keys())
