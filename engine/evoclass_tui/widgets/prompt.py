"""The `>>>` line: looks into the namespace of the program that has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Label

from evoclass.i18n import Catalog
from evoclass_tui.completion import Completion


class PromptInput(Input):
    """An input without frame that gives the arrow keys to the history."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "history(-1)", show=False),
        Binding("down", "history(1)", show=False),
        Binding("tab", "complete", show=False),
    ]

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

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._history: list[str] = []
        self._at = 0
        self._unsent = ""

    def compose(self) -> ComposeResult:
        yield Label(">>>", markup=False)
        yield PromptInput(compact=True, select_on_focus=False, id="prompt-input")

    def watch_catalog(self) -> None:
        self._suggest()

    def watch_example(self) -> None:
        self._suggest()

    def watch_more(self, more: bool) -> None:
        self.query_one(Label).update("..." if more else ">>>")
        self._suggest()

    def _suggest(self) -> None:
        """Say in the empty field what one could type."""
        if self.catalog is not None and self.is_mounted:
            text = self.catalog("terminal.prompt", example=self.example)
            self.query_one(Input).placeholder = "" if self.more else text

    def type(self, text: str) -> None:
        """Take the focus, and some text that was typed elsewhere."""
        field = self.query_one(Input)
        field.focus()
        if text:
            field.insert_text_at_cursor(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.waiting:
            return
        source = event.value
        if source.strip() and (not self._history or self._history[-1] != source):
            self._history.append(source)
        self._at, self._unsent = len(self._history), ""
        indent = source[: len(source) - len(source.lstrip())]
        event.input.value = (
            indent + "    " if source.rstrip().endswith(":") else indent if source.strip() else ""
        )
        event.input.cursor_position = len(event.input.value)
        self.post_message(self.Entered(source))

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
