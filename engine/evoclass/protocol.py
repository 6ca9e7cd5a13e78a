"""Messages between a runner and its worker: typed, length-prefixed MessagePack; nothing is ever unpickled.

The parent treats the worker as hostile: sizes and types are checked before use.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from evoclass.errors import ProtocolError
from evoclass.running.png import png_size
from evoclass.running.program import Limits, Program

__all__ = [
    "RATED",
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
    "Expected",
    "Figure",
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
    "Thumbnail",
    "Values",
    "Waiting",
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
"""Most rows of one frame.  Bounds like this keep a small message from becoming large when unpacked."""

MAX_POINTS = 4_096
"""Most points of one curve in one frame."""

MAX_THUMBNAILS = 256
"""Most thumbnails of one value in one frame."""

MAX_CELLS = 1_024
"""Most numbers of a thumbnail."""

MAX_FIGURE = 2 * 1024 * 1024
"""Most bytes of a figure."""

FIGURE_SIDE = 2_000
"""Largest width and height of a figure in pixels."""

MAX_FIGURES = 20
"""Most figures of a run that wait or are kept: the newest ones."""

MAX_TITLE, MAX_LABEL, MAX_PATH = 200, 80, 4_096
"""Most characters of a figure's title, of the label of an axis, and of the path of its file."""

MAX_PLOTS, MAX_LEGEND = 4, 12
"""Most plots of a figure whose axes are told, and most entries of its legend."""

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

FigureAxes = Annotated[
    tuple[tuple[Annotated[str, Meta(max_length=MAX_LABEL)], float, float], ...],
    Meta(max_length=2 * MAX_PLOTS),
]
"""Label of an axis, the least number of its data, and the largest."""
FigureLegend = Annotated[
    tuple[
        tuple[
            Annotated[str, Meta(max_length=MAX_LABEL)],
            Annotated[str, Meta(pattern=r"^(#[0-9a-f]{6})?\Z", max_length=7)],
        ],
        ...,
    ],
    Meta(max_length=MAX_LEGEND),
]
"""What a legend says, each with its colour as `#rrggbb`, or empty if it has no single one."""

# ---------------------------------------------------------------------------------------------- plain data

Kind = Literal[
    "tensor",
    "parameter",
    "buffer",
    "gradient",
    "module",
    "optimizer",
    "scheduler",
    "array",
    "scalar",
    "other",
]
"""Kind of a row of the inspector."""

RATED: frozenset[Kind] = frozenset(("optimizer", "scheduler"))
"""Kinds of rows whose number is a learning rate."""

Cause = Literal["statement", "step", "loop", "error", "end", "asked"]
"""Why a frame was made: a statement, an optimizer step, a loop iteration, an exception, the end, or a prompt."""


class Summary(Struct, frozen=True, kw_only=True):
    """One row of the inspector: statistics of a value, never the value itself."""

    name: str
    """Expression that reaches the value: `head.weight`, `head.weight.grad`, `loss`."""
    kind: Kind
    type: str = ""
    """Python class name."""
    parent: str = ""
    """Name of the parent row in the tree (a module), or empty."""
    shape: Axes | None = None
    dtype: str = ""
    """Type of the elements, without the `torch.` prefix."""
    device: str = ""
    layout: str = ""
    requires_grad: bool | None = None
    trainable: bool | None = None
    """For a parameter: whether an optimizer step may change it; False means frozen."""
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
    """Whether the statistics come from a strided sample."""
    text: str = ""
    """Short value of a scalar, the learning rate of an optimizer or a scheduler, a module's class."""
    badge: str = ""
    """Why there are no statistics (`meta`, `raises on repr`), in a word or two."""
    parameters: int | None = None
    """For a module: number of its parameters."""
    frozen: int | None = None
    """For a module: number of its frozen parameters."""
    training: bool | None = None
    """For a module: whether it is in training mode (dropout drops, batch norm updates its averages)."""


class Thumbnail(Struct, frozen=True, kw_only=True):
    """The numbers of a matrix at one optimizer step, thinned to a few hundred."""

    step: int = 0
    rows: int
    columns: int
    cells: Annotated[bytes, Meta(max_length=4 * MAX_CELLS)]
    """32-bit floats, row by row, the low byte first."""


Thumbnails = Annotated[tuple[Thumbnail, ...], Meta(max_length=MAX_THUMBNAILS)]
"""Thumbnails of one value, by step."""


