"""The interface of a probe: it turns one family of values into rows, without side effects on the program."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any, ClassVar

from evoclass.frozen import frozen
from evoclass.protocol import MAX_ROWS, Detail, Look, Parameters, Summary, Thumbnail

__all__ = ["Glance", "Numbers", "Picture", "Probe"]


@frozen
class Glance:
    """A frame's request to a probe that can do better than `summarise`."""

    whole: bool = True
    """Whether every row is wanted, however long it takes."""
    seconds: float = float("inf")
    """Target time for the rows of a frame that is not whole; rows that miss it come with the next frame."""
    first: frozenset[str] = frozenset()
    """Names that the lesson pins or that the learner has in view."""
    steady: bool = False
    """Whether the program is in the middle of a loop, so that the structure of models has most likely not changed."""


ENDLESS = 4 * MAX_ROWS
"""Rows after which a probe counts as endless: they cost seconds already, and more would fill the memory."""


def listed(rows: Iterable[Summary]) -> list[Summary]:
    """Return rows as a list.  Raises TimeoutError when they do not end."""
    found = list(islice(rows, ENDLESS + 1))
    if len(found) > ENDLESS:
        raise TimeoutError(f"gave more than {ENDLESS:,} rows")
    return found


class Picture:
    """The rows that a probe made for one frame."""

    def __init__(
        self,
        rows: Iterable[Summary] = (),
        names: Sequence[str] | None = None,
        parameters: Parameters | None = None,
        total: int | None = None,
    ) -> None:
        self._rows = listed(rows)
        self.names: Sequence[str] = [row.name for row in self._rows] if names is None else names
        """Names of all current rows, in order, including rows that are left out because they did not change."""
        self.parameters = parameters
        self.total = len(self.names) if total is None else total

    def ready(self) -> bool:
        """Whether `rows` would return at once; False while numbers are on their way from a device."""
        return True

    def rows(self) -> list[Summary]:
        """Return the rows, waiting for them if need be."""
        return self._rows


class Numbers:
    """A list of plain numbers, such as the losses of each epoch; probes match this class."""

    __slots__ = ("items",)

    def __init__(self, items: Sequence[float]) -> None:
        self.items = items


class Probe(ABC):
    """Knows one family of values.  Subclasses are registered with the hook `register_probes`."""

    name: ClassVar[str]
    priority: ClassVar[int] = 0
    """Probes with a higher number are asked first."""
    folds: ClassVar[bool] = False
    """Whether all names of one object share one row; right for values that can be changed in place."""

    @classmethod  # noqa: B027 - few probes need much
    def prepare(cls) -> None:
        """Import what the probe needs; called before runs, in the process that they are forked from.

        Must start no thread and touch no device.
        """

    def install(self, step: Callable[[], None]) -> None:  # noqa: B027 - most probes have no clock
        """Called once in the worker, before the program.

        A probe that knows of training steps calls `step` after each.
        """

    @abstractmethod
    def matches(self, value: Any) -> bool:
        """Return whether this probe summarises values of this type; must not call the value's own code.

        The answer is kept for all values of `type(value)`.
        """

    @abstractmethod
    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Return a row (or several, for parts) for each named value, all in one call, so that work can be batched."""

    def detail(self, value: Any, look: Look) -> Detail | None:
        """Return the close look at one value, or None when the probe has none."""
        return None

    def picture(self, named: Mapping[str, Any], glance: Glance) -> Picture:
        """Return the rows for a frame; override to spread work over frames or to avoid waiting for a device."""
        return Picture(self.summarise(named))

    def number(self, value: Any, path: tuple[str, ...] = ()) -> float | None:
        """Return the number by which a value is followed from step to step, or that of the attribute at `path`.

        Called at every optimizer step: return None where it would take more than some microseconds, wait for a device,
        or run code of the program.
        """
        return None

    def thumbnail(self, value: Any, path: tuple[str, ...] = ()) -> Thumbnail | None:
        """Return the thinned numbers of a matrix, or of that at the attribute `path`, for the picture of a step.

        The rules of `number` hold here too.
        """
        return None

    def lasts(self, value: Any) -> bool:
        """Whether a value stays the same object while loops run over it, as parameters do; called where `folds` is set.

        Then `params[2]` is a better name for it than the variable of a loop over `params`.
        """
        return False

    def find(self, named: Mapping[str, Any], name: str) -> Any:
        """Return the value behind a row's name that is not a Python expression; raises LookupError."""
        raise LookupError(name)

    def quiet(self) -> AbstractContextManager[None]:
        """Return a context in which expressions have no side effects: no gradients, no random numbers used up."""
        return nullcontext()

    def still(self) -> bool:
        """Whether looking is safe right now; False while a graph is captured or a compiler traces."""
        return True

    def stop(self, error: BaseException) -> None:  # noqa: B027 - most probes hold nothing that can break
        """Called when `error` ended the program; a probe whose device is gone must not touch it again."""
