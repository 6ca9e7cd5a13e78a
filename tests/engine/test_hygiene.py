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


ENGLISH = {
    key: package.name
    for package in PACKAGES
    if (package / "locale").is_dir()
    for key in sentences(package / "locale/en.toml")
}
"""Each sentence's key, with its package."""

SOURCES = [
    path.read_text(encoding="utf-8")
    for package in PACKAGES
    for path in package.rglob("*.py")
    if path.is_file()
]


def test_every_sentence_that_is_asked_for_exists() -> None:
    asked = set()
    for source in SOURCES:
        names = "CATALOG|ENGINE_CATALOG|_?catalog|_?text|_?say"
        asked |= set(re.findall(rf"\b(?:{names})\(\s*[\"']([a-z_]+\.[\w.]+)[\"']", source))
    assert len(asked) > 300
    assert asked <= ENGLISH.keys(), sorted(asked - ENGLISH.keys())


MADE = re.compile(r"""\bf(["'])([a-z_]+[._](?:[^"'{}\n]|\{[^}\n]*\})*)\1""")
"""A key that is put together: `f"runner.{name}"`."""


def test_no_sentence_is_left_that_nobody_asks_for() -> None:
    source = "\n".join(SOURCES)
    whole = set(re.findall(r"""["']([a-z_]+(?:\.\w+)*)["']""", source))
    made = [
        re.compile("(.+?)".join(map(re.escape, re.split(r"\{[^}]*\}", key))))
        for key in {found[2] for found in MADE.finditer(source)}
    ]
    words = set(re.findall(r"\w+", source))
    # A problem's code and its variant, or a name and its ending, are joined by the sources too.
    words |= {part for word in words for part in word.split("_")}

    def is_asked_for(key: str) -> bool:
        matches = filter(None, (pattern.fullmatch(key) for pattern in made))
        return key in whole or any(
            set(re.findall(r"[^\W_]+", " ".join(found.groups()))) <= words for found in matches
        )

    # What names a thing, such as `member.set`, gets what it is a sentence of in front: `explain.member.set`.
    left = [
        f"{package}: {key}"
        for key, package in ENGLISH.items()
        if not is_asked_for(key) and not is_asked_for(key.partition(".")[2])
    ]
    assert left == []
