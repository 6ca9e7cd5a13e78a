"""Style sheets and colours that are kept from an earlier start are those that Textual makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.css import parse
from textual.css.parse import parse as parsed
from textual.css.tokenize import tokenize, tokenize_values
from textual.css.tokenizer import TokenError
from textual.theme import Theme
from textual.widget import Widget

import evoclass_tui.app
from evoclass import startup
from evoclass_tui.quick_css import tokens_of
from evoclass_tui.themes import DARK, LIGHT, OwnTheme

FOLDER = Path(evoclass_tui.app.__file__).parent


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> startup.Start:
    """Return a start that goes on during the test."""
    start = startup.Start(str(tmp_path / "none"))
    monkeypatch.setattr(startup.Start, "current", start)
    return start


def sheets() -> Iterator[tuple[str, tuple[str, str]]]:
    for file in FOLDER.rglob("*.tcss"):
        yield file.read_text(), (str(file), "")
    waiting = [Widget]
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        yield each.__dict__.get("DEFAULT_CSS", ""), (each.__module__, each.__name__)


def test_tokens_are_those_of_textual_also_the_second_time(start: startup.Start) -> None:
    for css, place in sheets():
        expected = list(tokenize(css, place))
        assert [list(tokens_of(css, place)) for _ in range(2)] == [expected] * 2


def test_textual_takes_them(start: startup.Start) -> None:
    assert vars(parse)["tokenize"] is tokens_of
    css = "Label { color: red; &:hover { color: $accent; } }"
    accent = tokenize_values({"accent": "blue"})
    for _ in range(2):
        (plain, hovered) = parsed("", css, ("", ""), variable_tokens=accent)
        assert plain.styles.color.hex == "#FF0000"
        assert hovered.styles.color.hex == "#0000FF"


def test_a_sheet_that_is_wrong_raises_textual_s_error_each_time(start: startup.Start) -> None:
    for _ in range(2):
        with pytest.raises(TokenError):
            list(parsed("", "Label { color: red; }}", ("", "")))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_colours_are_those_of_textual_also_the_second_time(start: startup.Start, theme: OwnTheme) -> None:
    facts = {name: value for name, value in vars(theme).items() if name in Theme.__dataclass_fields__}
    expected = Theme(**facts).to_color_system().generate()
    assert [theme.to_color_system().generate() for _ in range(2)] == [expected] * 2


def test_another_colour_gives_others(start: startup.Start) -> None:
    facts = {name: value for name, value in vars(DARK).items() if name in Theme.__dataclass_fields__}
    other = OwnTheme(**{**facts, "primary": "#ff0000"})
    assert DARK.to_color_system().generate()["primary"] != other.to_color_system().generate()["primary"]
