"""Messages between a front end and a run host: numbered, versioned, length-prefixed MessagePack.

Each side treats the other as hostile: sizes and types are checked before use, and nothing is unpickled.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from evoclass.protocol import Detail, Message, MessageReader, RunEvent
from evoclass.runner import Limits, Program

VERSION = 2
"""Version of these messages; the two sides must have the same."""

PIECE = 256 * 1024
"""Most bytes of a file in one message, so that a large file does not hold up the others."""

MOST_FILES = 4096
"""Most files that travel with one program."""

Key = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""A random name: of a session, or of a run."""
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""SHA-256 of a file's content."""
Token = Annotated[str, Meta(max_length=128)]
"""The secret of a session; only the front end that began the session and its host know it."""
Count = Annotated[int, Meta(ge=0, le=2**53)]
Cells = Annotated[int, Meta(ge=1, le=65_535)]
"""Columns or rows of a terminal."""
Data = Annotated[bytes, Meta(max_length=PIECE)]
Path = Annotated[str, Meta(max_length=4096)]
"""Path of a file below the program's folder, with `/` between its parts."""
Sentence = Annotated[str, Meta(max_length=2000)]


class File(Message, frozen=True, kw_only=True, tag="file"):
    """A file beside a program, by its content."""

    path: Path
    size: Count
    digest: Digest
    data: Data | None = None
    """The content itself, if it is small and the host may lack it: to ask for it takes another way there and back."""


# ------------------------------------------------------------------------------------------- from the front end


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The first message on each connection."""

    version: Count
    session: Key
    token: Token
    device: Annotated[str, Meta(max_length=32)] = "cpu"
    lease: Annotated[float, Meta(ge=0, le=100_000)] = 600.0
    """Seconds that the host keeps the runs of a front end that has vanished."""
    begins: bool = True
    """Whether a host may be started; False for a front end that comes back to one."""
    heard: Annotated[dict[str, int], Meta(max_length=1000)] = {}
    """Number of the last event that arrived, by run."""
    door: Annotated[str, Meta(max_length=64)] = ""
    """IP address of the host's machine at which it shall listen too.  It answers with `Door`, and another greeting may
    come, here or there."""


class ForRun(Message, frozen=True, kw_only=True):
    """What all orders have: their number in the session, and the run that they are for."""

    number: Count
    run: Key


class Begin(ForRun, frozen=True, kw_only=True, tag="begin"):
    """Run a program.  Contents that do not come with it follow as `Piece`, as far as the host asks for them."""

    program: Program
    limits: Limits
    columns: Cells = 80
    rows: Cells = 24
    files: Annotated[tuple[File, ...], Meta(max_length=MOST_FILES)] = ()
    brought: Count = 0
    """Most bytes of new and changed files that come back at the program's end."""


class Type(ForRun, frozen=True, kw_only=True, tag="type"):
    """Text for the program's terminal."""

    text: str


class Resize(ForRun, frozen=True, kw_only=True, tag="resize"):
    """The size of the program's terminal."""

    columns: Cells
    rows: Cells


class Stop(ForRun, frozen=True, kw_only=True, tag="stop"):
    """Stop the program, or the line at its prompt."""


class Ask(ForRun, frozen=True, kw_only=True, tag="ask"):
    """A line for the prompt of the ended program."""

    source: str
    figure_size: tuple[float, float, float] | None = None


class LookAt(ForRun, frozen=True, kw_only=True, tag="lookat"):
    """Ask for a close look at a value."""

    request: Count
    expression: str
    axes: tuple[int, ...] = ()


class InView(ForRun, frozen=True, kw_only=True, tag="inview"):
    """The rows in the learner's view."""

    names: Annotated[tuple[str, ...], Meta(max_length=1024)] = ()


class Fetch(ForRun, frozen=True, kw_only=True, tag="fetch"):
    """Ask for a file that the program has written."""

    path: Path


class End(ForRun, frozen=True, kw_only=True, tag="end"):
    """Let go of a run: its process, its files there, and its events."""


class Piece(Message, frozen=True, kw_only=True, tag="piece"):
    """A part of a file that the host has asked for; the parts of one file come in order."""

    digest: Digest
    data: Data
    last: bool = False


