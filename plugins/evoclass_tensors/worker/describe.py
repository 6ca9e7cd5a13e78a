"""The fields of a row that are known before any of its value's numbers are read."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch

from evoclass.protocol import Summary
from evoclass_tensors.worker import peek
from evoclass_tensors.worker.rows import About
from evoclass_tensors.worker.skeleton import Count, Slot


def describe_tensor(slot: Slot, tensor: torch.Tensor) -> About:
    """Return name, shape and the like; a badge means that there are no figures."""
    kind = type(tensor)
    about: About = {**slot._asdict(), "type": kind.__name__}
    if peek.is_unborn(tensor):
        return about | {"badge": "uninitialised"}
    layout, trains = peek.layout(tensor), peek.requires_grad(tensor)
    about["shape"] = _shape(tensor)
    about["dtype"] = dtype_name(peek.dtype(tensor))
    about["device"] = str(peek.device(tensor))
    about["requires_grad"] = trains
    about["bytes"] = _bytes(tensor)
    if layout is not torch.strided:
        about["layout"] = str(layout).removeprefix("torch.")
    if slot.kind == "parameter":
        about["trainable"] = trains
    if torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        about["badge"] = "inside a transform"
    elif not peek.is_plain(tensor) and (badge := _foreign(kind)):
        about["badge"] = badge
    return about


@cache
def dtype_name(dtype: torch.dtype) -> str:
    """Return `float32` for `torch.float32`."""
    return str(dtype).removeprefix("torch.")


def _foreign(kind: type) -> str:
    """Return a badge for subclasses that have their own idea of data."""
    own = getattr(kind, "__torch_dispatch__", None)
    if own is None or own is torch._C._disabled_torch_dispatch_impl:
        return ""
    return "" if getattr(own, "__func__", own) is torch._C._disabled_torch_dispatch_impl else kind.__name__


def _shape(tensor: torch.Tensor) -> tuple[int, ...] | None:
    try:
        return tuple(int(size) for size in torch.Tensor.size(tensor))
    except Exception:  # nested tensors have no shape, or one of symbols
        return None


def _bytes(tensor: torch.Tensor) -> int | None:
    try:
        size: int = peek.numel(tensor) * torch.Tensor.element_size(tensor)
        if torch.Tensor.is_contiguous(tensor):
            return size
        stored: int = torch.Tensor.untyped_storage(tensor).nbytes()
        return min(size, stored)
    except RuntimeError:  # sparse and nested tensors have no storage
        return None


def describe_module(slot: Slot, module: torch.nn.Module, count: Count, text: str | None = None) -> Summary:
    """Return the row of a module; `text` saves asking a layer for its description again."""
    kind = type(module)
    if text is None:
        text = _layer_words(module) if kind.__module__.startswith("torch.nn.modules.") else ""
    return Summary(
        name=slot.name,
        kind="module",
        parent=slot.parent,
        type=kind.__name__,
        text=text,
        parameters=count.trainable + count.frozen,
        frozen=count.frozen,
        trainable=None if not count.trainable + count.frozen else bool(count.trainable),
        training=module.__dict__.get("training"),
    )


def _layer_words(module: torch.nn.Module) -> str:
    try:
        words = module.extra_repr()
    except Exception:  # a half-built layer cannot describe itself yet
        return ""
    return words if len(words) <= 120 and "\n" not in words else ""


def describe_optimizer(slot: Slot, optimizer: torch.optim.Optimizer) -> Summary:
    """Return the row of an optimizer with its learning rates."""
    return Summary(
        name=slot.name,
        kind="optimizer",
        parent=slot.parent,
        type=type(optimizer).__name__,
        text=_rates(optimizer),
    )


def describe_scheduler(name: str, scheduler: Any) -> Summary:
    """Return the row of a scheduler with the learning rates that it has set."""
    return Summary(
        name=name, kind="scheduler", type=type(scheduler).__name__, text=_rates(steered(scheduler))
    )


def steered(scheduler: Any) -> Any:
    """Return the optimizer of a scheduler, without running code of either's class."""
    return scheduler.__dict__.get("optimizer")


def _rates(optimizer: Any) -> str:
    if not issubclass(type(optimizer), torch.optim.Optimizer):
        return ""
    rates: list[str] = []
    for group in optimizer.__dict__.get("param_groups") or ():
        rate = group.get("lr")
        if type(rate) in (int, float):
            rates.append(f"{rate:.4g}")
        elif issubclass(type(rate), torch.Tensor) and rate.device.type == "cpu":
            rates.append(f"{float(rate):.4g}")
    return f"lr {', '.join(dict.fromkeys(rates))}" if rates else ""