class Parameters(Struct, frozen=True, kw_only=True):
    """How many numbers in the run's models are trainable or frozen, each counted once."""

    trainable: int = 0
    frozen: int = 0
    nameless: int = 0
    """Numbers, not in the other two, in models without a name: only a list or an optimizer still holds them."""


class Expected(Struct, frozen=True, kw_only=True):
    """Whether a condition of the lesson holds, with the values that it compares."""

    expression: str
    holds: bool = False
    values: Values = {}
    """By expression: `accuracy`, `loss.item()`."""
    missing: str = ""
    """The name that the program does not have, if that is why the condition could not be evaluated."""
    error: str = ""
    """Why it could not be evaluated, in the words of the exception."""


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
    """Length of a list, a text, a dictionary or a similar value."""
    keys: Annotated[tuple[str, ...], Meta(max_length=32)] = ()
    """The first keys of a dictionary, as Python writes them."""
    own: bool = False
    """Whether its class is the learner's own."""
    computed: bool = False
    """Whether it is a tensor that PyTorch computed from others with a gradient, and so not a leaf."""


class Named(Struct, frozen=True, kw_only=True):
    """A name for code rather than a value, in the expression that raised."""

    name: str
    kind: Literal["class", "function", "module"]
    of: str = ""
    """The code's own name: `Net` for `model = Net`."""


class Signature(Struct, frozen=True, kw_only=True):
    """The parameters of a function or class that was called wrongly."""

    name: str
    """As Python's message names it: `Net.forward`."""
    parameters: Annotated[tuple[str, ...], Meta(max_length=64)] = ()
    """Those that can be passed by position, `self` included."""
    keywords: Annotated[tuple[str, ...], Meta(max_length=64)] = ()
    """Those that can be passed only by name."""
    optional: int = 0
    """How many of `parameters`, from the end, have a default."""
    any_positional: bool = False
    any_keyword: bool = False
    own: bool = False
    """Whether it is in the learner's file, at `line`."""
    static: bool = False
    """Whether it is a `staticmethod`, which gets no object of its class."""
    line: int = 0


class Origin(Struct, frozen=True, kw_only=True):
    """Where the learner's source assigned a value of the expression that raised."""

    name: str
    line: int
    source: str = ""
    """The assigned expression, empty if it is long."""
    function: str = ""
    """The function that was called to make it: `load`."""
    maker: str = ""
    """Defined name of that function, or of that model's forward pass, if it is the learner's: `Net.forward`."""
    returns: bool | None = None
    """Whether `maker` returns a value; None if unknown."""


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
    """The whole sub-expression that raised, on as many lines as it was written; empty if unknown."""
    statement: str = ""
    """The statement around it, or the first line of a loop or block; empty if it is long or unknown."""
    operands: Annotated[tuple[Operand, ...], Meta(max_length=256)] = ()
    named: Annotated[tuple[Named, ...], Meta(max_length=32)] = ()
    origins: Annotated[tuple[Origin, ...], Meta(max_length=32)] = ()
    signature: Signature | None = None
    """For a call with wrong arguments: the signature of the called function or class."""
    close: Annotated[tuple[str, ...], Meta(max_length=8)] = ()
    """For a missing name: the most similar names that exist there."""
    homes: Annotated[tuple[str, ...], Meta(max_length=8)] = ()
    """For a missing name: well-known modules that have it."""
    unguarded: bool = False
    """Whether the program starts processes that import it again, but has no `if __name__ == "__main__"`."""
    module: str = ""
    """Innermost layer that was running at the error, as the learner would write it: `model[3]`."""
    traceback: str = ""
    """The traceback as Python printed it."""
    during: str = ""
    """Function in the learner's file that was running, empty at top level."""
    chain: Annotated[tuple[str, ...], Meta(max_length=256)] = ()
    """Qualified class names of the exception's bases, nearest first."""


class Exit(Message, frozen=True, kw_only=True, tag="exit"):
    """How a run ended.  The parent takes this from the system, never from the worker."""

    reason: Literal["finished", "error", "timeout", "stopped", "memory", "killed", "lost"]
    code: int
    """Exit code as a shell would give it: 0, 1, 124 timeout, 130 stopped, 137 memory, 128 + signal killed."""
    seconds: float
    dropped_bytes: int = 0
    """Bytes of output that were dropped because they were over the limit."""
    signal: int = 0
    detail: str = ""
    """A detail for the sentence: the limit that was reached, or the signal's name."""


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


