"""The `>>>` line: looks into the namespace of the program that has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Paste
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Input, Label

from evoclass.i18n import Catalog
from evoclass_tui.completion import Completion

BUSY_AFTER = 0.5
"""Seconds after which a line that is still being worked on is said to be."""


class PromptInput(Input):
    """An input without frame that gives the arrow keys to the history."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "history(-1)", show=False),
        Binding("down", "history(1)", show=False),
        Binding("tab", "complete", show=False),
        Binding("ctrl+c", "interrupt", show=False),
        Binding("ctrl+j", "submit", show=False),  # a line feed, as in lines pasted by an old terminal
    ]

    class InterruptWanted(Message):
        """Ctrl+C, with nothing selected to be copied."""

    @dataclass
    class Lines(Message):
        """What was entered: one line, or all but the last of several that were pasted."""

        lines: list[str]

    @dataclass
    class HistoryWanted(Message):
        """An arrow key: `by` lines back (-1) or forward (1)."""

        by: int

    @dataclass
    class Offered(Message, namespace="prompt"):
        """Tab found several names that fit what was typed."""

        names: tuple[str, ...]

    complete: Callable[[str], Completion] = staticmethod(lambda text: Completion("", ()))
    """Completes a line up to the cursor; the lab sets it for each run."""

    def action_complete(self) -> None:
        """Complete the word before the cursor; without one, Tab leaves the field as it does elsewhere."""
        text = self.value[: self.cursor_position]
        if not text.strip():
            self.screen.focus_next()
            return
        # At once, not by a message: the next key may be on its way already.
        completion = self.complete(text)
        if completion.insert:
            self.insert_text_at_cursor(completion.insert)
        elif len(completion.offers) > 1:
            self.post_message(self.Offered(completion.offers))

    def action_interrupt(self) -> None:
        """Copy what is selected, as everywhere; else stop what the last line set going."""
        if self.selected_text:
            self.action_copy()
        else:
            self.post_message(self.InterruptWanted())

    def _on_paste(self, event: Paste) -> None:
        # Textual's own field takes the first line and drops the others.
        first, *others = event.text.splitlines() or [""]
        if others:
            event.prevent_default()
            event.stop()
            self.post_message(self.Lines([self.value[: self.cursor_position] + first, *others[:-1]]))
            self._start_with(others[-1])

    async def action_submit(self) -> None:
        """Give the line away, and begin the next where a block wants it."""
        # At once, not when the line is heard of: what is typed next may be on its way already.
        source = self.value
        indent = source[: len(source) - len(source.lstrip())]
        self._start_with(
            indent + "    " if source.rstrip().endswith(":") else indent if source.strip() else ""
        )
        self.post_message(self.Lines([source]))

    def _start_with(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)

    def action_history(self, by: int) -> None:
        """Ask for another line of the history."""
        self.post_message(self.HistoryWanted(by))


class Prompt(Horizontal):
    """One line of Python at a time, with history; `...` while a block is open."""

    catalog: reactive[Catalog | None] = reactive(None)
    example: reactive[str] = reactive("dir()")
    """A line that gives something in the run at hand."""
    more: reactive[bool] = reactive(False)
    """Whether the interpreter waits for the rest of a block."""
    waiting: reactive[bool] = reactive(False)
    """Whether the last line is still being worked on."""

    @dataclass
    class Entered(Message):
        """The learner entered a line."""

        source: str

    class InterruptWanted(Message):
        """The learner wants what the last line set going to stop."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._history: list[str] = []
        self._at = 0
        self._unsent = ""
        self._queue: list[str] = []
        """Lines that came while an earlier one was being worked on."""
        self._busy: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Label(">>>", markup=False)
        yield PromptInput(compact=True, select_on_focus=False, id="prompt-input")

    def watch_catalog(self) -> None:
        self._suggest()

    def watch_example(self) -> None:
        self._suggest()

    def watch_more(self) -> None:
        self._suggest()

    def watch_waiting(self, waiting: bool) -> None:
        if self._busy is not None:
            self._busy.stop()
        # What is done at once needs no word that it is being done.
        self._busy = self.set_timer(BUSY_AFTER, self._suggest) if waiting else None
        if not waiting:
            self._suggest()

    def _suggest(self) -> None:
        """Say in the empty field what one could type, or that a line is being worked on."""
        if self.catalog is None or not self.is_mounted:
            return
        sign, text = (">>>", self.catalog("terminal.prompt", example=self.example))
        if self.waiting:
            sign, text = "···", self.catalog("terminal.prompt_busy")
        elif self.more:
            sign, text = "...", ""
        self.query_one(Label).update(sign)
        self.query_one(Input).placeholder = text

    def ready(self, more: bool) -> None:
        """The interpreter waits for a line, or for more of a block."""
        self.more, self.waiting = more, False
        if self._queue:
            self._send(self._queue.pop(0))

    def reset(self) -> None:
        """Forget lines that were meant for a run that is over."""
        self._queue.clear()
        self.more = self.waiting = False

    def type(self, text: str) -> None:
        """Take the focus, and some text that was typed elsewhere."""
        field = self.query_one(Input)
        field.focus()
        if text:
            field.insert_text_at_cursor(text)

    def on_prompt_input_lines(self, event: PromptInput.Lines) -> None:
        event.stop()
        for line in event.lines:
            if line.strip() and (not self._history or self._history[-1] != line):
                self._history.append(line)
            self._enter(line)
        self._at, self._unsent = len(self._history), ""

    def _enter(self, source: str) -> None:
        """Send a line, or keep it until the one before is done."""
        if self.waiting:
            if source.strip() or self._queue:
                self._queue.append(source)
        else:
            self._send(source)

    def _send(self, source: str) -> None:
        self.waiting = True
        self.post_message(self.Entered(source))

    def on_prompt_input_interrupt_wanted(self, event: PromptInput.InterruptWanted) -> None:
        event.stop()
        if self.waiting:
            self._queue.clear()
            self.post_message(self.InterruptWanted())

    def on_click(self) -> None:
        # The sign and the blank beside the field are a part of it for whoever wants to type.
        self.query_one(Input).focus()

    def on_prompt_input_history_wanted(self, event: PromptInput.HistoryWanted) -> None:
        event.stop()
        field = self.query_one(Input)
        if self._at == len(self._history):
            self._unsent = field.value
        self._at = max(0, min(len(self._history), self._at + event.by))
        field.value = self._history[self._at] if self._at < len(self._history) else self._unsent
        field.cursor_position = len(field.value)
