"""A painted dish on a table, photographed badly, so that FoodVision is not trivial."""

from __future__ import annotations

import math
from random import Random

import numpy
from PIL import Image, ImageFilter

from evoclass_foodvision.canvas import Canvas, Color, shade, vary
from evoclass_foodvision.dishes import PAINTERS, UPRIGHT

Pixels = numpy.ndarray
"""Shape (height, width, 3), unsigned bytes."""

_TABLES: tuple[Color, ...] = (
    (150, 104, 66), (222, 214, 200), (86, 90, 98), (64, 92, 120), (196, 84, 72), (120, 150, 112), (236, 232, 226),
    (54, 44, 40), (210, 170, 120), (176, 170, 190),
)  # fmt: skip

_SHADOW = [round(alpha * 0.45) for alpha in range(256)]
"""How dark the shadow of a dish is where the dish covers so much."""


def photograph(key: str, seed: str, size: int) -> Pixels:
    """Return the picture number `seed` of the class `key`, `size` pixels square.

    The same arguments give the same picture, in every process and whatever was drawn before.
    """
    rng = Random(f"{seed}/{key}")
    dish = Canvas(size, rng)
    PAINTERS[key](dish)
    table = _table(size, rng)
    if rng.random() < 0.45:
        _plate(table)
    picture = table.image
    copies = 2 if rng.random() < 0.15 else 1
    for copy in range(copies):
        _serve(
            picture, dish.image, rng, leaning=key in UPRIGHT, share=rng.uniform(0.62, 1.0) / (1 + 0.3 * copy)
        )
    _clutter(picture, rng)
    return _develop(picture.convert("RGB"), rng)


def _table(size: int, rng: Random) -> Canvas:
    """Paint the surface under the dish: plain, planks, checks, or stripes."""
    table = Canvas(size, rng)
    color = vary(rng.choice(_TABLES), rng, 30)
    table.box((0, 0), 2.2, 2.2, color)
    turn, other = rng.uniform(0, math.pi), shade(color, rng.choice([0.72, 0.85, 1.18]))
    match rng.randrange(5):
        case 0:
            for n in range(-4, 5):
                offset = n * 0.42
                table.box(
                    (-offset * math.sin(turn), offset * math.cos(turn)), 4, 0.03, shade(color, 0.6), turn
                )
        case 1:
            step = rng.uniform(0.2, 0.5)
            for row in range(-10, 11):
                for column in range(-10, 11):
                    if (row + column) % 2 and max(abs(row), abs(column)) * step < 1.7:
                        x, y = row * step, column * step
                        spot = (
                            x * math.cos(turn) - y * math.sin(turn),
                            x * math.sin(turn) + y * math.cos(turn),
                        )
                        table.box(spot, step, step, other, turn)
        case 2:
            step = rng.uniform(0.15, 0.5)
            for n in range(-10, 11):
                table.box((-n * step * math.sin(turn), n * step * math.cos(turn)), 4, step / 2, other, turn)
        case 3:
            for spot in table.scatter((0, 0), 1.4, rng.randint(20, 60)):
                table.blob(spot, rng.uniform(0.04, 0.2), vary(color, rng, 26), 0.3)
    return table


def _plate(table: Canvas) -> None:
    """Paint a plate, round or square."""
    rng = table.rng
    china = vary(rng.choice([(240, 240, 238), (60, 62, 70), (200, 214, 226), (224, 200, 170)]), rng, 12)
    center = (rng.uniform(-0.12, 0.12), rng.uniform(-0.12, 0.12))
    if rng.random() < 0.75:
        table.disc(center, 0.95, shade(china, 0.82), 0.96)
        table.disc(center, 0.9, china, 0.96)
        table.disc(center, 0.66, shade(china, 0.94), 0.96)
    else:
        turn = rng.uniform(0, math.pi)
        table.box(center, 1.6, 1.6, shade(china, 0.85), turn)
        table.box(center, 1.5, 1.5, china, turn)


