"""One painter per class; each plate comes out different."""

from __future__ import annotations

import math
from collections.abc import Callable

from evoclass_foodvision.canvas import Canvas, Color, Point, shade, vary

DOUGH: Color = (214, 160, 92)
TOAST: Color = (176, 112, 52)
ICINGS: tuple[Color, ...] = (
    (244, 146, 184), (92, 54, 36), (248, 240, 228), (150, 205, 235), (176, 222, 150), (250, 214, 92), (190, 150, 225),
)  # fmt: skip
SCOOPS: tuple[Color, ...] = (
    (250, 240, 214), (96, 60, 42), (240, 150, 170), (168, 214, 160), (150, 190, 235), (250, 200, 110), (150, 70, 120),
)  # fmt: skip


def donuts(canvas: Canvas) -> None:
    """Paint one iced ring, or two half over each other."""
    rng = canvas.rng
    centers: list[Point] = [(0.0, 0.0)] if rng.random() < 0.65 else [(-0.38, -0.2), (0.36, 0.26)]
    size = 0.86 if len(centers) == 1 else 0.58
    for center in centers:
        hole = size * rng.uniform(0.22, 0.36)
        icing = vary(rng.choice(ICINGS), rng)
        canvas.blob(center, size, vary(DOUGH, rng), 0.04)
        canvas.blob(center, size * rng.uniform(0.82, 0.92), icing, 0.12)
        canvas.disc((center[0] - 0.08, center[1] - 0.08), hole * 1.35, shade(icing, 0.85))
        match rng.randrange(3):
            case 0:
                for x, y in canvas.scatter(center, size * 0.78, rng.randint(25, 50)):
                    canvas.box((x, y), 0.1, 0.035, vary(rng.choice(ICINGS), rng), rng.uniform(0, math.pi))
            case 1:
                drizzle = vary(rng.choice(ICINGS), rng)
                for step in range(-4, 5):
                    offset = step * size * 0.2
                    reach = math.sqrt(max(0.0, (size * 0.84) ** 2 - offset**2))
                    canvas.line(
                        [
                            (center[0] - reach, center[1] + offset),
                            (center[0] + reach, center[1] + offset + 0.1),
                        ],
                        drizzle,
                        0.035,
                    )
        canvas.erase(center, hole)


def french_fries(canvas: Canvas) -> None:
    """Paint sticks in a carton, or in a heap."""
    rng = canvas.rng
    potato = vary((238, 196, 92), rng, 26)
    if rng.random() < 0.6:
        for _ in range(rng.randint(14, 24)):
            foot, lean = rng.uniform(-0.42, 0.42), rng.uniform(-0.28, 0.28)
            top = (foot * 1.25 + lean, rng.uniform(-0.9, -0.3))
            canvas.line([(foot, 0.3), top], shade(potato, rng.uniform(0.72, 1.08)), rng.uniform(0.09, 0.13))
        paper = vary(
            rng.choice([(200, 40, 36), (240, 240, 235), (60, 90, 160), (190, 150, 100), (230, 190, 60)]), rng
        )
        canvas.polygon(
            [(-0.58, -0.1), (-0.2, 0.06), (0.2, 0.06), (0.58, -0.1), (0.42, 0.92), (-0.42, 0.92)], paper
        )
        if rng.random() < 0.5:
            stripe = vary(rng.choice([(250, 245, 235), (180, 30, 30), (240, 200, 60)]), rng)
            for x in (-0.3, 0.0, 0.3):
                canvas.polygon([(x - 0.07, 0.06), (x + 0.07, 0.06), (x + 0.05, 0.9), (x - 0.05, 0.9)], stripe)
        return
    for x, y in canvas.scatter((0, 0), 0.6, rng.randint(26, 44)):
        turn, half = rng.uniform(0, math.pi), rng.uniform(0.25, 0.42)
        step = (half * math.cos(turn), half * math.sin(turn))
        fill, width = shade(potato, rng.uniform(0.7, 1.1)), rng.uniform(0.09, 0.13)
        canvas.line([(x - step[0], y - step[1]), (x + step[0], y + step[1])], shade(fill, 0.72), width + 0.03)
        canvas.line([(x - step[0], y - step[1]), (x + step[0], y + step[1])], fill, width)


