"""The sandboxed runner keeps the contract, and its programs can reach neither the network nor anybody's files."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from evoclass.contracts.outcome import complete
from evoclass.contracts.runner import RUNNER_CHECKS
from evoclass.protocol import ErrorReport
from evoclass.runner import Limits, Runner
from evoclass_local import sandbox, sandboxtest
from evoclass_local.runners import LocalRunner, LocalSandboxed

from .conftest import GLUTTON, environment, still_good

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(bool(sandboxtest.hole()), reason=f"no sandbox here: {sandboxtest.hole()}"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def enclosed() -> AsyncIterator[LocalRunner]:
    """A runner behind a sandbox."""
    runner = LocalSandboxed()
    with environment(EVOCLASS_PRELOAD="", SECRET_TOKEN="hidden"):
        await runner.warm_up()
    yield runner
    await runner.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandboxed(enclosed: LocalRunner, tmp_path: Path) -> AsyncIterator[LocalRunner]:
    """The same; whatever the test has done to it, nothing is left over and the next run works."""
    yield enclosed
    await still_good(enclosed, tmp_path, helpers=4)


@pytest.mark.parametrize("check", RUNNER_CHECKS, ids=lambda check: check.__name__)
async def test_contract(
    check: Callable[[Runner, Path], Awaitable[None]], sandboxed: LocalRunner, tmp_path: Path
) -> None:
    await check(sandboxed, tmp_path)


async def test_no_network(sandboxed: LocalRunner, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        source = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)"
        outcome = await complete(sandboxed, source, tmp_path)
    (error,) = outcome.all(ErrorReport)
    assert "OSError" in error.chain or error.type == "OSError"


@pytest.mark.parametrize("folder", ["/", "/etc", "/usr", "/var/tmp", str(Path(__file__).parent)])
async def test_no_writing(folder: str, sandboxed: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(sandboxed, f"open({folder!r} + '/evoclass-was-here', 'w')", tmp_path)
    assert outcome.exit.reason == "error"
    assert not Path(folder, "evoclass-was-here").exists()  # noqa: ASYNC240 - one look


async def test_files_of_others_cannot_be_read(sandboxed: LocalRunner, tmp_path: Path) -> None:
    secret = tmp_path.parent / "secret"
    secret.write_text("secret")
    outcome = await complete(sandboxed, f"print(open({str(secret)!r}).read())", tmp_path)
    assert outcome.all(ErrorReport)[0].type == "FileNotFoundError"


async def test_a_runner_that_ran_nothing_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **names: made.append(str(names)))
    LocalSandboxed()  # as for a list of runners: nobody closes it
    assert not made


async def test_home_is_the_scratch_folder(sandboxed: LocalRunner, tmp_path: Path) -> None:
    seen = "os.environ['HOME'] == os.path.dirname(os.getcwd()), os.environ.get('SECRET_TOKEN')"
    source = f"import os\nprint({seen})"
    assert (await complete(sandboxed, source, tmp_path)).output == "True None\n"


async def test_other_processes_are_out_of_sight(sandboxed: LocalRunner, tmp_path: Path) -> None:
    numbers = "[int(name) for name in os.listdir('/proc') if name.isdecimal()]"
    source = f"import os\nprint(max({numbers}) < 10_000)\nos.kill(1, 9)"
    outcome = await complete(sandboxed, source, tmp_path)
    assert outcome.output.startswith("True\n")


async def test_the_folder_is_a_copy(sandboxed: LocalRunner, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("VALUE = 5")
    source = "import helper\nopen('helper.py', 'w').write('spoilt')\nprint(helper.VALUE)\nraise ValueError"
    outcome = await complete(sandboxed, source, tmp_path)
    assert outcome.output.startswith("5\n")
    assert (tmp_path / "helper.py").read_text() == "VALUE = 5"
    assert outcome.all(ErrorReport)[0].file == str(tmp_path / "program.py")


async def test_limits_hold_inside(sandboxed: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(sandboxed, GLUTTON, tmp_path, Limits(memory=300 * 2**20))
    assert outcome.exit.reason == "memory"
    source = (
        "import subprocess, time\nfor _ in range(20): subprocess.Popen(['sleep', '100'])\ntime.sleep(100)"
    )
    outcome = await complete(sandboxed, source, tmp_path, Limits(processes=10))
    assert outcome.exit.reason == "killed"


async def test_it_is_not_offered_without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    sandboxtest.hole.cache_clear()
    try:
        answer = LocalSandboxed.available()
        assert (answer.ok, answer.reason) == (False, "runner.no_bwrap")
    finally:
        monkeypatch.undo()
        sandboxtest.hole.cache_clear()


async def test_it_is_not_offered_where_it_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `bwrap` that lets everything through is found out."""
    through = sandbox.wrapped

    def open_door(command: list[str], scratch: Path) -> list[str]:
        return through(command, scratch)[-len(command) :]

    monkeypatch.setattr(sandbox, "wrapped", open_door)
    monkeypatch.setattr(sandbox, "outer_environment", lambda: dict(os.environ))
    sandboxtest.hole.cache_clear()
    try:
        answer = LocalSandboxed.available()
        assert (answer.ok, answer.reason) == (False, "runner.no_sandbox")
        found = set(answer.fields["detail"].split(", "))
        holes = {"network", "processes", "files", "environment", "sockets", "memory", "system", "namespaces"}
        assert found >= holes
    finally:
        monkeypatch.undo()
        sandboxtest.hole.cache_clear()