def _serve(picture: Image.Image, dish: Image.Image, rng: Random, *, leaning: bool, share: float) -> None:
    """Turn, shear and scale the dish, then lay it on the picture with a shadow."""
    size = picture.width
    turn = rng.uniform(-0.5, 0.5) if leaning else rng.uniform(0, math.tau)
    squash, shear = rng.uniform(0.68, 1.0), rng.uniform(-0.22, 0.22)
    mirror = rng.choice([-1, 1])
    # From a pixel of the picture back to one of the dish: the inverse of turn, shear and scale.
    a, b = mirror * math.cos(turn) / share, math.sin(turn) / share
    c, d = (-mirror * math.sin(turn) / share + shear) / squash, math.cos(turn) / share / squash
    slack = size * (0.56 - share / 2)
    x, y = size / 2 + rng.uniform(-slack, slack), size / 2 + rng.uniform(-slack, slack)
    half = size / 2
    matrix = (a, b, half - a * x - b * y, c, d, half - c * x - d * y)
    served = dish.transform(picture.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    mask = served.getchannel("A")
    shadow = mask.point(_SHADOW).filter(ImageFilter.BoxBlur(size * 0.02))
    reach = round(size * 0.03)
    picture.paste((20, 16, 14, 255), (rng.randint(-reach, reach), reach), shadow)
    picture.paste(served, (0, 0), mask)


def _clutter(picture: Image.Image, rng: Random) -> None:
    """Lay things that are not food around the dish, and partly over it."""
    layer = Canvas(picture.width, rng)
    for _ in range(rng.choice([0, 1, 2, 3, 4])):
        edge = rng.uniform(0, math.tau)
        reach = rng.uniform(0.9, 1.25)
        spot = (reach * math.cos(edge), reach * math.sin(edge))
        color = vary(rng.choice((*_TABLES, (190, 60, 60), (70, 140, 80), (235, 200, 80))), rng, 34)
        match rng.randrange(4):
            case 0:
                layer.box(spot, 1.5, rng.uniform(0.05, 0.14), color, rng.uniform(0, math.pi))
            case 1:
                glass = rng.uniform(0.2, 0.4)
                layer.disc(spot, glass, shade(color, 0.8))
                layer.disc(spot, glass * 0.8, color)
            case 2:
                layer.blob(spot, rng.uniform(0.12, 0.35), color, 0.4, rng.uniform(0.4, 1))
            case 3:
                layer.box(spot, rng.uniform(0.2, 0.7), rng.uniform(0.2, 0.7), color, rng.uniform(0, math.pi))
    picture.alpha_composite(layer.image)


def _develop(picture: Image.Image, rng: Random) -> Pixels:
    """Return the picture as a cheap camera would take it: tinted, uneven, blurred, noisy."""
    size = picture.width
    picture = picture.filter(ImageFilter.GaussianBlur(rng.choice([0.4, 0.6, 0.9, 1.3]) * size / 160))
    noise = numpy.random.default_rng(rng.getrandbits(63))
    tint = numpy.array([rng.uniform(0.8, 1.2) for _ in range(3)], dtype=numpy.float32)
    ramp = numpy.linspace(-1, 1, size, dtype=numpy.float32)
    light = 1 + rng.uniform(-0.3, 0.3) * ramp[:, None] + rng.uniform(-0.3, 0.3) * ramp[None, :]
    contrast, brightness = rng.uniform(0.7, 1.15), rng.uniform(-25, 25)
    # In rows of numbers and in place: over an axis of three NumPy takes four times as long.
    pixels = numpy.asarray(picture).astype(numpy.float32).reshape(size, size * 3)
    pixels *= numpy.tile(tint, size)
    pixels *= light.repeat(3, axis=1)
    pixels -= 128
    pixels *= contrast
    pixels += 128
    pixels += brightness
    grain = noise.standard_normal(pixels.shape, dtype=numpy.float32)
    grain *= rng.uniform(1, 8)
    pixels += grain
    return numpy.clip(pixels, 0, 255, out=pixels).astype(numpy.uint8).reshape(size, size, 3)