class Waiting(Message, frozen=True, kw_only=True, tag="waiting"):
    """A program elsewhere has not begun, or nothing is heard of it.  Made by the parent."""

    stage: Literal["connecting", "queued", "starting", "lost"]
    """What it waits for: a connection, its turn in a queue, a process that is being made, a connection that broke."""
    place: int | None = None
    """Place in the queue, from 1."""
    estimate: float | None = None
    """Seconds until it begins, as the queue believes."""
    detail: str = ""
    """What the place said: a reason of the queue, the last line of a command."""


class Output(Message, frozen=True, kw_only=True, tag="output"):
    """Text from the program's terminal, decoded; escape sequences still inside."""

    text: str


class Step(Message, frozen=True, kw_only=True, tag="step"):
    """An optimizer step was made (coalesced: `count` steps in all so far)."""

    count: int


class Frame(Message, frozen=True, kw_only=True, tag="frame", rename={"curves": "courses"}):
    """What the inspector sends of one look at the program."""

    # Logs have the curves of earlier runs under their first name, which was that of a course of lessons, too.

    sequence: int
    cause: Cause
    step: int = 0
    line: int = 0
    """Line of the learner's file that is running or has just run."""
    seconds: float = 0.0
    """Seconds since the run started."""
    rows: Annotated[tuple[Summary, ...], Meta(max_length=MAX_ROWS)] = ()
    """All rows if `whole`, else those that changed since the frame before."""
    whole: bool = True
    gone: Names = ()
    """Names that vanished since the frame before (only if not `whole`)."""
    total: int = 0
    """How many values there are, including rows that were left out."""
    live: Values = {}
    """Value of each `{live}` expression that could be evaluated."""
    expected: Annotated[tuple[Expected, ...], Meta(max_length=256)] = ()
    """What became of the program's conditions (`Program.expect`), in the frame after its end."""
    parameters: Parameters | None = None
    cost: float = 0.0
    """Seconds that making this frame took."""
    curves: Annotated[dict[str, Points], Meta(max_length=64)] = {}
    """Points of each watched value since the previous frame: a number itself, or a tensor's norm."""
    thumbnails: Annotated[dict[str, Thumbnails], Meta(max_length=64)] = {}
    """Thumbnails of each watched matrix since the previous frame."""

    @property
    def courses(self) -> dict[str, Points]:
        """The earlier name of `curves`."""
        warnings.warn(
            "Frame.courses is called curves now; the old name goes with the next version",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.curves


class Detail(Message, frozen=True, kw_only=True, tag="detail"):
    """The requested close look at one value."""

    request: int
    """Number of the request that this answers."""
    expression: str
    error: str = ""
    """Why there is no close look, in the words of the exception."""
    summary: Summary | None = None
    """Exact statistics (`sampled` says if the value was too large for that)."""
    plus_inf: int | None = None
    minus_inf: int | None = None
    """How many of `summary.inf` are negative; `plus_inf` counts the positive ones."""
    quantiles: Annotated[tuple[tuple[float, float], ...], Meta(max_length=1024)] = ()
    """Pairs of quantile and value."""
    edges: tuple[float, float] | None = None
    """Lower and upper end of the histogram."""
    grid: Annotated[tuple[GridRow, ...], Meta(max_length=1024)] = ()
    """2-D slice, strided down to at most 64 × 64; None where not finite."""
    grid_shape: tuple[int, int] | None = None
    """Size of the slice before striding."""
    grid_axes: tuple[int, int] | None = None
    """Axes of the value that the rows and the columns show."""
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
    """The worker's own report that the program ended; the parent checks it against the system."""

    code: int = 0
    error: bool = False
    parameters: Parameters | None = None
    steps: int = 0
    token: str = ""
    """The secret that came with the job; without it the report does not count."""
    mark: int = 0
    """Number of the mark in the terminal's output that this message comes after."""


class Closed(Message, frozen=True, kw_only=True, tag="closed"):
    """The process is gone: no prompt, no more details.  Made by the parent; the last event of a run."""


class Warned(Message, frozen=True, kw_only=True, tag="warned"):
    """A Python warning of the learner's program, as data for explanations."""

    type: str
    text: str
    line: int = 0


class Figure(Message, frozen=True, kw_only=True, tag="figure"):
    """A picture that the program showed or saved; a later one with the same number takes its place.

    Raises ValueError for anything but a whole PNG file within the bounds; nothing is decoded for that.
    """

    number: Annotated[int, Meta(ge=1, le=2**31)]
    png: Annotated[bytes, Meta(max_length=MAX_FIGURE)]
    title: Annotated[str, Meta(max_length=MAX_TITLE)] = ""
    """What it shows, in the program's own words; empty if these are none."""
    file: Annotated[str, Meta(max_length=MAX_PATH)] = ""
    """Where the program has saved it, as the program wrote that; empty if it was only shown."""
    line: int = 0
    """Line of the learner's file that showed or saved it, 0 if unknown."""
    axes: FigureAxes = ()
    """What is on the axes of its plots, for those who cannot read it from the picture."""
    legend: FigureLegend = ()
    """What the legends of its plots say."""

    def __post_init__(self) -> None:
        if max(self.size) > FIGURE_SIDE:
            raise ValueError(f"a figure of more than {FIGURE_SIDE} pixels from side to side")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return png_size(self.png)


WorkerMessage = Ready | Started | Step | Frame | Detail | ErrorReport | Prompt | Done | Warned | Figure
"""Messages that a worker may send."""

RunEvent = (
    Started
    | Waiting
    | Output
    | Step
    | Frame
    | Detail
    | ErrorReport
    | Exit
    | Prompt
    | Closed
    | Warned
    | Figure
)
"""Events that `Run.events()` yields."""

# --------------------------------------------------------------------------------------------- to the worker


class Job(Message, frozen=True, kw_only=True, tag="job"):
    """A program to run."""

    program: Program
    """With file and folder as the worker finds them."""
    limits: Limits | None = None
    """The process enforces those that it can enforce on itself; None keeps the system's limits."""
    device: str = "cpu"
    token: str = ""
    """A secret that only the worker's own code gets; it proves `Done` and the marks in the output."""


class Soon(Message, frozen=True, kw_only=True, tag="soon"):
    """A job will come soon: wake up."""


class Evaluate(Message, frozen=True, kw_only=True, tag="evaluate"):
    """Run a line in the finished program's namespace, as the interactive interpreter would."""

    source: str
    figure_size: tuple[float, float, float] | None = None
    """As in `Program`, but for the figures from now on; None for the size that the program began with."""


class Look(Message, frozen=True, kw_only=True, tag="look"):
    """Ask for a `Detail` at the next safe point."""

    request: int
    expression: str
    """An expression that the learner may type: `w[0, :, 2]`, `model.layer4[0].conv1.weight.grad`."""
    slice: tuple[int, ...] = ()
    """Index of each leading axis for the 2-D slice of the heatmap."""
    quick: bool = False
    """Whether the program waits for the answer; set by the worker itself."""


class Attend(Message, frozen=True, kw_only=True, tag="attend"):
    """These rows are in view: each frame brings them first."""

    names: Annotated[tuple[str, ...], Meta(max_length=1024)] = ()


class Halt(Message, frozen=True, kw_only=True, tag="halt"):
    """Stop at the next safe point (raises KeyboardInterrupt there)."""


class Quit(Message, frozen=True, kw_only=True, tag="quit"):
    """Leave the prompt and end the process."""


FrontMessage = Soon | Job | Evaluate | Look | Attend | Halt | Quit
"""Messages that a front end may send to a worker."""

# ---------------------------------------------------------------------------------------------------- the wire

_LENGTH = struct.Struct(">I")
_encoder = msgspec.msgpack.Encoder(enc_hook=str)
"""Encodes paths as text: they are the only part of a message that MessagePack does not know."""

M = TypeVar("M")


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind, dec_hook=lambda wanted, text: wanted(text))


