"""A program and its limits, for a front end and for the process that runs it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from evoclass.frozen import frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a run; a lesson can lower them, only the learner can raise them."""

    seconds: float = 600.0
    """Wall time, without that in which a busy machine kept the program from running, where the runner knows it."""
    memory: int = 8 * 2**30
    """Resident bytes of the run's whole process tree."""
    processes: int = 64
    files: int = 1024
    """Open files of one process."""
    file_size: int = 2 * 2**30
    """Bytes of one written file."""
    output: int = 64 * 2**20
    """Bytes of output kept; the rest is counted and dropped."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 < getattr(self, name) < 2**63:  # false for NaN too
                raise ValueError(f"{name} must be above zero and finite, not {getattr(self, name)!r}")

    def lowered_to(self, **wanted: float) -> Limits:
        """Return these limits with some of them lowered; a value above the limit changes nothing."""
        return replace(self, **{name: min(getattr(self, name), value) for name, value in wanted.items()})

    def lowered(self, other: Limits) -> Limits:
        """Return the stricter of the two in every respect."""
        return Limits(**{name: min(getattr(self, name), getattr(other, name)) for name in self.__slots__})


@frozen(kw_only=True)
class Program:
    """A program to run."""

    source: str
    file: Path
    """Path of the source on disk (`__file__`); it need not exist for graded snippets."""
    folder: Path
    """Working directory."""
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    watch: tuple[str, ...] = ()
    """Expressions whose rows come first and are followed at each step."""
    live: tuple[str, ...] = ()
    """Expressions of the prose; each frame brings their values."""
    values: tuple[str, ...] = ()
    """Expressions of a question's check; the last frame brings their values."""
    expect: tuple[str, ...] = ()
    """Conditions of the lesson; the last frame says whether each holds."""
    threads: int = 0
    """Threads that PyTorch and OpenMP compute with; 0 for as many as usual, or one on a busy machine."""
    seed: int | None = None
    figure_size: tuple[float, float, float] | None = None
    """Inches across and down, and dots per inch, of a figure for which the program sets none; None for Matplotlib's."""
    inspect: bool = True
    frames_per_second: float = 10.0
    """Most frames of the inspector in a second."""
    budget: float = 0.02
    """Largest share of the run's time that the inspector may take."""
    echo: bool = True
    """Whether the program's terminal echoes its input, as for a person; not for input from a pipe."""
    keep: bool = True
    """Whether the namespace stays after the end, for the prompt and the inspector."""
