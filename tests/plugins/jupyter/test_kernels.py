"""What happens to runs when kernels and servers fail, restart, drop messages or refuse."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Prompt, Waiting
from evoclass.runner import Limits
from evoclass_jupyter.channels import KernelMessage
from evoclass_jupyter.commlink import PACE, CommLink
from evoclass_jupyter.kind import JupyterRunner
from evoclass_jupyter.local import LocalKernels
from evoclass_jupyter.server import ServerChannels
from evoclass_jupyter.web import Answer, Web
from plugins.jupyter.servers import TOKEN, Server, made

COUNTS = (
    "import time\nfor number in range({}):\n    print('line', number, flush=True)\n    time.sleep(0.01)\n"
)


def lines(count: int) -> list[str]:
    return [f"line {number}" for number in range(count)]


@contextlib.asynccontextmanager
async def closing(runner: JupyterRunner) -> AsyncIterator[JupyterRunner]:
    try:
        yield runner
    finally:
        await runner.close()


async def begun(runner: JupyterRunner, source: str, folder: Path) -> Outcome:
    await runner.warm_up()
    return Outcome(await runner.start(program(source, folder, keep=False), Limits()))


async def test_a_flood_over_a_server_arrives_whole(server: Server, folder: Path) -> None:
    async with closing(made(server.url)) as runner:
        outcome = await begun(runner, "for number in range(100_000): print('line', number)", folder)
        await outcome.to_the_end()
        assert outcome.output.splitlines() == lines(100_000)
        assert not outcome.all(Waiting)


async def test_what_a_server_drops_is_said_again_more_slowly(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive, count, dropped = ServerChannels.receive, itertools.count(1), 0

    async def lossy(channels: ServerChannels) -> KernelMessage:
        nonlocal dropped
        while (message := await receive(channels)).kind == "comm_msg" and next(count) % 8 == 0:
            dropped += 1
        return message

    monkeypatch.setattr(ServerChannels, "receive", lossy)
    async with closing(made(server.url)) as runner:
        outcome = await begun(runner, COUNTS.format(100), folder)
        await outcome.to_the_end()
        assert dropped
        assert outcome.output.splitlines() == lines(100)
        link = runner.session._link
        assert isinstance(link, CommLink)
        assert link._pace < PACE


@pytest.mark.parametrize("way", ["restarted", "killed", "deleted"])
async def test_a_run_outlives_its_kernel(way: str, server: Server, folder: Path) -> None:
    async with closing(made(server.url)) as runner:
        outcome = await begun(runner, COUNTS.format(150), folder)
        await outcome.until_output("line 5\n")
        (kernel,) = server.kernels()
        if way == "restarted":
            await asyncio.to_thread(server.ask, "POST", f"/api/kernels/{kernel}/restart")
        elif way == "deleted":
            await asyncio.to_thread(server.ask, "DELETE", f"/api/kernels/{kernel}")
        else:
            kernel_process(server).kill()
        await outcome.to_the_end()
        assert outcome.output.splitlines() == lines(150)
        assert [event.stage for event in outcome.all(Waiting)].count("lost") >= 1
    assert not server.kernels()


def kernel_process(server: Server) -> psutil.Process:
    (found,) = server.process.children()
    return found


async def test_a_run_outlives_its_server(frail: Server, folder: Path) -> None:
    async with closing(made(frail.url)) as runner:
        outcome = await begun(runner, COUNTS.format(50), folder)
        await outcome.until_output("line 5\n")
        await asyncio.to_thread(frail.kill)
        await outcome.until(Waiting)
        await asyncio.to_thread(frail.start)
        await outcome.to_the_end()
        assert outcome.output.splitlines() == lines(50)
        assert len(frail.kernels()) == 1


async def test_a_server_that_stays_away_ends_the_run(frail: Server, folder: Path) -> None:
    async with closing(made(frail.url, lease=1.0)) as runner:
        outcome = await begun(runner, "print('begun')\nwhile True: pass", folder)
        await outcome.until_output("begun")
        host = host_process(runner)
        await asyncio.to_thread(frail.kill)
        await outcome.to_the_end()
        assert outcome.exit.reason == "lost"
        _, alive = await asyncio.to_thread(psutil.wait_procs, [host], 10)
        assert not alive


def host_process(runner: JupyterRunner) -> psutil.Process:
    assert runner.session.welcome is not None
    return psutil.Process(runner.session.welcome.pid)


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("jupyter.token_refused", {"token": "wrong"}),
        ("jupyter.token_refused", {"token": ""}),
        ("jupyter.no_kernel", {"kernel": "julia"}),
        ("jupyter.no_python", {"kernel": "ark"}),
        ("jupyter.no_evoclass", {"kernel": "without"}),
        ("jupyter.kernel_failed", {"kernel": "broken"}),
        ("jupyter.no_jupyter", {"url": "{url}/elsewhere"}),
        ("jupyter.hub_refuses", {"hub_user": "ada"}),
    ],
)
async def test_what_a_server_cannot_do_is_one_sentence(
    key: str, settings: dict[str, str], server: Server
) -> None:
    settings = {"url": server.url} | {name: value.format(url=server.url) for name, value in settings.items()}
    async with closing(made(**settings)) as runner:
        with pytest.raises(RunnerError) as error:
            await runner.warm_up()
        assert error.value.key == key
        assert TOKEN not in str(error.value.fields)
        assert runner._session is not None
        assert runner._session._task is not None
        await runner._session._task
        assert not server.kernels()


async def test_a_server_that_is_not_there_is_one_sentence() -> None:
    async with closing(made(Server([], Path()).url)) as runner:
        with pytest.raises(RunnerError) as error:
            await runner.warm_up()
        assert error.value.key == "jupyter.no_server"
        assert "refused" in error.value.fields["reason"]


@pytest.mark.parametrize(
    ("key", "kernel"),
    [
        ("jupyter.no_local_kernel", "julia"),
        ("jupyter.no_python", "ark"),
        ("jupyter.no_evoclass", "without"),
        ("jupyter.kernel_failed", "broken"),
    ],
)
async def test_what_this_machine_cannot_do_is_one_sentence(key: str, kernel: str) -> None:
    async with closing(made(kernel=kernel)) as runner:
        with pytest.raises(RunnerError) as error:
            await runner.warm_up()
        assert error.value.key == key
        if kernel == "broken":
            assert error.value.fields["reason"] == "out of order"


async def test_a_run_outlives_a_local_kernel_and_nothing_outlives_the_runner(folder: Path) -> None:
    async with closing(made()) as runner:
        outcome = await begun(runner, COUNTS.format(100), folder)
        await outcome.until_output("line 5\n")
        first = local_kernel(runner)
        first.kill()
        await outcome.to_the_end()
        assert outcome.output.splitlines() == lines(100)
        second = local_kernel(runner)
        assert first != second
        host = host_process(runner)
        place = second.cwd()
        await runner.close()
        _, alive = await asyncio.to_thread(psutil.wait_procs, [first, second, host], 10)
        assert not alive
        assert os.path.basename(place) not in os.listdir(os.path.dirname(place))


def local_kernel(runner: JupyterRunner) -> psutil.Process:
    link = runner.session._link
    assert isinstance(link, CommLink)
    assert isinstance(link._kernels, LocalKernels)
    assert link._kernels._manager is not None
    return psutil.Process(link._kernels._manager.provisioner.pid)


async def test_closing_while_a_kernel_starts_leaves_none(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, starts, started = Web.ask, asyncio.Event(), asyncio.Event()

    async def noticed(web: Web, method: str, path: str, *more: Any, **options: Any) -> Answer:
        if method == "POST":
            starts.set()
        answer = await ask(web, method, path, *more, **options)
        if method == "POST":
            started.set()
        return answer

    monkeypatch.setattr(Web, "ask", noticed)
    runner = made(server.url)
    warming = asyncio.create_task(runner.warm_up())
    await starts.wait()
    assert runner._session is not None
    assert runner._session._task is not None
    runner._session._task.cancel()
    await runner.close()
    with pytest.raises(RunnerError):
        await warming
    await started.wait()
    assert not server.kernels()


FRONT_END = """
import asyncio, os, sys
from pathlib import Path
from evoclass.contracts.outcome import Outcome, program
from evoclass.runner import Limits
from plugins.jupyter.servers import made

