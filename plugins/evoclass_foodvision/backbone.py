"""The leveraged component: a network pretrained on ImageNet, without its classifier."""

from __future__ import annotations

from typing import ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from evoclass_foodvision.lite0 import EfficientNetLite0


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


class Lite0Base(Backbone, EfficientNetLite0):
    """EfficientNet-Lite0 up to the features that its classifier reads."""

    name = "EfficientNet-Lite0"
    mean = (127 / 255, 127 / 255, 127 / 255)
    std = (128 / 255, 128 / 255, 128 / 255)

    def __init__(self) -> None:
        super().__init__()
        self.num_features = cast(nn.BatchNorm2d, self.top.norm).num_features
