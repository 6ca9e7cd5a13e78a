"""Crashes of EvoClass itself: written to a file, so that the learner sees a sentence and not a traceback."""

from __future__ import annotations

import os
import stat
import tempfile
import time
import traceback
from pathlib import Path

from evoclass.disk import paths
from evoclass.disk.log import logger_of
from evoclass.errors import ConfigError

logger = logger_of(__name__)


def write_down(error: BaseException) -> Path:
    """Append the traceback to a file in the data folder, or else in the system's temporary one, and return its path."""
    logger.error("fault: %s", error, exc_info=error)
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    text = "".join(traceback.format_exception(error))
    data = f"--- {stamp}\n{text}\n".encode("utf-8", "backslashreplace")
    try:
        return _append(paths.data_folder() / "faults.log", data)
    except (OSError, ConfigError):
        pass
    try:
        descriptor, name = tempfile.mkstemp(prefix="evoclass-faults-", suffix=".log")
        with open(descriptor, "wb") as log:
            log.write(data)
    except OSError:
        return Path(os.devnull)  # there is nowhere else to write it
    return Path(name)


def _append(file: Path, data: bytes) -> Path:
    """Append to a regular file.  Raises OSError."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(file, flags, 0o600)
    with open(descriptor, "ab") as log:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{file} is not a regular file")
        log.write(data)
    return file