async def main():
    runner = made(sys.argv[1])
    await runner.warm_up()
    source = (Path(sys.argv[2]) / "program.py").read_text()
    outcome = Outcome(await runner.start(program(source, Path(sys.argv[2])), Limits()))
    await outcome.until_output("line 20")
    os._exit(9)

asyncio.run(main())
"""


async def test_a_new_front_end_comes_back_to_the_same_kernel(server: Server, folder: Path) -> None:
    program(COUNTS.format(60) + "loss = 0.25\n", folder)
    tests = Path(__file__).parents[2]
    crashed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", FRONT_END, server.url, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(tests)])},
        check=False,
        timeout=90,
    )
    assert crashed.returncode == 9
    before = server.kernels()
    async with closing(made(server.url)) as runner:
        ((_, run),) = await runner.left_running()
        outcome = Outcome(run)
        await outcome.until(Prompt)
        assert outcome.output.splitlines() == lines(60)
        assert "0.25" in await outcome.ask("loss")
        await run.close()
        assert server.kernels() == before
    assert not server.kernels()


async def test_the_token_is_in_no_log_and_no_word(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    async with closing(made(server.url, token="", token_file=str(file))) as runner:
        await runner.warm_up()
        assert TOKEN not in repr(vars(type(runner)))
    assert TOKEN not in repr(vars(type(made(server.url))))
    assert TOKEN not in caplog.text


@pytest.fixture
def gateway(jupyter_folder: Path) -> Iterator[Server]:
    pytest.importorskip("kernel_gateway", reason="Kernel Gateway is not installed")
    made = Server(
        ["-m", "kernel_gateway", "--KernelGatewayApp.ip=127.0.0.1", "--KernelGatewayApp.port={port}"],
        jupyter_folder,
    )
    made.start()
    yield made
    made.kill()


async def test_a_kernel_gateway_is_a_server_too(
    gateway: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_TOKEN", TOKEN)
    async with closing(made(gateway.url, token="", token_variable="LAB_TOKEN")) as runner:
        outcome = await begun(runner, "print(6 * 7)", folder)
        assert (await outcome.to_the_end()).output == "42\n"
