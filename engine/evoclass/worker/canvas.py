"""Matplotlib's backend for programs whose figures a front end shows: what others draw in a window is sent to it.

As in a window, `plt.show()` ends the figures that it has shown: the next plot begins a new one.
"""

from __future__ import annotations

import contextlib
import time
import weakref
from typing import Any, ClassVar

import matplotlib
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase, TimerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from evoclass.worker import figures

__all__ = ["FigureCanvas", "FigureManager"]

BEAT = 0.01
"""Seconds between two looks at the timers of animations."""


class Timer(TimerBase):
    """A timer that rings while `plt.show()` or `plt.pause()` waits."""

    running: ClassVar[weakref.WeakSet[Timer]] = weakref.WeakSet()

    _due = 0.0

    def _timer_start(self) -> None:
        self._due = time.monotonic() + self.interval / 1000
        Timer.running.add(self)

    def _timer_stop(self) -> None:
        Timer.running.discard(self)

    @classmethod
    def ring(cls) -> None:
        """Call what is due."""
        for timer in tuple(cls.running):
            if timer in cls.running and time.monotonic() >= timer._due:
                timer._due = time.monotonic() + timer.interval / 1000
                with contextlib.suppress(ValueError):  # a callback that has taken itself away
                    timer._on_timer()  # type: ignore[attr-defined]
                if timer.single_shot:
                    timer.stop()


class FigureManager(FigureManagerBase):
    """Stands for the window of a figure."""

    def show(self) -> None:
        """Send the figure."""
        if figures.current is None:
            return
        if not figures.current.knows(self.canvas.figure) and _awaited(self.canvas):
            self.canvas.draw()  # an animation begins with the first drawing that saves nothing
        figures.current.show(self.canvas.figure)

    @classmethod
    def start_main_loop(cls) -> None:
        """Play the animations once, then end the figures, as if somebody had closed their windows."""
        for timer in Timer.running:
            for callback, *_ in timer.callbacks:
                animation: Any = getattr(callback, "__self__", None)
                if hasattr(animation, "_repeat"):
                    animation._repeat = False
        for manager in Gcf.get_all_fig_managers():
            while Timer.running:
                manager.canvas.flush_events()
                time.sleep(BEAT)
        Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    """Draws a figure when the front end is to see it."""

    required_interactive_framework = None
    manager_class: Any = FigureManager
    _timer_cls = Timer

    def _is_in_sight(self) -> bool:
        return figures.current is not None and (
            figures.current.knows(self.figure) or (self.manager is not None and matplotlib.is_interactive())
        )

    def draw(self) -> None:
        """Draw the figure; if it is in sight, show it too."""
        super().draw()  # type: ignore[no-untyped-call]
        if self._is_in_sight() and figures.current is not None and not self.is_saving():
            figures.current.mark(self.figure)
            figures.current.send_due()

    def draw_idle(self, *args: Any, **kwargs: Any) -> None:
        """Have the figure drawn as soon as the program waits."""
        if self._is_in_sight() and figures.current is not None:
            figures.current.mark(self.figure)

    def blit(self, bbox: Any = None) -> None:
        """Show what was drawn over the figure."""
        self.draw_idle()

    def flush_events(self) -> None:
        """Let animations go on, and send what is due."""
        Timer.ring()
        if figures.current is not None:
            figures.current.send_due()

    def new_timer(self, interval: Any = None, callbacks: Any = None) -> Timer:
        """Return a timer."""
        return Timer(interval=interval, callbacks=callbacks)


def _awaited(canvas: Any) -> bool:
    """Whether somebody waits for the canvas to be drawn."""
    return bool(canvas.callbacks.callbacks.get("draw_event"))
