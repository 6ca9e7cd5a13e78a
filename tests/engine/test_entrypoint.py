"""Entry points are found as `importlib.metadata` finds them, whatever else is installed."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from evoclass.pluginhost.entrypoint import packages
from evoclass.pluginhost.loading import GROUP, damaged, installed


def install(site: Path, name: str, entries: str | bytes, about: str | bytes, kind: str = "dist-info") -> None:
    folder = site / f"{name}-1.0.{kind}"
    folder.mkdir(parents=True)
    as_bytes = [text if isinstance(text, bytes) else text.encode() for text in (entries, about)]
    (folder / "entry_points.txt").write_bytes(as_bytes[0])
    (folder / ("METADATA" if kind == "dist-info" else "PKG-INFO")).write_bytes(as_bytes[1])


def test_this_installation_has_the_same_as_in_importlib_metadata() -> None:
    theirs = {
        (point.group, point.name, point.value, found.metadata["Name"], found.version)
        for found in distributions()
        for point in found.entry_points
        if point.group.startswith("evoclass")
    }
    ours = {
        (point.group, point.name, point.value, *package.about())
        for package in packages(sys.path, "[evoclass")
        for point in package.points()
        if point.group.startswith("evoclass")
    }
    assert ours == theirs


def test_packages_of_both_kinds_with_odd_but_valid_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(
        tmp_path,
        "new",
        "[other]\na = b\n\n# note\n[evoclass]\nspaced  =  os.path : join \n",
        "Metadata-Version: 2.1\nname: New\nVersion: 3\nRequires-Dist: evoclass>=9\n\nVersion: 7\n",
    )
    install(tmp_path, "old", "[evoclass]\nold=os.path[extra]\n", "Name: Old\nVersion: 1\n", kind="egg-info")
    monkeypatch.syspath_prepend(tmp_path)
    found = {entry.name: entry for entry in installed(GROUP) if not entry.bundled}
    assert (found["spaced"].distribution, found["spaced"].version) == ("New", "3")
    assert found["spaced"].requires() == ["evoclass>=9"]
    import os.path

    assert found["spaced"].point.load() is os.path.join
    assert found["old"].module == "os.path"
    assert found["old"].point.load() is os.path


@pytest.mark.parametrize(
    ("entries", "about"),
    [
        ("[evoclass]\nnothing\n", "Name: x\n"),
        (b"[evoclass]\nx = \xff\n", "Name: x\n"),
        ("[evoclass]\nx = os\n", b"Name: \xff\n"),
    ],
)
def test_a_damaged_package_is_told_and_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: str | bytes, about: str | bytes
) -> None:
    install(tmp_path, "broken", entries, about)
    install(tmp_path, "sound", "[evoclass]\nsound = os\n", "Name: sound\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "sound" in [entry.name for entry in installed(GROUP)]
    assert any("broken-1.0" in problem for problem in damaged())
