"""The runners, made when one is needed: a front end shows the lesson first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evoclass.runner import Runner


class LaterRunners(Mapping[str, "Runner"]):
    """Runners by name."""

    def __init__(self, make: Callable[[], Mapping[str, Runner]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, Runner]:
        return self._make()

    def __getitem__(self, name: str) -> Runner:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)
