"""Pictures of a value: a 2-D slice for the heatmap, small images for values that look like images or filters."""

from __future__ import annotations

from collections.abc import Sequence

import torch

CELLS = 64
"""Most rows and columns of a slice."""

PICTURES = 64
"""Most images of one value."""

PIXELS = 64
"""Largest side of an image."""

_FILTER = 11
"""Largest side of a convolution's kernel that is drawn as a filter."""

Grid = tuple[tuple[float | None, ...], ...]


def grid(
    tensor: torch.Tensor, index: Sequence[int] = (), square: bool = False
) -> tuple[Grid, tuple[int, int] | None, tuple[int, int] | None]:
    """Return the slice at `index` of the leading axes, its size, and which axes its rows and columns are.

    A `square` one is thinned alike in both directions, as a picture must be.
    """
    if tensor.numel() == 0:
        return (), None, None
    axes = (max(0, tensor.dim() - 2), max(0, tensor.dim() - 1))
    while tensor.dim() > 2:
        place = index[0] if index else 0
        tensor, index = tensor[max(-tensor.shape[0], min(place, tensor.shape[0] - 1))], index[1:]
    plane = tensor.reshape(1, -1) if tensor.dim() < 2 else tensor
    height, width = plane.shape
    down, across = -(-height // CELLS), -(-width // CELLS)
    if square:
        down = across = max(down, across)
    plane = plane[::down, ::across].to("cpu", torch.float64)
    finite = torch.isfinite(plane)
    cells = tuple(
        tuple(value if good else None for value, good in zip(values, goods, strict=True))
        for values, goods in zip(plane.tolist(), finite.tolist(), strict=True)
    )
    return cells, (height, width), axes


def pictures(
    tensor: torch.Tensor, index: Sequence[int] = ()
) -> tuple[tuple[bytes, ...], tuple[int, int, int] | None]:
    """Return 8-bit images (height × width × channels) of a batch, an image or a layer's filters, or nothing.

    Those of a batch begin at the first of `index`.
    """
    if index and tensor.dim() == 4:
        tensor = tensor[max(0, min(index[0], len(tensor) - 1)) :]
    images = _image_stack(tensor)
    if images is None:
        return (), None
    step = max(1, -(-max(images.shape[-2:]) // PIXELS))
    images = images[:PICTURES, :, ::step, ::step].to("cpu", torch.float32)
    images = torch.nan_to_num(images, nan=0.0, posinf=0.0, neginf=0.0)
    low = images.amin(dim=(1, 2, 3), keepdim=True)
    span = (images.amax(dim=(1, 2, 3), keepdim=True) - low).clamp_min(1e-12)
    pixels = ((images - low) / span * 255).round().to(torch.uint8).permute(0, 2, 3, 1).contiguous()
    count, height, width, channels = pixels.shape
    return tuple(bytes(pixels[i].flatten().tolist()) for i in range(count)), (height, width, channels)


def _image_stack(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return (images, 1 or 3 channels, height, width), or None if the value does not look like images."""
    if tensor.numel() == 0 or tensor.dim() not in (3, 4) or tensor.dtype is torch.bool:
        return None
    stack = tensor if tensor.dim() == 4 else tensor.unsqueeze(0)
    if stack.shape[-1] in (1, 3) and min(stack.shape[1:3]) >= 8:
        stack = stack.permute(0, 3, 1, 2)  # the channels come last, as in files
    height, width = stack.shape[-2:]
    if min(height, width) < 3:
        return None
    if max(height, width) <= _FILTER and tensor.dim() == 4:
        return stack[:PICTURES] if stack.shape[1] == 3 else stack[:PICTURES, :1]
    if min(height, width) < 8 or stack.shape[1] not in (1, 3):
        return None
    return stack[:PICTURES]