def encode(message: Message) -> bytes:
    """Return `message` in its wire form: four bytes of length, then MessagePack.  Raises ProtocolError if too long."""
    try:
        body = _encoder.encode(message)
    except UnicodeEncodeError:  # half of a surrogate pair: the program's own text may have it
        body = _encoder.encode(
            _whole_characters(msgspec.to_builtins(message, builtin_types=(bytes,), enc_hook=str))
        )
    if len(body) > MAX_MESSAGE:
        raise ProtocolError(f"message of {len(body)} bytes is longer than {MAX_MESSAGE}")
    return _LENGTH.pack(len(body)) + body


def _whole_characters(data: Any) -> Any:
    """Return plain data with each half of a surrogate pair written as its code, such as `\\udcff`."""
    match data:
        case str():
            return data.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_whole_characters(key): _whole_characters(value) for key, value in data.items()}
        case list() | tuple():
            return [_whole_characters(item) for item in data]
    return data


class MessageReader(Generic[M]):
    """Cuts a stream of bytes into messages of the given union of types, and trusts no input."""

    def __init__(self, kind: Any, longest: int = MAX_MESSAGE) -> None:
        self._decoder = _decoder(kind)
        self._longest = longest
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[M]:
        """Yield the messages that `data` completes.  Raises ProtocolError at the first invalid one."""
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
