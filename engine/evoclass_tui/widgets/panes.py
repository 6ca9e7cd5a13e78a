"""The panes of the window: their order, focus, visibility and width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass.learner.standing import Standing
from evoclass.model import Lesson
from evoclass_tui.outline import Section, section_of
from evoclass_tui.widgets.block_page import BlockPage
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.ground import Ground
from evoclass_tui.widgets.lesson_pane import LessonPane
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.splitter import Splitter
from evoclass_tui.widgets.tab_strip import Tab, TabStrip

if TYPE_CHECKING:
    from evoclass_tui.widgets.editor_bar import EditorBar
    from evoclass_tui.widgets.lab import LabColumn
    from evoclass_tui.widgets.panel_pane import PanelPane


class LabPlace(Vertical):
    """The lab's column of the window.  It is there before the lab, and shows the names of its files until then."""

    DEFAULT_CSS = """
    LabPlace { width: 1fr; height: 1fr; }
    """

    files: reactive[tuple[str, ...]] = reactive(())

    def render(self) -> Content:
        names = Content.styled("".join(f" {name} " for name in self.files), "$text-muted")
        return names.pad_right(max(0, self.size.width - names.cell_length)).stylize_before("on $panel")


class Body(Ground, Horizontal):
    """Map, lesson and lab in a row."""


