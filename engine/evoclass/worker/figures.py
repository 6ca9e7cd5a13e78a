"""Figures for which `plt.show()` has no window: they are saved as files in the program's folder, and a line says so."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
import weakref
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from evoclass.i18n import Catalog, system_language

BACKEND = "matplotlib.backends.backend_agg"
"""Matplotlib's backend where it can open no window."""

MOST = 20
"""Most figures that one run saves in its folder."""

PIXELS = 2_000
"""Largest width and height of a picture."""

NAMES = 10_000
"""Most names that are tried for a picture; pictures of earlier runs are kept."""


def keep(folder: str) -> None:
    """Let `plt.show()` save figures without a window into `folder`; a backend that the user has chosen is kept."""
    if os.environ.get("MPLBACKEND"):
        return
    figures = Figures(Path(folder))
    if BACKEND in sys.modules:
        figures.replace_show(sys.modules[BACKEND])
    else:
        sys.meta_path.insert(0, _Finder(figures))


class Figures:
    """The figures of one run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: weakref.WeakSet[Any] = weakref.WeakSet()
        self._number = self._saved = 0
        self._full = False

    def replace_show(self, backend: ModuleType) -> None:
        """Give the backend our own `show`."""

        def show(*args: Any, **kwargs: Any) -> None:
            self.save()

        backend.show = show  # type: ignore[attr-defined]

    def save(self) -> None:
        """Save the open figures that are new or have changed since the last save, and print a line about each."""
        from matplotlib._pylab_helpers import Gcf

        names: list[str] = []
        try:
            for manager in Gcf.get_all_fig_managers():
                figure = manager.canvas.figure
                if figure in self._seen and not figure.stale:
                    continue
                if self._saved == MOST:
                    if not self._full:
                        self._full = True
                        _say("no_more_figures", count=MOST)
                    break
                names.append(self._write(_drawn(figure)))
                self._saved += 1
                self._seen.add(figure)
        except Exception as error:  # with a window, the program continues too
            _say("no_figure", reason=f"{type(error).__name__}: {error}"[:200])
        if names:
            _say("figures", files=", ".join(names))

    def _write(self, picture: bytes) -> str:
        while self._number < NAMES:
            self._number += 1
            name = f"figure-{self._number}.png"
            try:
                with open(self._folder / name, "xb") as file:
                    file.write(picture)
            except FileExistsError:
                continue
            return name
        raise FileExistsError(f"figure-{NAMES}.png")


def _drawn(figure: Any) -> bytes:
    width, height = figure.get_size_inches()
    picture = io.BytesIO()
    # Through the canvas, because a program may replace `savefig`.
    dpi = min(figure.dpi, PIXELS / max(width, height))
    figure.canvas.print_figure(picture, format="png", dpi=dpi, facecolor=figure.get_facecolor())
    figure.stale = False
    return picture.getvalue()


def _say(key: str, **fields: Any) -> None:
    language = os.environ.get("EVOCLASS_LANGUAGE") or system_language()
    if sys.stderr is not None:
        print(Catalog(language)(f"program.{key}", **fields), file=sys.stderr)


class _Finder(MetaPathFinder):
    """Waits for the backend to be imported, once."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != BACKEND:
            return None
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._figures)
        return spec


class _Loader(Loader):
    """The backend's own loader, with an action afterwards."""

    def __init__(self, loader: Loader, figures: Figures) -> None:
        self._loader, self._figures = loader, figures

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._figures.replace_show(module)
