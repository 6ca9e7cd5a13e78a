"""Messages between a runner and its worker: typed, length-prefixed MessagePack; nothing is ever unpickled.

The parent treats the worker as hostile: sizes and types are checked before use.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from evoclass.errors import ProtocolError
from evoclass.running.program import Limits, Program

__all__ = [
    "Attend",
    "Axes",
    "Cause",
    "Closed",
    "Counts",
    "Detail",
    "Done",
    "ErrorReport",
    "Evaluate",
    "Exit",
    "Frame",
    "FrontMessage",
    "GridRow",
    "Halt",
    "Job",
    "Kind",
    "Look",
    "Message",
    "MessageReader",
    "Named",
    "Names",
    "Operand",
    "Origin",
    "Output",
    "Parameters",
    "Points",
    "Prompt",
    "Quit",
    "Ready",
    "RunEvent",
    "Signature",
    "Soon",
    "Started",
    "Step",
    "Summary",
    "Values",
    "Warned",
    "WorkerMessage",
    "encode",
]

MAX_MESSAGE = 16 * 1024 * 1024
"""Largest message in bytes; a longer length ends the run."""


class Struct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of plain data inside messages."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="t"):
    """Base of messages; the class name is the tag."""


MAX_ROWS = 50_000
"""Most rows of one frame.  Such bounds keep a small message from becoming large when it is unpacked."""

MAX_POINTS = 4_096
"""Most points of one course in one frame."""

Axes = Annotated[tuple[int, ...], Meta(max_length=256)]
"""A size for each dimension, or a place in each."""
Names = Annotated[tuple[str, ...], Meta(max_length=MAX_ROWS)]
"""Names of rows."""
Counts = Annotated[tuple[int, ...], Meta(max_length=4096)]
"""The counts of a histogram."""
GridRow = Annotated[tuple[float | None, ...], Meta(max_length=1024)]
"""One row of the numbers in a close look; None where there is no number."""
Values = Annotated[dict[str, str], Meta(max_length=MAX_ROWS)]
"""Values as text, by the expression that gave them."""
Points = Annotated[tuple[tuple[int, float | None], ...], Meta(max_length=MAX_POINTS)]
"""Optimizer steps with the number that a value had then."""

# ---------------------------------------------------------------------------------------------- plain data

Kind = Literal["tensor", "parameter", "buffer", "gradient", "module", "optimizer", "array", "scalar", "other"]
"""What a row of the inspector stands for."""

Cause = Literal["statement", "step", "loop", "error", "end", "asked"]
"""Why a frame was made: after a statement, an optimizer step, at a turn of a loop, an exception, the end, a prompt."""


class Summary(Struct, frozen=True, kw_only=True):
    """One row of the inspector: figures of a value, never the value itself."""

    name: str
    """Expression that reaches the value: `head.weight`, `head.weight.grad`, `loss`."""
    kind: Kind
    type: str = ""
    """Python class name."""
    parent: str = ""
    """Name of the row that this one belongs to in the tree (a module), or empty."""
    shape: Axes | None = None
    dtype: str = ""
    """Without the `torch.` in front."""
    device: str = ""
    layout: str = ""
    requires_grad: bool | None = None
    trainable: bool | None = None
    """For parameters: whether an optimizer step may change it; False is frozen."""
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    std: float | None = None
    norm: float | None = None
    grad_norm: float | None = None
    nan: int | None = None
    inf: int | None = None
    zeros: int | None = None
    histogram: Counts = ()
    """Counts of equal bins from `min` to `max` of the finite values."""
    bytes: int | None = None
    change: float | None = None
    """Norm of the change since the last frame over the norm before; None when unknown."""
    sampled: bool = False
    """Whether the figures come from a strided sample."""
    text: str = ""
    """Short value of a scalar, an optimizer's learning rate, a module's class."""
    badge: str = ""
    """What kept figures from being taken (`meta`, `raises on repr`), in a word or two."""
    parameters: int | None = None
    """Of a module: parameters inside."""
    frozen: int | None = None
    """Of a module: parameters inside that do not train."""
    training: bool | None = None
    """Of a module: whether it is in training mode (dropout drops, batch norm updates its averages)."""


class Parameters(Struct, frozen=True, kw_only=True):
    """How many numbers of the run's models train, each counted once."""

    trainable: int = 0
    frozen: int = 0
    nameless: int = 0
    """Numbers, not in the other two, of models that have no name any more: only a list or an optimizer holds them."""


