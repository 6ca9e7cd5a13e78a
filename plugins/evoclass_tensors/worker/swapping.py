"""`torch.utils.swap_tensors` refuses a tensor with weak references, so our weak references are dropped first."""

from __future__ import annotations

import functools
from typing import Any, Protocol
from weakref import WeakSet

import torch


class Watcher(Protocol):
    """Refers weakly to tensors of the program."""

    def let_go(self) -> None:
        """Drop every weak reference; the next look finds the tensors again."""


_watchers: WeakSet[Watcher] = WeakSet()


def before_swaps(watcher: Watcher) -> None:
    """Have a watcher let go whenever the program swaps two tensors, directly or by `model.to(…)`.

    PyTorch finds the function by its name in `torch.utils` (2.14), and that is the only place to notice a swap.
    """
    _listen()
    _watchers.add(watcher)


@functools.cache
def _listen() -> None:
    """Replace PyTorch's function with ours, once per process."""
    torch.utils.swap_tensors = _letting_go(torch.utils.swap_tensors)


def _letting_go(original: Any) -> Any:
    @functools.wraps(original)
    def swap_tensors(t1: Any, t2: Any) -> Any:
        for watcher in list(_watchers):
            watcher.let_go()
        return original(t1, t2)

    return swap_tensors
