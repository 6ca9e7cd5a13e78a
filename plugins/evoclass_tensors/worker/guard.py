"""Looking without side effects: modes off, no gradient, no random numbers used up, and when not to look at all."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.utils._python_dispatch import _disable_current_modes


@contextmanager
def unobserved() -> Iterator[None]:
    """Switch off gradients and everything that would see or change the probe's own operations."""
    with torch._C.DisableTorchFunction(), torch.no_grad(), _disable_current_modes():
        functorch, autocast = torch._C._DisableFuncTorch(), torch._C._DisableAutocast()
        try:
            yield
        finally:
            del functorch, autocast


def alone() -> bool:
    """Whether `unobserved` would change nothing for an operation on plain tensors that keeps no gradient."""
    return (
        torch._C._len_torch_dispatch_stack() == 0
        and torch._C._len_torch_function_stack() == 0
        and torch._C._functorch.peek_interpreter_stack() is None
        and not torch._C._is_any_autocast_enabled()
    )


@contextmanager
def untouched() -> Iterator[None]:
    """Evaluate a lesson's or a learner's expression: no gradient, and every random state as it was."""
    states = torch.get_rng_state(), random.getstate()
    numpy = sys.modules.get("numpy")
    numpy_state = numpy.random.get_state() if numpy is not None else None
    devices = torch.cuda.default_generators if torch.cuda.is_initialized() else ()
    device_states = [generator.get_state() for generator in devices]
    try:
        with torch.no_grad(), _disable_current_modes():
            yield
    finally:
        torch.set_rng_state(states[0])
        random.setstate(states[1])
        if numpy is not None:
            numpy.random.set_state(numpy_state)
        for generator, state in zip(devices, device_states, strict=True):
            generator.set_state(state)


def still() -> bool:
    """Return whether the probe's operations would go unnoticed: no tracing, capturing or profiling is active."""
    if torch._C._get_tracing_state() is not None or torch._C._functorch.peek_interpreter_stack() is not None:
        return False
    if torch._C._autograd._profiler_enabled() or torch._guards.TracingContext.try_get() is not None:
        return False
    return not (torch.cuda.is_initialized() and torch.cuda.is_current_stream_capturing())
