"""Two runs side by side, A and B: numbers, curves, figures, code, output."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass.learner.figurefolder import FigureFolder, KeptFigure
from evoclass.learner.progress import RunRecord
from evoclass.running import ending
from evoclass.wording import dates
from evoclass.wording.numerals import localised
from evoclass_tui.chart import SIGNS, Axes, Line, draw
from evoclass_tui.comparison import DiffLine, curves, diff, figures, metrics, output_end
from evoclass_tui.screens.dialog import CLOSE, Dialog, DialogKey
from evoclass_tui.widgets.figure_words import FigureWords
from evoclass_tui.widgets.picture import PictureView

LOOKS = {"removed": ("- ", "$error"), "added": ("+ ", "$success"), "same": ("  ", "$text-muted")}


CURVE_HEIGHT = 9
"""Lines of the chart of one value."""

FIGURE_HEIGHT = 20
"""Most lines of a figure."""


class Compare(Dialog[None]):
    """Shows the newest run and the one before it first; arrow keys choose others."""

    KEYS = (DialogKey("right", "run_a"), DialogKey("shift+right", "run_b"), CLOSE)
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("left", "choose('left', -1)", show=False, priority=True),
        Binding("right", "choose('left', 1)", show=False, priority=True),
        Binding("shift+left", "choose('right', -1)", show=False, priority=True),
        Binding("shift+right", "choose('right', 1)", show=False, priority=True),
    ]

    left: reactive[int] = reactive(0, init=False)
    right: reactive[int] = reactive(0, init=False)

    def __init__(
        self, catalog: Catalog, file: str, records: Sequence[RunRecord], folder: FigureFolder
    ) -> None:
        """`folder` has the pictures of the runs' figures."""
        super().__init__()
        self._catalog, self._file, self._records, self._folder = catalog, file, records, folder
        self.set_reactive(Compare.left, _before(records))
        self.set_reactive(Compare.right, len(records) - 1)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog compare"):
            yield Static(Content(self._catalog("compare.title", file=self._file)), classes="dialog-title")
            with Horizontal(classes="sides"):
                yield Static(id="left-run")
                yield Static(id="right-run")
            with VerticalScroll():
                yield Static(id="numbers")
                yield Static(id="curves")
                yield Vertical(id="figures")
                yield Static(id="code")
                with Horizontal(classes="sides"):
                    yield Static(id="left-output")
                    yield Static(id="right-output")

    def on_mount(self) -> None:
        self._draw()
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw_curves)

    def action_choose(self, side: str, by: int) -> None:
        """Show the run before or after on one side."""
        at = max(0, min(len(self._records) - 1, getattr(self, side) + by))
        setattr(self, side, at)

    def watch_left(self) -> None:
        self._draw()

    def watch_right(self) -> None:
        self._draw()

    def _draw(self) -> None:
        left, right = self._records[self.left], self._records[self.right]
        for side, number, record in (("left", self.left, left), ("right", self.right, right)):
            self.query_one(f"#{side}-run", Static).update(self._heading(side, number, record))
            self.query_one(f"#{side}-output", Static).update(self._output(record))
        self.query_one("#numbers", Static).update(self._numbers(left, right))
        self.run_worker(self._draw_figures(left, right), exclusive=True, group="figures")
        self._draw_curves()
        self.query_one("#code", Static).update(self._code(left, right))

    def _title(self, key: str) -> Content:
        return Content.styled(self._catalog(f"compare.{key}"), "bold $primary")

    def _heading(self, side: str, number: int, record: RunRecord) -> Content:
        when = dates.said(record.time, self._catalog)
        return Content.assemble(
            (f"{self._catalog(f'compare.{side}')}  ", "bold $accent"),
            (f"{number + 1}/{len(self._records)}  {when}\n", "$text-muted"),
            ending.sentence(record.exit, self._catalog),
        )

    def _numbers(self, left: RunRecord, right: RunRecord) -> Content:
        rows: list[tuple[str, ...]] = [
            (
                "",
                self._catalog("compare.left"),
                self._catalog("compare.right"),
                self._catalog("compare.change"),
            )
        ]
        rows.append(
            (
                self._catalog("compare.seconds"),
                *(
                    localised(text, self._catalog.language)
                    for text in (
                        f"{left.exit.seconds:.1f}",
                        f"{right.exit.seconds:.1f}",
                        f"{right.exit.seconds - left.exit.seconds:+.1f}",
                    )
                ),
            )
        )
        for metric in metrics(left, right):
            change = "=" if metric.change == 0.0 else self._number(metric.change, "+")
            if metric.change is None:
                change = self._catalog("compare.only_one")
            rows.append((metric.name, self._number(metric.left), self._number(metric.right), change))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [self._title("numbers")]
        for number, row in enumerate(rows):
            cells = [f"{row[0]:<{widths[0]}}", *(f"{row[at]:>{widths[at]}}" for at in (1, 2, 3))]
            style = "$text-muted" if number == 0 or row[3] == "=" else ""
            lines.append(Content.styled("  ".join(cells), style))
        note = "compare.no_numbers" if len(rows) == 2 else "compare.which_numbers"
        lines.append(Content.styled(self._catalog(note), "$text-muted italic"))
        return Content("\n").join([*lines, Content("")])

    def _draw_curves(self) -> None:
        """Show what both runs watched from step to step, A and B in one chart for each value."""
        left, right = self._records[self.left], self._records[self.right]
        colours = self.app.theme_variables
        first, second = (Style(color=colours[name]) for name in ("primary", "accent"))
        axes = Axes(Style(), self._number, lambda x: f"{x:.0f}")
        text = Text(no_wrap=True)
        shown = self.query_one("#curves", Static)
        for name, one, other in curves(left, right):
            lines = [Line(other, second, mark=SIGNS[1]), Line(one, first, mark=SIGNS[0])]
            chart = draw(lines, max(30, min(shown.content_size.width, 100)), CURVE_HEIGHT, axes)
            if not chart.lines:
                continue
            text.append(f"{name}   ", Style(bold=True))
            for side, style, sign in (("left", first, SIGNS[0]), ("right", second, SIGNS[1])):
                text.append(f"{sign} {self._catalog(f'compare.{side}')}   ", style)
            for line in chart.lines:
                text.append("\n")
                for segment in line:
                    text.append(segment.text, segment.style)
            text.append("\n\n")
        shown.display = bool(text)
        shown.update(text)

    async def _draw_figures(self, left: RunRecord, right: RunRecord) -> None:
        """Show what both programs drew: of each number the two figures beside each other."""
        shown = self.query_one("#figures", Vertical)
        pairs = figures(left, right)
        async with shown.batch():
            await shown.remove_children()
            if pairs:
                await shown.mount(Static(self._title("figures")))
            for one, other in pairs:
                same = one is not None and other is not None and one.digest == other.digest
                await shown.mount(
                    Horizontal(self._figure(one, same), self._figure(other, same), classes="sides")
                )

    def _figure(self, figure: KeptFigure | None, same: bool) -> Vertical:
        """Return one side of a pair."""
        found = self._folder.find(figure) if figure is not None else None
        if found is None:
            return Vertical(Static(Content.styled(self._catalog("compare.no_figure"), "$text-muted italic")))
        said = FigureWords(found, self._catalog).at_once()
        line = f"{said} · {self._catalog('compare.same_figure')}" if same else said
        picture = PictureView(self._catalog, found.png, said, max_rows=FIGURE_HEIGHT, fill=True, opens=True)
        return Vertical(picture, Static(Content.styled(line, "$text-muted")))

    def _code(self, left: RunRecord, right: RunRecord) -> Content:
        changed = diff(left.code, right.code)
        lines = [self._title("code")]
        lines += [self._diff_line(line) for line in changed]
        if not changed:
            lines.append(Content.styled(self._catalog("compare.same_code"), "$text-muted"))
        return Content("\n").join([*lines, Content("")])

    def _diff_line(self, line: DiffLine) -> Content:
        if line.kind == "gap":
            return Content.styled("   ⋮", "$text-muted")
        sign, style = LOOKS[line.kind]
        return Content.assemble((f"{line.number:>4} ", "$text-muted"), (sign + line.text, style))

    def _output(self, record: RunRecord) -> Content:
        text = "\n".join(output_end(record)) or self._catalog("compare.no_output")
        return Content.assemble(self._title("output"), "\n", text)

    def _number(self, value: float | None, sign: str = "") -> str:
        if value is None:
            return "–"
        whole = value.is_integer() and abs(value) < 1e12
        text = (
            f"{value:{sign},.0f}" if whole and abs(value) >= 10_000 else f"{value:{sign}.0f}" if whole else ""
        )
        return localised(text or f"{value:{sign}.4g}", self._catalog.language)


def _before(records: Sequence[RunRecord]) -> int:
    """Return which run the newest is compared with: one that was stopped, by a knob perhaps, tells less."""
    earlier = range(len(records) - 1)
    return max((at for at in earlier if records[at].exit.reason != "stopped"), default=len(records) - 2)
