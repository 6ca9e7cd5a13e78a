"""EfficientNet-Lite0 without its classifier, with names that read well in the inspector.

The architecture is that of Tan and Le (arXiv:1905.11946) in the "lite" form of its authors: no squeeze-and-excitation,
ReLU6, a stem and a top that keep their width.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

_STAGES = (
    # kernel, stride, expansion, channels in, channels out, blocks
    (3, 1, 1, 32, 16, 1),
    (3, 2, 6, 16, 24, 2),
    (5, 2, 6, 24, 40, 2),
    (3, 2, 6, 40, 80, 3),
    (5, 1, 6, 80, 112, 3),
    (5, 2, 6, 112, 192, 4),
    (3, 1, 6, 192, 320, 1),
)


class SameConv(nn.Conv2d):
    """A convolution whose output has `ceil(size / stride)` pixels a side, as in TensorFlow."""

    def forward(self, images: Tensor) -> Tensor:
        """Pad by the amount that the image size requires, the odd pixel at the right and the bottom, and convolve."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return functional.conv2d(images, self.weight, padding=kernel // 2, groups=self.groups)
        margins = []
        for size in (images.shape[3], images.shape[2]):
            missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            margins += [missing // 2, missing - missing // 2]
        return functional.conv2d(
            functional.pad(images, margins), self.weight, stride=stride, groups=self.groups
        )


def unit(channels_in: int, channels_out: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """Return a convolution and its BatchNorm."""
    return nn.Sequential(
        OrderedDict(
            conv=SameConv(channels_in, channels_out, kernel, stride, groups=groups, bias=False),
            norm=nn.BatchNorm2d(channels_out, eps=1e-3, momentum=0.01),
        )
    )


class InvertedResidual(nn.Module):
    """Widen, convolve each channel by itself, narrow; add the input where the shape allows."""

    def __init__(self, kernel: int, stride: int, expansion: int, channels_in: int, channels_out: int) -> None:
        super().__init__()
        width = channels_in * expansion
        self.expand = unit(channels_in, width, 1) if expansion > 1 else None
        self.depthwise = unit(width, width, kernel, stride, groups=width)
        self.project = unit(width, channels_out, 1)
        self.skip = stride == 1 and channels_in == channels_out

    def forward(self, images: Tensor) -> Tensor:
        """Map (batch, channels_in, H, W) to (batch, channels_out, H / stride, W / stride)."""
        x: Tensor = images if self.expand is None else functional.relu6(self.expand(images))
        x = functional.relu6(self.depthwise(x))
        x = self.project(x)
        return x + images if self.skip else x


class EfficientNetLite0(nn.Module):
    """Images in, 1,280 features each out."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = unit(3, 32, 3, stride=2)
        self.stages = nn.ModuleList()
        for kernel, stride, expansion, channels_in, channels_out, blocks in _STAGES:
            first = InvertedResidual(kernel, stride, expansion, channels_in, channels_out)
            rest = [
                InvertedResidual(kernel, 1, expansion, channels_out, channels_out) for _ in range(blocks - 1)
            ]
            self.stages.append(nn.Sequential(first, *rest))
        self.top = unit(320, 1280, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Map normalised images (batch, 3, H, W) to features (batch, 1280)."""
        x = functional.relu6(self.stem(images))
        for stage in self.stages:
            x = stage(x)
        x = functional.relu6(self.top(x))  # (batch, 1280, H / 32, W / 32)
        return x.mean(dim=(2, 3))

    def load_published(self, weights: dict[str, Tensor]) -> None:
        """Load the published file; its tensors have other names but the same order as ours."""
        published = [(name, tensor) for name, tensor in weights.items() if not name.startswith("_fc.")]
        own = self.state_dict()
        if [tensor.shape for _, tensor in published] != [tensor.shape for tensor in own.values()]:
            raise ValueError("this file does not hold the weights of EfficientNet-Lite0")
        with torch.no_grad():
            for target, (_, tensor) in zip(own.values(), published, strict=True):
                target.copy_(tensor)
