"""A tour of everything that the app can show: each stop has its name, and the test looks at the screen there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from textual.geometry import Offset
from textual.selection import Selection as Selected
from textual.widgets.text_area import Selection

from evoclass.exercise import Bench
from evoclass.protocol import Detail, ErrorReport, Exit, Figure, Frame, Output, Prompt, Summary
from evoclass_tensors.screen.detail import DetailView
from evoclass_tensors.screen.panel import TensorPanel
from evoclass_tensors.screen.table import TensorTable
from evoclass_tui.screens.compare import Compare
from evoclass_tui.screens.picture import LargePicture
from evoclass_tui.screens.review import ReviewScreen
from evoclass_tui.screens.search import SearchScreen
from evoclass_tui.widgets.figures import FigurePanel, FiguresPane
from evoclass_tui.widgets.more_time import MoreTime
from evoclass_tui.widgets.picture import PictureView
from evoclass_tui.widgets.prompt import PromptInput
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.suggestion_list import SuggestionList
from plugins.tensors.panelbench import recorded
from pngs import png
from tui.stage import Stage
from tui.test_every_type import WRONG, answer, hinted, retried, shown

COLOURS = "".join(f"\x1b[{code}mink\x1b[0m " for code in (*range(30, 38), *range(90, 98), 1, 2, 3, 4, 7))

PROGRAM = '''"""A program."""
import torch

class Net:
    # A comment.
    def __init__(self, size: int = 3) -> None:
        self.size = f"{size} of {len([1, 2])}"


@torch.no_grad()
def run(): return True
'''

Stops = AsyncIterator[str]


async def with_error(stage: Stage) -> None:
    """Run to an error that is explained, with output in every colour."""
    await stage.run()
    stage.runner.run.happens(Output(text=COLOURS + "\r\n"))
    error = ErrorReport(
        type="NameError", text="name 'totl' is not defined", file="train.py", line=12, column=0
    )
    stage.runner.run.happens(error, Exit(reason="error", code=1, seconds=1.0), Prompt())
    await stage.until(lambda: stage.lab.phase == "ended")
    await stage.pilot.pause()


async def runs(stage: Stage) -> Stops:
    """The lab: before a run, while one runs, after an error, at a limit; the editor and the prompt in use."""
    yield "before the first run"
    editor = stage.lab.editor
    assert editor is not None
    editor.load_text(PROGRAM)
    editor.focus()
    editor.selection = Selection((2, 2), (6, 12))
    await stage.pilot.pause()
    yield "text selected in the editor"
    editor.move_cursor((4, 0))
    await stage.press("end")
    yield "the line of the cursor"
    await stage.press("end", "enter", *"se")
    await stage.press("ctrl+@")
    await stage.until(lambda: any(each.display for each in stage.screen.query(SuggestionList)))
    yield "suggestions"
    await stage.press("down")
    yield "a suggestion that is chosen"
    await stage.press("escape")
    for command in ("find", "go_to_line"):
        await stage.screen.action_command(command)
        await stage.pilot.pause()
        yield f"the bar of {command}"
        await stage.press("1")
        yield f"the bar of {command} in use"
        if command == "find":
            await stage.press("alt+r", "(")
            yield "a pattern that is wrong"
            await stage.press("alt+r", "backspace")
        await stage.press("escape")
    await stage.run()
    stage.runner.run.happens(Output(text="first\r\n"))
    await stage.pilot.pause()
    yield "a program runs"
    stage.runner.run.happens(Figure(number=1, png=png(40, 30, (200, 60, 60)), title="Loss", line=2))
    await stage.until(lambda: any(pane.is_there for pane in stage.screen.query(FiguresPane)))
    yield "a figure"
    stage.screen.query_one(FigurePanel).query_one(PictureView).focus()
    await stage.pilot.pause()
    yield "the focus in a figure"
    await stage.press("enter")
    await stage.until(lambda: isinstance(stage.app.screen, LargePicture))
    yield "a large figure"
    await stage.press("escape")
    stage.runner.run.finishes(COLOURS)
    await stage.until(lambda: stage.lab.phase == "ended")
    await stage.pilot.pause()
    yield "a run has ended"
    prompt = stage.lab.terminal.query_one(PromptInput)
    prompt.focus()
    await stage.pilot.pause()
    yield "the empty prompt"
    await stage.press("1", "+", "1", "shift+left", "shift+left")
    yield "text selected at the prompt"
    await stage.press("ctrl+c", "end", "backspace", "backspace", "backspace")
    stage.screen.selections = {stage.lab.terminal.view: Selected(Offset(0, 0), Offset(30, 1))}
    await stage.pilot.pause()
    yield "text selected in the terminal"
    stage.screen.selections = {}
    await with_error(stage)
    yield "an error, explained"
    await stage.run()
    stage.runner.run.happens(Exit(reason="timeout", code=124, seconds=20.0, detail="20"), Prompt())
    await stage.until(lambda: stage.lab.query_one(MoreTime).display)
    await stage.pilot.pause()
    yield "the offer of more time"
    stage.screen.tell("Something is wrong.", "warning")
    stage.screen.tell("Something has failed.", "error")
    await stage.pilot.pause()
    yield "notices"
    stage.app.clear_notifications()


async def panels(stage: Stage) -> Stops:
    """The inspector with the frames of a real run: its table, and a close look at values of each kind."""
    run = recorded()
    await stage.run()

    async def look(expression: str, axes: tuple[int, ...] = ()) -> Detail:
        return run.session.look(expression, *axes)

    stage.runner.run.look = look  # type: ignore[method-assign]
    for frame in run.frames:
        stage.runner.run.happens(frame)
    stage.runner.run.finishes("done\r\n")
    await stage.until(lambda: stage.lab.phase == "ended")
    await stage.pilot.pause()
    panel = stage.lab.query_one(TensorPanel)
    table, detail = panel.query_one(TensorTable), panel.query_one(DetailView)
    yield "the table without the focus"
    table.focus()
    await stage.pilot.pause()
    await stage.screen.action_command("zoom")
    await stage.until(lambda: table.size.height > 30)
    yield "the table"
    await stage.press("slash", "h")
    yield "the table's filter"
    await stage.press("escape", "escape")
    await stage.press("left")
    yield "a moment of the past"
    await stage.press("l", "question_mark")
    assert stage.notices
    yield "the legend"
    stage.app.clear_notifications()
    for name in ("head.weight", "loss", "photo", "cube", "x", "broken", "head", "optimizer", "nothing"):
        panel.open(name)
        await stage.until(lambda: not panel.inquiry.asked)
        await stage.pilot.pause()
        assert detail.has_focus
        assert detail.region
        yield f"a close look at {name}"
        detail.move_cell(1, 1)
        await stage.pilot.pause()
        yield f"the cursor in {name}"
    await stage.press("colon")
    assert panel.has_class("-asking")
    yield "the slice"
    await stage.press("escape", "escape")
    await stage.screen.action_command("zoom")


async def dialogs(stage: Stage) -> Stops:
    """Everything that opens above the lesson."""
    for key in ("f1", "f7", "f10", "ctrl+p", "ctrl+o"):
        await stage.press(key)
        assert stage.app.screen is not stage.screen, key
        yield f"the dialog of {key}"
        for _ in range(20 if key == "f10" else 2):
            await stage.press("down")
            yield f"the dialog of {key}, further down"
        await stage.press("escape")
        assert stage.app.screen is stage.screen, key
    await stage.screen.action_command("keys")
    await stage.pilot.pause()
    yield "the keys"
    await stage.press("down", "down", "enter")
    yield "a key is to be pressed"
    await stage.press("f5")
    yield "a key that is taken"
    await stage.press("escape")
    assert stage.app.screen is stage.screen
    question = next(block for block in stage.session.lesson.exercises if not block.exercise.runs_code)
    await stage.session.answers.submit(question.id, dict(question.exercise.solution()))
    await stage.screen.action_command("review")
    await stage.until(lambda: isinstance(stage.app.screen, ReviewScreen))
    await stage.pilot.pause()
    yield "a review"
    await stage.press("escape", "escape")
    await stage.until(lambda: stage.app.screen is stage.screen)
    await stage.press("a", *"a note", "escape", "down", "down", "m")
    await stage.pilot.pause()
    yield "a note and a bookmark on the page"
    stage.app.clear_notifications()
    await stage.press("a", "alt+down", "x")
    yield "a note is being written"
    await stage.press("backspace", "escape", "A")
    yield "the notes"
    await stage.press("escape", "slash", *"the")
    yield "a search in the lesson"
    await stage.press("enter", "n")
    yield "the next match"
    await stage.press("escape", "alt+s", *"sum")
    screen = stage.app.screen
    assert isinstance(screen, SearchScreen)
    await stage.until(lambda: screen.last_typed == "sum" and not stage.screen.dialogs.finder.is_reading)
    await stage.pilot.pause()
    yield "the search over everything"
    await stage.press("escape")
    await stage.press("ctrl+p", *"no such thing")
    yield "the palette without a match"
    await stage.press("escape")
    if not stage.screen.panes.map_hidden:
        stage.screen.panes.action_map()
        await stage.pilot.pause()
        yield "the map"
        await stage.press("escape")


async def comparison(stage: Stage) -> Stops:
    """Two runs that differ, side by side."""
    editor = stage.lab.editor
    assert editor is not None
    for number, scale in enumerate((1.0, 3.0)):
        editor.load_text(f"# Change me.\nloss = {scale}\nprint(loss)\nkept = 1\n")
        await stage.run()
        row = Summary(name="loss", kind="scalar", text=str(scale), mean=scale)
        same = Summary(name="kept", kind="scalar", text="1", mean=1.0)
        points = {"loss": tuple((step, scale * step * step) for step in range(1, 30))}
        frame = Frame(sequence=1, cause="end", step=29, rows=(row, same), curves=points)
        stage.runner.run.happens(frame)
        stage.runner.run.finishes(f"run {number}\r\n")
        await stage.until(lambda: stage.lab.phase == "ended")
    await stage.screen.action_command("compare")
    await stage.pilot.pause()
    assert isinstance(stage.app.screen, Compare)
    yield "two runs"
    await stage.press("end")
    yield "the end of the comparison"
    await stage.press("escape")


async def page(stage: Stage) -> Stops:
    """The lesson from its first line to its last, then a selection in it, and each link with the focus."""
    reader = stage.screen.reader
    while True:
        await stage.pilot.pause()
        yield "the page"
        if reader.scroll_y >= reader.max_scroll_y:
            break
        await stage.press("space")
    prose = next(each for each in reader.query(Prose) if each.region and each.lines)
    stage.screen.selections = {prose: Selected(Offset(0, 0), Offset(20, 2))}
    await stage.pilot.pause()
    yield "text selected on the page"
    stage.screen.selections = {}


async def questions(stage: Stage, bench: Bench) -> Stops:
    """Every question of the open lesson: with the focus, wrong, hinted at, right, and its solution."""
    stage.session.answers.bench = lambda: bench  # type: ignore[method-assign, assignment]
    for name in [block.id for block in stage.session.lesson.exercises]:
        question = await shown(stage, name)
        question.focus_first()
        await stage.pilot.pause()
        yield f"{name}, to be answered"
        if question.block.hints:
            await hinted(stage, question)
        await answer(stage, question, WRONG[name])
        await stage.pilot.pause()
        yield f"{name}, answered wrong"
        await answer(stage, question, await question.block.exercise.solve(bench))
        await shown(stage, name)
        yield f"{name}, answered right"
        question = await retried(stage, name)
        solution = await question.block.exercise.solve(bench)
        question.post_message(Question.RevealWanted(question))
        await stage.until(lambda question=question, solution=solution: question.remarks.solution == solution)
        await shown(stage, name)
        yield f"the solution of {name}"
