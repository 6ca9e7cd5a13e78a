"""What a built wheel installs is the whole thing: engine, front ends, plugins, lessons."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LICENSES = ("LICENSE", "plugins/evoclass_canteen/digits.txt")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert not [name for name in names if name.startswith(("tests/", "content/", "engine/", "plugins/"))]
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--target",
        str(folder / "site"),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "site"


def evoclass(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The folder comes before the checkout on the path, so its packages and its entry points win.
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-m", "evoclass", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=site.parent, timeout=120
    )


def test_the_metadata_says_what_is_inside(site: Path) -> None:
    (found,) = metadata.distributions(path=[str(site)])
    classifiers = set(found.metadata.get_all("Classifier", []))
    languages = {"English": "en", "Italian": "it"}
    assert {f"Natural Language :: {name}" for name in languages} <= classifiers
    assert {path.stem for path in (site / "evoclass" / "locale").glob("*.toml")} == {*languages.values()}
    assert f"Programming Language :: Python :: {found.metadata['Requires-Python'][2:]}" in classifiers
    assert "Typing :: Typed" in classifiers
    packages = {path.parent for path in site.glob("*/__init__.py")}
    assert {package.name for package in packages if not (package / "py.typed").exists()} == set()
    assert {entry.value.split(".")[0] for entry in found.entry_points} <= {one.name for one in packages}
    assert {"torch", "ray", "jupyter", "author"} <= {*found.metadata.get_all("Provides-Extra", [])}
    (folder,) = site.glob("evoclass-*.dist-info")
    assert all((folder / "licenses" / name).exists() for name in LICENSES)


def test_the_lessons_are_inside(site: Path) -> None:
    for language in ("en", "it"):
        listed = json.loads(evoclass(site, "lessons", "--json", "--lang", language).stdout)
        (lesson,) = [
            entry for course in listed for entry in course["lessons"] if entry["id"] == "transfer-learning"
        ]
        assert Path(lesson["path"]).is_relative_to(site)
        assert lesson["language"] == language


def test_the_plugins_are_inside_and_work(site: Path) -> None:
    plugins = json.loads(evoclass(site, "plugins", "--json").stdout)["plugins"]
    assert {plugin["name"] for plugin in plugins} >= {
        "choice",
        "answer",
        "challenge",
        "local",
        "tensors",
        "foodvision",
        "canteen",
    }
    assert [plugin for plugin in plugins if not plugin["ok"]] == []


def test_a_program_runs(site: Path, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("import evoclass_foodvision as f; print(f.__file__)\n")
    ended = evoclass(site, "run", str(tmp_path / "x.py"))
    assert ended.returncode == 0
    assert Path(ended.stdout.strip()).is_relative_to(site)


def test_the_data_of_the_course_is_inside(site: Path, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(
        "import evoclass_canteen as c; print(len(c.digits().labels), c.__file__)\n"
    )
    ended = evoclass(site, "run", str(tmp_path / "x.py"))
    count, path = ended.stdout.split(maxsplit=1)
    assert count == "1797"
    assert Path(path.strip()).is_relative_to(site)
