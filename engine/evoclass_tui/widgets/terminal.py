"""The terminal panel: title, output, explanation of an error, prompt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.explanation import Explanation
from evoclass.i18n import Catalog
from evoclass.protocol import Exit, Expected
from evoclass.running import ending
from evoclass.running.expectations import unexpected
from evoclass.running.terminal import TerminalBuffer
from evoclass.wording import dates
from evoclass_tui.run_news import BUSY, Phase
from evoclass_tui.widgets.explanation_box import ExplanationBox
from evoclass_tui.widgets.more_time import MoreTime
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.prompt import PromptInput, PromptLine
from evoclass_tui.widgets.terminal_view import TerminalView

OFFERS = 24
"""Names listed at most when Tab finds several."""


class TerminalPane(Vertical):
    """Shows a run from `> Ready.` to its last line."""

    catalog: reactive[Catalog | None] = reactive(None)
    phase: reactive[Phase] = reactive("ready")
    prompt: reactive[bool] = reactive(False)
    """Whether the prompt can query the namespace of the ended program."""

    @dataclass
    class Resized(Message):
        """The program's terminal has this size now."""

        columns: int
        rows: int

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._buffer: TerminalBuffer | None = None
        self._exit: Exit | None = None
        """How the run ended, until something follows in the output."""
        self._limited: Exit | None = None
        """The same until the next run: ways on from a limit are offered so long."""
        self._expected: tuple[Expected, ...] = ()
        """What became of the numbers that the lesson expects of the run."""
        self.lighter: Mapping[str, str] = {}
        """Constants of a lighter version of the program that has run."""
        self._reason = ""
        self._watch: tuple[str, ...] = ()
        """Names that the lesson wants looked at."""
        self._started = 0.0
        """When a run of an earlier visit began; 0 for one of this visit."""

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="terminal-title")
        yield TerminalView(id="terminal-view")
        yield MoreTime(id="more-time")
        box = ExplanationBox(id="explanation")
        box.display = False
        yield box
        yield PromptLine(id="prompt").data_bind(TerminalPane.catalog)

    @property
    def view(self) -> TerminalView:
        """The output."""
        return self.query_one(TerminalView)

    # --------------------------------------------------------------------------------------------- events

    def begin(self, buffer: TerminalBuffer, watch: tuple[str, ...] = ()) -> None:
        """A run starts; `watch` are names that the lesson asks to watch."""
        self._watch = watch
        self._buffer, self._exit, self._expected, self._started = buffer, None, (), 0.0
        self._limited = None
        self.query_one(ExplanationBox).display = False
        self.prompt = False
        self.view.show(buffer)
        self.view.watch_buffer(True)
        self._tell()

    def replay(self, buffer: TerminalBuffer, ended: Exit, started: float) -> None:
        """Show a run of an earlier visit; `started` is in seconds since 1970."""
        self._buffer, self._exit, self._expected, self._started = buffer, ended, (), started
        self._limited = ended
        self.prompt = False
        self.explain(None)
        self.view.show(buffer)
        self._tell()

    def forget(self) -> None:
        """Show no run."""
        self._buffer, self._exit, self._expected, self._started = None, None, (), 0.0
        self._limited = None
        self.prompt = False
        self.explain(None)
        self.view.show(None)
        self._tell()

    def end(self, ended: Exit, names: Collection[str] = (), expected: tuple[Expected, ...] = ()) -> None:
        """The run is over: say how; `names` are its values, and `expected` is what its lesson expects of them."""
        self._expected = expected
        known = [name for name in self._watch if name in names] or [
            name for name in names if name.isidentifier()
        ]
        self.query_one(PromptLine).example = known[0] if known else "dir()"
        self._exit = self._limited = ended
        self._tell()

    def rest(self) -> None:
        """Nothing further will be printed without a line from the prompt."""
        self.view.watch_buffer(False)

    def close(self) -> None:
        """The process of the run is gone, and its prompt with it."""
        self.prompt = False
        self.rest()

    def unavailable(self, reason: str) -> None:
        """No program can be run, for this reason."""
        self._reason = reason
        self._tell()

    def clear(self) -> None:
        """Empty the panel; the prompt stays."""
        if self.phase not in BUSY:
            self._exit, self._limited, self._started = None, None, 0.0
            self.explain(None)
            if self._buffer is not None:
                self._buffer.clear()
            self.view.look(force=True)
            self._tell()

    def try_out(self, code: str) -> None:
        """Enter a program at the prompt."""
        self.query_one(PromptLine).try_out(code)

    def prompt_ready(self, more: bool) -> None:
        """The prompt waits for a line, or for more of a block."""
        self.prompt = True
        self.rest()
        self.query_one(PromptLine).ready(more)

    @property
    def entrance(self) -> Widget:
        """The widget to type in."""
        return self.query_one(PromptInput) if self.prompt else self.view

    def echo(self, source: str) -> None:
        """Put a line of the prompt among the output, after the sentence on how the run ended."""
        if self._buffer is None:
            return
        self._end_sentence()
        prompt = self.query_one(PromptLine)
        sign = "..." if prompt.more else ">>>"
        for line in source.split("\n"):
            self._buffer.feed(f"\x1b[36m{sign}\x1b[0m {line}\r\n")
            sign = "..."
        self._tell()
        self.view.watch_buffer(True)

    def _end_sentence(self) -> None:
        """Turn the sentence on how the run ended into a line of the output, so that more can follow it."""
        if self._exit is not None and self._buffer is not None:
            width = max(20, self.view.scrollable_content_region.width)
            said = [f"{sign(self._exit)} {self.sentence(self._exit)}", *self._unexpected(self._exit)]
            lines = [line for text in said for line in wrap(text, width, break_on_hyphens=False)]
            self._buffer.feed("".join(f"\x1b[2m{line}\x1b[0m\r\n" for line in lines))
            self._exit = None

    def explain(self, explanation: Explanation | None) -> None:
        """Show in words why the program failed."""
        assert self.catalog is not None
        self.query_one(ExplanationBox).show(explanation, self.catalog)
        self._tell()

    # ---------------------------------------------------------------------------------------- how it looks

    def sentence(self, ended: Exit) -> str:
        """Return in plain words how a run ended, and the next step if no explanation gives one."""
        assert self.catalog is not None
        advice = ending.advice(ended, self.catalog, "window")
        return f"{ending.sentence(ended, self.catalog)} {advice}".rstrip()

    def _unexpected(self, ended: Exit) -> list[str]:
        assert self.catalog is not None
        return unexpected(self._expected, ended, self.catalog)

    def watch_catalog(self) -> None:
        self._tell()

    def watch_phase(self, phase: Phase) -> None:
        self.view.typing = phase in BUSY
        self._tell()

    def watch_prompt(self, prompt: bool) -> None:
        line = self.query_one(PromptLine)
        line.display = prompt
        if not prompt:
            line.reset()

    def _tell(self) -> None:
        if self.catalog is None or not self.is_mounted:
            return
        self.query_one(MoreTime).show(self._limited, self.lighter, self.catalog)
        title = self.query_one(PaneTitle)
        title.label = self.catalog("terminal.title")
        title.status = self.catalog(f"terminal.status.{self.phase}")
        self.view.show_tail(self._tail())

    def _tail(self) -> Sequence[Content]:
        assert self.catalog is not None
        if self._exit is not None:
            symbol = sign(self._exit)
            colour = {"✓": "$success", "■": "$warning"}.get(symbol, "$error")
            explained = self.query_one(ExplanationBox).display
            sentence = self.catalog("terminal.explained") if explained else self.sentence(self._exit)
            lines = [Content.assemble((f"{symbol} ", f"bold {colour}"), (sentence, colour))]
            lines += [Content.styled(text, "$text-muted") for text in self._unexpected(self._exit)]
            if dropped := ending.dropped(self._exit, self.catalog):
                lines.append(Content.styled(dropped, "$warning"))
            if self._started:
                when = dates.said(self._started, self.catalog)
                lines.append(
                    Content.styled(self.catalog("terminal.earlier", when=when), "$text-muted italic")
                )
            return lines
        if self.phase == "starting":
            return [Content.styled(self.catalog("terminal.starting"), "$text-muted")]
        if self._buffer is not None and self.phase in (*BUSY, "ended"):
            return []
        mark = ("> ", "$accent bold")
        if self.phase == "unavailable":
            return [
                Content.assemble(
                    mark, (self.catalog("terminal.unavailable", reason=self._reason), "$warning")
                )
            ]
        lines = [Content.assemble(mark, self.catalog("terminal.ready"))]
        if self.phase == "warming":
            lines.append(Content.styled(f"  {self.catalog('terminal.warming')}", "$text-muted"))
        return lines

    def on_prompt_offered(self, event: PromptInput.Offered) -> None:
        """List the names that fit above the prompt."""
        event.stop()
        if self._buffer is None:
            return
        names = [*event.names[:OFFERS], *("…" for _ in event.names[OFFERS : OFFERS + 1])]
        width = max(20, self.view.scrollable_content_region.width)
        lines = wrap("  ".join(names), width, break_long_words=False, break_on_hyphens=False)
        self._end_sentence()
        self._buffer.feed("".join(f"\x1b[2m{line}\x1b[0m\r\n" for line in lines))
        self._tell()
        self.view.look(force=True)

    def on_prompt_page_wanted(self, event: PromptInput.PageWanted) -> None:
        event.stop()
        (self.view.action_page_down if event.by > 0 else self.view.action_page_up)()

    def on_terminal_view_prompt_wanted(self, event: TerminalView.PromptWanted) -> None:
        event.stop()
        if self.prompt:
            self.query_one(PromptLine).type(event.text, search=event.search)

    def on_more_time_wanted(self) -> None:
        self.view.focus()  # the button goes away

    def on_more_time_lighter_wanted(self) -> None:
        self.view.focus()

    def on_terminal_view_clear_wanted(self, event: TerminalView.ClearWanted) -> None:
        event.stop()
        self.clear()

    def on_resize(self) -> None:
        region = self.view.scrollable_content_region
        if region.width and region.height:
            self.post_message(self.Resized(region.width, region.height))


def sign(ended: Exit) -> str:
    """Return the mark before the sentence on how a run ended."""
    if ended.reason == "stopped":
        return "■"
    return "✓" if ended.reason == "finished" and not ended.code else "✗"
