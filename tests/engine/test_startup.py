"""What a start compiled serves the next one, and nothing that has changed since is taken from there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from evoclass import startup
from evoclass.disk import paths

ENGINE = Path(startup.__file__).parents[1]

OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
"""

BEGIN = "from evoclass import startup\nstartup.begin()\n"

END = "startup.end()\nstartup.keep()\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "parcel").mkdir(parents=True)
    (folder / "__pycache__").mkdir()  # as installers make it, or a folder changes by the first import
    (folder / "single.py").write_text("value = 1\n\ndef fail():\n    raise ValueError(value)\n")
    (folder / "parcel" / "__init__.py").write_text("'''A parcel.'''\n")
    (folder / "parcel" / "inner.py").write_text("from . import __doc__ as told\n")
    (folder / "parcel" / "note.txt").write_text("a note")
    return folder


def run(program: str, *path: Path, **environment: str) -> str:
    """Run a program with these folders before the engine's, and return what it prints."""
    variables = {**os.environ, **environment, "PYTHONPATH": os.pathsep.join(map(str, (*path, ENGINE)))}
    if "PYTHONDONTWRITEBYTECODE" not in environment:
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=variables, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def start(site: Path, lines: str = "", **environment: str) -> str:
    """Run these lines in a start that imports from the folder and keeps what it compiled."""
    return run(f"{BEGIN}import single, parcel.inner\n{lines}\n{END}", site, **environment)


def kept() -> Path:
    return paths.cache_folder() / f"start.{sys.implementation.cache_tag}"


def written() -> tuple[int, int]:
    """Return what tells one writing of the file from the next."""
    status = kept().stat()
    return status.st_ino, status.st_mtime_ns


def test_the_next_start_opens_no_file_of_a_module(site: Path) -> None:
    start(site)
    seen = run(
        f"{OPENED}{BEGIN}import single, parcel.inner\n"
        "print(*[name for name in opened if 'single' in name or 'parcel' in name])\n"
        "print(single.value, parcel.inner.told)",
        site,
    )
    assert seen == "1 A parcel."


def test_only_its_owner_can_read_or_write_the_file(site: Path) -> None:
    start(site)
    assert kept().stat().st_mode & 0o777 == 0o600


def test_a_module_from_the_file_is_as_python_makes_it(site: Path) -> None:
    facts = """
import inspect, importlib.resources, traceback
print(single.__file__, single.__cached__, single.__spec__.has_location, parcel.__path__, parcel.__package__)
print(inspect.getsource(single.fail))
print(importlib.resources.files("parcel").joinpath("note.txt").read_text())
import _json
print(_json.__file__, _json.__spec__.origin)
try:
    single.fail()
except ValueError:
    print(*traceback.format_exc().splitlines()[-3:])
"""
    plain = run(f"import single, parcel.inner\n{facts}", site)
    assert [start(site, facts) for _ in range(3)] == [plain] * 3


@pytest.mark.parametrize("text", ["value = 2\n", "value = 22\n"], ids=["same size", "other size"])
def test_a_changed_source_is_compiled_anew(site: Path, text: str) -> None:
    (site / "single.py").write_text("value = 1\n")
    start(site)
    (site / "single.py").write_text(text)
    os.utime(site / "single.py", (2_000_000_000, 2_000_000_000))  # Python itself looks at whole seconds
    for _ in range(2):
        assert start(site, "print(single.value)") == text.split()[-1]


def test_a_module_that_is_gone_is_gone(site: Path) -> None:
    start(site)
    (site / "parcel" / "inner.py").unlink()
    assert "No module named 'parcel.inner'" in run(
        f"{BEGIN}try:\n    import parcel.inner\nexcept ImportError as error:\n    print(error)", site
    )


