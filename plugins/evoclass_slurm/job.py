"""The job's program: the host of one session.  The job ends with it, so that nothing stays allocated.

`python -P -m evoclass_slurm.job SESSION DEVICE LEASE IDLE`; the session's token is not among these words, which others
can read: the front end brings it.
"""

from __future__ import annotations

import sys

from evoclass_remote.host import serve
from evoclass_remote.wire import VERSION, Hello


def main(arguments: list[str]) -> None:
    """Be the host until the session is over, the lease, or the time without a program."""
    session, device, lease, idle = arguments
    hello = Hello(version=VERSION, session=session, token="", device=device, lease=float(lease))
    serve(hello, bool, float(idle))


if __name__ == "__main__":
    main(sys.argv[1:])
