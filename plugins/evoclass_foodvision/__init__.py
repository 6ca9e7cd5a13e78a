"""FoodVision: the data set and the pretrained network that Lesson 7 imports.

    from evoclass_foodvision import class_names, load_backbone, load_images

The plugin itself loads without torch; the names above load it when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evoclass import hookimpl
from evoclass_foodvision.classes import CLASSES, FoodClass, class_names

if TYPE_CHECKING:
    import click

    from evoclass_foodvision.backbone import Backbone
    from evoclass_foodvision.images import FoodImages, image_source, load_images
    from evoclass_foodvision.pretrained import load_backbone
    from evoclass_foodvision.weights import WeightsError

__all__ = [
    "CLASSES",
    "Backbone",
    "FoodClass",
    "FoodImages",
    "WeightsError",
    "class_names",
    "image_source",
    "load_backbone",
    "load_images",
]

_HOMES = {
    "Backbone": "backbone",
    "FoodImages": "images",
    "WeightsError": "weights",
    "image_source": "images",
    "load_backbone": "pretrained",
    "load_images": "images",
}
"""Modules of the names that need torch."""


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Add `evoclass foodvision`."""
    from evoclass_foodvision.commands import foodvision

    cli.add_command(foodvision)
