"""Images of a lesson on the page: in their place and their proportions, with a caption that opens them large."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from evoclass.layout import PICTURE, copied
from evoclass_tui.cells import PATCH
from evoclass_tui.screens.picture import LargePicture
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.fields.rows import RowsField
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.picture import PictureView
from evoclass_tui.widgets.prose import Prose
from tui.stage import OpenStage, Stage

BODY = """\
A picture:

![A square, red above and blue below.](square.png "Two colours")

- An item:

  ![A dot.](dot.svg)

![From the web.](https://example.org/x.png)

![Not an image.](broken.png)

The end.
"""


@pytest.fixture
def with_images(course: Path) -> Path:
    """Put images in front of everything else in the lesson."""
    square = Image.new("RGB", (200, 200), (255, 0, 0))
    square.paste((0, 0, 255), (0, 100, 200, 200))
    file = io.BytesIO()
    square.save(file, "PNG")
    folder = course / "en"
    (folder / "square.png").write_bytes(file.getvalue())
    (folder / "broken.png").write_bytes(file.getvalue()[:60])
    (folder / "dot.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'><circle cx='10' cy='10' r='9' fill='lime'/></svg>"
    )
    lesson = folder / "01-adding.md"
    head, text = lesson.read_text().split("\n---\n", 1)
    lesson.write_text(f"{head}\n---\n\n{BODY}\n{text}")
    return course


def colours(stage: Stage) -> list[tuple[str, tuple[int, int, int] | None]]:
    """Return the cells of pictures on the screen: which picture's row they are, and their colour."""
    found = []
    for prose in stage.app.screen.query(Prose):
        for y in range(len(prose.lines)):
            for segment in prose.render_line(y):
                if segment.style is not None and PATCH in segment.style.meta:
                    background = segment.style.bgcolor
                    found.append((prose.block_at(y), tuple(background.triplet) if background else None))
    return found


async def drawn(stage: Stage) -> None:
    await stage.until(lambda: any(colour == (255, 0, 0) for _, colour in colours(stage)))


async def test_images_are_drawn_where_they_stand(open_stage: OpenStage, with_images: Path) -> None:
    async with open_stage(size=(120, 60)) as stage:
        await drawn(stage)
        await stage.until(lambda: any(colour == (0, 255, 0) for _, colour in colours(stage)))
        text = screen_text(stage.app.screen)
        # A caption is the title, or else the alternative text; what cannot be drawn has its words in a box.
        assert "Two colours" in text
        assert "A dot." in text
        assert "From the web." in text
        assert "Not an image." in text
        assert stage.session.catalog("picture.web") in text
        assert stage.session.catalog("picture.damaged") in text
        cells = colours(stage)
        assert sum(colour == (255, 0, 0) for _, colour in cells) == sum(
            colour == (0, 0, 255) for _, colour in cells
        )
        prose = next(prose for prose in stage.app.screen.query(Prose) if prose.can_focus)
        assert copied(prose.lines).startswith("A picture:\n\nTwo colours\n")


async def test_a_picture_opens_large_by_key_and_by_mouse_and_closes(
    open_stage: OpenStage, with_images: Path
) -> None:
    async with open_stage(size=(120, 60)) as stage:
        await drawn(stage)
        await stage.press("escape", "tab", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, LargePicture))
        assert "A square, red above and blue below." in screen_text(stage.app.screen)
        view = stage.app.screen.query_one(PictureView)
        await stage.until(
            lambda: any(PATCH in (s.style.meta if s.style else {}) for s in view.render_line(20))
        )
        await stage.press("escape")
        assert stage.app.screen is stage.screen
        prose = next(prose for prose in stage.app.screen.query(Prose) if prose.can_focus)
        row = next(y for y, line in enumerate(prose.lines) if line.text == " " * 40)
        await stage.pilot.click(prose, offset=(5, row + 2))
        await stage.until(lambda: isinstance(stage.app.screen, LargePicture))


