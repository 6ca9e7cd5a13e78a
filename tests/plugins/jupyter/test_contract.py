"""Runners over a kernel of this machine and over a Jupyter Server keep the contract of all runners."""

import pytest

from evoclass.testing import RunnerContract
from evoclass_jupyter.kind import JupyterRunner
from plugins.jupyter.servers import Server, made


class TestOverALocalKernel(RunnerContract):
    """All checks, over one session."""

    @pytest.fixture(scope="class")
    def runner(self) -> JupyterRunner:
        return made(kernel="python3")


class TestOverAServer(RunnerContract):
    """All checks, over one session."""

    @pytest.fixture(scope="class")
    def runner(self, server: Server) -> JupyterRunner:
        return made(server.url, kernel="python3")
