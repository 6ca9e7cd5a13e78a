"""What a link and its bridge say to each other before the bytes of the host begin."""

from __future__ import annotations

from typing import Literal

from evoclass.protocol import Message


class Wanted(Message, frozen=True, kw_only=True, tag="wanted"):
    """The first message to a bridge: the cluster, and the actor in it."""

    address: str = ""
    """As `ray.init` takes it; empty for the cluster that Ray finds by itself."""
    actor: str = ""
    """Its name."""
    begins: bool = True
    """Whether the actor may be made; False for a link that comes back to one."""
    num_cpus: float = 1.0
    num_gpus: float = 0.0
    packages: tuple[str, ...] = ()
    """What Ray installs for the actor."""
    token_file: str = ""
    token_variable: str = ""
    """Name of the variable of the environment that holds the token; the token itself is never written down."""


class Waits(Message, frozen=True, kw_only=True, tag="waits"):
    """The bridge waits."""

    stage: Literal["connecting", "queued", "starting"]
    detail: str = ""


class Fails(Message, frozen=True, kw_only=True, tag="fails"):
    """The bridge cannot reach the actor, and ends."""

    key: str
    """Interface text key."""
    fields: dict[str, str] = {}


class Joined(Message, frozen=True, kw_only=True, tag="joined"):
    """From here on, all bytes are those of the host and its front end."""


FromBridge = Waits | Fails | Joined
