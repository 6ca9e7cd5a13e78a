"""FoodVision as tensors: images drawn by this package, or photographs if Food-101 is on disk."""

from __future__ import annotations

from typing import NamedTuple

import numpy
import torch
from torch import Tensor

from evoclass_foodvision.classes import CLASSES
from evoclass_foodvision.messages import say
from evoclass_foodvision.photos import load_photos, photos_available
from evoclass_foodvision.progress import Progress
from evoclass_foodvision.scene import photograph

SOURCES = ("auto", "drawn", "photos")
SPLITS = ("train", "test")


class FoodImages(NamedTuple):
    """Images and their labels."""

    images: Tensor
    """Bytes, shape (n, 3, size, size)."""
    labels: Tensor
    """Numbers from 0 to 6, shape (n,)."""


def load_images(
    split: str, images_per_class: int, *, size: int = 160, seed: int = 7, source: str = "auto"
) -> FoodImages:
    """Return `images_per_class` images of each of the seven classes, class after class.

    The same arguments give the same images; a larger number keeps those of the smaller; "train" and "test"
    share none.  "auto" takes photographs where Food-101 is on disk, else it draws.
    """
    if split not in SPLITS or source not in SOURCES:
        raise ValueError(
            f"split must be one of {SPLITS} and source one of {SOURCES}, not {split!r} and {source!r}"
        )
    if images_per_class < 1:
        raise ValueError(f"images_per_class must be at least 1, not {images_per_class}")
    labels = torch.arange(len(CLASSES)).repeat_interleave(images_per_class)
    if source == "photos" or (source == "auto" and photos_available()):
        return FoodImages(load_photos(split, images_per_class, size, seed), labels)
    drawn = []
    with Progress("drawing", len(labels)) as progress:
        for food in CLASSES:
            for n in range(images_per_class):
                drawn.append(photograph(food.key, f"{seed}/{split}/{n}", size))
                progress.step()
    return FoodImages(torch.from_numpy(numpy.stack(drawn)).permute(0, 3, 1, 2).contiguous(), labels)


def image_source() -> str:
    """Say in the learner's language where `load_images` takes its images from on this machine."""
    return say("photos" if photos_available() else "drawn")
