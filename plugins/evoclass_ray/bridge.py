"""The way to an actor: `python -P -m evoclass_ray.bridge` joins its standard streams to the actor of a session."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from evoclass.protocol import MessageReader
from evoclass_ray.messages import Wanted

READ = 64 * 1024


def main() -> int:
    """Join, as the first message on standard input wants it."""
    ours = os.dup(1)
    os.dup2(2, 1)  # whatever Ray prints must not get into the messages
    reader: MessageReader[Wanted] = MessageReader(Wanted)
    received: list[Wanted] = []
    while not received:
        if not (data := os.read(0, READ)):
            return 2
        received += reader.feed(data)
    (wanted,) = received
    _prepare(wanted)
    # Ray reads these variables when it is imported.
    from evoclass_ray.crossing import Crossing

    Crossing(wanted, ours).go()


def _prepare(wanted: Wanted) -> None:
    """Set what Ray finds in the environment."""
    os.environ["RAY_DEFAULT_PYTHON_VERSION_MATCH_LEVEL"] = "minor"
    if wanted.token_variable:
        os.environ["RAY_AUTH_TOKEN"] = os.environ.get(wanted.token_variable, "")
    if wanted.token_file:
        os.environ["RAY_AUTH_TOKEN_PATH"] = str(Path(wanted.token_file).expanduser())
    if wanted.token_variable or wanted.token_file:
        os.environ["RAY_AUTH_MODE"] = "token"


if __name__ == "__main__":
    sys.exit(main())