class Panes(Ground, Vertical):
    """Course map, lesson and lab: side by side, in turns where the window is narrow, or one of them alone."""

    DEFAULT_CSS = """
    Panes { height: 1fr; }
    """

    catalog: var[Catalog | None] = var(None)
    side: var[Literal["lesson", "lab"]] = var("lesson")
    """The side that a narrow window shows."""
    share: var[float] = var(0.5)
    """The lesson's share of the width of lesson and lab."""
    zoomed: var[bool] = var(False, toggle_class="-zoomed")
    map_hidden: var[bool] = var(False, toggle_class="-map-hidden")
    """Whether the learner has hidden the course map of a wide window."""
    busy: var[bool] = var(False)
    """Whether a program is alive."""

    class NothingToLeave(Message):
        """The learner wants to go back a step, but is at the start."""

    lab: LabColumn
    """There once it has been brought."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.map = CourseMap(id="map")
        self.reader = reader
        reader.write_at, reader.open_search = self._write_note, self._open_search
        self.lab_place = LabPlace()
        self._has_lab = False
        self.lesson_pane = LessonPane(reader, id="lesson-pane")
        self._lesson: Lesson | None = None
        self.sections: list[Section] = []

    def compose(self) -> ComposeResult:
        yield TabStrip(id="sides")
        with Body(id="body"):
            yield self.map.data_bind(Panes.catalog)
            yield self.lesson_pane
            yield Splitter(id="middle")
            yield self.lab_place

    async def bring(self, lab: LabColumn) -> None:
        """Put the lab into its place, out of sight."""
        lab.display = False
        await self.lab_place.mount(lab)
        self.lab, self._has_lab = lab, True
        lab.catalog = self.catalog

    def show_lab(self) -> None:
        """Show the lab."""
        self.lab.display = True

    # ------------------------------------------------------------------------------------------ the panes

    @property
    def is_narrow(self) -> bool:
        """Whether lesson and lab take turns."""
        return self.screen.has_class("-narrow")

    @property
    def _all(self) -> list[Widget]:
        """The panes in the order of the next-pane key."""
        found: list[Widget] = [self.map] if self.map.display else []
        found.append(self.reader)
        if self._has_lab and not self.has_class("-no-lab"):
            found += [self.lab.query_one("#editors"), *self._docked]
        return found

    @property
    def _docked(self) -> Iterator[Widget]:
        if self._has_lab:
            yield self.lab.terminal
            yield from (pane for pane in self.lab.panes if pane.is_there)

    def _holds_focus(self, widget: Widget) -> bool:
        focused = self.screen.focused
        return focused is not None and widget in focused.ancestors_with_self

    @property
    def _current(self) -> Widget:
        """The pane with the focus, else the reader."""
        return next((pane for pane in self._all if self._holds_focus(pane)), self.reader)

    # ------------------------------------------------------------------------------------------ going around

    def action_next_pane(self) -> None:
        """Move the focus to the next pane that can take it."""
        self._go(1)

    def action_previous_pane(self) -> None:
        """Move the focus to the pane before."""
        self._go(-1)

    def _go(self, by: int) -> None:
        from evoclass_tui.widgets.panel_pane import PanelPane

        panes = self._all
        here = panes.index(self._current)
        for distance in range(1, len(panes)):
            pane = panes[(here + by * distance) % len(panes)]
            target = self._entrance(pane)
            if target is not None:
                if isinstance(pane, PanelPane):
                    self.lab.choose(pane)
                self._show(pane)
                self.call_after_refresh(target.focus)
                return

    def _show(self, pane: Widget) -> None:
        """Make sure that a pane can be seen."""
        if pane in self._docked:
            self.lab.dock = str(pane.id)
        if self.zoomed:
            self._zoom_on(pane)
        self.side = "lab" if self.lab_place in pane.ancestors else "lesson"

    def _entrance(self, pane: Widget) -> Widget | None:
        """Return the widget where work in a pane begins, or None if nothing in it takes the focus now."""
        if self._has_lab and pane is self.lab.terminal:
            return self.lab.terminal.entrance
        if pane.id == "editors":
            return self.lab.editor
        if pane.can_focus:
            return pane
        for widget in pane.query("*").results(Widget):
            inside = widget.ancestors_with_self[: widget.ancestors_with_self.index(pane)]
            if widget.can_focus and not widget.disabled and all(node.display for node in inside):
                return widget
        return None

    def turn_to_lab(self) -> None:
        """Show the lab in a narrow window; if the focus was in the lesson, it goes to the pane below the editor."""
        if self._holds_focus(self.lab_place):
            self.side = "lab"
        else:
            docked = self.lab.query_one(f"#{self.lab.dock}")
            self._show(docked)
            target = self._entrance(docked) or self.lab.terminal.view
            self.call_after_refresh(target.focus)

    def open_file(self, file: str) -> None:
        """Open a file's tab and focus it."""
        self._show(self.lab.query_one("#editors"))
        self.lab.file = file
        if (editor := self.lab.editor) is not None:
            self.call_after_refresh(editor.focus)

    async def action_find(self) -> None:
        """Find and replace in the open file."""
        from evoclass_tui.widgets.find_bar import FindBar

        await self._open_bar(FindBar)

    async def action_go_to_line(self) -> None:
        """Go to a line of the open file by its number."""
        from evoclass_tui.widgets.line_bar import LineBar

        await self._open_bar(LineBar)

    async def _open_bar(self, bar: type[EditorBar]) -> None:
        from evoclass_tui.widgets.fields.code import CodeEditor

        focused = self.screen.focused
        if (
            self.catalog is not None
            and isinstance(focused, CodeEditor)
            and isinstance(focused.parent, Widget)
        ):
            await bar(focused, self.catalog).open_in(focused.parent)
        elif self.catalog is not None and not self.has_class("-no-lab"):
            self._show(self.lab.query_one("#editors"))
            await self.lab.open_bar(bar, self.catalog)

    def try_out(self, code: str) -> bool:
        """Enter a program of the lesson at the prompt; while there is none (False), put it below the open file."""
        terminal, editor = self.lab.terminal, self.lab.editor
        if terminal.prompt:
            pane: Widget = terminal
            terminal.try_out(code)
        else:
            pane = self.lab.query_one("#editors")
            if editor is not None:
                editor.append(code)
        self._show(pane)
        if (target := self._entrance(pane)) is not None:
            self.call_after_refresh(target.focus)
        return terminal.prompt

    def read_at(self, block_id: str) -> None:
        """Show a block of the lesson at the top of the reader."""
        self._show(self.reader)
        self.reader.jump_to(block_id)
        self.call_after_refresh(self.reader.focus)

    async def _write_note(self, block_id: str) -> None:
        self._show(self.reader)
        await self.lesson_pane.write_note(block_id)

    async def _open_search(self) -> None:
        self._show(self.reader)
        await self.lesson_pane.open_search()

    def action_sides(self) -> None:
        """Go from the lesson to the lab and back."""
        in_lab = self.side == "lab" if self.is_narrow else self._holds_focus(self.lab_place)
        if in_lab or self.has_class("-no-lab"):
            self._show(self.reader)
            self.call_after_refresh(self.reader.focus)
        else:
            self.open_file(self.lab.file)

    def action_leave(self) -> None:
        """Go back one step: from a pane that fills the window, from the map, or from the lab to the lesson."""
        if self.zoomed and not self._holds_focus(self.reader):
            self.action_zoom()
        elif self._holds_focus(self.map) and self.has_class("-map-open"):
            self.close_map()
        elif self.screen.focused is not self.reader:
            self._show(self.reader)
            self.reader.focus(scroll_visible=False)
        elif self.zoomed:
            self.action_zoom()
        else:
            self.post_message(self.NothingToLeave())

    # --------------------------------------------------------------------------------- map, and place in the lesson

    def show_progress(self, standing: Standing, lesson: Lesson, sections: list[Section]) -> None:
        """Show the learner's progress in the course and in the sections of the lesson."""
        self._lesson, self.sections = lesson, sections
        self.map.show(standing, lesson.id, sections)

    def show_section(self, block_id: str) -> None:
        """Mark the section of a block in the map and above the lesson."""
        if self._lesson is not None:
            here = self.map.section = section_of(self._lesson, block_id)
            self.lesson_pane.show(self._lesson.title, self.sections, here)

    @on(BlockPage.BlockReached)
    def _reached(self, event: BlockPage.BlockReached) -> None:
        self.show_section(event.block_id)

    def action_map(self) -> None:
        """Show or hide the course map."""
        if self.screen.has_class("-roomy"):
            self.map_hidden = not self.map_hidden
            shown = not self.map_hidden
        else:
            self.toggle_class("-map-open")
            shown = self.has_class("-map-open")
        self.map.build()
        target: Widget = self.map.query_one("#map-list") if shown else self.reader
        self.call_after_refresh(target.focus)

    @on(CourseMap.Left)
    def close_map(self) -> None:
        """Close a map that is on top, and return the focus to the lesson if the map had it."""
        self.remove_class("-map-open")
        if self.screen.focused is None or self._holds_focus(self.map):
            self.reader.focus()

    @on(CourseMap.SectionChosen)
    def _section_chosen(self, event: CourseMap.SectionChosen) -> None:
        self.remove_class("-map-open")
        self.read_at(event.block_id)
        self.show_section(event.block_id)

    @on(CourseMap.LessonChosen)
    def _lesson_chosen(self) -> None:
        self.remove_class("-map-open")
        self.side = "lesson"

    # ------------------------------------------------------------------------------------------------- looks

    def watch_catalog(self) -> None:
        if self._has_lab:
            self.lab.catalog = self.catalog
        self._show_sides()

    def watch_busy(self) -> None:
        self._show_sides()

    def watch_side(self, side: str) -> None:
        if self.is_narrow and self.has_class("-zoom-lab") != (side == "lab"):
            self.zoomed = False  # or both would be shown, side by side
        # Where both are shown, nothing needs restyling; a window that becomes narrow restyles everything.
        self.set_class(side == "lab", "-show-lab", update=self.is_narrow)
        self._show_sides()

    def _show_sides(self) -> None:
        if self.catalog is not None and self.is_mounted:
            tabs = (
                Tab("lesson", self.catalog("view.lesson")),
                Tab("lab", self.catalog("view.lab"), self.busy),
            )
            self.query_one("#sides", TabStrip).show(tabs, self.side)

    @on(TabStrip.Chosen, "#sides")
    def _side_chosen(self, event: TabStrip.Chosen) -> None:
        self.side = "lab" if event.key == "lab" else "lesson"

    def action_zoom(self) -> None:
        """Give the pane with the focus the whole window, or end that."""
        pane = self._current
        in_lab = self.lab_place in pane.ancestors
        if self.is_narrow and in_lab != (self.side == "lab"):  # the focus is out of sight
            pane = self.reader if in_lab else self.lab.query_one("#editors")
        self._toggle_zoom(pane)

    @on(PaneTitle.ZoomWanted)
    def _zoom_wanted(self, event: PaneTitle.ZoomWanted) -> None:
        pane = event.title.parent
        if isinstance(pane, Widget):
            self._toggle_zoom(self.reader if pane is self.lesson_pane else pane)

    def on_panel_pane_broken(self, event: PanelPane.Broken) -> None:
        if event.pane.has_class("-zoom-target"):
            self.zoomed = False

    def on_lab_panes_terminal_wanted(self, event: LabColumn.TerminalWanted) -> None:
        """Show the terminal, also instead of a pane that fills the window, and type in it."""
        event.stop()
        self._show(self.lab.terminal)
        self.call_after_refresh(self.lab.terminal.view.focus)

    def on_lab_panes_figures_gone(self, event: LabColumn.FiguresGone) -> None:
        if event.pane.has_class("-zoom-target"):
            self.zoomed = False

    def _toggle_zoom(self, pane: Widget) -> None:
        self.zoomed = not self.zoomed
        if self.zoomed:
            self._zoom_on(pane)

    def _zoom_on(self, pane: Widget) -> None:
        """Show this pane alone."""
        self.set_class(self.lab_place in pane.ancestors, "-zoom-lab")
        for other in self._all:
            frame = self.lesson_pane if other is self.reader else other
            frame.set_class(other is pane, "-zoom-target")

    def watch_share(self, share: float) -> None:
        self.lesson_pane.styles.width = f"{share}fr"
        self.lab_place.styles.width = f"{1 - share}fr"

    def validate_share(self, share: float) -> float:
        return max(0.25, min(0.75, share))

    def action_narrower(self) -> None:
        """Give the lesson less of the width."""
        self.share -= 0.05

    def action_wider(self) -> None:
        """Give the lesson more of the width."""
        self.share += 0.05

    def action_taller(self) -> None:
        """Move the upper edge of the pane with the focus up."""
        self.lab.move_edge(self._current, -2)

    def action_shorter(self) -> None:
        """Move the upper edge of the pane with the focus down."""
        self.lab.move_edge(self._current, 2)

    @on(Splitter.Moved)
    def _splitter_moved(self, event: Splitter.Moved) -> None:
        left, right = self.reader.region.x, self.lab_place.region.right
        if right > left:
            self.share = (event.x - left) / (right - left)

    def on_descendant_focus(self) -> None:
        self._light_bars()
        if not self.is_narrow and not self._holds_focus(self.map):
            # If the window becomes narrow, what has the focus stays in sight.
            self.side = "lab" if self._holds_focus(self.lab_place) else "lesson"

    def on_descendant_blur(self) -> None:
        self._light_bars()

    def _light_bars(self) -> None:
        """Highlight the bars of the pane that has the focus.

        Only the bars change: with a CSS rule on the focus within a pane, Textual would restyle everything in the pane.
        """
        docked = list(self._docked)
        bars: dict[str, list[Widget]] = {"#map-title": [self.map], "#lesson-bar": [self.lesson_pane]}
        if self._has_lab:
            bars |= {"#lab-bar": [self.lab.query_one("#editors")], "#dock-bar": docked}
        for name, panes in bars.items():
            for bar in self.query(name):
                bar.set_class(any(map(self._holds_focus, panes)), "-lit")
        for pane in docked:
            pane.query_one(PaneTitle).set_class(self._holds_focus(pane), "-lit")
