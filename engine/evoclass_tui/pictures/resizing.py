"""Images at other sizes, and without transparency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass_tui.pictures.sizes import SMALL, Size

if TYPE_CHECKING:
    from PIL.Image import Image

RGB = tuple[int, int, int]

GROUNDS: tuple[RGB, ...] = ((255, 255, 255), (17, 17, 17))
"""What lies below a transparent picture that would vanish on the page's own background."""

NEAR = 72
"""Difference in lightness, of 255, up to which a pixel is hard to see on its background."""

LOST = 0.005
"""Share of the pixels that may be hard to see: the words of a drawing are a few in a hundred."""


def resized(image: Image, size: Size) -> Image:
    """Return an image at another size: smooth where it shrinks, with sharp squares where a tiny one grows."""
    from PIL.Image import Resampling

    grows = image.width < size.width and max(image.size) <= 2 * SMALL
    # Hamming is as sharp as bicubic, without a rim of light around dark lines.
    how = Resampling.NEAREST if grows else Resampling.HAMMING
    return image.resize(size, how, reducing_gap=None if grows else 3.0)


def opaque(image: Image, background: RGB) -> Image:
    """Return an image without transparency: on the background or, where that would hide much, on white or black."""
    if image.mode != "RGBA":
        return image
    from PIL import Image as images

    alpha = image.getchannel("A")
    counts = image.convert("L").histogram(mask=alpha.point(lambda value: 255 if value > 96 else 0))
    lost = {ground: _lost(counts, ground) for ground in (background, *GROUNDS)}
    ground = background if lost[background] <= LOST else min(lost, key=lambda one: lost[one])
    below = images.new("RGB", image.size, ground)
    below.paste(image, mask=alpha)
    return below


def _lost(counts: list[int], ground: RGB) -> float:
    """Return the share of pixels that are nearly as light as the ground."""
    lightness = round(0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2])
    near = sum(counts[max(0, lightness - NEAR) : lightness + NEAR])
    return near / max(1, sum(counts))
