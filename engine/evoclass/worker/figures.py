"""Figures of a program: what it shows or saves goes to the front end as a picture, at a bounded rate."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from evoclass.i18n import Catalog, system_language
from evoclass.inspecting.scope import line_of
from evoclass.protocol import (
    MAX_FIGURES,
    MAX_PATH,
    MAX_TITLE,
    Figure,
    FigureAxes,
    FigureLegend,
    Message,
)
from evoclass.running.figurefile import write_figure
from evoclass.worker.arrangement import arranged
from evoclass.worker.drawing import drawn, encoded, saved_picture, whole, words
from evoclass.worker.figuresize import FigureSize, Wanted
from evoclass.worker.onimport import on_import

CANVAS = "module://evoclass.worker.canvas"
"""Matplotlib's backend where nobody has chosen one."""

INTERVAL = 0.1
"""Least seconds between two drawings, except of the first figures of a run, which are drawn as they are shown."""

REST = 2
"""A drawing comes at the earliest after so many times the seconds that the last one took."""

NOBODYS = ("", "module://matplotlib_inline.backend_inline", "inline")
"""Values of `MPLBACKEND` that no learner has chosen: a Jupyter kernel sets its own, and may start a host."""

LOOKS = ("facecolor", "edgecolor", "bbox_inches", "pad_inches", "bbox_extra_artists")
"""Arguments of `savefig` that a picture of the saved figure takes over."""

current: Figures | None = None
"""The figures of this process's program."""


def keep(
    folder: str,
    file: str,
    send: Callable[[Message], object],
    size: Wanted = None,
) -> None:
    """Send the figures that the program in `file` shows or saves; a backend that the user has chosen is kept.

    `size` is that of a figure for which nobody has chosen one, in inches, and its dots per inch.
    """
    global current
    current = Figures(Path(folder), file, send, FigureSize(size))
    actions: dict[str, Callable[[ModuleType], object]] = {
        "matplotlib.backend_bases": _watch_saving,
        "PIL.ImageShow": _show_images,
    }
    if os.environ.get("MPLBACKEND", "") in NOBODYS:
        os.environ.pop("MPLBACKEND", None)
        actions["matplotlib"] = _choose_canvas
        actions["matplotlib.backends.backend_agg"] = _replace_show
    on_import(actions)


def fit(size: Wanted) -> None:
    """Make the next figures this large, if nobody has chosen their size."""
    if current is not None:
        current.size.change(size)


def finish() -> None:
    """Send what has waited; the program or a line at the prompt has ended."""
    if current is not None:
        current.send_waiting()


@dataclass(slots=True)
class _Shown:
    """What was sent of a figure."""

    number: int
    file: str = ""
    picture: bytes = b""


@dataclass(slots=True)
class _Wish:
    """A figure that is to be drawn."""

    draw: Callable[[], bytes]
    words: Callable[[], tuple[str, FigureAxes, FigureLegend]]
    """Returns the figure's title, its axes and its legend."""
    line: int
    file: str = ""
    path: str = ""
    """Where the program has saved it as a PNG picture."""


@dataclass(eq=False)
class _Image:
    """Stands for an image, which has no identity of its own that lasts."""

    image: Any = field(repr=False)