@pytest.mark.parametrize("size", [(80, 24), (30, 20), (200, 60)])
async def test_a_picture_fits_every_window(
    open_stage: OpenStage, with_images: Path, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        await stage.until(lambda: any(colour == (255, 0, 0) for _, colour in colours(stage)))
        for prose in stage.app.screen.query(Prose):
            assert all(prose.render_line(y).cell_length <= prose.size.width for y in range(len(prose.lines)))
        await stage.pilot.resize_terminal(100, 40)
        await stage.pilot.pause()
        await drawn(stage)


async def test_without_the_packages_the_words_stand_there_and_the_command_once(
    open_stage: OpenStage, with_images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    monkeypatch.setattr("evoclass_tui.pictures.decoding.can_decode", lambda: False)
    async with open_stage(size=(120, 60)) as stage:
        text = screen_text(stage.app.screen)
        assert "A square, red above and blue below." in text
        assert text.count("evoclass[pictures]") == 1
        assert not colours(stage)


async def test_pictures_can_be_turned_off_and_on_again(open_stage: OpenStage, with_images: Path) -> None:
    async with open_stage(size=(120, 60)) as stage:
        await drawn(stage)
        stage.app.use_pictures("off")
        await stage.pilot.pause()
        assert not colours(stage)
        assert "A square, red above and blue below." in screen_text(stage.app.screen)
        stage.app.use_pictures("auto")
        await stage.pilot.pause()
        await drawn(stage)


async def test_an_image_that_is_damaged_behind_its_head_becomes_words(
    open_stage: OpenStage, with_images: Path
) -> None:
    square = with_images / "en" / "square.png"
    square.write_bytes(square.read_bytes()[:-30])
    async with open_stage(size=(120, 60)) as stage:
        await stage.until(
            lambda: screen_text(stage.app.screen).count(stage.session.catalog("picture.damaged")) == 2
        )
        assert "A square, red above and blue below." in screen_text(stage.app.screen)


OPTIONS = """\
:::{choice} which
Which one is a square?

- [x] ![A square](square.png)
  > Right.
- [ ] This one: ![a dot](dot.svg)
- [ ] ![Broken](broken.png)
:::

:::{match} pairs
Match them.

| Picture | Word |
|---|---|
| ![A square](square.png) | square |
| dot | ![A dot](dot.svg) |
:::

:::{order} row
Put them in a row.

1. ![A square](square.png)
2. ![A dot](dot.svg)
:::
"""


async def test_images_of_options_are_drawn(open_stage: OpenStage, with_images: Path) -> None:
    lesson = with_images / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace(BODY, f"Read.\n\n{OPTIONS}"))
    async with open_stage(size=(120, 100)) as stage:
        await stage.until(lambda: len(list(stage.screen.query(RowsField))) >= 3)
        fields = list(stage.screen.query(RowsField))[:3]
        for field in fields:
            await stage.until(lambda field=field: {(255, 0, 0), (0, 0, 255), (0, 255, 0)} <= inks(field))
            width = field.content_size.width
            assert field.preview(width) == field.lines, "the page does not jump when the question is built"
        choice, match, _ = fields
        assert "A square" not in choice_text(choice), "the description would be the answer"
        assert "This one:" in choice_text(choice)
        assert "Broken" in choice_text(choice), "what cannot be drawn is described"
        row = next(y for y, line in enumerate(choice.lines) if line.segments[-1].style == PICTURE)
        await stage.pilot.click(choice, offset=(8, row + 2))
        await stage.until(lambda: choice.value == "a")
        assert not isinstance(stage.app.screen, LargePicture)
        rows = [y for y, line in enumerate(match.lines) if "pick:" in str(line.segments)]
        assert rows, "words still pick"


def inks(field: RowsField) -> set[tuple[int, int, int]]:
    segments = [segment for y in range(len(field.lines)) for segment in field.render_line(y)]
    styles = [
        segment.style for segment in segments if segment.style is not None and PATCH in segment.style.meta
    ]
    return {tuple(style.bgcolor.triplet) for style in styles if style.bgcolor and style.bgcolor.triplet}


def choice_text(field: RowsField) -> str:
    return copied(field.lines)


def test_a_box_that_a_closing_page_did_not_take_makes_no_widgets() -> None:
    box = LazyBox()
    box.build()
    assert not box.built
