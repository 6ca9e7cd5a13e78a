"""A child that is a fresh interpreter: it imports torch ahead of its job instead of being a fork of one that has.

Run by the nursery as `python -P -m evoclass_local.fresh DEVICE NURSERY SOCKET TERMINAL LIFELINE`.
"""

from __future__ import annotations

import os
import socket
import sys

from evoclass_local import hashing, zygote


def main() -> None:
    """Get ready and serve as a child."""
    device, nursery, sock, terminal, lifeline = sys.argv[1], *map(int, sys.argv[2:6])
    for descriptor in (sock, terminal, lifeline):
        os.set_inheritable(descriptor, False)
    hashing.hide()
    zygote.settle_down(nursery, lifeline, terminal)
    zygote.import_all(alone=False)
    from evoclass.worker import ProbeSet
    from evoclass_local.child import run_child

    run_child(socket.socket(fileno=sock), terminal, device, ProbeSet.load())


if __name__ == "__main__":
    main()