def hamburger(canvas: Canvas) -> None:
    """Paint a bun from the side with layers in between."""
    rng = canvas.rng
    bun = vary(rng.choice([(206, 142, 72), (172, 104, 50), (226, 182, 116)]), rng)
    width, height = rng.uniform(0.74, 0.9), 0.62
    canvas.box((0, height), width * 1.86, 0.26, shade(bun, 0.9))
    canvas.disc((0, height + 0.1), width * 0.92, shade(bun, 0.9), 0.2)
    for _ in range(rng.randint(2, 4)):
        height -= 0.17
        match rng.randrange(4):
            case 0:
                canvas.box((0, height), width * 1.9, 0.2, vary((96, 56, 36), rng, 16))
            case 1:
                leaf = vary((110, 170, 64), rng)
                wave = [(-width + 2 * width * n / 16, height + (0.07 if n % 2 else -0.03)) for n in range(17)]
                canvas.line(wave, leaf, 0.12)
            case 2:
                cheese = vary((244, 186, 52), rng)
                canvas.box((0, height), width * 1.94, 0.09, cheese)
                drop = rng.uniform(-0.5, 0.5)
                canvas.polygon([(drop - 0.3, height), (drop + 0.3, height), (drop, height + 0.24)], cheese)
            case 3:
                canvas.box((0, height), width * 1.8, 0.11, vary((204, 60, 44), rng))
    canvas.box((0, height - 0.14), width * 1.9, 0.19, vary((96, 56, 36), rng, 16))
    dome = [
        (
            width * math.cos(math.pi + math.pi * n / 24),
            height - 0.22 + 0.62 * math.sin(math.pi + math.pi * n / 24),
        )
        for n in range(25)
    ]
    canvas.polygon(dome, bun)
    for _ in range(rng.choice([0, 12, 20])):
        angle, reach = rng.uniform(math.pi * 1.15, math.pi * 1.85), rng.uniform(0.3, 0.85)
        seed = (width * reach * math.cos(angle), height - 0.22 + 0.62 * reach * math.sin(angle))
        canvas.disc(seed, 0.035, (246, 228, 186), 0.6)


def ice_cream(canvas: Canvas) -> None:
    """Paint scoops on a cone or in a cup."""
    rng = canvas.rng
    scoops = rng.randint(1, 3)
    radius = {1: 0.46, 2: 0.38, 3: 0.34}[scoops]
    if rng.random() < 0.65:
        wafer = vary((208, 150, 84), rng)
        canvas.polygon([(-radius * 0.92, 0.0), (radius * 0.92, 0.0), (0, 0.96)], wafer)
        for n in range(-2, 4):
            y = 0.16 * n + 0.1
            edge = radius * 0.92 * (0.96 - y) / 0.96
            if y > 0:
                canvas.line([(-edge, y), (edge * 0.6, min(0.9, y + 0.22))], shade(wafer, 0.74), 0.025)
                canvas.line([(edge, y), (-edge * 0.6, min(0.9, y + 0.22))], shade(wafer, 0.74), 0.025)
    else:
        cup = vary(rng.choice(ICINGS), rng)
        canvas.polygon([(-0.6, 0.0), (0.6, 0.0), (0.4, 0.8), (-0.4, 0.8)], cup)
        canvas.line([(-0.6, 0.02), (0.6, 0.02)], shade(cup, 0.8), 0.06)
    places: list[Point] = [(0, -radius * 0.55)]
    if scoops == 2:
        places = [(0, -0.12), (rng.uniform(-0.06, 0.06), -0.58)]
    if scoops == 3:
        places = [(-0.28, -0.1), (0.28, -0.1), (0, -0.52)]
    for center in places:
        flavour = vary(rng.choice(SCOOPS), rng)
        canvas.blob((center[0], center[1] + 0.08), radius * 1.03, shade(flavour, 0.86), 0.1)
        canvas.blob(center, radius, flavour, 0.08)
        canvas.disc(
            (center[0] - radius * 0.3, center[1] - radius * 0.35), radius * 0.22, shade(flavour, 1.12)
        )
        if rng.random() < 0.4:
            for x, y in canvas.scatter(center, radius * 0.8, 14):
                canvas.box((x, y), 0.07, 0.03, vary(rng.choice(ICINGS), rng), rng.uniform(0, math.pi))


