"""The `>>>` line: looks into the namespace of the program that has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Key, Paste
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Input, Label

from evoclass.i18n import Catalog
from evoclass_tui.completion import Completion
from evoclass_tui.keymap import keymap_of
from evoclass_tui.places import HasKeys, HasModes, place_bindings
from evoclass_tui.trying import statements, without_prompts
from evoclass_tui.widgets.entry import Entry
from evoclass_tui.widgets.history import History

BUSY_AFTER = 0.5
"""Seconds after which the field says that a line is still being worked on."""


class PromptInput(HasModes, HasKeys, Entry):
    """An input without a frame that remembers earlier lines."""

    place = "prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        *place_bindings(place),
        Binding("ctrl+j", "submit", show=False),  # a line feed, as in lines pasted by an old terminal
    ]

    class InterruptWanted(Message):
        """Ctrl+C, with no selection to copy."""

    @dataclass
    class Lines(Message):
        """The entered text: one line, or what was pasted, except for its last line; a statement may have several."""

        lines: list[str]

    @dataclass
    class Offered(Message, namespace="prompt"):
        """Tab found several names that fit the typed text."""

        names: tuple[str, ...]

    @dataclass
    class PageWanted(Message, namespace="prompt"):
        """The learner turns a page of the output above, forwards or back."""

        by: int

    @dataclass
    class InsideWanted(Message, namespace="prompt"):
        """Tab found nothing that is known here, but perhaps there is something inside of a module."""

        field: PromptInput
        text: str
        """What is typed before the cursor; `take` takes the answer."""

    complete: Callable[[str], Completion] = staticmethod(lambda text: Completion("", ()))
    """Completes a line up to the cursor; the lab sets it for each run."""

    sought: reactive[str | None] = reactive(None)
    """The text searched for in the earlier lines, while a search goes on."""
    nothing_found: reactive[bool] = reactive(False)
    """Whether no line, or no earlier one, has the text that is searched for; the field shows the last one that had."""

    in_block = False
    """Whether what is entered goes on with a block."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.history = History()
        self._before_search = ""

    def action_complete(self) -> None:
        """Complete the word before the cursor; without one, Tab leaves the field as it does elsewhere."""
        text = self.value[: self.cursor_position]
        if not text.strip():
            self.screen.focus_next()
            return
        # At once, not by a message: the next key may already be queued.
        completion = self.complete(text)
        if completion.offers:
            self._complete_with(completion)
        else:
            self.post_message(self.InsideWanted(self, text))

    def _complete_with(self, completion: Completion) -> None:
        if completion.insert:
            self.insert_text_at_cursor(completion.insert)
        elif len(completion.offers) > 1:
            self.post_message(self.Offered(completion.offers))

    def take(self, text: str, completion: Completion) -> None:
        """Take an answer, unless something else is typed by now."""
        if self.has_focus and self.sought is None and self.value[: self.cursor_position] == text:
            self._complete_with(completion)

    def action_interrupt(self) -> None:
        """Copy the selection, as everywhere; without one, stop the last line's work."""
        if self.selected_text:
            self.action_copy()
        else:
            self.post_message(self.InterruptWanted())

    def action_page(self, by: int) -> None:
        """Turn a page of the output above."""
        self.post_message(self.PageWanted(by))

    def on_paste(self, event: Paste) -> None:
        # Textual's own field takes the first line and drops the others.
        before, text = self.value[: self.cursor_position], event.text
        if not before.strip() and not self.in_block:
            before, text = "", without_prompts(text)
        first, *others = text.splitlines() or [""]
        if others:
            event.prevent_default()
            event.stop()
            lines = [before + first, *others]
            *whole, last = lines if self.in_block else statements(lines)
            *block, rest = last.split("\n")
            if "" in map(str.strip, block):  # typed line by line, a block would end there
                whole, block, rest = [*whole, last], [], ""
            self._enter([*whole, *block])
            self._start_with(rest)
        elif text != event.text:
            event.prevent_default()
            event.stop()
            self.insert_text_at_cursor(first)

    async def action_submit(self) -> None:
        """Submit the line, and indent the next one if a block needs it."""
        # At once, not when the message arrives: the next typed characters may already be queued.
        source = self.value if self.value.strip() else ""  # blanks do not end a block
        indent = source[: len(source) - len(source.lstrip())]
        self._enter([source])
        self._start_with(
            indent + "    " if source.rstrip().endswith(":") else indent if source.strip() else ""
        )

    def _enter(self, lines: list[str]) -> None:
        for line in "\n".join(lines).split("\n"):
            self.history.add(line)
        self.post_message(self.Lines(lines))

    def _start_with(self, text: str) -> None:
        self._show(text)
        self.forget_edits()

    def _show(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)

    # Earlier lines

    def action_history(self, by: int) -> None:
        """Show the line before or after."""
        self._show(self.history.go(by, self.value))

    def action_search(self) -> None:
        """Begin to search the earlier lines, as shells do; the text in the field is the first search text."""
        self._before_search = self.value
        self._seek(self.value)

    def _seek(self, text: str, *, earlier: bool = False) -> None:
        found = self.history.search(text, earlier=earlier)
        self.nothing_found = found is None
        self.sought = text
        if found is not None:
            self._show(found)

    def on_key(self, event: Key) -> None:
        """During a search, add letters to the search text; other keys end the search and do what they always do."""
        if self.sought is None:
            return
        keymap = keymap_of(self)
        if event.key in keymap.keys("prompt.search"):
            self._seek(self.sought, earlier=True)
        elif event.key == "backspace":
            self._seek(self.sought[:-1])
        elif event.is_printable and event.character:
            self._seek(self.sought + event.character)
        else:
            self.sought = None
            if event.key not in (*keymap.keys("leave"), "escape", "ctrl+g"):
                return
            self._show(self._before_search)
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        self.sought = None

    def watch_sought(self, sought: str | None) -> None:
        self.take_mode("" if sought is None else "prompt_search")


