"""Faults: of a panel, of a plugin, of ours.  None of them shows a traceback."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
from rich.color import Color as RichColor
from textual.app import ComposeResult, RenderResult
from textual.message import Message
from textual.theme import Theme
from textual.widgets import Static

from evoclass import hookimpl
from evoclass.exercise import Field, Value
from evoclass.i18n import Catalog
from evoclass.layout import Line
from evoclass.learner.progress import ExerciseState
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Frame, Output, RunEvent
from evoclass.wording.printable import ACTING
from evoclass_tui import offers
from evoclass_tui.app import EvoClassApp, run
from evoclass_tui.culprits import culprit_question
from evoclass_tui.fields import FieldWidget
from evoclass_tui.panel import Panel
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.code_theme import code_colour
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.question import Question
from tui.reading import question
from tui.stage import OpenStage


class Good(Panel):
    panel_name = "good"
    seen: ClassVar[list[RunEvent]] = []

    def begin(self, watch: tuple[str, ...]) -> None:
        Good.seen = []
        self.post_message(self.StatusChanged("good", f"watching {', '.join(watch)}"))

    def receive(self, event: RunEvent) -> None:
        Good.seen.append(event)


class RaisesInReceive(Panel):
    panel_name = "receives"

    def receive(self, event: RunEvent) -> None:
        raise RuntimeError("receive went wrong")


class RaisesInRender(Panel):
    panel_name = "renders"

    def render(self) -> RenderResult:
        if armed:
            raise RuntimeError("render went wrong")
        return ""

    def go_off(self) -> None:
        self.refresh()


class RaisesInHandler(Panel):
    panel_name = "handles"

    def go_off(self) -> None:
        self.post_message(self.LookWanted("x"))

    def on_panel_look_wanted(self) -> None:
        raise RuntimeError("handler went wrong")


class RaisesInTimer(Panel):
    panel_name = "ticks"

    def go_off(self) -> None:
        self.set_timer(0.01, self.tick)

    def tick(self) -> None:
        raise RuntimeError("tick went wrong")


class RaisesInChild(Panel):
    panel_name = "composes"

    def go_off(self) -> None:
        self.mount(Bad())


class Bad(Static):
    def on_mount(self) -> None:
        raise RuntimeError("child went wrong")


class NeverEnds(Panel):
    panel_name = "never-ends"

    def go_off(self) -> None:
        self.set_timer(0.01, self.forever)

    def forever(self) -> None:
        while True:
            pass


class NeverComposes(NeverEnds):
    panel_name = "never-composes"

    def go_off(self) -> None:
        self.mount(Slow())


class Slow(Static):
    def compose(self) -> ComposeResult:
        time.sleep(1000)
        yield Static()


armed: list[bool] = []
"""Filled once a panel may go off: the pilot would wait at its start for one that goes off by itself."""


def plugin_with(*panels: type[Panel]) -> object:
    class Brings:
        @hookimpl
        def register_panels(self) -> Iterable[type[Panel]]:
            return panels

    return Brings()


@pytest.mark.parametrize("panel", [RaisesInRender, RaisesInHandler, RaisesInTimer, RaisesInChild])
async def test_a_panel_that_raises_by_itself_is_switched_off(
    open_stage: OpenStage, panel: type[Panel], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_stage(plugins=(plugin_with(panel),)) as stage:
        armed.append(True)
        next(iter(stage.screen.query(panel))).go_off()  # type: ignore[attr-defined]
        await stage.until(lambda: any("went wrong" in notice for notice in stage.notices))
        armed.clear()
        await stage.until(lambda: not stage.screen.query(panel))
        assert "went wrong" in stage.session.plugins.reports["extra0"].error
        await stage.run()
        stage.runner.run.finishes("fine\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        assert "fine" in stage.terminal_text


@pytest.mark.parametrize("panel", [NeverEnds, NeverComposes])
async def test_a_panel_that_never_ends_is_interrupted(
    open_stage: OpenStage, panel: type[Panel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_tui.watch.ANSWER_SECONDS", 1.5)
    async with open_stage(plugins=(plugin_with(panel),)) as stage:
        next(iter(stage.screen.query(panel))).go_off()  # type: ignore[attr-defined]
        await stage.until(lambda: not stage.screen.query(panel))
        await stage.until(lambda: stage.session.plugins.reports["extra0"].error)
        assert "took more than 1.5 s" in stage.session.plugins.reports["extra0"].error
        await stage.run()
        stage.runner.run.finishes("fine\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")


async def test_a_panel_that_raises_when_told_is_switched_off_and_the_others_go_on(
    open_stage: OpenStage,
) -> None:
    async with open_stage(plugins=(plugin_with(RaisesInReceive), plugin_with(Good)), size=(160, 60)) as stage:
        await stage.run()
        await stage.until(lambda: "receives" not in shown_panels(stage.screen))
        stage.runner.run.happens(Frame(sequence=7, cause="end"), Output(text="hello"))
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        assert any(isinstance(event, Frame) and event.sequence == 7 for event in Good.seen)
        assert any(isinstance(event, Output) and event.text == "hello" for event in Good.seen)
        assert sum("receive went wrong" in notice for notice in stage.notices) == 1


async def test_a_panel_says_its_status_in_its_title(open_stage: OpenStage) -> None:
    async with open_stage(plugins=(plugin_with(Good),), size=(160, 60)) as stage:
        await stage.run()
        title = stage.screen.query_one("#pane-good PaneTitle")
        await stage.until(lambda: "watching total" in str(title.render()))


async def test_a_panel_gets_the_close_look_it_asked_for(open_stage: OpenStage) -> None:
    class Looks(Panel):
        panel_name = "looks"
        answers: ClassVar[list[str]] = []

        def begin(self, watch: tuple[str, ...]) -> None:
            self.post_message(self.LookWanted("total", (1,)))

        def show_detail(self, detail: object) -> None:
            self.answers.append(detail.expression)  # type: ignore[attr-defined]

    async with open_stage(plugins=(plugin_with(Looks),)) as stage:
        await stage.run()
        pane = next(pane for pane in stage.screen.query(PanelPane) if pane.panel.panel_name == "looks")
        pane.panel.post_message(Panel.LookWanted("total", (1,)))
        await stage.until(lambda: Looks.answers)
        assert stage.runner.run.looks[-1] == ("total", (1,))


async def test_a_run_is_told_which_rows_a_panel_shows(open_stage: OpenStage) -> None:
    class Attends(Panel):
        panel_name = "attends"

        def receive(self, event: RunEvent) -> None:
            self.post_message(self.Attending(("total",)))

    async with open_stage(plugins=(plugin_with(Attends),)) as stage:
        await stage.run()
        stage.runner.run.happens(Frame(sequence=1, cause="end"))
        await stage.until(lambda: ("total",) in stage.runner.run.attended)


async def test_prose_and_editor_follow_a_panel_to_another_moment(open_stage: OpenStage) -> None:
    async with open_stage(plugins=(plugin_with(Good),)) as stage:
        await stage.run()
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        pane = next(pane for pane in stage.screen.query(PanelPane) if pane.panel.panel_name == "good")
        pane.panel.post_message(Panel.LiveChanged({"total": "3"}, line=2))
        await stage.until(lambda: stage.screen.reader.live.get("total") == "3")
        assert stage.lab.editor is not None
        assert "▶" in stage.lab.editor.render_line(1).text


class Talks(Panel, can_focus=True):
    """Says something that no panel may say."""

    panel_name = "talks"
    word: ClassVar[Message]

    def begin(self, watch: tuple[str, ...]) -> None:
        self.post_message(self.word)


class DrawsAhead(FieldWidget):
    value = None

    def show_value(self, value: Value) -> None:
        pass

    def preview(self, width: int) -> list[Line]:
        raise ValueError("boom")


class Odd(Field):
    """A kind of field that only a plugin has a widget for."""


def test_the_question_of_a_field_that_fails_before_it_is_on_the_page_is_found() -> None:
    block = question("q", Odd(name="f"))
    asked = Question(block, ExerciseState(), Catalog("en"), {}, DrawsAhead)
    with pytest.raises(ValueError, match="boom") as raised:
        asked.make_lines(80)
    assert culprit_question(raised.value) is asked


async def test_a_panel_that_says_nonsense_is_switched_off(open_stage: OpenStage) -> None:
    nonsense = [
        Panel.StatusChanged("talks", 12),  # type: ignore[arg-type]
        Panel.LiveChanged({"total": 3}),  # type: ignore[dict-item]
        Panel.LiveChanged({}, "x"),  # type: ignore[arg-type]
        Panel.Attending(3),  # type: ignore[arg-type]
        Panel.LookWanted("x", ("1",)),  # type: ignore[arg-type]
    ]
    kinds = [
        type("Odd", (Talks,), {"panel_name": f"odd{number}", "word": word})
        for number, word in enumerate(nonsense)
    ]
    async with open_stage(plugins=tuple(plugin_with(kind) for kind in kinds)) as stage:
        await stage.run()
        await stage.until(lambda: not stage.screen.query(Talks))
        assert all("Expected" in stage.session.plugins.reports[f"extra{n}"].error for n in range(len(kinds)))
        assert not stage.app.crash_notice


async def test_a_panel_that_fails_while_it_fills_the_window_gives_the_window_back(
    open_stage: OpenStage,
) -> None:
    class Wrong(Talks):
        word = Panel.StatusChanged("talks", 12)  # type: ignore[arg-type]

    async with open_stage(plugins=(plugin_with(Wrong),)) as stage:
        panel = stage.screen.query_one(Wrong)
        panel.focus()
        await stage.press("f8")
        assert stage.screen.panes.zoomed
        panel.begin(())
        await stage.until(lambda: not stage.screen.panes.zoomed)


async def test_no_text_acts_on_the_terminal(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        assert stage.lab.editor is not None
        stage.lab.editor.load_text("total = 1  # \x1b[31mred\u202e")
        stage.app.tell("\x1b[32mgreen")
        await stage.until(lambda: "[32mgreen" in screen_text(stage.screen))
        assert "# [31mred" in screen_text(stage.screen)
        assert not ACTING.search(screen_text(stage.screen).replace("\n", ""))


@pytest.mark.parametrize("value", ["nonsense", "; } x {", "#zzzzzz", 3])
def test_a_theme_that_no_screen_could_be_drawn_in_is_left_out(value: str) -> None:
    theme = Theme(name="mine", primary="#fff", variables={"border": value})
    plugin = SimpleNamespace(register_themes=hookimpl(lambda: [theme]))
    plugins = Plugins(entries=(), extra=[("acme", plugin)])
    assert offers.themes(plugins, {}) == []
    assert "the variable border" in plugins.reports["acme"].error


def test_a_theme_may_write_its_colours_as_css_does() -> None:
    theme = Theme(name="mine", primary="#fff", variables={"code-comment": "#888", "border": "red 30%"})
    plugin = SimpleNamespace(register_themes=hookimpl(lambda: [theme]))
    assert offers.themes(Plugins(entries=(), extra=[("acme", plugin)]), {}) == [theme]
    assert code_colour(theme.variables, "comment") == RichColor.parse("#888888")


async def test_a_plugin_that_is_broken_from_the_start_is_reported(open_stage: OpenStage) -> None:
    class Broken:
        @hookimpl
        def register_panels(self) -> Iterable[type[Panel]]:
            raise RuntimeError("no panels today")

    async with open_stage(plugins=(Broken(),)) as stage:
        await stage.until(lambda: any("no panels today" in notice for notice in stage.notices))


async def test_our_own_fault_is_written_down_and_closes_with_a_sentence(
    open_stage: OpenStage, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: KeyBar) -> RenderResult:
        raise RuntimeError("the bar fell down")

    stages = []

    async def fall() -> None:
        async with open_stage() as stage:
            stages.append(stage)
            editor = stage.lab.editor
            assert editor is not None
            editor.focus()
            await stage.press("k")
            stage.lab.flush()
            await stage.pilot.pause()
            with monkeypatch.context() as patch:
                patch.setattr(KeyBar, "render", broken)
                stage.screen.query_one(KeyBar).refresh()
                await stage.until(lambda: stage.app._exit)

    with pytest.raises(RuntimeError, match="the bar fell down"):
        await fall()
    assert stages[0].app.return_code == 70
    log = (home / "faults.log").read_text()
    assert "the bar fell down" in log
    assert str(home / "faults.log") in stages[0].app.crash_notice
    async with open_stage() as stage:
        assert stage.session.desk.code("sum.py").startswith("k")


def shown_panels(screen: object) -> list[str]:
    """Return the names of the panels that are on the screen."""
    panes = screen.query(PanelPane)  # type: ignore[attr-defined]
    return [pane.panel.panel_name for pane in panes if pane.display]


def test_the_crash_notice_goes_to_the_terminal_and_the_exit_code_says_it(
    course: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    space = Workspace(content=course)
    session = Session.open(space.library, space.store, space.plugins, space.settings)

    async def falls(self: EvoClassApp, **_: object) -> None:
        self._handle_exception(RuntimeError("down it goes"))

    monkeypatch.setattr(EvoClassApp, "run_async", falls)
    with pytest.raises(SystemExit) as ended:
        run(session, {})
    assert ended.value.code == 70
    assert str(home / "faults.log") in capsys.readouterr().err
