"""What a look at a synced folder has brought."""

from __future__ import annotations

from datetime import datetime

from evoclass.frozen import frozen


@frozen
class Trouble:
    """Something that is wrong in the folder today."""

    key: str
    file: str = ""
    learner: str = ""
    reason: str = ""


@frozen
class Machine:
    """A machine whose file is in the folder."""

    name: str
    last: datetime | None
    """When the last of its events happened."""
    own: bool


@frozen
class Theirs:
    """Progress in the folder that shares nothing with the progress here."""

    learner: str
    count: int
    first: datetime | None
    last: datetime | None


@frozen
class Synced:
    """What one look at the folder has brought."""

    taken: int = 0
    """Events that came from other machines."""
    written: int = 0
    """Events that were added to this machine's file."""
    troubles: tuple[Trouble, ...] = ()
    machines: tuple[Machine, ...] = ()
    theirs: Theirs | None = None
    """Set when nothing was done because the folder may be somebody else's."""
