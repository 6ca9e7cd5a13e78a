"""The same seven classes as photographs: Food-101 (Bossard et al., ECCV 2014), if it is on disk."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from evoclass.errors import EvoClassError
from evoclass_foodvision.classes import CLASSES
from evoclass_foodvision.messages import say

if TYPE_CHECKING:
    from torchvision.datasets import Food101


class PhotosError(EvoClassError):
    """Food-101 is on disk but lacks the requested photos."""


def photos_folder() -> Path:
    """Return the folder that is searched for `food-101`: `data`, beside torch's cache of models."""
    return Path(torch.hub.get_dir()).parent / "data"


def photos_available(root: Path | None = None) -> bool:
    """Whether Food-101 is on disk."""
    folder = (root or photos_folder()) / "food-101"
    return (folder / "meta").is_dir() and (folder / "images").is_dir()


def load_photos(split: str, per_class: int, size: int, seed: int, root: Path | None = None) -> Tensor:
    """Return `per_class` photos of each class, class after class: bytes of shape (n, 3, size, size).

    Raises PhotosError when there are too few of a class or a file cannot be read.
    """
    # Importing torchvision takes seconds, and most machines have no photos.
    from torchvision.datasets import Food101
    from torchvision.transforms import v2

    root = root or photos_folder()
    shrink = v2.Compose([v2.Resize(size, antialias=True), v2.CenterCrop(size), v2.PILToTensor()])
    photos = Food101(root, split=split, transform=shrink, download=False)
    return torch.stack([_photo(photos, index) for index in _chosen(root, split, per_class, seed)])


def _chosen(root: Path, split: str, per_class: int, seed: int) -> list[int]:
    """Return the positions in the data set of the photos to use: drawn by `seed`, class after class."""
    listed = json.loads((root / "food-101" / "meta" / f"{split}.json").read_text(encoding="utf-8"))
    first, places = 0, {}
    for key, names in listed.items():  # The data set numbers its photos in the order of this file.
        places[key] = range(first, first + len(names))
        first += len(names)
    chosen: list[int] = []
    for food in CLASSES:
        there = places.get(food.key, range(0))
        if len(there) < per_class:
            raise PhotosError(
                say("few_photos", food=food.key, split=split, there=len(there), asked=per_class)
            )
        shuffled = list(there)
        Random(f"{seed}/{split}/{food.key}").shuffle(shuffled)
        chosen += shuffled[:per_class]
    return chosen


def _photo(photos: Food101, index: int) -> Tensor:
    try:
        image: Tensor = photos[index][0]
    except OSError as error:
        raise PhotosError(say("bad_photo", reason=error)) from error
    return image
