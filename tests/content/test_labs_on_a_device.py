"""Labs that choose their device compute on it, and no tensor is left behind: with a device that is only pretended."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evoclass.disk.paths import content_folder
from evoclass.model import Lab, Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

CHOICE = 'device = "cuda" if torch.cuda.is_available() else "cpu"\n'
"""The line with which a lab chooses its device."""

FEW = [
    ("images_per_class = 30", "images_per_class = 3"),
    ('load_images("test", 40)', 'load_images("test", 2)'),
]

SHORTER: dict[int, dict[str, list[tuple[str, str]]]] = {
    4: {
        "train.py": [
            ("range(60)", "range(1)"),
            ('load_images("train", 30)', 'load_images("train", 3)'),
            ('load_images("test", 40)', 'load_images("test", 2)'),
        ]
    },
    5: {
        "by_heart.py": [
            ("epochs = 70", "epochs = 10"),
            ('load_images("test", 40)', 'load_images("test", 2)'),
        ],
        "augment.py": [("epochs = 120", "epochs = 20"), *FEW],
        "leak.py": [("epochs = 20", "epochs = 1"), ('load_images("test", 40)', 'load_images("test", 2)')],
    },
    6: {
        "foodvision.py": [
            ("epochs = 60", "epochs = 1"),
            ('load_images("test", 40)', 'load_images("test", 2)'),
        ]
    },
    7: {
        "train.py": [("epochs = 15", "epochs = 2"), *FEW],
        "scratch.py": FEW,
        "finetune.py": [("epochs = 15", "epochs = 2"), *FEW],
    },
    8: {
        "features.py": [
            ('load_images("train", 40)', 'load_images("train", 7)'),
            ('load_images("test", 80)', 'load_images("test", 8)'),
        ],
        "claim.py": [("range(15)", "range(1)")],
    },
    9: {
        "sequence.py": [
            ("steps, width, heads = 400", "steps, width, heads = 2"),
            ("menus(3000", "menus(300"),
        ],
        "patches.py": [("epochs = 60", "epochs = 1"), *FEW],
    },
    10: {
        "model.py": [],
        "train.py": [("steps = 500", "steps = 2"), ("known + 1000", "known + 40")],
        "own.py": [("steps = 400", "steps = 50"), ("300, 0.5", "30, 0.5")],
    },
    11: {"road.py": [], "draw.py": [("steps = 2500", "steps = 250")]},
    12: {
        "teacher.py": [
            ('load_images("train", 30)', 'load_images("train", 2)'),
            ('load_images("train", 100, seed=12)', 'load_images("train", 3, seed=12)'),
            ('load_images("test", 40)', 'load_images("test", 2)'),
        ],
        "bits.py": [('load_images("test", 40)', 'load_images("test", 2)')],
        "student.py": [("steps = 500", "steps = 3")],
    },
}
"""The labs to run, lesson by lesson and in this order, and what makes each of them short."""

WITHOUT = {(10, "model.py"), (11, "road.py")}
"""What other labs import: they choose no device, and compute on that of their operands."""


@cache
def lessons(language: str) -> dict[int, Lesson]:
    parser = Parser(Plugins())
    pages = sorted((content_folder() / language).glob("[0-9]*.md"))
    return {lesson.number: lesson for lesson in (parser.lesson(page.read_bytes(), page) for page in pages)}


def lab(number: int, file: str) -> Lab:
    return next(lab for lab in lessons("en")[number].labs if lab.file == file)


def changed(code: str, changes: list[tuple[str, str]]) -> str:
    for before, after in changes:
        assert before in code, before
        code = code.replace(before, after)
    return code


def run(number: int, codes: dict[str, str], folder: Path) -> dict[str, Any]:
    """Run programs of a lesson on the pretended device and return what became of each."""
    live = list(lessons("en")[number].live)
    asked = [
        {
            "file": file,
            "code": code,
            "live": live,
            "expect": [condition.expression for condition in lab(number, file).expect],
        }
        for file, code in codes.items()
    ]
    script = Path(__file__).with_name("run_on_device.py")
    paths = [str(Path(__file__).parents[1]), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps({"labs": asked}),
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def on_device(code: str) -> str:
    return code.replace(CHOICE, 'device = "pretended"\n')


def test_the_labs_to_run_are_those_that_choose_a_device() -> None:
    choosing = {
        (number, lab.file)
        for number, lesson in lessons("en").items()
        for lab in lesson.labs
        if CHOICE in lab.code
    }
    assert choosing == {(number, file) for number, labs in SHORTER.items() for file in labs} - WITHOUT


@pytest.mark.slow
@pytest.mark.parametrize("number", SHORTER)
def test_no_tensor_is_left_behind(number: int, tmp_path: Path) -> None:
    codes = {
        file: on_device(changed(lab(number, file).code, changes)) for file, changes in SHORTER[number].items()
    }
    found = run(number, codes, tmp_path)
    assert {file: result["error"] for file, result in found.items() if "error" in result} == {}
    for file, result in found.items():
        assert result["elsewhere"] == [], file
        if (number, file) not in WITHOUT:
            assert result["operators"] > 100, file


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "file", "left"),
    [
        (5, "leak.py", ("labels.repeat(4).to(device)", "labels.repeat(4)")),
        (6, "foodvision.py", ("argmax(1).cpu()", "argmax(1)")),
        (9, "sequence.py", ("torch.ones_like(scores[0, 0])", "torch.ones(13, 13)")),
        (
            10,
            "train.py",
            ("torch.zeros(1, 1, dtype=torch.long, device=device)", "torch.zeros(1, 1, dtype=torch.long)"),
        ),
    ],
)
def test_a_tensor_left_behind_is_noticed(
    number: int, file: str, left: tuple[str, str], tmp_path: Path
) -> None:
    files = list(SHORTER[number])
    codes = {name: on_device(changed(lab(number, name).code, SHORTER[number][name])) for name in files}
    codes = {name: codes[name] for name in files if name == file or (number, name) in WITHOUT}
    codes[file] = changed(codes[file], [left])
    assert "same device" in run(number, codes, tmp_path)[file]["error"]


class Wordless(ast.NodeTransformer):
    """Takes the words out of a program, and keeps what is computed inside f-strings."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Set:
        fields = sorted((part for part in node.values if isinstance(part, ast.FormattedValue)), key=ast.dump)
        return ast.Set([field.value for field in fields])


@pytest.mark.parametrize("number", SHORTER)
def test_both_languages_compute_the_same(number: int) -> None:
    programs: dict[str, Counter[str]] = {}
    for language in ("en", "it"):
        chosen = [lab for lab in lessons(language)[number].labs if lab.file in SHORTER[number]]
        trees = [Wordless().visit(ast.parse(lab.code)) for lab in chosen]
        programs[language] = Counter(
            f"{lab.file}: {ast.unparse(tree)}" for lab, tree in zip(chosen, trees, strict=True)
        )
    assert programs["en"] == programs["it"]