def test_a_module_of_an_earlier_folder_comes_first(site: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    program = f"{BEGIN}import single, parcel.inner\nprint(single.value)\n{END}"
    assert run(program, first, site) == "1"
    (first / "single.py").write_text("value = 'first'\n")
    assert run(program, first, site) == "first"


def test_a_package_with_another_path_is_searched_there(site: Path, tmp_path: Path) -> None:
    start(site)
    (tmp_path / "inner.py").write_text("told = 'another'\n")
    moved = (
        f"import parcel\nparcel.__path__ = [{str(tmp_path)!r}]\nimport parcel.inner\nprint(parcel.inner.told)"
    )
    assert run(BEGIN + moved, site) == "another"


def test_a_module_that_is_loaded_again_is_read_again(site: Path) -> None:
    start(site)
    again = f"""
import importlib, pathlib
pathlib.Path({str(site / "single.py")!r}).write_text("value = 'changed'")
print(importlib.reload(single).value)
"""
    assert start(site, again) == "changed"


def damage(data: bytes) -> Sequence[bytes]:
    return b"", data[:4], data[:200], data[:-1], data + b"x", b"\xff" * 8 + data[8:], data[:8] + b"\xff" * 200


@pytest.mark.parametrize("which", range(len(damage(b""))))
def test_a_damaged_file_is_not_used_and_is_written_again(site: Path, which: int) -> None:
    start(site)
    whole = kept().read_bytes()
    kept().write_bytes(damage(whole)[which])
    assert start(site, "print(single.value, parcel.inner.told)") == "1 A parcel."
    assert len(kept().read_bytes()) > 0.9 * len(whole)


def test_damaged_bytecode_of_a_module_is_compiled_anew(site: Path) -> None:
    start(site)
    data = kept().read_bytes()
    size = int.from_bytes(data[:8], "little")
    kept().write_bytes(data[: 8 + size] + b"\xff" * (len(data) - 8 - size))
    assert start(site, "print(single.value, parcel.inner.told)") == "1 A parcel."


def trick(site: Path) -> None:
    """Make the file say that the module has another value."""
    start(site)
    import marshal

    data = kept().read_bytes()
    size = int.from_bytes(data[:8], "little")
    _, _, _, places, *_ = marshal.loads(data[8:])
    begin, length = places["single"]
    code = marshal.dumps(compile("value = 'tricked'", "single.py", "exec"))
    begin += 8 + size
    kept().write_bytes(data[:begin] + code.ljust(length, b"\0")[:length] + data[begin + length :])


def test_the_file_decides_what_a_module_is_if_it_is_ours(site: Path) -> None:
    (site / "single.py").write_text(
        "value = 1\n" + "# a long line, so that there is room\nmore = [2, 3, 4]\n" * 9
    )
    trick(site)
    assert run(f"{BEGIN}import single\nprint(single.value)", site) == "tricked"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_used(site: Path, mode: int) -> None:
    (site / "single.py").write_text(
        "value = 1\n" + "# a long line, so that there is room\nmore = [2, 3, 4]\n" * 9
    )
    trick(site)
    kept().chmod(mode)
    assert run(f"{BEGIN}import single\nprint(single.value)", site) == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_used(site: Path) -> None:
    (site / "single.py").write_text(
        "value = 1\n" + "# a long line, so that there is room\nmore = [2, 3, 4]\n" * 9
    )
    trick(site)
    os.chown(kept(), 65534, 65534)
    assert run(f"{BEGIN}import single\nprint(single.value)", site) == "1"


def test_a_pipe_in_its_place_holds_up_nothing(site: Path) -> None:
    start(site)
    kept().unlink()
    os.mkfifo(kept())
    assert run(f"{BEGIN}import single\nprint(single.value)", site) == "1"


PATTERNS = r"""
import re
patterns = [
    (r"(?P<word>\w+)\s+(?P=word)", re.I), (rb"\x1b\[[0-9;]*m", 0), (r"(?<!a)b(?=c)|^\d{2,3}$", re.M),
    ("[\u00e0-\u00ff]+?", re.I), (r" a  # a comment", re.X), (r"(?s:.)(a|b|)*+", 0), (r"(?>x+)y", re.A),
    (rb"(?i)caf\xe9", 0), (r"(?P<a>x)(?(a)y|z)", 0), ("", 0), (r"[^\W\d_]+\Z", re.U), (r"\bfoo\b", re.ASCII | re.S),
    ("\U0001f600|[\U00010000-\U0010ffff]", 0),
]
"""

MATCHES = """
text = "Word word b bc 12\\n123 \\u00c0\\u00e9 a x xy xxy foo caf\\u00e9 \\U0001f600 \\x1b[31m"
for pattern, flags in patterns:
    made = re.compile(pattern, flags)
    found = made.findall(text if isinstance(pattern, str) else text.encode() + text[:30].encode("latin-1"))
    print(ascii((made.pattern, made.flags, made.groups, dict(made.groupindex), found)))
"""


def test_regular_expressions_are_those_of_python(site: Path) -> None:
    plain = run(PATTERNS + MATCHES)
    assert start(site, PATTERNS + MATCHES) == plain
    no_parser = (
        "import re._parser\ndef parse(*given):\n    raise AssertionError(given)\nre._parser.parse = parse\n"
    )
    assert start(site, PATTERNS + no_parser + MATCHES) == plain


CLASSES = """
import collections, dataclasses, typing

@dataclasses.dataclass(order=True, unsafe_hash=True)
class Point:
    x: "int"
    y: "list[int] | None" = None
    z: list[str] = dataclasses.field(default_factory=list, compare=False)

Pair = collections.namedtuple("Pair", "left right", defaults=[7])

class Named(typing.NamedTuple):
    name: "str"
    size: "typing.Optional[int]" = None

class Shape(typing.TypedDict):
    kind: "str"

print(Point(1), Point(1) < Point(2), hash(Point(1, None)) == hash(Point(1)), Pair(1), Named("a"), Shape(kind="b"))
print(typing.get_type_hints(Named), typing.get_type_hints(Shape))
try:
    class Wrong(typing.NamedTuple):
        name: "not a type"
except SyntaxError as error:
    print(error)
"""


def test_classes_are_those_of_python(site: Path) -> None:
    plain = run(CLASSES)
    assert start(site, CLASSES) == plain
    no_compiler = """
import builtins
def refuse(text, *given, **named):
    assert "not a type" in text, text
    return ours(text, *given, **named)
ours, builtins.compile = compile, refuse
"""
    assert start(site, no_compiler + CLASSES) == plain


def test_after_a_start_nothing_of_it_is_left(site: Path) -> None:
    start(site)
    left = f"""
import collections, dataclasses, re, sys, typing
before = re._compiler.compile, list(sys.meta_path)
{BEGIN}import single, parcel.inner
startup.end()
print(before == (re._compiler.compile, sys.meta_path))
hidden = {"exec", "eval", "compile"}
print(*[hidden & vars(module).keys() for module in (collections, dataclasses, typing)])
"""
    assert run(left, site) == "True\nset() set() set()"


def test_a_start_that_compiled_little_new_writes_nothing(site: Path) -> None:
    start(site)
    before = written()
    start(site)
    assert written() == before


def test_what_another_start_compiled_stays(site: Path) -> None:
    many = "\n".join(f"import re; re.compile('{{0}}{number}')" for number in range(startup.FEW + 1))
    start(site, many.format("a"))
    before = written()
    start(site, many.format("b"))
    assert written() != before
    before = written()
    start(site, many.format("a"))
    start(site, many.format("b"))
    assert written() == before


def test_folders_that_are_added_during_a_start_have_no_part_in_it(site: Path, tmp_path: Path) -> None:
    def start_with(name: str) -> str:
        folder = tmp_path / name
        (folder / "__pycache__").mkdir(parents=True, exist_ok=True)
        (folder / "extra.py").write_text(f"value = {name!r}\n")
        return start(site, f"import sys\nsys.path.append({str(folder)!r})\nimport extra\nprint(extra.value)")

    assert start_with("one") == "one"
    before = written()
    assert start_with("two") == "two"
    assert start_with("one") == "one"
    assert written() == before


def test_a_path_object_among_the_folders_of_modules_does_no_harm(site: Path, tmp_path: Path) -> None:
    add = f"import pathlib, sys\nsys.path.append(pathlib.Path({str(tmp_path)!r}))\n"
    for _ in range(2):
        assert run(f"{add}{BEGIN}import single\nprint(single.value)\n{END}", site) == "1"
    assert kept().exists()


def test_nothing_is_written_where_python_writes_no_bytecode(site: Path) -> None:
    start(site, PYTHONDONTWRITEBYTECODE="1")
    assert not kept().exists()


def test_a_start_that_did_not_come_to_its_end_keeps_nothing(site: Path) -> None:
    run(f"{BEGIN}import single, parcel.inner\nstartup.keep()", site)
    assert not kept().exists()


def test_a_folder_that_cannot_be_written_costs_only_time(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert start(site, "print(single.value)", EVOCLASS_HOME=str(tmp_path / "file" / "home")) == "1"


@pytest.mark.parametrize("home", ["", "here", "~/there", "/tmp/somewhere/else"])
def test_the_file_is_in_the_cache_folder(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("EVOCLASS_HOME", home.replace("/tmp", str(tmp_path)))
    assert startup.cache_folder() == str(paths.cache_folder())


def test_what_was_worked_out_is_remembered_until_a_start_ends(site: Path) -> None:
    ask = """
def work(*given):
    print("worked", end=" ")
    return given
print(startup.remembered("a", lambda: work(1, "x")), startup.remembered("b", lambda: work([2], {"y": 0.5})))
"""
    assert start(site, ask) == "worked worked (1, 'x') ([2], {'y': 0.5})"
    assert start(site, ask) == "(1, 'x') ([2], {'y': 0.5})"
    assert run(f"from evoclass import startup\n{ask}").startswith("worked worked")
