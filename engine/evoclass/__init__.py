"""EvoClass: a content engine for learning deep learning in a terminal.

The engine loads lessons, grades answers, runs code through plugins and keeps progress.  It imports neither
a user interface nor torch; both come through plugins and front ends.
"""

import logging

from pluggy import HookimplMarker

hookimpl = HookimplMarker("evoclass")
"""Marks a plugin's function as the implementation of a hook."""

# Without a handler, warnings would go to standard error and so onto the screen; `EVOCLASS_LOG` adds a file.
logging.getLogger("evoclass").addHandler(logging.NullHandler())

__all__ = ["hookimpl"]
