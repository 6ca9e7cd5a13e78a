"""A real JupyterHub starts the learner's server."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evoclass.contracts.runner import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Waiting
from evoclass.runner import Limits
from plugins.jupyter.servers import TOKEN, Server, free_port, made

PROXY = shutil.which("configurable-http-proxy")

pytestmark = pytest.mark.skipif(
    PROXY is None or importlib.util.find_spec("jupyterhub") is None,
    reason="needs jupyterhub and configurable-http-proxy",
)

SETTINGS = """
c = get_config()
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser", "--allow-root"]
c.Spawner.env_keep = list(__import__("os").environ)
c.Spawner.environment = {{"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"}}
c.JupyterHub.services = [{{"name": "tests", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "tests", "scopes": ["admin:users", "admin:servers", "access:servers"], "services": ["tests"]}}
]
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
"""


@pytest.fixture(scope="module")
def hub(jupyter_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hub")
    (folder / "jupyterhub_config.py").write_text(
        SETTINGS.format(
            hub_port=free_port(),
            proxy_port=free_port(),
            proxy=PROXY,
            python=sys.executable,
            homes=str(folder / "home-{username}"),
            token=TOKEN,
        )
    )
    made = Server(
        ["-m", "jupyterhub", "--JupyterHub.bind_url=http://127.0.0.1:{port}"], folder, "is now running at"
    )
    made.start()
    made.ask("POST", "/hub/api/users/ada")
    yield made
    made.stop()


async def test_a_hub_starts_a_server_and_says_how_far_it_is(hub: Server, folder: Path) -> None:
    for first in (True, False):
        runner = made(hub.url, hub_user="ada")
        heard: list[Waiting | None] = []
        runner.on_waiting = heard.append
        await runner.warm_up()
        said = [waiting.detail for waiting in heard if waiting is not None and waiting.stage == "queued"]
        assert ("Server requested" in said) == first
        assert "Server ready at /user/ada/" in said
        outcome = Outcome(await runner.start(program("print(6 * 7)", folder, keep=False), Limits()))
        assert (await outcome.to_the_end()).output == "42\n"
        await runner.close()
        assert hub.ask("GET", "/user/ada/api/kernels") == []


@pytest.mark.parametrize(
    ("key", "settings"),
    [("jupyter.hub_refuses", {"hub_user": "bob"}), ("jupyter.token_refused", {"token": "wrong"})],
)
async def test_what_a_hub_refuses_is_one_sentence(hub: Server, key: str, settings: dict[str, str]) -> None:
    runner = made(**{"url": hub.url, "hub_user": "ada"} | settings)
    with pytest.raises(RunnerError) as error:
        await runner.warm_up()
    assert error.value.key == key
    await runner.close()