class Operand(Struct, frozen=True, kw_only=True):
    """A value named in the expression that raised."""

    name: str
    shape: Axes | None = None
    dtype: str = ""
    device: str = ""
    type: str = ""
    text: str = ""
    """A number, a truth value or a short text as Python writes it."""
    length: int | None = None
    """How many things a list, a text, a dictionary or their like hold."""
    keys: Annotated[tuple[str, ...], Meta(max_length=32)] = ()
    """The first keys of a dictionary, as Python writes them."""
    own: bool = False
    """Whether its class is the learner's own."""
    computed: bool = False
    """Whether it is a tensor that PyTorch computed from others with a gradient: it is no leaf."""


class Named(Struct, frozen=True, kw_only=True):
    """A name in the expression that raised that stands for no value but for code."""

    name: str
    kind: Literal["class", "function", "module"]
    of: str = ""
    """Its own name: `Net` for `model = Net`."""


class Signature(Struct, frozen=True, kw_only=True):
    """The parameters of what was called wrongly."""

    name: str
    """As Python's message names it: `Net.forward`."""
    parameters: Annotated[tuple[str, ...], Meta(max_length=64)] = ()
    """Those that can be passed by their place, `self` included."""
    keywords: Annotated[tuple[str, ...], Meta(max_length=64)] = ()
    """Those that can only be passed by name."""
    optional: int = 0
    """How many of `parameters`, from the end, have a default."""
    any_positional: bool = False
    any_keyword: bool = False
    own: bool = False
    """Whether it stands in the learner's file, there in `line`."""
    static: bool = False
    """Whether it gets no object of its class: a `staticmethod`."""
    line: int = 0


class Origin(Struct, frozen=True, kw_only=True):
    """Where a value of the expression that raised was assigned, by the learner's source."""

    name: str
    line: int
    source: str = ""
    """What it was assigned, empty if that is long."""
    function: str = ""
    """What was called to make it: `load`."""
    maker: str = ""
    """That function, or the forward pass of that model, by its own name, if it is the learner's: `Net.forward`."""
    returns: bool | None = None
    """Whether `maker` returns a value; None if it is not known."""


class ErrorReport(Message, frozen=True, kw_only=True, tag="error"):
    """An exception of the learner's program."""

    type: str
    """Qualified class name: `RuntimeError`, `torch.OutOfMemoryError`."""
    text: str
    """`str(exception)`, cut at 4,000 characters."""
    file: str = ""
    line: int = 0
    """Deepest line of the learner's own file, 0 if none."""
    end_line: int = 0
    column: int = 0
    """Start of the sub-expression that raised (PEP 657), in characters from 0; with `end_column`."""
    end_column: int = 0
    source: str = ""
    """The source line."""
    expression: str = ""
    """The sub-expression that raised, whole, over as many lines as it was written on; empty if not known."""
    statement: str = ""
    """The statement around it, of a loop or a block its first line; empty if it is long or not known."""
    operands: Annotated[tuple[Operand, ...], Meta(max_length=256)] = ()
    named: Annotated[tuple[Named, ...], Meta(max_length=32)] = ()
    origins: Annotated[tuple[Origin, ...], Meta(max_length=32)] = ()
    signature: Signature | None = None
    """Of a call with the wrong arguments: what was called."""
    close: Annotated[tuple[str, ...], Meta(max_length=8)] = ()
    """Where a name was missing: those most like it that exist there."""
    homes: Annotated[tuple[str, ...], Meta(max_length=8)] = ()
    """Where a name was missing: well-known modules that have it."""
    unguarded: bool = False
    """Whether the program starts processes that read it anew, and has no `if __name__ == "__main__"`."""
    module: str = ""
    """Innermost layer that was running when it raised, as the learner would write it: `model[3]`."""
    traceback: str = ""
    """As Python printed it."""
    during: str = ""
    """Function of the learner's file, empty at top level."""
    chain: Annotated[tuple[str, ...], Meta(max_length=256)] = ()
    """Qualified class names of the exception's bases, nearest first."""