def pizza(canvas: Canvas) -> None:
    """Paint a whole pizza, one with a slice missing, or one slice."""
    rng = canvas.rng
    kind = rng.choice(["whole", "missing", "slice"])
    crust, cheese = vary((204, 146, 78), rng), vary((240, 204, 116), rng)
    if kind == "slice":
        spread = rng.uniform(0.3, 0.42)
        rim = [
            (1.7 * math.sin(spread * t), 0.9 - 1.7 * math.cos(spread * t))
            for t in (-1, -0.6, -0.2, 0.2, 0.6, 1)
        ]
        canvas.polygon([(0, 0.92), *rim], cheese)
        canvas.line(rim, crust, 0.2)
        spots = [(x * 0.5, y) for x, y in canvas.scatter((0, -0.2), 0.42, rng.randint(4, 7))]
        scale = 0.13
    else:
        canvas.blob((0, 0), 0.92, crust, 0.04)
        canvas.blob((0, 0), 0.8, vary((196, 66, 40), rng), 0.05)
        canvas.blob((0, 0), 0.75, cheese, 0.1)
        spots, scale = canvas.scatter((0, 0), 0.62, rng.randint(8, 16)), 0.12
    for x, y in canvas.scatter((0, 0), 0.55 if kind != "slice" else 0.2, 14):
        canvas.blob((x, y), rng.uniform(0.04, 0.1), vary(shade(cheese, 0.86), rng, 14), 0.3)
    toppings = rng.sample([_salami, _olive, _leaf, _mushroom], rng.randint(1, 3))
    for spot in spots:
        rng.choice(toppings)(canvas, spot, scale * rng.uniform(0.85, 1.2))
    if kind == "missing":
        turn = rng.uniform(0, math.tau)
        wedge = [(1.6 * math.cos(turn + t), 1.6 * math.sin(turn + t)) for t in (0.0, 0.4, 0.8)]
        canvas.cut([(0.0, 0.0), *wedge])
    if kind != "slice" and rng.random() < 0.5:
        for n in range(4):
            turn = math.pi * n / 4
            reach = (0.9 * math.cos(turn), 0.9 * math.sin(turn))
            canvas.line([(-reach[0], -reach[1]), reach], shade(crust, 0.75), 0.02)


def sushi(canvas: Canvas) -> None:
    """Paint rolls seen from above, or slices of fish on rice."""
    rng = canvas.rng
    if rng.random() < 0.6:
        places = rng.choice(
            [
                [(0.0, 0.0)],
                [(-0.44, -0.2), (0.44, 0.2)],
                [(-0.45, -0.42), (0.45, -0.42), (0.0, 0.42)],
                [(-0.45, -0.45), (0.45, -0.45), (-0.45, 0.45), (0.45, 0.45)],
            ]
        )
        radius = {1: 0.76, 2: 0.46, 3: 0.43, 4: 0.4}[len(places)]
        for center in places:
            _roll(canvas, center, radius)
        return
    for y in rng.choice([[0.0], [-0.42, 0.42]]):
        flat = 0.42 if y else 0.5
        canvas.blob((0, y + 0.1), 0.8, vary((240, 236, 224), rng, 10), 0.06, flat)
        fish = vary(rng.choice([(240, 132, 84), (206, 64, 72), (246, 214, 190), (244, 190, 70)]), rng)
        canvas.blob((0, y - 0.02), 0.84, fish, 0.06, flat * 0.78)
        for n in range(-3, 4):
            x = n * 0.22
            canvas.line([(x - 0.1, y - 0.24), (x + 0.1, y + 0.2)], shade(fish, 1.22), 0.03)
        if rng.random() < 0.45:
            canvas.box((rng.uniform(-0.2, 0.2), y + 0.04), 0.22, flat * 1.7, vary((34, 44, 36), rng, 10))


