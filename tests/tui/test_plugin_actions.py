"""Actions of plugins: in the palette and on keys, and whatever they do the lesson goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from evoclass import hookimpl
from evoclass.pluginhost.plugins import Plugins
from evoclass_tui.actions import ActionContext, ScreenAction
from evoclass_tui.offers import actions
from evoclass_tui.screens.palette import Palette
from tui.stage import OpenStage, Stage


def plugin(*offered: Any) -> Any:
    return SimpleNamespace(__name__="acme", register_actions=hookimpl(lambda: offered))


def does(run: Callable[[ActionContext], Any], key: str = "alt+f") -> Any:
    return plugin(ScreenAction("facts", run, key))


class Facts(ModalScreen[None]):
    """A screen of a plugin's own."""

    BINDINGS = [("escape", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        yield Static("The facts", id="facts")


async def choose(stage: Stage, words: str) -> None:
    """Choose the entry of the palette that these words find."""
    await stage.press("ctrl+p")
    assert isinstance(stage.app.screen, Palette)
    stage.app.screen.query_one(Input).value = words
    await stage.pilot.pause()
    await stage.press("enter")


async def test_an_action_is_in_the_palette_with_its_key_and_opens_a_screen(open_stage: OpenStage) -> None:
    seen: list[str] = []

    def facts(context: ActionContext) -> None:
        seen.extend((context.lesson.id, context.course.id, context.catalog.language))
        context.open(Facts())

    async with open_stage(plugins=(does(facts),)) as stage:
        (entry,) = stage.app.plugin_actions.entries()
        assert (entry.label, entry.keys) == ("facts", "Alt F")
        await choose(stage, "facts")
        await stage.until(lambda: isinstance(stage.app.screen, Facts))
        await stage.press("escape")
        assert stage.app.screen is stage.screen
        await stage.press("alt+f")
        await stage.until(lambda: isinstance(stage.app.screen, Facts))
        await stage.press("alt+f")
        assert len(stage.app.screen_stack) == 2
    assert seen == ["adding", "sums", "en"] * 2


async def test_an_action_may_wait_and_say_something(open_stage: OpenStage) -> None:
    go = asyncio.Event()

    async def facts(context: ActionContext) -> None:
        await go.wait()
        context.tell("[b]Done\x1b", "warning")

    async with open_stage(plugins=(does(facts),)) as stage:
        await stage.press("alt+f")
        go.set()
        await stage.until(lambda: stage.notices)
        assert [notice for notice in stage.notices if "Done" in notice] == ["[b]Done\\x1b"]


async def test_an_action_handles_its_own_time_limit(open_stage: OpenStage) -> None:
    async def facts(context: ActionContext) -> None:
        try:
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        except TimeoutError:
            context.tell("Nobody answers")

    async with open_stage(plugins=(does(facts),)) as stage:
        await stage.press("alt+f")
        await stage.until(lambda: "Nobody answers" in stage.notices)


def raises(context: ActionContext) -> None:
    raise SystemExit("\x1b[2Jboom")


async def raises_later(context: ActionContext) -> None:
    await asyncio.sleep(0)
    raise ValueError("boom")


def loops(context: ActionContext) -> None:
    while True:
        pass


async def loops_later(context: ActionContext) -> None:
    await asyncio.sleep(0)
    loops(context)


async def waits(context: ActionContext) -> None:
    await asyncio.Event().wait()


def opens_none(context: ActionContext) -> None:
    context.open(Button())  # type: ignore[arg-type]


def tells_oddly(context: ActionContext) -> None:
    context.tell("Done", [])  # type: ignore[arg-type]


async def test_actions_that_fail_are_told_and_offered_no_more(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_tui.plugin_actions.ANSWER_SECONDS", 0.1)
    monkeypatch.setattr("evoclass_tui.plugin_actions.SECONDS", 0.2)
    runs = (raises, raises_later, loops, loops_later, waits, opens_none, tells_oddly)
    acting = plugin(*(ScreenAction(run.__name__, run) for run in runs))  # type: ignore[arg-type]
    async with open_stage(plugins=(acting,)) as stage:
        for number, run in enumerate(runs):
            stage.app.plugin_actions.start(number)
            told = f"The plugin extra0 failed and what failed was switched off: action {run.__name__}: "
            await stage.until(lambda told=told: any(told in notice for notice in stage.notices))
        assert not any("\x1b" in notice for notice in stage.notices)
        assert stage.app.plugin_actions.entries() == []
        count = len(stage.notices)
        stage.app.plugin_actions.start(0)
        assert len(stage.notices) == count
        assert len(stage.session.plugins.reports["extra0"].failures) == len(runs)
        await stage.press("f1", "escape")
        assert stage.app.screen is stage.screen


class Composes(Facts):
    def compose(self) -> ComposeResult:
        raise ValueError("boom")
        yield


class Mounts(Facts):
    def on_mount(self) -> None:
        raise ValueError("boom")


class Presses(Facts):
    def on_key(self) -> None:
        raise ValueError("boom")


class Unready(Static):
    def __init__(self) -> None:
        raise ValueError("boom")


class ComposesUnready(Facts):
    def compose(self) -> ComposeResult:
        yield Unready()


class Unfinds(Facts):
    def on_mount(self) -> None:
        self.app.query_one("#boom")


async def test_a_screen_that_fails_goes_and_the_lesson_goes_on(open_stage: OpenStage) -> None:
    kinds = (Composes, Mounts, Presses, ComposesUnready, Unfinds)

    def opens(kind: type[Facts]) -> ScreenAction:
        return ScreenAction(kind.__name__, lambda context: context.open(kind()))

    async with open_stage(plugins=(plugin(*map(opens, kinds)),)) as stage:
        for number, kind in enumerate(kinds):
            stage.app.plugin_actions.start(number)
            if kind is Presses:
                await stage.press("x")
            told = f"screen {kind.__name__}: "
            await stage.until(lambda t=told: any(t in said and "boom" in said for said in stage.notices))
            await stage.until(lambda: stage.app.screen is stage.screen)
        await stage.press("f10", "escape")
        await stage.run()


def offered(*plugins: Any) -> tuple[list[tuple[str, str]], Plugins]:
    found = Plugins(entries=(), extra=[(f"acme{number}", plugin) for number, plugin in enumerate(plugins)])
    return [(action.name, action.key) for _, action in actions(found)], found


@pytest.mark.parametrize("key", ["f5", "ctrl+p", "q", "n", "tab", "ctrl+y"])
def test_a_key_that_is_taken_stays_where_it_is_and_is_told(key: str) -> None:
    names, found = offered(does(raises, key))
    assert names == [("facts", "")]
    assert f"EvoClass uses the key {key}" in found.reports["acme0"].trouble
    assert found.reports["acme0"].error == ""


def test_of_two_plugins_with_one_key_the_first_has_it() -> None:
    names, found = offered(does(raises), plugin(ScreenAction("more", raises, "alt+f")))
    assert names == [("facts", "alt+f"), ("more", "")]
    assert "the plugin 'acme0' uses the key alt+f" in found.reports["acme1"].trouble


@pytest.mark.parametrize(
    "wrong",
    [
        (3,),
        (ScreenAction("a b", raises),),
        (ScreenAction("a", 3),),  # type: ignore[arg-type]
        (ScreenAction("a", raises, "ctrl+"),),
        (ScreenAction("a", raises, "x,f5"),),
        (ScreenAction("a", raises), ScreenAction("a", raises)),
    ],
)
def test_what_is_no_action_switches_the_plugin_off(wrong: tuple[Any, ...]) -> None:
    names, found = offered(plugin(*wrong))
    assert names == []
    assert found.reports["acme0"].error.startswith("register_actions: ")
