"""Fewer, larger memory pages, so that a fork has less to copy."""

from __future__ import annotations

import ctypes
import errno
import re
from collections.abc import Iterator

_COLLAPSE = 25  # MADV_COLLAPSE, Linux 6.1
_HUGE = 2 * 2**20
_STEP = 2 * _HUGE
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw\S+ \S+ \S+ 0 *(\[heap\])?$")


def collapse() -> Iterator[None]:
    """Merge this process's own memory into huge pages, a little at each turn; ends at once if that is not possible.

    A process that has imported torch with CUDA has about 380 MB in 4 kB pages: a fork takes 6.7 ms with them and 1.8 ms
    with huge ones (two cores, Linux 6.18).
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/self/maps") as file:
            mappings = [found for line in file if (found := _MAPPING.match(line.rstrip()))]
    except OSError:
        return
    for mapping in mappings:
        start, end = (int(edge, 16) for edge in mapping.group(1, 2))
        start, end = -(-start // _HUGE) * _HUGE, end // _HUGE * _HUGE
        for address in range(start, end, _STEP):
            size = min(_STEP, end - address)
            failed = libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(size), _COLLAPSE)
            if failed and ctypes.get_errno() == errno.EINVAL:
                break  # not a mapping that can have them, or a kernel without
            yield
