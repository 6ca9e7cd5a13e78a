"""Change the code in one place at a time and see whether the closest tests notice.

    python scripts/mutants.py                     40 mutants a room, chosen by a fixed seed
    python scripts/mutants.py arithmetic -n 100   more of one room
    python scripts/mutants.py --seed 2            another choice

A mutant turns a comparison, a flag or a sign, changes a number by one, or swaps `and` and `or`.  It is made in a copy
of the checkout, never here.  Mutants without a noticeable effect are listed in `scripts/equivalent.toml`.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

BAR = 0.9
"""Share of the mutants that must be noticed."""

TIMEOUT = 240
"""Seconds after which the tests of a mutant are stopped: endless tests count as a noticed mutant."""

ENGINE, TESTS = "engine/evoclass", "tests/engine"
ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "reading": (
        tuple(
            f"{ENGINE}/reading/{name}.py"
            for name in (
                *("source", "frontblock", "plainfront", "yamlfront", "frontmatter", "markup"),
                *("dialect", "fences", "assembly", "owndirectives", "nameslips", "contents", "budget"),
                *(
                    "blocks",
                    "inlinereader",
                    "inline",
                    "livevalue",
                    "options",
                    "formula",
                    "variants",
                    "draw",
                    "headindex",
                    "salvage",
                ),
            )
        ),
        (
            *(
                f"{TESTS}/test_{name}.py"
                for name in (
                    *(
                        "markup",
                        "frontmatter",
                        "formula",
                        "draw",
                        "draw_bounds",
                        "salvage",
                        "directive_slips",
                    ),
                    *("library", "never_crashes"),
                )
            ),
            "tests/plugins/test_choice_order.py",
        ),
    ),
    "arithmetic": (
        (f"{ENGINE}/reading/arithmetic.py",),
        (f"{TESTS}/test_arithmetic.py", f"{TESTS}/test_draw.py"),
    ),
    "trust": (
        tuple(f"{ENGINE}/learner/{name}.py" for name in ("trust", "permission", "coursedigest", "origin")),
        (f"{TESTS}/test_trust.py", f"{TESTS}/test_origin.py"),
    ),
    "store": (
        (
            *(f"{ENGINE}/learner/{name}.py" for name in ("store", "event", "logfile", "rescue")),
            f"{ENGINE}/disk/locked.py",
        ),
        (f"{TESTS}/test_store.py",),
    ),
    "progress": (
        (f"{ENGINE}/learner/progress.py",),
        (f"{TESTS}/test_progress.py", f"{TESTS}/test_session.py"),
    ),
    "escapes": ((f"{ENGINE}/running/escapes.py",), (f"{TESTS}/test_escapes.py", f"{TESTS}/test_terminal.py")),
    "pace": (
        (f"{ENGINE}/inspecting/pace.py", f"{ENGINE}/inspecting/follower.py", f"{ENGINE}/curves.py"),
        (f"{TESTS}/test_inspection.py", f"{TESTS}/test_follower.py", f"{TESTS}/test_curves.py"),
    ),
    "export": (
        tuple(
            f"engine/evoclass_author/{name}.py"
            for name in ("html", "page", "mathml", "escaping", "links", "questions")
        ),
        (
            "tests/author/test_export.py",
            "tests/author/test_hostile.py",
            "tests/author/test_mathml.py",
            "tests/author/test_page.py",
        ),
    ),
    "report": (
        ("engine/evoclass/worker/report.py",),
        ("tests/plugins/local/test_report.py", "tests/plugins/local/test_faults.py"),
    ),
}
"""The code and the tests closest to it."""

TURNED = {
    **{ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">")},
    **{ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in")},
    **{ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"), ast.And: ("and", "or"), ast.Or: ("or", "and")},
    **{ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "+"), ast.FloorDiv: ("//", "*")},
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One place in a file, and its replacement."""

    file: str
    start: int
    end: int
    """In bytes."""
    old: str
    new: str
    line: int
    text: str
    """The line as it is."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.old} -> {self.new}    {self.text}"


def mutants(file: str) -> Iterator[Mutant]:
    """Yield every mutant of a file of the checkout."""
    source = (ROOT / file).read_bytes()
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def place(start: tuple[int, int], end: tuple[int, int], old: str, new: str) -> Iterator[Mutant]:
        begin, stop = starts[start[0] - 1] + start[1], starts[end[0] - 1] + end[1]
        at = source.find(old.encode(), begin, stop)
        if at >= 0:
            line = source.count(b"\n", 0, at)
            text = lines[line].decode().strip()
            yield Mutant(file, at, at + len(old.encode()), old, new, line + 1, text)

    for node in _code(ast.parse(source)):
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in TURNED:
                yield from place(_end(left), _start(right), *TURNED[type(op)])
            case ast.BoolOp(op=op, values=[first, second, *_]):
                yield from place(_end(first), _start(second), *TURNED[type(op)])
            case ast.BinOp(left=left, op=op, right=right) if type(op) in TURNED:
                yield from place(_end(left), _start(right), *TURNED[type(op)])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from place(_start(node), _start(operand), "not ", "")
            case ast.Constant(value=bool() as flag):
                yield from place(_start(node), _end(node), str(flag), str(not flag))
            case ast.Constant(value=int() as number):
                old = source[starts[node.lineno - 1] + node.col_offset :][
                    : node.end_col_offset - node.col_offset
                ]
                yield from place(_start(node), _end(node), old.decode(), str(number + 1))


def _code(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that run: no annotations, no decorators, no keywords of a class."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        if field == "keywords" and isinstance(tree, ast.ClassDef):
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.expr):
                yield node
            if isinstance(node, ast.AST):
                yield from _code(node)


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.end_lineno, node.end_col_offset


def chosen(files: tuple[str, ...], count: int, seed: int) -> list[Mutant]:
    """Return this many mutants of the files, the same for the same seed, without those known to change nothing."""
    known = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8"))["mutant"]
    same = {(entry["text"], entry["old"], entry["new"]) for entry in known}
    every = [
        mutant
        for file in files
        for mutant in mutants(file)
        if (mutant.text, mutant.old, mutant.new) not in same
    ]
    return random.Random(seed).sample(every, min(count, len(every)))


class Copy:
    """A copy of the checkout in which one file is changed at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (
            "engine",
            "plugins",
            "tests",
            "content",
            "docs",
            "scripts",
            "pyproject.toml",
            "README.md",
        ):
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / name, folder / name)

    def passes(self, tests: tuple[str, ...]) -> bool:
        """Whether the tests pass here."""
        paths = os.pathsep.join(str(self.folder / name) for name in ("engine", "plugins"))
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        try:
            return not subprocess.run(
                command,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": paths},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=TIMEOUT,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return False

    def survives(self, mutant: Mutant, tests: tuple[str, ...]) -> bool:
        """Whether no test notices a mutant."""
        file = self.folder / mutant.file
        source = file.read_bytes()
        file.write_bytes(source[: mutant.start] + mutant.new.encode() + source[mutant.end :])
        try:
            return self.passes(tests)
        finally:
            file.write_bytes(source)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []], help="rooms to look at; all by default")
    parser.add_argument("-n", type=int, default=40, metavar="COUNT", help="mutants of each room (40)")
    parser.add_argument("--seed", type=int, default=1, help="another number chooses other mutants (1)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="how many run at once")
    options = parser.parse_args()
    total = noticed = 0
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(options.workers) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(options.workers):
            copies.put(Copy(Path(scratch) / str(number)))

        for name in options.rooms or ROOMS:
            files, tests = ROOMS[name]
            copy = copies.get()
            if not copy.passes(tests):
                sys.exit(f"{name}: the tests fail without any mutant: {' '.join(tests)}")
            copies.put(copy)

            def survives(mutant: Mutant, tests: tuple[str, ...] = tests) -> bool:
                copy = copies.get()
                try:
                    return copy.survives(mutant, tests)
                finally:
                    copies.put(copy)

            sample = chosen(files, options.n, options.seed)
            alive = 0
            for number, (mutant, lives) in enumerate(zip(sample, pool.map(survives, sample), strict=True), 1):
                alive += lives
                print(
                    f"{name} {number}/{len(sample)}: {'SURVIVES' if lives else 'noticed'}  {mutant}",
                    flush=True,
                )
            total, noticed = total + len(sample), noticed + len(sample) - alive
            print(f"{name}: {len(sample) - alive} of {len(sample)} noticed", flush=True)
    print(f"{noticed} of {total} noticed, {noticed / total:.0%} (bar {BAR:.0%})")
    return 0 if noticed >= BAR * total else 1


if __name__ == "__main__":
    sys.exit(main())
