"""The probes of the inspector's worker half; torch is imported when the program has imported it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from evoclass.probe import Glance, Numbers, Picture, Probe
from evoclass.protocol import Detail, Look, Summary, Thumbnail
from evoclass_tensors.worker.turns import Turns

if TYPE_CHECKING:
    from evoclass_tensors.worker.gallery import Gallery


class TensorProbe(Probe):
    """Tensors, modules with their parameters and buffers, gradients, and optimizers with their state."""

    name = "tensors"
    priority = 10
    folds = True

    def __init__(self) -> None:
        self._gallery: Gallery | None = None
        self._number: Callable[[Any, tuple[str, ...]], float | None] | None = None
        """What gives the number of a value; found once, because it is called at every step."""
        self._step: Callable[[], None] | None = None

    @classmethod
    def prepare(cls) -> None:
        """Import the worker half if torch is there."""
        if "torch" in sys.modules:
            from evoclass_tensors.worker import arrays, closeup, follow, gallery  # noqa: F401

    def install(self, step: Callable[[], None]) -> None:
        """Use the optimizers' steps as a clock, at once if torch is there already, else with the first tensor."""
        self._step = step
        if "torch" in sys.modules:
            self._open()

    def _open(self) -> Gallery:
        if self._gallery is None:
            from evoclass_tensors.worker.gallery import Gallery

            self._gallery = Gallery()
            if self._step is not None:
                self._gallery.listen(self._step)
        return self._gallery

    def matches(self, value: Any) -> bool:
        """Return whether this is a tensor, a module or an optimizer, by its class alone."""
        torch = sys.modules.get("torch")
        kind = type(value)
        if torch is None or not hasattr(torch, "nn") or not hasattr(torch, "optim"):
            return False
        return issubclass(kind, torch.Tensor | torch.nn.Module | torch.optim.Optimizer)

    def lasts(self, value: Any) -> bool:
        """Return True for models, optimizers and values that train."""
        torch: Any = sys.modules["torch"]
        if not issubclass(type(value), torch.Tensor):
            return True
        from evoclass_tensors.worker import peek

        return bool(peek.requires_grad(value) and peek.is_leaf(value))

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Return all rows of these values, regardless of any remembered ones."""
        if not named:
            return []
        from evoclass_tensors.worker.gallery import Gallery

        return Gallery().picture(named, Glance(whole=True)).rows()

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        """Return the rows that changed, as many as the time allows."""
        if not named and self._gallery is None:
            return Picture()
        return self._open().picture(named, glance)

    def number(self, value: Any, path: tuple[str, ...] = ()) -> float | None:
        """Return a tensor's only number, or its norm; `path` leads through modules and to gradients."""
        if self._gallery is None:
            return None
        if self._number is None:
            from evoclass_tensors.worker.follow import number

            self._number = number
        return self._number(value, path)

    def thumbnail(self, value: Any, path: tuple[str, ...] = ()) -> Thumbnail | None:
        """Return the thinned numbers of the tensor that `number` follows."""
        if self._gallery is None:
            return None
        from evoclass_tensors.worker.follow import thumbnail

        return thumbnail(value, path)

    def find(self, named: Mapping[str, Any], name: str) -> Any:
        """Return the value behind a row, for instance `base.layer4.0.conv1.weight`."""
        return self._open().find(named, name) if named else super().find(named, name)

    def detail(self, value: Any, look: Look) -> Detail | None:
        """Return exact figures, a histogram, and a picture of the values."""
        from evoclass_tensors.worker.closeup import closeup

        return closeup(value, look)

    def quiet(self) -> AbstractContextManager[None]:
        """Keep gradients and random states as they are."""
        if self._gallery is None:
            return nullcontext()
        from evoclass_tensors.worker.guard import untouched

        return untouched()

    def still(self) -> bool:
        """Stay away while a graph is captured, a compiler traces or a profiler records."""
        torch = sys.modules.get("torch")
        if self._gallery is None and not hasattr(torch, "optim"):
            return True
        return self._open().still()

    def stop(self, error: BaseException) -> None:
        """Touch no CUDA memory after the device ran out of memory or its context died."""
        if self._gallery is not None:
            self._gallery.stop(error)


class SchedulerProbe(Probe):
    """Schedulers of learning rates: the rate that they have set."""

    name = "schedulers"
    priority = 10
    folds = True

    def matches(self, value: Any) -> bool:
        """Return whether this is a scheduler, by its class alone."""
        torch = sys.modules.get("torch")
        schedulers = getattr(getattr(torch, "optim", None), "lr_scheduler", None)
        return issubclass(type(value), getattr(schedulers, "LRScheduler", ()))

    def lasts(self, value: Any) -> bool:
        """Return True: a scheduler is the same object all along."""
        return True

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Return a row for each scheduler."""
        if not named:
            return []
        from evoclass_tensors.worker.describe import describe_scheduler

        return [describe_scheduler(name, scheduler) for name, scheduler in named.items()]

    def number(self, value: Any, path: tuple[str, ...] = ()) -> float | None:
        """Return the learning rate of the first group of parameters."""
        if path:
            return None
        from evoclass_tensors.worker.describe import steered
        from evoclass_tensors.worker.follow import rate

        return rate(steered(value))


class ArrayProbe(Probe):
    """NumPy arrays."""

    name = "arrays"
    priority = 5
    folds = True

    def matches(self, value: Any) -> bool:
        """Return whether this is an array, by its class alone."""
        numpy = sys.modules.get("numpy")
        return numpy is not None and issubclass(type(value), getattr(numpy, "ndarray", ()))

    def __init__(self) -> None:
        self._turns = Turns()

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Return a row for each array, from a sample."""
        from evoclass_tensors.worker.arrays import array_row

        return [array_row(name, array) for name, array in named.items()]

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        """Return rows of arrays, as many as the time allows: of samples, or in a last frame of every element."""
        if not named:
            return Picture()
        from evoclass_tensors.worker.arrays import EXACT, SIZE, array_row

        size = EXACT if glance.whole else SIZE
        return self._turns.picture(named, glance, lambda name, array: array_row(name, array, size))

    def detail(self, value: Any, look: Look) -> Detail | None:
        """Return exact figures, a histogram, and a picture of the values."""
        from evoclass_tensors.worker.closeup import closeup_array

        return closeup_array(value, look)


class ScalarProbe(Probe):
    """Python's own numbers, and lists of them."""

    name = "scalars"

    def matches(self, value: Any) -> bool:
        """Return whether this is a number of a builtin type, or a list of numbers."""
        return type(value) in (int, float, bool, complex, Numbers)

    def __init__(self) -> None:
        self._turns = Turns()

    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Return a row for each number."""
        return [self._row(name, value) for name, value in named.items()]

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        """Return rows of numbers, as many as the time allows."""
        return self._turns.picture(named, glance, self._row)

    def _row(self, name: str, value: Any) -> Summary:
        from evoclass_tensors.worker.arrays import list_row, scalar_row

        return list_row(name, value.items) if type(value) is Numbers else scalar_row(name, value)

    def detail(self, value: Any, look: Look) -> Detail | None:
        """Return exact figures of a list of numbers."""
        if type(value) is not Numbers:
            return None
        from evoclass_tensors.worker.arrays import as_array
        from evoclass_tensors.worker.closeup import closeup_array

        return closeup_array(as_array(value.items), look)
