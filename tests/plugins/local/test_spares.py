"""The spare child, and what the nursery keeps beside it."""

from __future__ import annotations

import asyncio

from evoclass_local.nursery import Child, Nursery
from evoclass_local.spares import Spares
from plugins.local.conftest import environment


class SettlesMeanwhile(Nursery):
    """Tells that it has settled while its first child is there, but has not said a word."""

    forks = 0

    async def fork(self, device: str) -> Child:
        child = await super().fork(device)
        self.forks += 1
        if self.forks == 1:
            self._drop_keeper()
            self._on_settled()
        return child

    @property
    def has_keeper(self) -> bool:
        """Whether the next child needs one fork instead of two."""
        return self._keeper_in_waiting is not None


async def test_a_spare_that_was_being_made_as_the_nursery_settled_is_replaced_too() -> None:
    with environment(EVOCLASS_START="spawn", EVOCLASS_PRELOAD=""):  # such a nursery never settles by itself
        nursery = SettlesMeanwhile(lambda: spares.renew())
        spares = Spares(nursery, "cpu")
        try:
            first = await spares.prepare()
            async with asyncio.timeout(30):
                await first.process.ended
            assert spares.made not in (None, first)
            assert (nursery.forks, nursery.has_keeper) == (2, True)
        finally:
            spares.close()
            await nursery.close()
