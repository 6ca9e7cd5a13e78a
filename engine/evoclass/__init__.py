"""EvoClass: a content engine for learning deep learning in a terminal.

The engine loads lessons, grades answers, runs code through plugins and keeps progress.  It imports neither
a user interface nor torch; both come through plugins and front ends.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pluggy import HookimplMarker

__all__ = ["hookimpl"]

hookimpl: "HookimplMarker"
"""Marks a plugin's function as the implementation of a hook."""


def __getattr__(name: str) -> object:
    if name != "hookimpl":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pluggy import HookimplMarker  # late: nothing may be imported before `evoclass.startup`

    globals()[name] = marker = HookimplMarker("evoclass")
    return marker