class Exit(Message, frozen=True, kw_only=True, tag="exit"):
    """How a run ended.  Made by the parent from what the system says, never taken from the worker."""

    reason: Literal["finished", "error", "timeout", "stopped", "memory", "killed", "lost"]
    code: int
    """Exit code as a shell would give it: 0, 1, 124 timeout, 130 stopped, 137 memory, 128 + signal killed."""
    seconds: float
    dropped_bytes: int = 0
    """Output that was thrown away because it was over the limit."""
    signal: int = 0
    detail: str = ""
    """Further word for the sentence: the limit that was hit, the signal's name."""


# ------------------------------------------------------------------------------- from the worker, and events


class Ready(Message, frozen=True, kw_only=True, tag="ready"):
    """The worker has everything imported and waits for its job."""

    pid: int
    python: str = ""
    torch: str = ""
    device: str = ""
    device_name: str = ""


class Started(Message, frozen=True, kw_only=True, tag="started"):
    """The learner's program begins now."""

    pid: int
    python: str = ""
    torch: str = ""
    device: str = ""
    """`cpu` or `cuda:0`, with the threads or the card's name in `device_name`."""
    device_name: str = ""


class Output(Message, frozen=True, kw_only=True, tag="output"):
    """Text from the program's terminal, decoded; escape sequences still inside."""

    text: str


class Step(Message, frozen=True, kw_only=True, tag="step"):
    """An optimizer step was made (coalesced: `count` steps in all so far)."""

    count: int


class Frame(Message, frozen=True, kw_only=True, tag="frame"):
    """The inspector's picture at one safe point."""

    sequence: int
    cause: Cause
    step: int = 0
    line: int = 0
    """Line of the learner's file that is running or has just run."""
    seconds: float = 0.0
    """Since the run started."""
    rows: Annotated[tuple[Summary, ...], Meta(max_length=MAX_ROWS)] = ()
    """All rows if `whole`, else those that changed since the frame before."""
    whole: bool = True
    gone: Names = ()
    """Names that vanished since the frame before (only if not `whole`)."""
    total: int = 0
    """How many values there are, rows that were left out included."""
    live: Values = {}
    """Value of each `{live}` expression that could be evaluated."""
    parameters: Parameters | None = None
    cost: float = 0.0
    """Seconds that making this frame took."""
    courses: Annotated[dict[str, Points], Meta(max_length=64)] = {}
    """Of each watched value the points since the frame before: a number itself, of a tensor the norm."""


class Detail(Message, frozen=True, kw_only=True, tag="detail"):
    """The close look at one value that was asked for."""

    request: int
    """Number of the request that this answers."""
    expression: str
    error: str = ""
    """Why there is none, in the words of the exception."""
    summary: Summary | None = None
    """Exact figures (`sampled` says if the value was too large for that)."""
    plus_inf: int | None = None
    minus_inf: int | None = None
    """How many of `summary.inf` are of each sign."""
    quantiles: Annotated[tuple[tuple[float, float], ...], Meta(max_length=1024)] = ()
    """Pairs of quantile and value."""
    edges: tuple[float, float] | None = None
    """Ends of the histogram."""
    grid: Annotated[tuple[GridRow, ...], Meta(max_length=1024)] = ()
    """2-D slice, strided down to at most 64 × 64; None where not finite."""
    grid_shape: tuple[int, int] | None = None
    """Size of the slice before striding."""
    grid_axes: tuple[int, int] | None = None
    """Which axes of the value the rows and the columns are."""
    images: Annotated[tuple[bytes, ...], Meta(max_length=4096)] = ()
    """Small 8-bit images (height × width × channels, row by row) when the value looks like images or filters."""
    image_shape: tuple[int, int, int] | None = None
    step: int = 0


class Prompt(Message, frozen=True, kw_only=True, tag="prompt"):
    """The finished program's namespace waits for a line (`more`: for the rest of a block)."""

    more: bool = False
    mark: int = 0
    """Number of the mark in the terminal's output that this message comes after."""


