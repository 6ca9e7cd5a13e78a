"""Finds the layer that failed inside the learner's expression from the frames below it; nothing is run again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

from evoclass.protocol import Operand

_DEEPEST = 16


def failed_layer(trace: TracebackType | None, file: str) -> tuple[str, tuple[Operand, ...]]:
    """Return the name of the innermost module that was running below the learner's line, and its parameters.

    The name starts at a value that the learner's frame can name: `model[3]`, `self.encoder.layers[0]`.
    Both are empty if no module of the framework was running or none can be named.
    """
    own: FrameType | None = None
    inner: Any = None
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename == file:
            own, inner = frame, None
        elif own is not None and frame.f_code.co_name == "forward":
            running = frame.f_locals.get("self")
            inner = running if _is_module(running) else inner
        trace = trace.tb_next
    if own is None or inner is None:
        return "", ()
    named = {
        **own.f_locals,
        **{name: value for name, value in own.f_globals.items() if name not in own.f_locals},
    }
    name = next((path for path, module in _modules(named) if module is inner), "")
    if not name:
        return "", ()
    operands = [Operand(name=name, type=type(inner).__name__)]
    for key, parameter in inner.__dict__["_parameters"].items():
        if parameter is not None:
            operands.append(
                Operand(
                    name=f"{name}.{key}",
                    shape=tuple(parameter.shape),
                    dtype=str(parameter.dtype).removeprefix("torch."),
                    device=str(parameter.device),
                    type=type(parameter).__name__,
                )
            )
    return name, tuple(operands)


def _is_module(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and issubclass(type(value), torch.nn.Module)


def _modules(named: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every module with the shortest expression that reaches it first."""
    seen: set[int] = set()
    level = [(name, value) for name, value in named.items() if _is_module(value) and name.isidentifier()]
    for _ in range(_DEEPEST):
        below: list[tuple[str, Any]] = []
        for name, module in level:
            if id(module) in seen:
                continue
            seen.add(id(module))
            yield name, module
            for key, child in module.__dict__["_modules"].items():
                if child is not None:
                    below.append((f"{name}[{key}]" if key.isdigit() else f"{name}.{key}", child))
        level = below
