"""`evoclass foodvision`: the resources of Lesson 7 on this machine, a look at the images, and the large downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from evoclass.errors import EvoClassError
from evoclass.i18n import Catalog, command_language

CATALOG = Catalog(command_language(), ["evoclass_foodvision"])


def say(key: str, **fields: Any) -> str:
    """Return the sentence `foodvision.key` in the language of the command line."""
    return CATALOG(f"foodvision.{key}", **fields)


@click.group(help=say("help"))
def foodvision() -> None: ...


@foodvision.command(help=say("help_status"))
def status() -> None:
    from evoclass_foodvision.photos import photos_available, photos_folder
    from evoclass_foodvision.weights import RESNET18, offline

    cached = RESNET18.cached.is_file()
    click.echo(say("resnet18_cached" if cached else "resnet18_absent", path=RESNET18.cached))
    click.echo(
        say("photos_found" if photos_available() else "photos_absent", path=photos_folder() / "food-101")
    )
    if offline():
        click.echo(say("offline"))


@foodvision.command(help=say("help_sheet"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--images-per-class", type=click.IntRange(1, 100), default=12, show_default=True)
def sheet(file: Path, images_per_class: int) -> None:
    from torchvision.utils import make_grid, save_image

    from evoclass_foodvision.images import load_images

    images = load_images("train", images_per_class).images
    save_image(make_grid(images / 255, nrow=images_per_class, padding=2, pad_value=1), file)
    click.echo(say("sheet_written", path=file, count=len(images)))


@foodvision.command(help=say("help_download"))
@click.argument("what", type=click.Choice(["resnet18", "food-101"]))
def download(what: str) -> None:
    from torchvision.datasets import Food101

    from evoclass_foodvision.photos import photos_folder
    from evoclass_foodvision.weights import RESNET18, fetch

    if what == "food-101":
        try:
            Food101(photos_folder(), download=True)
        except (OSError, RuntimeError) as error:
            raise click.ClickException(say("no_food101", reason=error)) from error
        click.echo(say("photos_found", path=photos_folder() / "food-101"))
        return
    try:
        path = (
            RESNET18.cached
            if RESNET18.cached.is_file()
            else fetch(RESNET18, answer_within=20, done_within=3600)
        )
    except EvoClassError as error:
        raise click.ClickException(str(error)) from error
    if path is None:
        raise click.ClickException(say("no_resnet18", path=RESNET18.cached, url=RESNET18.url))
    click.echo(say("resnet18_cached", path=path))