class Figures:
    """The figures of one run."""

    def __init__(
        self, folder: Path, file: str, send: Callable[[Message], object], size: FigureSize | None = None
    ) -> None:
        self._folder, self._file, self._send = folder, file, send
        self.size = size or FigureSize(None)
        self._pid = os.getpid()
        self._shown: weakref.WeakKeyDictionary[Any, _Shown] = weakref.WeakKeyDictionary()
        self._waiting: dict[Any, _Wish] = {}
        """By figure; of those that are new only the newest waits."""
        self._count = 0
        self._saved = 0
        """Figures that this process, a child of the program's own, has saved instead of showing them."""
        self._next = 0.0
        """When the next drawing that has to wait may be made."""
        self._drawing = False

    # ------------------------------------------------------------------------------------- what the program does

    def knows(self, figure: Any) -> bool:
        """Whether the figure has been shown."""
        return figure in self._shown

    def show(self, figure: Any) -> None:
        """Show a figure, or what has changed in it."""
        if figure.stale or figure not in self._shown:
            self._wish(figure, self._of_figure(figure))

    def mark(self, figure: Any) -> None:
        """Note that a figure has changed: it is drawn later, or never if it is shown before."""
        if not self._drawing and figure not in self._waiting:
            self._waiting[figure] = self._of_figure(figure)

    def show_image(self, image: Any, title: str | None) -> None:
        """Show an image of Pillow."""
        name = str(title or getattr(image, "filename", "") or "")
        wish = _Wish(functools.partial(encoded, image), lambda: (name, (), ()), self._line())
        self._wish(_Image(image), wish)

    def saved(self, figure: Any, filename: Any, looks: Mapping[str, Any], extension: str) -> None:
        """Show a figure that the program has saved, unless the saving was ours."""
        if self._drawing or not isinstance(filename, str | os.PathLike) or os.getpid() != self._pid:
            return
        name = os.fspath(filename)
        if not isinstance(name, str):
            return
        name = name if os.path.splitext(name)[1][1:] else f"{name.rstrip('.')}.{extension}"
        wish = self._of_figure(figure, {key: looks[key] for key in LOOKS if key in looks})
        wish.file = name
        if name.lower().endswith(".png"):
            wish.path = os.path.abspath(name)
        self._wish(figure, wish)

    def _of_figure(self, figure: Any, looks: Mapping[str, Any] | None = None) -> _Wish:
        draw = functools.partial(drawn, figure, looks or {})
        return _Wish(draw, functools.partial(words, figure), self._line())

    @contextlib.contextmanager
    def arranged(self, figure: Any) -> Iterator[None]:
        """Draw a figure inside, with room for its words where it is made to measure."""
        before, self._drawing = self._drawing, True
        try:
            with arranged(figure, self.size.inches):
                yield
        finally:
            self._drawing = before

    def _line(self) -> int:
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self._file:
                return line_of(frame.f_code, frame.f_lasti)
            frame = frame.f_back  # type: ignore[assignment]
        return 0

    # -------------------------------------------------------------------------------------------- when it is drawn

    def _is_new(self, figure: Any, file: str) -> bool:
        before = self._shown.get(figure)
        if before is None:
            return True
        # The same name with another ending is the same figure in another format.
        return bool(file and before.file and os.path.splitext(file)[0] != os.path.splitext(before.file)[0])

    def _wish(self, figure: Any, wish: _Wish) -> None:
        new = self._is_new(figure, wish.file)
        if new and (self._count < MAX_FIGURES or os.getpid() != self._pid):
            self._waiting.pop(figure, None)
            self._fulfil(figure, wish)
            return
        if new:
            for other in [one for one, before in self._waiting.items() if self._is_new(one, before.file)]:
                del self._waiting[other]
        before = self._waiting.pop(figure, None)
        if before is not None and not wish.file:
            wish.file, wish.path = before.file, before.path if not figure.stale else ""
        self._waiting[figure] = wish
        self.send_due()

    def send_due(self) -> None:
        """Draw and send what has waited long enough."""
        if self._waiting and not self._drawing and time.monotonic() >= self._next:
            self.send_waiting()

    @property
    def pause(self) -> float:
        """Seconds until the next drawing that has to wait may be made."""
        return max(0.0, self._next - time.monotonic())

    def send_waiting(self) -> None:
        """Draw and send everything that waits."""
        waiting, self._waiting = self._waiting, {}
        for figure, wish in waiting.items():
            self._fulfil(figure, wish)

    def _fulfil(self, figure: Any, wish: _Wish) -> None:
        begun = time.monotonic()
        self._drawing = True
        try:
            picture = saved_picture(wish.path) or wish.draw()
            self._tell(figure, wish, picture)
        except Exception as error:  # with a window, the program continues too
            _say("no_figure", reason=f"{type(error).__name__}: {error}"[:200])
        finally:
            self._drawing = False
            now = time.monotonic()
            self._next = now + max(INTERVAL, REST * (now - begun))

    def _tell(self, figure: Any, wish: _Wish, picture: bytes) -> None:
        if os.getpid() != self._pid:
            # The socket is the parent's: two processes at once would cut each other's messages apart.
            self._saved += 1
            if self._saved <= MAX_FIGURES:
                _say("child_figure", file=write_figure(self._folder, picture))
            return
        before = self._shown.get(figure)
        if self._is_new(figure, wish.file) or before is None:
            self._count += 1
            before = self._shown[figure] = _Shown(self._count)
        elif picture == before.picture and wish.file in ("", before.file):
            return
        before.file, before.picture = wish.file or before.file, picture
        title, axes, legend = wish.words()
        self._send(
            Figure(
                number=before.number,
                png=picture,
                title=whole(title)[:MAX_TITLE],
                file=whole(before.file)[:MAX_PATH],
                line=wish.line,
                axes=axes,
                legend=legend,
            )
        )


def _say(key: str, **fields: Any) -> None:
    language = os.environ.get("EVOCLASS_LANGUAGE") or system_language()
    if sys.stderr is not None:
        print(Catalog(language)(f"program.{key}", **fields), file=sys.stderr)


# ------------------------------------------------------------------------------------------- after an import


def _choose_canvas(matplotlib: ModuleType) -> None:
    """Draw for the front end, and in the size of its place, unless the learner's settings name a backend."""
    if matplotlib.rcParams._get_backend_or_none() is not None:
        return
    matplotlib.rcParams["backend"] = CANVAS
    if current is not None:
        current.size.give(matplotlib)


def _replace_show(agg: ModuleType) -> None:
    """Show figures also where the program has chosen the backend without windows."""

    def show(*args: Any, **kwargs: Any) -> None:
        from matplotlib._pylab_helpers import Gcf

        for manager in Gcf.get_all_fig_managers():
            if current is not None:
                current.show(manager.canvas.figure)

    agg.show = show  # type: ignore[attr-defined]


def _watch_saving(bases: ModuleType) -> None:
    """Show the figures that the program saves in files, by whatever backend."""
    original = bases.FigureCanvasBase.print_figure

    @functools.wraps(original)
    def print_figure(self: Any, filename: Any, *args: Any, **kwargs: Any) -> Any:
        if current is None:
            return original(self, filename, *args, **kwargs)
        with current.arranged(self.figure):
            result = original(self, filename, *args, **kwargs)
        if current is not None:
            extension = kwargs.get("format") or self.get_default_filetype()
            current.saved(self.figure, filename, kwargs, extension)
        return result

    bases.FigureCanvasBase.print_figure = print_figure


def _show_images(viewers: ModuleType) -> None:
    """Be the first viewer of images, before those that open a window."""

    class Viewer(viewers.Viewer):  # type: ignore[name-defined,misc]
        def show(self, image: Any, **options: Any) -> bool:
            if current is not None:
                current.show_image(image, options.get("title"))
            return current is not None

    viewers.register(Viewer, 0)
