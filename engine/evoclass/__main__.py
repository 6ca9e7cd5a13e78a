"""`evoclass`, and `python -m evoclass`."""

from __future__ import annotations

import gc

from evoclass import startup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command that the command line names, and end the process."""
    # What a start makes stays: looking for garbage in it took a tenth of the way to the first picture.
    gc.disable()
    startup.begin()
    from evoclass.cli import main as run

    run()


if __name__ == "__main__":
    main()
