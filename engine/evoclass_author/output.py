"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from evoclass.disk.real import real


@contextlib.contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Yield a file that replaces `target` when everything has succeeded.

    After an error, for example on a full disk, `target` is unchanged, or is not there.
    """
    place = real(target)  # a link stays, and its target is written
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG | (0o666 & ~_mask())
    regular = stat.S_ISREG(mode)
    descriptor, name = tempfile.mkstemp(
        prefix=".evoclass-", suffix=place.suffix, dir=place.parent if regular else None
    )
    os.close(descriptor)
    try:
        yield Path(name)
        if regular:
            os.chmod(name, stat.S_IMODE(mode))
            os.replace(name, place)
        else:  # a pipe or a device: replacing it with a file would change its kind
            with open(name, "rb") as written, place.open("wb") as out:
                shutil.copyfileobj(written, out)
    finally:
        Path(name).unlink(missing_ok=True)


def _mask() -> int:
    """Return the permissions that new files of this process do not get; they can only be read by setting them."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
