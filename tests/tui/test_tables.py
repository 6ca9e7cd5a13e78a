"""What is written in tables: commands, keys, texts, themes."""

from __future__ import annotations

import string
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from evoclass.i18n import LANGUAGES, Catalog
from evoclass_tui.app import EvoClassApp
from evoclass_tui.keys import COMMANDS, display
from evoclass_tui.screens.dialogs import Dialogs
from evoclass_tui.screens.lesson import LessonScreen
from evoclass_tui.terminal_colours import NIGHT, PAPER, rich_style
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.code_theme import code_theme
from evoclass_tui.widgets.lab import LabColumn
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.reader import Reader
from pseudo import EVERY

OWNERS = {
    "screen": LessonScreen,
    "dialogs": Dialogs,
    "panes": Panes,
    "lab": LabColumn,
    "reader": Reader,
    "app": EvoClassApp,
}

FRAGILE = {"f5", "ctrl+r", "ctrl+w", "ctrl+t", "f11", "ctrl+b"}
"""Keys that browsers, tmux or terminals keep for themselves."""


def texts(language: str) -> dict[str, str]:
    def flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in table.items():
            found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
        return found

    return flat(
        tomllib.loads(files("evoclass_tui").joinpath("locale", f"{language}.toml").read_text("utf-8"))
    )


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_text_exists_in_every_language_with_the_same_fields() -> None:
    english = texts("en")
    for language in LANGUAGES:
        other = texts(language)
        assert other.keys() == english.keys()
        assert {key: fields(text) for key, text in other.items()} == {
            key: fields(text) for key, text in english.items()
        }


@pytest.mark.parametrize("language", EVERY)
def test_every_command_has_its_texts_and_its_action(language: str) -> None:
    catalog = Catalog(language, ("evoclass_tui",))
    for command in COMMANDS:
        for part in ("label", "short", "help"):
            assert catalog.has(f"command.{command.id}.{part}"), (command.id, part)
        assert callable(getattr(OWNERS[command.owner], f"action_{command.id}"))


def test_no_key_has_two_meanings() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_the_key_bar_fits_eighty_columns_with_the_keys_that_matter() -> None:
    assert {command.id for command in COMMANDS if command.bar} >= {
        "run",
        "check",
        "language",
        "map",
        "palette",
        "help",
    }


def test_keys_that_others_keep_have_a_second_way() -> None:
    # Every command is in the palette; these have a further key as well.
    for command in COMMANDS:
        if command.keys and command.keys[0] in FRAGILE:
            assert len(command.keys) > 1, command.id


@pytest.mark.parametrize(
    ("key", "shown"),
    [("ctrl+s", "^S"), ("f5", "F5"), ("shift+f6", "⇧F6"), ("alt+left", "Alt ←"), ("ctrl+pagedown", "^PgDn")],
)
def test_keys_are_shown_as_people_write_them(key: str, shown: str) -> None:
    assert display(key, Catalog("en", ["evoclass_tui"])) == shown


def test_keys_with_a_name_are_called_as_on_an_italian_keyboard() -> None:
    assert display("space", Catalog("it", ["evoclass_tui"])) == "Spazio"
    assert display("ctrl+delete", Catalog("it", ["evoclass_tui"])) == "^Canc"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read_on_its_background(theme: Any) -> None:
    palette = NIGHT if theme.dark else PAPER
    colours = [theme.primary, theme.secondary, theme.accent, theme.success, theme.warning, theme.error]
    colours += [value for name, value in theme.variables.items() if name.startswith("code-")]
    # The named terminal colours, without the background's own (black by night, the pale ones by day).
    colours += palette[1:8] + palette[9:] if theme.dark else palette[:7]
    for background in (theme.background, theme.surface):
        assert contrast(theme.foreground, background) >= 7
        for colour in colours:
            least = 3.0 if colour == theme.variables["code-comment"] else 3.5
            assert contrast(colour, background) >= least, (colour, background)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_editor_takes_its_colours_from_any_theme() -> None:
    ours = code_theme(THEMES[0].variables, "ours").syntax_styles
    assert ours["keyword"].bold
    assert ours["string"].color is not None
    foreign = code_theme({"secondary": "#aabbcc", "success": "#112233"}, "foreign").syntax_styles
    assert foreign["keyword"].color is not None
    assert "number" not in foreign


def test_terminal_colours_follow_the_background() -> None:
    from evoclass.running.sgr import PLAIN, Style

    red = Style(fg=1, bold=True)
    assert rich_style(red, True).color != rich_style(red, False).color
    assert rich_style(red, True).bold
    assert rich_style(Style(fg="#123456"), True).color.triplet.hex == "#123456"  # type: ignore[union-attr]
    assert rich_style(Style(bg=208), True).bgcolor.triplet.hex == "#ff8700"  # type: ignore[union-attr]
    assert not rich_style(PLAIN, True)