def waffles(canvas: Canvas) -> None:
    """Paint a grid of pits in a round or square waffle, plain or dressed."""
    rng = canvas.rng
    batter = vary(rng.choice([DOUGH, TOAST, (230, 190, 120)]), rng)
    round_one = rng.random() < 0.5
    if round_one:
        canvas.blob((0, 0), 0.92, batter, 0.03)
    else:
        for x, y in ((-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7), (0.7, 0.7)):
            canvas.disc((x, y), 0.18, batter)
        canvas.box((0, 0), 1.76, 1.4, batter)
        canvas.box((0, 0), 1.4, 1.76, batter)
    cells = rng.randint(4, 6)
    step = 1.6 / cells
    for row in range(cells):
        for column in range(cells):
            x, y = (column + 0.5) * step - 0.8, (row + 0.5) * step - 0.8
            if round_one and math.hypot(abs(x) + step * 0.3, abs(y) + step * 0.3) > 0.86:
                continue
            canvas.box((x, y), step * 0.68, step * 0.68, shade(batter, 0.66))
            canvas.box((x + step * 0.07, y + step * 0.07), step * 0.54, step * 0.54, shade(batter, 0.82))
    match rng.randrange(4):
        case 0:
            canvas.blob((rng.uniform(-0.2, 0.2), rng.uniform(-0.2, 0.2)), 0.42, vary((110, 52, 22), rng), 0.4)
        case 1:
            canvas.box((0, 0), 0.34, 0.3, vary((250, 226, 120), rng), rng.uniform(0, math.pi))
        case 2:
            for spot in canvas.scatter((0, 0), 0.5, rng.randint(3, 6)):
                canvas.blob(spot, 0.14, vary(rng.choice([(200, 36, 50), (70, 70, 140)]), rng), 0.15)


def _roll(canvas: Canvas, center: Point, radius: float) -> None:
    """Paint one roll: seaweed, rice grains, filling."""
    rng = canvas.rng
    rice = vary((242, 238, 228), rng, 10)
    inside_out = rng.random() < 0.3
    canvas.blob(
        center, radius, vary((236, 150, 96), rng) if inside_out else vary((36, 46, 40), rng, 12), 0.04
    )
    canvas.blob(center, radius * 0.88, rice, 0.05)
    for spot in canvas.scatter(center, radius * 0.82, 40):
        canvas.disc(spot, radius * 0.07, shade(rice, rng.uniform(0.86, 1.04)), 0.6)
    fillings = [(240, 128, 84), (196, 56, 62), (140, 186, 84), (248, 206, 80), (238, 170, 150)]
    for _ in range(rng.randint(1, 3)):
        spot = canvas.scatter(center, radius * 0.26, 1)[0]
        canvas.blob(spot, radius * rng.uniform(0.24, 0.36), vary(rng.choice(fillings), rng), 0.3)


def _salami(canvas: Canvas, spot: Point, size: float) -> None:
    fill = vary((178, 48, 38), canvas.rng)
    canvas.disc(spot, size, shade(fill, 0.82))
    canvas.disc(spot, size * 0.85, fill)


def _olive(canvas: Canvas, spot: Point, size: float) -> None:
    canvas.disc(spot, size * 0.6, vary((44, 40, 44), canvas.rng, 14))
    canvas.disc(spot, size * 0.25, (226, 190, 110))


def _leaf(canvas: Canvas, spot: Point, size: float) -> None:
    canvas.blob(spot, size, vary((62, 120, 48), canvas.rng), 0.35, canvas.rng.uniform(0.45, 0.8))


def _mushroom(canvas: Canvas, spot: Point, size: float) -> None:
    fill = vary((226, 210, 184), canvas.rng)
    canvas.disc(spot, size, shade(fill, 0.8), 0.6)
    canvas.box((spot[0], spot[1] + size * 0.5), size * 0.6, size * 0.9, fill)


PAINTERS: dict[str, Callable[[Canvas], None]] = {
    painter.__name__: painter
    for painter in (donuts, french_fries, hamburger, ice_cream, pizza, sushi, waffles)
}
"""Painters by the key of their class."""

UPRIGHT = frozenset({"french_fries", "hamburger", "ice_cream"})
"""Classes seen from the side: they lean a little, while the others turn all the way round."""
