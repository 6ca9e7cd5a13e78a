"""A terminal with pictures, written after the specifications: sixel, iTerm2's inline images, kitty's placeholders."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, field

from PIL import Image

_SEQUENCE = re.compile(
    r"\x1bPtmux;(?P<tmux>(?:[^\x1b]|\x1b\x1b)*)\x1b\\"
    r"|\x1bP(?P<dcs>.*?)\x1b\\"
    r"|\x1b_G(?P<kitty>.*?)\x1b\\"
    r"|\x1b\](?P<osc>.*?)(?:\x07|\x1b\\)"
    r"|\x1b\[(?P<parameters>[\d;?<>=]*)\$?(?P<final>[A-Za-z])"
    r"|\x1b(?P<cursor>[78])"
    r"|\x1b[^\[\]P_]"
    r"|(?P<text>[^\x1b])",
    re.DOTALL,
)
_SIXEL = re.compile(
    r"\"(?P<raster>[\d;]+)|#(?P<define>\d+;2;\d+;\d+;\d+)|#(?P<colour>\d+)|!(?P<times>\d+)(?P<repeated>[?-~])"
    r"|(?P<one>[?-~])|(?P<carriage>[$-])"
)


@dataclass
class PixelTerminal:
    """Cells of so many pixels; each holds a letter or the pixels of a picture."""

    columns: int
    rows: int
    cell: tuple[int, int] = (10, 20)
    spills: bool = False
    """Whether an image takes one column more than it fills, as in Konsole."""
    letters: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    """Text and foreground by row and column."""
    painted: dict[tuple[int, int], Image.Image] = field(default_factory=dict)
    images: dict[int, tuple[Image.Image, int, int]] = field(default_factory=dict)
    """Of kitty: the image, and the columns and rows of its placement, by its number."""

    def __post_init__(self) -> None:
        self._y = self._x = 0
        self._saved = (0, 0)
        self._colour = self._last = ""
        self._keys: dict[str, str] = {}
        self._pieces = ""

    def feed(self, data: str) -> None:
        """Take what a program writes."""
        for found in _SEQUENCE.finditer(data):
            if (text := found["text"]) is not None:
                self._type(text)
            elif (command := found["kitty"]) is not None:
                self._kitty(command)
            elif (passed := found["tmux"]) is not None:
                self.feed(passed.replace("\x1b\x1b", "\x1b"))
            elif (sixels := found["dcs"]) is not None:
                self._paint(sixel_image(sixels))
            elif (osc := found["osc"]) is not None:
                if osc.startswith("1337;File="):
                    self._inline(osc.removeprefix("1337;File="))
            elif found["cursor"] == "7":
                self._saved = (self._y, self._x)
            elif found["cursor"] == "8":
                self._y, self._x = self._saved
            elif found["final"] is not None:
                self._control(found["parameters"], found["final"])

    def shown(self, y: int, x: int) -> Image.Image | str:
        """Return what a cell shows: its pixels, or its letter."""
        if (y, x) in self.painted:
            return self.painted[y, x]
        text, colour = self.letters.get((y, x), (" ", ""))
        if text[0] != "\U0010eeee":
            return text
        if 1 < len(text) < 4:
            return " "  # the others of its marks are still on their way
        row, column, high = self._part(y, x)
        image, columns, rows = self.images[high << 24 | int(colour.removeprefix("38;5;"))]
        whole = image.resize((columns * self.cell[0], rows * self.cell[1]))
        return whole.crop(self._box(row, column))

    def _part(self, y: int, x: int) -> tuple[int, int, int]:
        """Return the row, the column and the high byte that a placeholder says, or takes over from its left."""
        from evoclass_tui.pictures.kitty import MARKS

        text, colour = self.letters[y, x]
        if len(text) > 1:
            row, column, high = (MARKS.index(mark) for mark in text[1:])
            return row, column, high
        left = self.letters.get((y, x - 1), (" ", ""))
        assert left[0][0] == text, "nothing to go on with"
        assert left[1] == colour, "another picture"
        assert (y, x - 1) not in self.painted
        row, column, high = self._part(y, x - 1)
        return row, column + 1, high

    def _box(self, row: int, column: int) -> tuple[int, int, int, int]:
        width, height = self.cell
        return (column * width, row * height, (column + 1) * width, (row + 1) * height)

    @property
    def text(self) -> str:
        """The letters, line by line."""
        cells = (
            [self.letters.get((y, x), " ")[0][:1] for x in range(self.columns)] for y in range(self.rows)
        )
        return "\n".join("".join(row).rstrip() for row in cells)

    def _type(self, letter: str) -> None:
        from evoclass_tui.pictures.kitty import MARKS

        if letter < " ":
            return
        if letter in MARKS:
            text, colour = self.letters[self._y, self._x - 1]
            self.letters[self._y, self._x - 1] = (text + letter, colour)
            return
        self._last = letter
        self.painted.pop((self._y, self._x), None)
        self.letters[self._y, self._x] = (letter, self._colour)
        self._x += 1

    def _control(self, parameters: str, final: str) -> None:
        if final == "H":
            y, x = (int(number) for number in (parameters or "1;1").split(";"))
            self._y, self._x = y - 1, x - 1
        elif final == "G":
            self._x = int(parameters) - 1
        elif final == "C":
            self._x += int(parameters)
        elif final == "b":
            for _ in range(int(parameters)):
                self._type(self._last)
        elif final == "m":
            if (found := re.search(r"38;(?:5;\d+|2;\d+;\d+;\d+)", parameters)) is not None:
                self._colour = found[0]
            elif parameters in ("", "0") or parameters.startswith(("0;", "39")):
                self._colour = ""

    def _paint(self, image: Image.Image) -> None:
        """Put an image of one row where the cursor is."""
        width, height = self.cell
        assert image.height == height
        assert image.width % width == 0
        assert self._y < self.rows - 1, "the screen would scroll"
        assert image.width <= 1000, "xterm draws nothing that is wider"
        for column in range(image.width // width):
            self.painted[self._y, self._x + column] = image.crop(self._box(0, column))
        if self.spills:
            self.painted[self._y, self._x + image.width // width] = Image.new("RGB", self.cell, "gray")
        self._y, self._x = self._y + 1, 0  # in other terminals it stands elsewhere

    def _inline(self, told: str) -> None:
        keys, _, data = told.partition(":")
        options = dict(key.split("=") for key in keys.split(";"))
        raw = base64.b64decode(data, validate=True)
        assert options["inline"] == "1"
        assert options["height"] == "1"
        assert int(options["size"]) == len(raw)
        image = Image.open(io.BytesIO(raw)).convert("RGB")
        self._paint(image.resize((int(options["width"]) * self.cell[0], self.cell[1])))

    def _kitty(self, command: str) -> None:
        keys, _, data = command.partition(";")
        options = dict(key.split("=") for key in keys.split(","))
        if options.get("a") == "d":
            assert options["d"] == "I"
            del self.images[int(options["i"])]
            return
        if options.get("a") == "q":
            return
        if "a" in options:
            assert options["a"] == "T"
            assert (options["U"], options["f"]) == ("1", "100")
            self._keys, self._pieces = options, ""
        assert options["q"] == "2", "the terminal would answer, and the answer would be keys"
        assert len(data) <= 4096
        self._pieces += data
        if options.get("m", "0") == "0":
            image = Image.open(io.BytesIO(base64.b64decode(self._pieces, validate=True))).convert("RGB")
            self.images[int(self._keys["i"])] = (image, int(self._keys["c"]), int(self._keys["r"]))


def sixel_image(sequence: str) -> Image.Image:
    """Return what a sixel sequence draws."""
    head, _, data = sequence.partition("q")
    assert re.fullmatch(r"[\d;]*", head)
    colours: dict[int, tuple[int, ...]] = {}
    image, x, y, colour = Image.new("RGB", (1, 1)), 0, 0, 0
    end = 0
    for found in _SIXEL.finditer(data):
        assert found.start() == end, f"not sixel: {data[end : end + 20]!r}"
        end = found.end()
        if found["raster"]:
            image = Image.new("RGB", tuple(map(int, found["raster"].split(";")[2:])), (255, 0, 255))
        elif found["define"]:
            number, _, *shares = map(int, found["define"].split(";"))
            colours[number] = tuple(round(share * 2.55) for share in shares)
        elif found["colour"]:
            colour = int(found["colour"])
        elif found["carriage"]:
            x, y = 0, y + 6 * (found["carriage"] == "-")
        else:
            bits = ord(found["one"] or found["repeated"]) - 63
            times = int(found["times"] or 1)
            for bit in range(6):
                if bits >> bit & 1:
                    image.paste(colours[colour], (x, y + bit, x + times, y + bit + 1))
            x += times
    assert end == len(data)
    return image