class Heard(Message, frozen=True, kw_only=True, tag="heard"):
    """The events of a run up to this number have arrived and have been taken."""

    run: Key
    number: Count


class Ping(Message, frozen=True, kw_only=True, tag="ping"):
    """Ask for a sign of life."""

    number: Count


class Bye(Message, frozen=True, kw_only=True, tag="bye"):
    """The session is over: nothing has to be kept."""


Order = Begin | Type | Resize | Stop | Ask | LookAt | InView | Fetch | End
"""Numbered messages: each is carried out once, however often the connection breaks."""

FromFront = Hello | Order | Piece | Heard | Ping | Bye

# ------------------------------------------------------------------------------------------------ from the host


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The host has taken the connection."""

    version: Count
    pid: Count
    python: Sentence = ""
    place: Sentence = ""
    """Name of the machine."""
    taken: Count = 0
    """Number of the last order that was taken."""
    runs: Annotated[tuple[Key, ...], Meta(max_length=1000)] = ()
    """Runs that are still there."""


class Door(Message, frozen=True, kw_only=True, tag="door"):
    """Where the host listens too."""

    port: Annotated[int, Meta(ge=0, le=65_535)]
    """0 for nowhere."""


class Warm(Message, frozen=True, kw_only=True, tag="warm"):
    """The host's runner is ready, or cannot be."""

    torch: Sentence = ""
    device: Sentence = ""
    """The device in words."""
    device_key: Annotated[str, Meta(pattern=r"^(runner\.[a-z_]{1,40})?\Z")] = ""
    """Interface text key of the device, if languages write it differently."""
    problem: Sentence = ""
    """Why no program can run there; empty if they can."""
    key: Annotated[str, Meta(max_length=100)] = ""
    """Interface text key of the problem, if it has one."""
    fields: Annotated[dict[str, str], Meta(max_length=20)] = {}
    """Of the problem's key, or else of the device's."""


class Refuse(Message, frozen=True, kw_only=True, tag="refuse"):
    """The host accepts no connection; a sentence of the interface text says why."""

    reason: Annotated[str, Meta(pattern=r"^[a-z_]{1,40}\Z")]
    detail: Sentence = ""


class OfRun(Message, frozen=True, kw_only=True):
    """What all news of a run have: they are numbered for each run, and sent again until they are heard."""

    run: Key
    number: Count


class Happened(OfRun, frozen=True, kw_only=True, tag="happened"):
    """An event of a run."""

    event: RunEvent


class Looked(OfRun, frozen=True, kw_only=True, tag="looked"):
    """The answer to `LookAt`."""

    request: Count
    detail: Detail


class Failed(OfRun, frozen=True, kw_only=True, tag="failed"):
    """A program could not be run at all, or a line was refused."""

    said: Sentence
    key: Annotated[str, Meta(max_length=100)] = ""
    """Interface text key of the sentence, if it has one."""
    fields: Annotated[dict[str, str], Meta(max_length=20)] = {}


class Need(Message, frozen=True, kw_only=True, tag="need"):
    """Contents that the host does not have yet."""

    digests: Annotated[tuple[Digest, ...], Meta(max_length=MOST_FILES)]


class Written(OfRun, frozen=True, kw_only=True, tag="written"):
    """A part of a file that the program has written; the parts of one file come in order."""

    path: Path
    data: Data
    first: bool = False
    last: bool = False


class Left(OfRun, frozen=True, kw_only=True, tag="left"):
    """All files that were to come back have come; these new and changed ones stay there."""

    files: Annotated[tuple[tuple[Path, Count], ...], Meta(max_length=MOST_FILES)] = ()
    """Path and size of each."""


class Taken(Message, frozen=True, kw_only=True, tag="taken"):
    """The orders up to this number have been taken."""

    number: Count


class Pong(Message, frozen=True, kw_only=True, tag="pong"):
    """A sign of life."""

    number: Count


News = Happened | Looked | Failed | Written | Left
"""What a run tells: each arrives once and in order, however often the connection breaks."""

FromHost = Welcome | Door | Warm | Refuse | News | Need | Taken | Pong


def front_reader() -> MessageReader[FromFront]:
    """Return a reader of a front end's messages."""
    return MessageReader(FromFront)


def host_reader() -> MessageReader[FromHost]:
    """Return a reader of a host's messages."""
    return MessageReader(FromHost)
