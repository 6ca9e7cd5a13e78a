"""Where kernels run."""

from __future__ import annotations

from abc import ABC, abstractmethod

from evoclass_jupyter.channels import Channels
from evoclass_remote.link import Tell


class Kernels(ABC):
    """A place that runs one kernel for us, and a new one when that has gone."""

    @abstractmethod
    async def connect(self, tell: Tell) -> Channels:
        """Return a connection to the kernel, which is started if it does not run.

        Raises LinkError, or RunnerError if it makes no sense to try again.
        """

    @abstractmethod
    async def close(self) -> None:
        """Shut the kernel down."""