async def test_the_environment_of_the_front_end_is_nowhere(sandboxed: LocalRunner, tmp_path: Path) -> None:
    source = """
import glob
for name in glob.glob('/proc/[0-9]*/environ'):
    try:
        with open(name, 'rb') as file: print(name, b'SECRET_TOKEN' in file.read())
    except OSError: pass
"""
    output = (await complete(sandboxed, source, tmp_path)).output
    assert "/proc/1/environ False" in output
    assert "True" not in output


async def test_what_is_written_into_memory_has_a_limit(sandboxed: LocalRunner, tmp_path: Path) -> None:
    source = """
total = 0
for folder in ('/tmp', '/dev/shm', '/dev', '/run', '/var/tmp', '/home', '/root'):
    try:
        with open(folder + '/big', 'wb') as file:
            while total < 2**31: total += file.write(bytes(2**22))
    except OSError as error: print(folder, error.errno)
    finally:
        import os
        if os.path.exists(folder + '/big'): os.unlink(folder + '/big')
print(total <= 600 * 2**20)
"""
    assert (await complete(sandboxed, source, tmp_path)).output.endswith("True\n")


async def test_sockets_of_services_are_out_of_reach(sandboxed: LocalRunner, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(folder + "/socket")
        server.listen()
        source = f"import socket\nsocket.socket(socket.AF_UNIX).connect({folder + '/socket'!r})"
        outcome = await complete(sandboxed, source, tmp_path)
    assert outcome.all(ErrorReport)[0].type == "FileNotFoundError"


@pytest.mark.parametrize("where", ["/var/lib", "/opt", "/usr/local/share", "home"])
async def test_the_data_folder_is_hidden_wherever_it_lies(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(
        prefix="evoclass-", dir=Path.home() if where == "home" else where
    ) as name:
        (Path(name) / "trusted.json").write_text("{}")
        monkeypatch.setenv("EVOCLASS_HOME", name)
        assert not inside(["cat", f"{name}/trusted.json"], tmp_path).stdout
        assert sandboxtest.hole.__wrapped__() == ""


async def test_a_python_below_local_does_not_bring_the_data_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="evoclass-", dir="/opt") as name:
        home = Path(name)
        data = home / ".local/share/evoclass"
        for folder in (
            data,
            home / ".local/lib/python3.11",
            home / ".local/bin",
            home / ".local/share/other",
        ):
            folder.mkdir(parents=True)
            (folder / "file").write_text("canary")
        monkeypatch.setenv("HOME", name)
        monkeypatch.delenv("EVOCLASS_HOME")
        monkeypatch.setattr("sys.base_prefix", str(home / ".local"))
        assert inside(["cat", f"{home}/.local/lib/python3.11/file"], tmp_path).stdout == "canary"
        assert not inside(["cat", f"{data}/file"], tmp_path).stdout
        assert not inside(["cat", f"{home}/.local/share/other/file"], tmp_path).stdout


async def test_homes_of_others_are_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for home in ("/root", "/home"):
        needed = [str(path) for path in sandbox.needed() if path.is_relative_to(home)]
        shown = inside(["find", home, "-type", "f"], tmp_path).stdout.splitlines()
        assert [name for name in shown if not name.startswith(tuple(needed))] == []


def inside(command: list[str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the sandbox."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return subprocess.run(
        sandbox.wrapped(command, scratch),
        env=sandbox.outer_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
