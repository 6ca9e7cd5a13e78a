"""Running a program from the screen: what the learner sees at each turn."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from textual.content import Content
from textual.events import Paste
from textual.widgets import Input, Static

from evoclass import hookimpl
from evoclass.explanation import Explanation
from evoclass.learner.event import Verb
from evoclass.learner.progress import RunRecord
from evoclass.protocol import Closed, ErrorReport, Exit, Frame, Operand, Output, Prompt, Summary
from evoclass.runner import Limits, Program, Run
from evoclass_tui.screens.menu import Menu
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.more_time import MoreTime
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prompt import PromptInput, PromptLine
from tui.fakes import FakeRun, FakeRunner
from tui.stage import OpenStage


async def test_it_says_ready_and_that_it_warms_up(open_stage: OpenStage) -> None:
    runner = FakeRunner(cold=True)
    async with open_stage(runner=runner) as stage:
        await stage.until(lambda: stage.lab.phase == "warming")
        assert "> Ready. Press F5 or click Run." in stage.terminal_text
        assert "warming up in the background" in stage.terminal_text
        runner.warm.set()
        await stage.until(lambda: stage.lab.phase == "ready")
        assert "warming up" not in stage.terminal_text


async def test_a_run_prints_updates_the_prose_and_is_remembered(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        assert run.program.file.name == "sum.py"
        assert "total = 2 + 2" in run.program.source
        assert run.program.live == ("total", "total / 2:.2f")
        frame = Frame(sequence=1, cause="end", line=3, live={"total": "4", "total / 2:.2f": "2.00"})
        run.happens(frame)
        run.finishes("total 4\r\n")
        await stage.until(lambda: stage.lab.phase == "ended" and stage.lab.terminal.prompt)
        assert "total 4" in stage.terminal_text
        assert "Finished in 1.5 s." in stage.terminal_text
        assert stage.screen.reader.live["total"] == "4"
        (record,) = stage.session.state.runs["sum.py"]
        assert record.output == "total 4\r\n"
        assert record.exit.reason == "finished"


async def test_a_function_s_variable_never_stands_for_another_programs_value(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        ended = Exit(reason="finished", code=0, seconds=0.1)
        other = RunRecord(file="other.py", code="", runner="fake", exit=ended, output="", live={"total": "4"})
        stage.session.log(Verb.ATTEMPTED, "other.py", run=msgspec.to_builtins(other))
        await stage.run()
        half = "total / 2:.2f"
        stage.runner.run.happens(Frame(sequence=1, cause="loop", live={"total": "tensor(0)", half: "1.00"}))
        await stage.until(lambda: stage.screen.reader.live.get(half) == "1.00")
        assert stage.screen.reader.live.get("total") != "tensor(0)"
        stage.runner.run.happens(Frame(sequence=2, cause="end", live={half: "3.00"}))
        stage.runner.run.finishes("total 6\r\n")
        await stage.until(lambda: "sum.py" in stage.session.state.runs)
        await stage.until(lambda: stage.screen.reader.live == {"total": "4", half: "3.00"})


async def test_a_variable_of_a_function_goes_from_the_prose_with_the_run(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.happens(Frame(sequence=1, cause="loop", live={"total": "tensor(0)"}))
        await stage.until(lambda: stage.screen.reader.live.get("total") == "tensor(0)")
        stage.runner.run.happens(Frame(sequence=2, cause="end", live={"total / 2:.2f": "3.00"}))
        stage.runner.run.finishes("total 6\r\n")
        await stage.until(lambda: stage.screen.reader.live == {"total / 2:.2f": "3.00"})


async def test_a_run_gets_the_size_of_the_panel_and_the_limits_of_the_lab(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        region = stage.lab.terminal.view.scrollable_content_region
        assert stage.runner.run.size == (region.width, region.height)
        assert stage.runner.limits is not None
        assert stage.runner.limits.seconds == 20


async def test_progress_bars_stay_on_one_line(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.happens(Output(text="10%\r50%\r100%"))
        await stage.until(lambda: "100%" in stage.terminal_text)
        assert "50%" not in stage.terminal_text


async def test_stop_by_the_same_key(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        await stage.press("f5")
        await stage.until(lambda: stage.lab.phase == "ended")
        assert stage.runner.run.stops == 1
        assert stage.session.state.runs["sum.py"][-1].exit.reason == "stopped"
        assert not stage.lab.terminal.prompt


async def test_stop_while_the_runner_still_gets_ready(open_stage: OpenStage) -> None:
    class Slow(FakeRunner):
        async def start(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            await self.warm_up()
            return await super().start(*args, **kwargs)  # type: ignore[arg-type]

    runner = Slow(cold=True)
    async with open_stage(runner=runner) as stage:
        await stage.press("f5")
        assert stage.lab.phase == "starting"
        await stage.until(lambda: "no tensors yet" in screen_text(stage.screen))
        await stage.press("f5")
        await stage.until(lambda: stage.lab.phase == "ready")
        await stage.until(lambda: "no tensors yet" not in screen_text(stage.screen))
        runner.warm.set()
        await stage.run()
        assert len(runner.runs) == 1


async def test_keys_go_to_the_running_program(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.happens(Output(text="Your name? "))
        stage.lab.terminal.entrance.focus()
        await stage.press("A", "d", "a", "backspace", "enter")
        assert stage.runner.run.typed == ["A", "d", "a", "\x7f", "\n"]
        await stage.press("ctrl+c", "ctrl+d")
        assert stage.runner.run.typed[-2:] == ["\x03", "\x04"]


async def test_the_prompt_asks_the_finished_run_and_has_a_history(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        run.finishes("total 4\r\n")
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.entrance.focus()
        await stage.press(*"total", "enter")
        assert run.lines == ["total"]
        run.happens(Output(text="4\r\n"), Prompt())
        await stage.until(lambda: not stage.screen.query_one(PromptLine).waiting)
        assert stage.terminal_text.endswith(">>> total\n4")
        await stage.press("up")
        assert stage.screen.query_one("#prompt-input").value == "total"
        await stage.press("down")
        assert stage.screen.query_one("#prompt-input").value == ""


async def test_lines_that_come_while_one_is_worked_on_wait_their_turn(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        run.finishes()
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.entrance.focus()
        line, field = stage.screen.query_one(PromptLine), stage.screen.query_one("#prompt-input", Input)
        await stage.press("a", "enter", "enter", "enter", "b", "enter")
        assert run.lines == ["a"]
        run.happens(Prompt())
        await stage.until(lambda: run.lines == ["a", "b"])
        run.happens(Prompt())
        await stage.until(lambda: not line.waiting)
        field.post_message(Paste("x = 1\nfor i in range(3):\n    x += i\nx"))
        await stage.until(lambda: field.value == "x")
        for sent in (3, 4):
            await stage.until(lambda sent=sent: len(run.lines) == sent)
            run.happens(Prompt())
        assert run.lines[2:] == ["x = 1", "for i in range(3):\n    x += i"]


@pytest.mark.parametrize(
    ("pasted", "entered", "left"),
    [
        ("def f():\n    a = 1\n\n    return a\nf()", ["def f():\n    a = 1\n\n    return a"], "f()"),
        ("@d\ndef f():\n\n    return 1", ["@d\ndef f():\n\n    return 1"], ""),
        ("for i in x:\r    i", ["for i in x:"], "    i"),
        (">>> x = 1\n>>> for i in y:\n...     i\n...\n0\n>>> x", ["x = 1", "for i in y:\n    i\n"], "x"),
        ("    x = 1\n    y", ["x = 1"], "y"),
        (">>> x", [], "x"),
        ("x = (\ny", ["x = ("], "y"),
    ],
)
async def test_what_is_pasted_is_entered_by_statements_and_without_prompts(
    open_stage: OpenStage, pasted: str, entered: list[str], left: str
) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        run.finishes()
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.entrance.focus()
        field = stage.screen.query_one("#prompt-input", Input)
        field.post_message(Paste(pasted))
        for number in range(len(entered)):
            await stage.until(lambda number=number: len(run.lines) > number)
            run.happens(Prompt())
        await stage.until(lambda: field.value == left)
        assert run.lines == entered


async def test_an_earlier_line_of_a_block_may_stand_for_itself(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        run.finishes()
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.entrance.focus()
        await stage.press(*"if 1:", "enter")
        run.happens(Prompt(more=True))
        await stage.press("x", "enter")
        run.happens(Prompt(more=True))
        await stage.press("enter")
        run.happens(Prompt())
        await stage.press("ctrl+r", "x", "enter")
        await stage.until(lambda: len(run.lines) == 4)
        assert run.lines == ["if 1:", "    x", "", "x"]


async def test_what_the_prompt_works_on_can_be_interrupted(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        run.finishes()
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.entrance.focus()
        await stage.press("ctrl+c")
        assert run.stops == 0
        await stage.press("x", "enter", "y", "enter")
        field = stage.screen.query_one("#prompt-input", Input)
        await stage.until(lambda: "^C" in field.placeholder)
        await stage.press("ctrl+c")
        await stage.until(lambda: run.stops == 1)
        run.happens(Prompt())
        await stage.until(lambda: "^C" not in field.placeholder)
        assert run.lines == ["x"]


async def test_a_block_at_the_prompt_is_indented(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        run = stage.runner.run
        run.finishes()
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.lab.terminal.entrance.focus()
        await stage.press(*"if 1:", "enter")
        run.happens(Prompt(more=True))
        await stage.until(lambda: stage.screen.query_one(PromptLine).more)
        assert stage.screen.query_one("#prompt-input").value == "    "


async def test_the_prompt_goes_when_the_process_goes(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.terminal.prompt)
        stage.runner.run.happens(Closed())
        await stage.until(lambda: not stage.lab.terminal.prompt)


async def test_an_error_marks_the_line_and_is_explained_in_both_languages(open_stage: OpenStage) -> None:
    class Explains:
        @hookimpl
        def explain_error(self, error: ErrorReport, language: str) -> Explanation | None:
            if error.type != "SumError":
                return None
            return Explanation(
                "Somma" if language == "it" else "Sum",
                "`total` does not add up.",
                "Add a ` or `total`.",
                line=2,
            )

    report = ErrorReport(
        type="SumError",
        text="no",
        file="sum.py",
        line=2,
        end_line=2,
        column=8,
        end_column=13,
        operands=(Operand(name="total", shape=(3, 4), dtype="float32"),),
    )
    async with open_stage(plugins=(Explains(),), size=(160, 45)) as stage:
        await stage.run()
        stage.runner.run.happens(report, Exit(reason="error", code=1, seconds=0.2), Closed())
        await stage.until(lambda: stage.lab.phase == "ended")
        editor = stage.lab.editor
        assert editor is not None
        await stage.pilot.pause()
        line = editor.render_line(1)
        assert "✗" in line.text
        assert "← total (3, 4) float32" in line.text
        underlined = "".join(piece.text for piece in line if piece.style and piece.style.underline)
        assert underlined == "2 + 2"
        box = stage.screen.query_one("#explanation")
        assert box.display
        told = box.query_one(Static).visual
        assert isinstance(told, Content)
        assert told.plain == "Sum · line 2\ntotal does not add up.\n→ Add a ` or `total`."
        assert "total" in [told.plain[span.start : span.end] for span in told.spans]
        await stage.press("ctrl+l")
        await stage.until(lambda: "Somma" in str(box.query_one(Static).render()))
        editor.focus()
        await stage.press("x")
        assert "✗" not in editor.render_line(1).text


class ExplainsAll:
    @hookimpl
    def explain_error(self, error: ErrorReport, language: str) -> Explanation | None:
        return Explanation(f"About {error.type}", "Why.", "Do that.")


async def test_an_explanation_at_the_prompt_goes_with_the_next_line(open_stage: OpenStage) -> None:
    async with open_stage(plugins=(ExplainsAll(),)) as stage:

        def told() -> str:
            box = stage.screen.query_one("#explanation")
            return str(box.query_one(Static).render()).split("\n")[0] if box.display else ""

        await stage.run()
        of_run = ErrorReport(type="InTheRun", text="no", file="sum.py", line=2)
        stage.runner.run.happens(of_run, Exit(reason="error", code=1, seconds=0.2), Prompt())
        await stage.until(lambda: stage.lab.terminal.prompt and told() == "About InTheRun")
        stage.lab.terminal.query_one(PromptInput).focus()
        await stage.press("b", "enter")
        assert told() == "About InTheRun"  # a line looks at values of the run that failed
        stage.runner.run.happens(ErrorReport(type="AtPrompt", text="no", file="<prompt>", line=1), Prompt())
        await stage.until(lambda: told().startswith("About AtPrompt"))
        await stage.press("c", "enter")
        await stage.until(lambda: told() == "About InTheRun")


async def test_the_running_line_is_marked_until_the_end(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        editor = stage.lab.editor
        assert editor is not None
        stage.runner.run.happens(Frame(sequence=1, cause="loop", line=3))
        await stage.until(lambda: "▶" in editor.render_line(2).text)
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        assert "▶" not in editor.render_line(2).text


async def test_a_runner_that_cannot_run_says_so_and_nothing_breaks(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.runner.problem = "no torch here"
        await stage.press("f5")
        await stage.until(lambda: stage.notices)
        assert "no torch here" in stage.notices[-1]
        assert stage.lab.phase == "ready"
        waiting = stage.session.catalog("tensors.waiting")
        await stage.until(lambda: waiting not in screen_text(stage.screen))
        stage.runner.problem = ""
        await stage.run()
        await stage.until(lambda: waiting in screen_text(stage.screen))


async def test_a_new_run_ends_the_one_before(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        first = stage.runner.run
        first.finishes("one\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.run()
        assert first.closed
        assert "one" not in stage.terminal_text


async def test_yesterdays_run_is_there_again(open_stage: OpenStage) -> None:
    frame = Frame(
        sequence=1, cause="end", rows=(Summary(name="total", kind="scalar", text="4"),), live={"total": "4"}
    )
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.happens(frame)
        stage.runner.run.finishes("total 4\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.app.action_quit()
    async with open_stage() as stage:
        assert "total 4" in stage.terminal_text
        assert "from your run: today, " in stage.terminal_text
        assert stage.screen.reader.live == {"total": "4"}


async def test_a_run_cut_off_by_leaving_is_kept_as_stopped(open_stage: OpenStage) -> None:
    row = Summary(name="loss", kind="scalar", text="0.5")
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.happens(Output(text="epoch 1\r\n"), Frame(sequence=1, cause="step", rows=(row,)))
        await stage.app.action_quit()
        (record,) = stage.session.state.runs["sum.py"]
        assert (record.exit.reason, record.output, record.metrics) == (
            "stopped",
            "epoch 1\r\n",
            {"loss": 0.5},
        )
    async with open_stage() as stage:
        assert "epoch 1" in stage.terminal_text
        await stage.run()
        stage.runner.run.finishes("done\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.app.action_quit()
        reasons = [record.exit.reason for record in stage.session.state.runs["sum.py"]]
        assert reasons == ["stopped", "finished"]  # what has ended by itself is not kept twice


async def test_a_flood_of_output_leaves_room_for_keys(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        lines = "".join(f"{number}\r\n" for number in range(2000))
        stage.runner.run.happens(*(Output(text=lines) for _ in range(100)))
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.press("z")
        assert editor.text.startswith("z")
        stage.runner.run.finishes("last\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.pilot.pause()
        assert "last" in stage.terminal_text
        view = stage.lab.terminal.view
        assert view.scroll_offset.y == view.max_scroll_y


async def test_code_from_elsewhere_asks_for_trust_once(open_stage: OpenStage) -> None:
    async with open_stage(trusted=False) as stage:
        await stage.press("f5")
        question = stage.app.screen
        assert isinstance(question, Menu)
        await stage.press("enter")  # the answer that is marked at first is no
        assert stage.runner.runs == []
        assert "not run" in stage.notices[-1]
        await stage.press("f5")
        await stage.press("down", "enter")
        await stage.until(lambda: stage.lab.phase == "running")
        assert len(stage.runner.runs) == 1
    async with open_stage(trusted=False) as stage:
        await stage.run()


async def test_the_prompt_suggests_a_value_of_this_run(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        row = Summary(name="answer", kind="scalar", mean=42.0)
        stage.runner.run.happens(Frame(sequence=1, cause="end", whole=True, rows=(row,)))
        stage.runner.run.finishes()
        field = stage.screen.query_one("#prompt-input", Input)
        await stage.until(lambda: ": answer ·" in field.placeholder)
        await stage.run()
        stage.runner.run.finishes()
        await stage.until(lambda: ": dir() ·" in field.placeholder)


async def test_an_error_in_a_long_line_is_shown_from_the_beginning_of_the_line(open_stage: OpenStage) -> None:
    async with open_stage(size=(140, 40)) as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.replace_all("\n" * 30 + "x = " + "1 + " * 30 + "1\n")
        room = editor.size.width - editor.gutter_width
        for column, shown in ((room - 10, True), (room + 40, False)):
            editor.mark_error(ErrorReport(type="E", text="", line=31, column=column, end_column=column + 1))
            await stage.pilot.pause()
            await stage.pilot.pause()
            assert (editor.scroll_offset.x == 0) is shown
            assert editor.scroll_offset.x <= column < editor.scroll_offset.x + room
            assert editor.scroll_offset.y <= 30 < editor.scroll_offset.y + editor.size.height


class Stubborn(FakeRun):
    """Fails when it is to end."""

    async def stop(self) -> None:
        raise RuntimeError("cannot stop")

    async def close(self) -> None:
        self.closed = True
        raise RuntimeError("cannot close")


class Gated(FakeRunner):
    """Starts a program when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.go.set()

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        await self.go.wait()
        return await super().start(program, limits, columns=columns, rows=rows)


async def test_a_runner_that_cannot_end_a_run_is_told_and_the_learner_can_leave(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.__class__ = Stubborn
        await stage.press("f5")
        await stage.until(lambda: any("RuntimeError: cannot stop" in notice for notice in stage.notices))
        await stage.app.action_quit()
        assert stage.runner.run.closed
        assert not stage.app.crash_notice


async def test_more_time_starts_one_run_and_the_last_end_is_gone(open_stage: OpenStage) -> None:
    runner = Gated()
    async with open_stage(runner=runner) as stage:
        await stage.run()
        runner.run.happens(Exit(reason="timeout", code=137, seconds=30.0, detail="30"), Prompt())
        button = stage.lab.terminal.query_one(MoreTime)
        await stage.until(lambda: button.display)
        runner.go.clear()
        for _ in range(2):
            button.query_one(Pill).action_press()
        await stage.until(lambda: "Starting" in stage.terminal_text)
        assert not button.display
        runner.go.set()
        await stage.until(lambda: stage.lab.phase == "running")
        await stage.pilot.pause()
        assert len(runner.runs) == 2
