"""What a developer of plugins does wrong at first is told in words that help."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from evoclass import hookimpl
from evoclass.directive import Directive
from evoclass.model import Drawing, Fault
from evoclass.testing import parser_for, sample_exercise, sample_lesson

PLUGIN = "from evoclass import hookimpl\n"


class Bars:
    name: ClassVar[str] = "bars"
    options: ClassVar[dict[str, str]] = {"bar": "A number", "alt": "In words"}
    repeatable: ClassVar[frozenset[str]] = frozenset({"bar"})
    svg: ClassVar[str] = "<svg xmlns='http://www.w3.org/2000/svg'><text>{}</text></svg>"

    @classmethod
    def expand(cls, directive: Directive, block_id: str) -> list[Drawing]:
        bars = directive.all("bar")
        svg = cls.svg.format(bars[0])
        return [
            Drawing(
                id=block_id,
                line=directive.line,
                kind="bars",
                alt="Bars",
                svg=svg,
                text=tuple(bars),
            )
        ]


def lesson(body: str) -> object:
    @hookimpl
    def register_directives() -> list[type[Bars]]:
        return [Bars]

    plugin = SimpleNamespace(__name__="bars", register_directives=register_directives)
    return sample_lesson(body, parser_for(plugins=[("bars", plugin)])).blocks[0]


def test_a_block_takes_an_option_twice_where_its_class_says_so() -> None:
    block = lesson(":::{bars} b\n:bar: 3\n:bar: 5\n:::\n")
    assert isinstance(block, Drawing)
    assert block.text == ("3", "5")


def test_a_picture_that_is_no_xml_is_told_at_once() -> None:
    block = lesson(":::{bars} b\n:bar: 3 < 5\n:::\n")
    assert isinstance(block, Fault)
    assert "svg is not XML" in str(block.problem.fields)
    assert "&lt;" in str(block.problem.fields)


def test_a_contract_says_in_words_what_is_wrong_with_its_sample() -> None:
    with pytest.raises(AssertionError, match=r"line \d+: E\d+ .+"):
        sample_exercise(":::{choice} c\n- [x] a\n:nonsense: 1\n:::\n")


def test_the_folder_of_a_distribution_is_told_from_its_package(tmp_path: Path) -> None:
    package = tmp_path / "mine" / "src" / "evoclass_mine"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PLUGIN)
    ended = subprocess.run(
        [sys.executable, "-m", "evoclass", "plugins", "--json", "--plugin", "mine"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (report,) = [one for one in json.loads(ended.stdout)["plugins"] if not one["bundled"]]
    assert f"--plugin {package}" in report["error"]


def test_a_language_that_there_is_not_is_an_error_before_a_command_too() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "evoclass", "--lang", "xx", "lessons"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "'xx' is not available" in ended.stderr
