"""Nothing that a terminal would obey is left in text that is printed."""

import unicodedata

import pytest

from evoclass.wording.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b]0;x\x07b", r"a\x1b]0;x\x07b"),
        ("\x9b6n", r"\x9b6n"),
        ("a\u202eb", r"a\u202eb"),
        ("x\udcff", r"x\udcff"),
        ("one\ttwo\nthree", "one\ttwo\nthree"),
        ("perché 👩‍🔬 −½", "perché 👩‍🔬 −½"),
    ],
)
def test_what_acts_is_shown(text, shown):
    assert printable(text) == shown


def test_every_control_character_but_tab_and_line_feed_goes():
    everything = "".join(map(chr, range(0x110000)))
    left = printable(everything)
    controls = {char for char in left if unicodedata.category(char) in ("Cc", "Cs")}
    directions = {
        char
        for char in left
        if unicodedata.bidirectional(char) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
    }
    assert controls == {"\t", "\n"}
    assert not directions