class Done(Message, frozen=True, kw_only=True, tag="done"):
    """The worker's own word that the program came to its end; the parent checks it against the system."""

    code: int = 0
    error: bool = False
    parameters: Parameters | None = None
    steps: int = 0
    token: str = ""
    """The secret that came with the job; without it the word does not count."""
    mark: int = 0
    """Number of the mark in the terminal's output that this message comes after."""


class Closed(Message, frozen=True, kw_only=True, tag="closed"):
    """The process is gone: no prompt, no more details.  Made by the parent; the last event of a run."""


class Warned(Message, frozen=True, kw_only=True, tag="warned"):
    """A Python warning of the learner's program, as data for explanations."""

    type: str
    text: str
    line: int = 0


WorkerMessage = Ready | Started | Step | Frame | Detail | ErrorReport | Prompt | Done | Warned
"""What a worker may send."""

RunEvent = Started | Output | Step | Frame | Detail | ErrorReport | Exit | Prompt | Closed | Warned
"""What `Run.events()` yields."""

# --------------------------------------------------------------------------------------------- to the worker


class Job(Message, frozen=True, kw_only=True, tag="job"):
    """A program to run."""

    program: Program
    """With file and folder as the worker finds them."""
    limits: Limits | None = None
    """What of them a process can hold itself to, it does; None leaves those of the system."""
    device: str = "cpu"
    token: str = ""
    """A secret that only the worker's own code gets; it proves `Done` and the marks in the output."""


class Soon(Message, frozen=True, kw_only=True, tag="soon"):
    """A job is about to come: wake up."""


class Evaluate(Message, frozen=True, kw_only=True, tag="evaluate"):
    """Run a line in the finished program's namespace, as the interactive interpreter would."""

    source: str


class Look(Message, frozen=True, kw_only=True, tag="look"):
    """Ask for a detail at the next safe point."""

    request: int
    expression: str
    """What a learner may type: `w[0, :, 2]`, `model.layer4[0].conv1.weight.grad`."""
    slice: tuple[int, ...] = ()
    """Index of each leading axis for the 2-D slice of the heatmap."""
    quick: bool = False
    """Whether the program waits for the answer; set by the worker itself."""


class Attend(Message, frozen=True, kw_only=True, tag="attend"):
    """These rows are in view: each frame brings them before others."""

    names: Annotated[tuple[str, ...], Meta(max_length=1024)] = ()


class Halt(Message, frozen=True, kw_only=True, tag="halt"):
    """Stop at the next safe point (raises KeyboardInterrupt there)."""


class Quit(Message, frozen=True, kw_only=True, tag="quit"):
    """Leave the prompt and end the process."""


FrontMessage = Soon | Job | Evaluate | Look | Attend | Halt | Quit
"""What a front end may send to a worker."""

# ---------------------------------------------------------------------------------------------------- the wire

_LENGTH = struct.Struct(">I")
_encoder = msgspec.msgpack.Encoder(enc_hook=str)
"""Paths, the only thing of a message that MessagePack does not know, go as text."""

M = TypeVar("M")


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind, dec_hook=lambda wanted, text: wanted(text))


def encode(message: Message) -> bytes:
    """Return `message` for the wire: four bytes of length, then MessagePack.  Raises ProtocolError if too long."""
    body = _encoder.encode(message)
    if len(body) > MAX_MESSAGE:
        raise ProtocolError(f"message of {len(body)} bytes is longer than {MAX_MESSAGE}")
    return _LENGTH.pack(len(body)) + body


class MessageReader(Generic[M]):
    """Cuts a stream of bytes into messages of the given union of types, and believes nothing."""

    def __init__(self, kind: Any, longest: int = MAX_MESSAGE) -> None:
        self._decoder = _decoder(kind)
        self._longest = longest
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[M]:
        """Yield the messages that are complete with `data`.  Raises ProtocolError at the first that is none."""
        self._data += data
        while len(self._data) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._data)
            if length > self._longest:
                raise ProtocolError(f"message of {length} bytes announced")
            end = _LENGTH.size + length
            if len(self._data) < end:
                return
            body = bytes(self._data[_LENGTH.size : end])
            del self._data[:end]
            try:
                message: M = self._decoder.decode(body)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                raise ProtocolError(f"not a message: {error}") from None
            yield message
