"""A real JupyterHub starts the learner's server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Waiting
from evoclass.runner import Limits
from plugins.jupyter.servers import WHY_NO_HUB, Server, jupyter_hub, made

pytestmark = pytest.mark.skipif(bool(WHY_NO_HUB), reason=WHY_NO_HUB)


@pytest.fixture(scope="module")
def hub(jupyter_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = jupyter_hub(tmp_path_factory.mktemp("hub"))
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
