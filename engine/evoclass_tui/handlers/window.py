"""The window: which panels there are, which has the focus, which are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import OptionList

from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.lesson_pane import LessonPane
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.terminal import TerminalPane

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen

SMALLEST = Size(60, 18)
"""Columns and rows below which the panels no longer fit."""


def fit(screen: LessonScreen) -> None:
    """Lay the first picture out for the size of the window; Textual sees to the later ones."""
    app, (width, height) = screen.app, screen.app.size
    for breakpoints, cells in ((app.HORIZONTAL_BREAKPOINTS, width), (app.VERTICAL_BREAKPOINTS, height)):
        screen.add_class(max(point for point in breakpoints if point[0] <= cells)[1])


def arrange(screen: LessonScreen) -> None:
    """Lay the window out as the learner left it."""
    settings = screen.session.settings
    move_middle(screen, settings.lesson_share)
    screen.map_hidden = not settings.course_map
    screen.timer.display = settings.study_timer


def keep_arrangement(screen: LessonScreen) -> None:
    """Remember how the learner laid the window out, if that is new."""
    settings = screen.session.settings
    now = {"lesson_share": round(screen.share, 3), "course_map": not screen.map_hidden}
    if now != {"lesson_share": settings.lesson_share, "course_map": settings.course_map}:
        screen.app.remember(**now)


def panes(screen: LessonScreen) -> list[Widget]:
    """Return the panels in the order of the next-panel key."""
    course_map = screen.query_one(CourseMap)
    found: list[Widget] = [course_map] if course_map.display else []
    found.append(screen.reader)
    if not screen.has_class("-no-lab"):
        found += [screen.lab.query_one("#editors"), screen.lab.terminal]
        found += [pane for pane in screen.panes if not pane.broken]
    return found


def is_in(screen: LessonScreen, widget: Widget) -> bool:
    """Whether the focus is inside of a widget."""
    return screen.focused is not None and widget in screen.focused.ancestors_with_self


def current(screen: LessonScreen) -> Widget:
    """Return the panel with the focus, else the reader."""
    return next((pane for pane in panes(screen) if is_in(screen, pane)), screen.reader)


def go(screen: LessonScreen, by: int) -> None:
    """Move the focus to the next panel in a direction that can take it."""
    all_panes = panes(screen)
    here = all_panes.index(current(screen))
    for distance in range(1, len(all_panes)):
        pane = all_panes[(here + by * distance) % len(all_panes)]
        target = entrance(screen, pane)
        if target is not None:
            show(screen, pane)
            screen.call_after_refresh(target.focus)
            return


def show(screen: LessonScreen, pane: Widget) -> None:
    """Make sure that a panel can be seen."""
    screen.side = "lab" if screen.lab in pane.ancestors else "lesson"
    if pane is screen.lab.terminal or pane in screen.panes:
        screen.lab.dock = str(pane.id)
    if screen.zoomed:
        zoom_on(screen, pane)


def entrance(screen: LessonScreen, pane: Widget) -> Widget | None:
    """Return the widget where work in a panel begins, or None if nothing in it takes the focus now."""
    if isinstance(pane, TerminalPane):
        return pane.entrance
    if pane.id == "editors":
        return screen.lab.editor
    if pane.can_focus:
        return pane
    for widget in pane.query("*").results(Widget):
        inside = widget.ancestors_with_self[: widget.ancestors_with_self.index(pane)]
        if widget.can_focus and not widget.disabled and all(node.display for node in inside):
            return widget
    return None


def turn_to_lab(screen: LessonScreen) -> None:
    """Show the lab in a narrow window; a focus that was in the lesson goes to the panel below the editor."""
    was_in_lab = is_in(screen, screen.lab)
    screen.side = "lab"
    if not was_in_lab:
        target = entrance(screen, screen.lab.query_one(f"#{screen.lab.dock}")) or screen.lab.terminal.view
        screen.call_after_refresh(target.focus)


def other_side(screen: LessonScreen) -> None:
    """Go from the lesson to the lab and back."""
    in_lab = screen.side == "lab" if screen.is_narrow else is_in(screen, screen.lab)
    if in_lab or screen.has_class("-no-lab"):
        show(screen, screen.reader)
        screen.call_after_refresh(screen.reader.focus)
    else:
        screen.open_file(screen.lab.file)


def toggle_map(screen: LessonScreen) -> None:
    """Show or hide the course map."""
    if screen.has_class("-roomy"):
        screen.map_hidden = not screen.map_hidden
        shown = not screen.map_hidden
    else:
        screen.toggle_class("-map-open")
        shown = screen.has_class("-map-open")
    target: Widget = screen.query_one(CourseMap).query_one(OptionList) if shown else screen.reader
    screen.call_after_refresh(target.focus)


def close_map(screen: LessonScreen) -> None:
    """Take a map that lies on top away, and give the focus back to the lesson if the map had it."""
    screen.remove_class("-map-open")
    if screen.focused is None or is_in(screen, screen.query_one(CourseMap)):
        screen.reader.focus()


def toggle_zoom(screen: LessonScreen, pane: Widget | None = None) -> None:
    """Give a panel (the one with the focus) the whole window, or give it back."""
    target = screen.reader if isinstance(pane, LessonPane) else pane or current(screen)
    screen.zoomed = not screen.zoomed
    if screen.zoomed:
        zoom_on(screen, target)


def zoom_on(screen: LessonScreen, pane: Widget) -> None:
    """Show this panel alone."""
    screen.set_class(screen.lab in pane.ancestors, "-zoom-lab")
    for other in panes(screen):
        frame = screen.query_one(LessonPane) if other is screen.reader else other
        frame.set_class(other is pane, "-zoom-target")


def light_bars(screen: LessonScreen) -> None:
    """Light the bars of the panel that has the focus.

    The bars alone are told: a rule that asks for the focus within a panel makes Textual restyle all that is in it.
    """
    docked: list[Widget] = [screen.lab.terminal, *screen.panes]
    bars: dict[str, list[Widget]] = {
        "#map-title": [screen.query_one(CourseMap)],
        "#lesson-bar": [screen.query_one(LessonPane)],
        "#lab-bar": [screen.lab.query_one("#editors")],
        "#dock-bar": docked,
    }
    for bar, panels in bars.items():
        screen.query_one(bar).set_class(any(is_in(screen, panel) for panel in panels), "-lit")
    for pane in docked:
        pane.query_one(PaneTitle).set_class(is_in(screen, pane), "-lit")


def warn_if_small(screen: LessonScreen, size: Size) -> None:
    """Say that a window is too small to work in; what is there still works."""
    if size.width < SMALLEST.width or size.height < SMALLEST.height:
        text = screen.session.catalog("notice.too_small", columns=size.width, rows=size.height)
        screen.tell(text, "warning")


def leave(screen: LessonScreen) -> None:
    """Go back one step: from a panel that fills the window, from the map, from the lab to the lesson."""
    if screen.zoomed and not is_in(screen, screen.reader):
        toggle_zoom(screen)
    elif is_in(screen, screen.query_one(CourseMap)) and screen.has_class("-map-open"):
        close_map(screen)
    elif screen.focused is not screen.reader:
        show(screen, screen.reader)
        screen.reader.focus(scroll_visible=False)
    elif screen.zoomed:
        toggle_zoom(screen)
    else:
        screen.action_say_how_to_quit()


def move_middle(screen: LessonScreen, share: float) -> None:
    """Give the lesson this part of the width of lesson and lab."""
    screen.share = max(0.25, min(0.75, share))


def raise_edge(screen: LessonScreen, by: int) -> None:
    """Move the upper edge of the panel with the focus up by so many rows."""
    screen.lab.move_edge(current(screen), -by)
