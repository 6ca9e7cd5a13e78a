"""Jupyter servers for all tests of a process, and a Jupyter folder that is theirs alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.jupyter.servers import Server, jupyter_server, write_kernels


@pytest.fixture(scope="session", autouse=True)
def jupyter_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep Jupyter out of the home folder."""
    folder = tmp_path_factory.mktemp("jupyter")
    write_kernels(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
            place = folder / name.lower()
            place.mkdir(mode=0o700)
            patch.setenv(name, str(place))
        yield folder


@pytest.fixture(scope="session")
def server(jupyter_folder: Path) -> Iterator[Server]:
    """A Jupyter Server."""
    made = jupyter_server(jupyter_folder)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="session")
def _frail(jupyter_folder: Path) -> Iterator[Server]:
    made = jupyter_server(jupyter_folder)
    yield made
    made.kill()


@pytest.fixture
def frail(_frail: Server) -> Server:
    """A Jupyter Server that tests may end."""
    _frail.start()
    return _frail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The learner's folder."""
    made = tmp_path / "work"
    made.mkdir()
    return made
