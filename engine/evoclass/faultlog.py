"""Faults of EvoClass itself: written down in a file, so that the learner sees a sentence and not a traceback."""

from __future__ import annotations

import time
import traceback
from pathlib import Path

from evoclass import paths


def write_down(error: BaseException) -> Path:
    """Append the traceback to a file in the data folder and return its path.  Raises ConfigError, OSError."""
    file = paths.data_folder() / "faults.log"
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    text = "".join(traceback.format_exception(error))
    with file.open("a", encoding="utf-8") as log:
        log.write(f"--- {stamp}\n{text}\n")
    return file
