"""Learners change keys: every one can be changed, what cannot work is told, and the rest goes on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.binding import Binding
from textual.widgets import OptionList, Static

from evoclass import hookimpl
from evoclass.disk import paths
from evoclass.i18n import Catalog
from evoclass.learner import config
from evoclass.protocol import Figure, Output
from evoclass_tui.actions import ActionContext, ScreenAction
from evoclass_tui.keymap import DEFAULT, KeyEntry, Keymap, own_entries, panel_entries
from evoclass_tui.keyname import is_sent, read_key
from evoclass_tui.keys import display
from evoclass_tui.keytable import problems_said
from evoclass_tui.panel import Panel, rebind
from evoclass_tui.presets import PRESETS, TAKEN_BY_BROWSERS
from evoclass_tui.screens.help import Help
from evoclass_tui.screens.keys import KeysScreen, PressKey
from evoclass_tui.screens.palette import Palette
from evoclass_tui.screens.settings import SettingsScreen
from evoclass_tui.widgets.find_bar import FindField
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.prompt import PromptInput
from pngs import png
from pseudo import EVERY
from tui.stage import OpenStage, Stage

BUNDLED = {
    name: text
    for package in ("evoclass_tui", "evoclass_tensors")
    for name in ("en", "it")
    for text in [files(package).joinpath("locale", f"{name}.toml").read_text("utf-8")]
    for name in [f"{package}/{name}"]
}


def tensors() -> list[KeyEntry]:
    from evoclass_tensors.screen.panel import TensorPanel

    return list(panel_entries("tensors", TensorPanel.KEYS))


def keep(**keys: str | None) -> None:
    """Write keys into the settings; two underscores stand for a full stop."""
    config.save(paths.config_file(), keys={name.replace("__", "."): key for name, key in keys.items()})


def kinds(wanted: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(problem.kind, problem.id) for problem in Keymap(tensors(), wanted).problems]


# ------------------------------------------------------------------------------------------------- every one


_MODIFIERS = ("", "ctrl+", "alt+", "shift+", "alt+shift+", "ctrl+shift+")


def unlike_any() -> dict[str, str]:
    """Return a key of its own for every entry that can be changed."""
    free = [f"{modifier}f{number}" for modifier, number in product(_MODIFIERS, range(13, 25))]
    free += [
        f"{modifier}{name}"
        for modifier, name in product(
            ("ctrl+alt+", "alt+ctrl+shift+", "alt+shift+", "ctrl+shift+"),
            ("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "insert"),
        )
    ]
    names = [entry.id for entry in (*own_entries(), *tensors()) if not entry.fixed]
    free += [f"alt+{digit}" for digit in "0123456789"] + [
        f"alt+shift+{letter}" for letter in "abcdefghijklmnqrstuvwyz"
    ]
    free += [f"ctrl+alt+{name}" for name in ("delete", "home", "end", "pageup", "pagedown")]
    free += [
        f"alt+{sign}" for sign in ("comma", "full_stop", "semicolon", "apostrophe", "plus", "minus", "at")
    ]
    read = [read_key(key) for key in free]
    assert len(set(read)) >= len(names)
    return dict(zip(names, filter(None, read), strict=False))


def test_every_entry_takes_another_key() -> None:
    wanted = unlike_any()
    keymap = Keymap(tensors(), wanted)
    assert not keymap.problems
    assert {name: keymap.keys(name) for name in wanted} == {name: (key,) for name, key in wanted.items()}
    fixed = {entry.id for entry in keymap.entries.values() if entry.fixed}
    assert fixed == {
        "choice.digit",
        "match.letter",
        "text.finish",
        "code.indent",
        "editor.indent",
        "find.replace",
        "prompt_search.enter",
    }


def bound(node: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, binding in node._bindings:
        if binding.id:
            found.setdefault(binding.id, set()).add(key)
    return found


async def test_every_widget_has_the_new_keys_and_none_of_the_old_ones(open_stage: OpenStage) -> None:
    wanted = unlike_any()
    config.save(paths.config_file(), keys=wanted)
    async with open_stage() as stage:
        await stage.press(wanted["run"])
        await stage.until(lambda: stage.runner.runs)
        stage.runner.run.happens(Figure(number=1, png=png(4)))
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        await stage.until(lambda: stage.screen.query("#panel-figures"))
        stage.lab.editor.focus()  # type: ignore[union-attr]
        await stage.press(wanted["editor.find"])
        seen: set[str] = set()
        for node in (stage.app, *stage.screen.walk_children(with_self=True)):
            for name, keys in bound(node).items():
                assert keys == {wanted[name]}, (node, name)
                seen.add(name)
        # The others are looked up when a key is pressed, or belong to widgets that this lesson has not.
        absent = (
            "choice.",
            "order.",
            "match.",
            "sketch.",
            "knob.",
            "code.",
            "terminal.",
            "go_to_line.",
            "note.",
            "search.",
        )
        assert {name for name in wanted if name not in seen and not name.startswith(absent)} == set()


async def test_a_key_that_is_given_up_is_free(open_stage: OpenStage) -> None:
    keep(run="f13", reader__page="f", editor__undo="f14", quit="f15")
    async with open_stage() as stage:
        await stage.press("f5", "ctrl+r", "ctrl+q")
        assert not stage.runner.runs
        assert stage.app.is_running
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.press("a", "ctrl+z")
        assert editor.text.startswith("a")
        await stage.press("f14")
        assert not editor.text.startswith("a")
        await stage.press("f13")
        await stage.until(lambda: stage.runner.runs)
        await stage.press("f15")
        await stage.until(lambda: not stage.app.is_running)


async def test_keys_that_textual_binds_are_free_too(open_stage: OpenStage, long_course: Path) -> None:
    keep(reader__page="f", reader__bottom="f13")
    async with open_stage(content=long_course) as stage:
        await stage.press("pagedown", "space", "end")
        assert stage.screen.reader.scroll_y == 0
        await stage.press("f")
        await stage.until(lambda: stage.screen.reader.scroll_y > 0)


async def test_keys_of_an_editor_keep_their_order_with_letters(open_stage: OpenStage) -> None:
    from textual import events

    keep(editor__comment="ctrl+k")
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.pilot.pause()
        before = editor.text.splitlines()[0]
        for key in ("ctrl+k", "x"):
            stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await stage.until(lambda: "x" in editor.text.splitlines()[0])
        assert editor.text.splitlines()[0].replace("x", "") in (before.removeprefix("# "), f"# {before}")


async def test_places_of_the_lab_follow(open_stage: OpenStage) -> None:
    keep(terminal__end_of_input="alt+x", prompt__search="alt+s", leave="alt+v", find__next="alt+n")
    async with open_stage() as stage:
        await stage.run()
        stage.lab.terminal.view.focus()
        await stage.press("alt+x")
        assert stage.runner.run.typed == ["\x04"]
        stage.runner.run.happens(Output(text="x\r\n"))
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        await stage.press("alt+s")
        field = stage.lab.terminal.query_one(PromptInput)
        await stage.until(lambda: field.sought is not None)
        await stage.press("alt+v")
        assert field.sought is None
        await stage.press("alt+v")
        await stage.until(lambda: stage.app.focused is stage.screen.reader)
        stage.lab.editor.focus()  # type: ignore[union-attr]
        await stage.press("ctrl+f")
        assert isinstance(stage.app.focused, FindField)
        await stage.press("alt+v")
        assert stage.app.focused is stage.lab.editor


# ------------------------------------------------------------------------------------------------- what is told


async def test_bar_help_palette_and_sentences_name_the_keys_in_force(open_stage: OpenStage) -> None:
    keep(run="f13", help="alt+q", quit="alt+z", reader__page="f", palette="alt+p")
    async with open_stage(size=(160, 40)) as stage:
        bar = str(stage.screen.query_one(KeyBar).render())
        assert "F13 Run" in bar
        assert "f page" in bar
        assert "F5" not in bar
        assert "F13" in str(stage.screen.query_one("HintLine").render())
        assert "Run F13" in str(stage.lab.query_one(".role-run").render())
        assert "Press F13" in stage.terminal_text
        await stage.press("q")
        assert "Alt Z quits; everything is saved. Alt Q shows all keys." in stage.notices[-1]
        await stage.press("alt+q")
        assert isinstance(stage.app.screen, Help)
        text = "\n".join(str(static.render()) for static in stage.app.screen.query(Static))
        assert re.search(r"F13 +Run the program", text)
        assert "F5" not in text
        await stage.press("alt+q", "alt+p")
        assert isinstance(stage.app.screen, Palette)
        entries = {entry.label: entry.keys for entry in stage.app.screen._actions}
        assert entries["Run the program"] == "F13"


async def test_the_panels_line_and_help_name_the_keys_in_force(open_stage: OpenStage) -> None:
    keep(tensors__sort="alt+t", tensors__filter="f13")
    async with open_stage() as stage:
        panel = next(pane.panel for pane in stage.lab.panes if pane.panel.panel_name == "tensors")
        line = "".join(segment.text for segment in panel.query_one("Hints").render_line(0))
        assert "F13 Filter" in line or not line.strip()
        assert "Alt T Sort" in line or not line.strip()
        await stage.press("f1")
        text = "\n".join(str(static.render()) for static in stage.app.screen.query(Static))
        assert re.search(r"Alt T +Sort", text)
        await stage.press("escape")
        await stage.press("ctrl+l")
        await stage.until(lambda: stage.session.language == "it")
        rows = panel.query_one("RowsView")
        assert bound(rows)["tensors.sort"] == {"alt+t"}


@pytest.mark.parametrize("name", BUNDLED)
def test_no_sentence_names_a_key_that_can_be_changed(name: str) -> None:
    """Sentences of dialogs with keys of their own are left out; a letter alone could be a word of the language."""
    package, language = name.split("/")
    catalog = Catalog(language, ("evoclass_tui",))
    shown = {display(key, catalog) for entry in own_entries() for key in entry.keys}
    shown |= {f"Ctrl+{key[1:]}" for key in shown if key.startswith("^")}
    literal = {text for text in shown if re.search(r"\^|F\d|Ctrl|Alt ", text)} | {"Esc"}
    own = ("keymap.", "key.")
    for key, sentence in _flat(tomllib.loads(BUNDLED[name])):
        if package == "evoclass_tui" and key.startswith(own):
            continue
        plain = re.sub(r"\{\w+\}", "", sentence)
        words = [text for text in literal if re.search(rf"(?<![\w^]){re.escape(text)}(?!\w)", plain)]
        assert not words, (key, sentence)


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return found


@pytest.mark.parametrize("language", ["en", "it"])
def test_every_key_that_a_sentence_names_exists(language: str) -> None:
    catalog = Catalog(language, ("evoclass_tui", "evoclass_tensors"))
    keymap = Keymap(tensors())
    for name, text in BUNDLED.items():
        if name.endswith(language):
            for field in re.findall(r"\{((?:typing)?keys?_\w+)\}", text):
                assert keymap.named(catalog, field), field


def test_a_sentence_about_a_command_without_a_key_tells_the_way_to_it() -> None:
    catalog = Catalog("en", ("evoclass_tui",))
    keymap = Keymap((), {"theme": ""})
    catalog.named = lambda field: keymap.named(catalog, field)
    assert "^P “Light or dark” switches" in catalog("settings.theme_help")


# ------------------------------------------------------------------------------------------------- problems


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"run": "ctrl+s"}, [("conflict", "run")]),
        ({"reader.top": "b"}, [("conflict", "reader.top")]),
        ({"run": "f13", "check": "f13"}, [("conflict", "check")]),
        ({"chekc": "f2"}, [("unknown", "chekc")]),
        ({"run": "hyper+f5"}, [("no_key", "run")]),
        ({"run": "ctrl+i"}, [("not_sent", "run")]),
        ({"run": "ctrl+shift+r"}, [("not_sent", "run")]),
        ({"editor.comment": "c"}, [("letter", "editor.comment")]),
        ({"run": "r"}, [("letter", "run")]),
        ({"choice.digit": "f4"}, [("fixed", "choice.digit")]),
        ({"run": "ctrl+k"}, [("editing", "run")]),
        ({"run": "ctrl+f"}, [("shadowed", "run")]),
        ({"knob": "ctrl+f"}, [("taken", "editor.find")]),
        ({"editor.find": "f5"}, [("shadowed", "run")]),
        ({"preset": "emacs"}, [("preset", "preset")]),
        ({"theme": "n f9"}, [("shadowed", "theme")]),
        ({"reader.top": "e"}, [("shadowed", "sides")]),
        ({"palette": "w"}, [("lockout", "palette")]),
        ({"palette": "x"}, [("lockout", "palette"), ("shadowed", "palette")]),
        ({"quit": ""}, [("lockout", "quit")]),
        ({"run": "f5 alt+v"}, []),
        ({"reader.next_question": "p", "reader.previous_question": "n"}, []),
        ({"theme": ""}, []),
        ({"tensors.sort": "p"}, [("conflict", "tensors.sort")]),
    ],
)
def test_what_cannot_work_is_told_and_the_rest_keeps_working(
    wanted: dict[str, str], told: list[tuple[str, str]]
) -> None:
    keymap = Keymap(tensors(), wanted)
    assert [(problem.kind, problem.id) for problem in keymap.problems] == told
    for entry in keymap.entries.values():
        assert keymap.keys(entry.id) or not entry.keys or wanted.get(entry.id) == "", entry.id
    for language in EVERY:
        catalog = Catalog(language, ("evoclass_tui", "evoclass_tensors"))
        for problem in keymap.problems:
            said = problem.said(catalog, keymap.entries)
            assert "keymap." not in said
            assert "{" not in said


@pytest.mark.parametrize("taken", ["ctrl+p", "ctrl+q", "f5"])
def test_nobody_is_locked_out(taken: str) -> None:
    """Whatever takes the keys of the palette and of the end, both stay within reach from where one types."""
    wanted = {"find": "ctrl+q", "palette": taken, "run": "ctrl+p", "quit": "f5", "check": "ctrl+q"}
    for order in (wanted, dict(reversed(wanted.items()))):
        keymap = Keymap((), order)
        for name in ("palette", "quit"):
            keys = keymap.keys(name)
            assert any(key.startswith(("ctrl+", "f")) for key in keys)
            assert all(
                keymap.keys(other) == () or not set(keys) & set(keymap.keys(other))
                for other, entry in keymap.entries.items()
                if other != name and not entry.place
            )


def test_a_problem_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        'theme = "evoclass-dark"\n\n[keys]\n# mine\nrun = "ctrl+s"\n"editor.find" = "q"\n\n'
        '[keys.reader]\npage = "b"\n\n[limits]\nseconds = 60\n'
    )
    keymap = Keymap((), config.load(file).keys)
    said = list(problems_said(keymap, Catalog("en", ("evoclass_tui",)), file))
    assert [re.search(r"line (\d+)", sentence)[1] for sentence in said] == ["6", "5", "9"]  # type: ignore[index]
    assert "there it is for “Check the answer”" in said[1]


async def test_the_window_tells_what_is_wrong_and_goes_on(open_stage: OpenStage) -> None:
    keep(run="ctrl+s", chekc="f2")
    async with open_stage() as stage:
        await stage.until(lambda: len(stage.notices) >= 2)
        told = "\n".join(stage.notices)
        assert "line 2: `run` cannot have ^S" in told
        assert "Did you mean `check`?" in told
        await stage.press("f5")
        await stage.until(lambda: stage.runner.runs)


# ------------------------------------------------------------------------------------------------- presets


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_no_problem_and_only_keys_that_terminals_send(preset: str) -> None:
    keymap = Keymap(tensors(), {"preset": preset})
    assert not keymap.problems
    assert set(PRESETS[preset]) <= set(keymap.entries)
    for name, keys in PRESETS[preset].items():
        assert keymap.keys(name) == tuple(keys.split()), name
        assert all(read_key(key) == key and is_sent(key) for key in keys.split()), name
    for name in keymap.entries:
        assert bool(keymap.keys(name)) == bool(DEFAULT.keys(name) or name in PRESETS[preset] or "." in name)


def test_the_browsers_preset_has_nothing_that_a_browser_takes() -> None:
    keymap = Keymap(tensors(), {"preset": "browser"})
    # ^D and ^C are the terminal's own; a browser gives them to the page.
    for name in keymap.entries:
        assert not set(keymap.keys(name)) & TAKEN_BY_BROWSERS, name
    assert {
        "ctrl+n",
        "ctrl+t",
        "ctrl+w",
        "f1",
        "f3",
        "f5",
        "f11",
        "ctrl+l",
        "ctrl+s",
        "alt+left",
        # Firefox's menus in Italian, and Chrome's groups of tabs.
        "alt+m",
        "alt+c",
        "alt+a",
        "alt+shift+s",
        "alt+shift+z",
    } <= TAKEN_BY_BROWSERS


async def test_vim_keys_move_page_and_map(open_stage: OpenStage, long_course: Path) -> None:
    keep(preset="vim")
    async with open_stage(content=long_course, size=(200, 40)) as stage:
        reader = stage.screen.reader
        await stage.press("G")
        await stage.until(lambda: reader.is_at_end and reader.scroll_y >= reader.max_scroll_y)
        await stage.press("g", "g")
        await stage.until(lambda: reader.scroll_y == 0)
        await stage.press("j")
        await stage.until(lambda: reader.scroll_y > 0)
        options = stage.screen.query_one("#map-list", OptionList)
        options.focus()
        at = options.highlighted or 0
        await stage.press("j")
        assert options.highlighted == at + 1
        await stage.press("k", "G")
        assert options.highlighted == options.option_count - 1


def test_the_default_is_as_it_always_was() -> None:
    assert not DEFAULT.changed
    assert Keymap((), {"preset": "default"}).changed == frozenset()


# ------------------------------------------------------------------------------------------------- changing


async def press_for(stage: Stage, *keys: str) -> str:
    """Press Enter on the entry, then a key; return what is said."""
    await stage.press(keys[0])
    await stage.until(lambda: isinstance(stage.app.screen, PressKey))
    await stage.press(keys[1])
    await stage.until(lambda: isinstance(stage.app.screen, KeysScreen))
    await stage.app.workers.wait_for_complete(
        [worker for worker in stage.app.workers if worker.node is stage.app.screen]
    )
    await stage.pilot.pause()
    return str(stage.app.screen.query_one("#keys-said", Static).render())


async def test_a_key_is_changed_in_the_window_undone_and_reset(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.screen.action_command("keys")
        await stage.until(lambda: isinstance(stage.app.screen, KeysScreen))
        await stage.pilot.pause()
        assert "cannot have ^S" in await press_for(stage, "enter", "ctrl+s")
        assert "cannot have ^Q" in await press_for(stage, "enter", "ctrl+q")
        assert config.load(paths.config_file()).keys == {}
        assert "F12 from now on" in await press_for(stage, "enter", "f12")
        assert config.load(paths.config_file()).keys == {"run": "f12"}
        await press_for(stage, "plus", "alt+r")
        assert stage.app.keymap.keys("run") == ("f12", "alt+r")
        assert "Nothing has changed" in await press_for(stage, "enter", "escape")
        await stage.press("u")
        await stage.until(lambda: stage.app.keymap.keys("run") == ("f12",))
        await stage.press("escape", "f5")
        assert not stage.runner.runs
        assert "F12 Run" in str(stage.screen.query_one(KeyBar).render())
        assert "Run F12" in str(stage.lab.query_one(".role-run").render())
        await stage.press("f12")
        await stage.until(lambda: stage.runner.runs)
        await stage.screen.action_command("keys")
        await stage.until(lambda: isinstance(stage.app.screen, KeysScreen))
        await stage.pilot.pause()
        await stage.press("backspace")
        await stage.until(lambda: stage.app.keymap.keys("run") == ("f5", "ctrl+r"))
        assert config.load(paths.config_file()).keys == {}


async def test_a_preset_is_chosen_in_the_settings_and_works_at_once(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("f10")
        await stage.until(lambda: isinstance(stage.app.screen, SettingsScreen))
        options = stage.app.screen.query_one(OptionList)
        options.highlighted = options.get_option_index("key_preset")
        await stage.press("right", "right")
        await stage.until(lambda: stage.app.keymap.preset == "browser")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, KeysScreen))
        await stage.press("escape", "alt+p")
        await stage.until(lambda: stage.app.screen is stage.screen)
        assert "Alt R Run" in str(stage.screen.query_one(KeyBar).render())
        await stage.press("alt+r")
        await stage.until(lambda: stage.runner.runs)


def test_the_file_keeps_its_comments_and_its_form(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# mine\n[keys]\n# runs\nrun = "f5"  # always\n\n[keys.reader]\npage = "f"\n')
    config.save(file, keys={"run": "f6", "reader.page": "g", "editor.find": "f7", "check": None})
    assert file.read_text() == (
        '# mine\n[keys]\n# runs\nrun = "f6"  # always\n"editor.find" = "f7"\n\n[keys.reader]\npage = "g"\n'
    )
    config.save(file, keys={"reader.page": None, "run": None})
    assert config.load(file).keys == {"editor.find": "f7"}
    file.write_text('keys = "vim"\n')
    assert config.load(file).keys == {"preset": "vim"}
    config.save(file, keys={"run": "f6"})
    assert config.load(file).keys == {"preset": "vim", "run": "f6"}


# ------------------------------------------------------------------------------------------------- plugins


async def test_an_action_of_a_plugin_gets_the_key_that_the_learner_wants(open_stage: OpenStage) -> None:
    done: list[str] = []

    def does(context: ActionContext) -> None:
        done.append(context.lesson.id)

    offered = (ScreenAction("facts", does, "alt+f"), ScreenAction("bare", does))
    plugin = SimpleNamespace(__name__="acme", register_actions=hookimpl(lambda: offered))
    keep(action__facts="f13", action__bare="f14")
    async with open_stage(plugins=(plugin,)) as stage:
        assert [entry.keys for entry in stage.app.plugin_actions.entries()] == ["F13", "F14"]
        await stage.press("alt+f")
        assert not done
        await stage.press("f13", "f14")
        assert len(done) == 2


class Counter(Panel):
    """A panel of a plugin with a key that learners can change."""

    panel_name = "counter"
    KEYS = {"count": "f13"}
    can_focus = True
    counted = 0

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(catalog)
        rebind(self, [Binding("f13", "count", "count", id="counter.count", key_display="F13")])

    def action_count(self) -> None:
        """Count."""
        self.counted += 1


async def test_a_panel_of_a_plugin_gets_the_key_that_the_learner_wants(open_stage: OpenStage) -> None:
    plugin = SimpleNamespace(__name__="acme", register_panels=hookimpl(lambda: [Counter]))
    keep(counter__count="f14")
    async with open_stage(plugins=(plugin,)) as stage:
        panel = next(pane.panel for pane in stage.lab.panes if pane.panel.panel_name == "counter")
        assert isinstance(panel, Counter)
        assert bound(panel) == {"counter.count": {"f14"}}


async def test_a_command_that_has_no_key_can_be_given_one(open_stage: OpenStage) -> None:
    keep(compare="f13", find="f14")
    async with open_stage() as stage:
        await stage.press("f13")
        assert "at least twice" in stage.notices[-1]
        await stage.press("f14")
        assert isinstance(stage.app.focused, FindField)


# ------------------------------------------------------------------------------------------------- lessons


async def test_a_lesson_names_the_keys_in_force(open_stage: OpenStage, tmp_path: Path) -> None:
    (tmp_path / "01-a.md").write_text(
        "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n"
        "Press {shortcut}`run F5`, then {shortcut}`nowhere F19`, {shortcut}`check ^S` or {shortcut}`theme F9`.\n"
    )

    def shown(stage: Stage) -> str:
        rows = (prose.render_line(y).text for prose in stage.screen.reader.query("Prose") for y in range(9))
        return " ".join(" ".join(rows).split())

    async with open_stage(content=tmp_path) as stage:
        assert "Press F5, then F19, ^S or F9." in shown(stage)
        await stage.screen.turning.use_keys({"run": "f13", "theme": ""})
        await stage.until(lambda: "Press F13, then F19, ^S or ^P “Light or dark”." in shown(stage))


def test_the_bundled_lessons_name_keys_that_there_are() -> None:
    keymap = Keymap(tensors())
    named = 0
    for file in Path("content").glob("*/*.md"):
        catalog = Catalog(file.parent.name, ("evoclass_tui",))
        for name, key in re.findall(r"\{shortcut\}`(\S+) ([^`]+)`", file.read_text("utf-8")):
            assert key in [display(each, catalog) for each in keymap.keys(name)], (file, name)
            named += 1
        assert not re.search(r"\*\*(F\d+|Esc|\^[A-Z]|[a-z])\*\*", file.read_text("utf-8")), file
    assert named >= 14


async def test_the_bar_shows_no_key_of_the_window_that_means_something_else_where_one_is(
    open_stage: OpenStage,
) -> None:
    keep(map="w alt+m", language="ctrl+l", run="ctrl+f alt+r")
    async with open_stage(size=(200, 40)) as stage:
        bar = stage.screen.query_one(KeyBar)
        assert "w Map" in str(bar.render())
        assert "^F Run" in str(bar.render())
        assert "^L Italiano" in str(bar.render())
        stage.lab.editor.focus()  # type: ignore[union-attr]
        await stage.until(lambda: bar.place == "editor")
        assert "Alt M Map" in str(bar.render())
        assert "Alt R Run" in str(bar.render())
        await stage.press("alt+r")
        await stage.until(lambda: stage.runner.runs)
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.query_one(PromptInput).focus()
        await stage.until(lambda: bar.place == "prompt")
        assert "Italiano" not in str(bar.render())


def test_a_key_that_browsers_take_is_told_with_their_preset() -> None:
    wanted = {"run": "f5 alt+r", "theme": "f4"}
    assert not Keymap(wanted={"run": "f5"}).problems
    told = Keymap(wanted={"preset": "browser", **wanted, "next_file": ""})
    assert [(problem.kind, problem.id, problem.key) for problem in told.problems] == [
        ("browser", "run", "f5")
    ]
    assert told.keys("run") == ("f5", "alt+r")
    said = told.problems[0].said(Catalog("en", ("evoclass_tui",)), told.entries)
    assert said == "`run` has F5, which browsers take for themselves. Choose another key, or add one."