class PromptLine(Horizontal):
    """One line of Python at a time, with history; `...` while a block is open."""

    catalog: reactive[Catalog | None] = reactive(None)
    example: reactive[str] = reactive("dir()")
    """A line that gives a result in the current run."""
    more: reactive[bool] = reactive(False)
    """Whether the interpreter waits for the rest of a block."""
    waiting: reactive[bool] = reactive(False)
    """Whether the last line is still being worked on."""

    @dataclass
    class Entered(Message):
        """The learner entered a line."""

        source: str

    class InterruptWanted(Message):
        """The learner wants to stop the last line's work."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._queue: list[str] = []
        """Lines that arrived while an earlier one was being worked on."""
        self._busy: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Label(">>>", markup=False)
        yield PromptInput(compact=True, select_on_focus=False, id="prompt-input")

    def on_mount(self) -> None:
        for name in ("sought", "nothing_found"):
            self.watch(self.query_one(PromptInput), name, self._suggest, init=False)

    def watch_catalog(self) -> None:
        self._suggest()

    def watch_example(self) -> None:
        self._suggest()

    def watch_more(self, more: bool) -> None:
        for field in self.query(PromptInput):
            field.in_block = more
        self._suggest()

    def watch_waiting(self, waiting: bool) -> None:
        if self._busy is not None:
            self._busy.stop()
        # A line that is done at once needs no message that it is being worked on.
        self._busy = self.set_timer(BUSY_AFTER, self._suggest) if waiting else None
        if not waiting:
            self._suggest()

    def _suggest(self) -> None:
        """Say in the empty field which text can be typed, or that a line is being worked on."""
        if self.catalog is None or not self.is_mounted:
            return
        sign, text = (">>>", self.catalog("terminal.prompt", example=self.example))
        if self.waiting:
            sign, text = "···", self.catalog("terminal.prompt_busy")
        elif self.more:
            sign, text = "...", ""
        field = self.query_one(PromptInput)
        if field.sought is not None:
            key = "terminal.search_nothing" if field.nothing_found else "terminal.search"
            sign = self.catalog(key, text=field.sought)
        self.query_one(Label).update(sign)
        self.query_one(Input).placeholder = text

    def ready(self, more: bool) -> None:
        """The interpreter waits for a line, or for more of a block."""
        self.more, self.waiting = more, False
        if self._queue:
            self._send(self._queue.pop(0))

    def reset(self) -> None:
        """Forget lines that were meant for a finished run."""
        self._queue.clear()
        self.more = self.waiting = False

    def type(self, text: str, *, search: bool = False) -> None:
        """Take the focus, and text that was typed elsewhere, or begin to search the earlier lines."""
        field = self.query_one(PromptInput)
        field.focus()
        if text:
            field.insert_text_at_cursor(text)
        if search:
            field.action_search()

    def try_out(self, code: str) -> None:
        """Enter a program of the lesson, as one block."""
        if self.more:
            self._enter("")
        field = self.query_one(PromptInput)
        code = code.rstrip()
        for line in code.splitlines():
            field.history.add(line)
        self._enter(code)

    def on_prompt_input_lines(self, event: PromptInput.Lines) -> None:
        event.stop()
        for line in event.lines:
            self._enter(line)

    def _enter(self, source: str) -> None:
        """Send a line, or keep it until the one before is done."""
        if self.waiting:
            if source.strip() or self._queue:
                self._queue.append(source)
        else:
            self._send(source)

    def _send(self, source: str) -> None:
        self.waiting = True
        # A line of an earlier block, such as a search finds, may stand for itself.
        self.post_message(self.Entered(source if self.more or "\n" in source else source.lstrip()))

    def on_prompt_input_interrupt_wanted(self, event: PromptInput.InterruptWanted) -> None:
        event.stop()
        if self.waiting:
            self._queue.clear()
            self.post_message(self.InterruptWanted())

    def on_click(self) -> None:
        # A click on the sign or the blank beside the field counts as a click on the field.
        self.query_one(Input).focus()
