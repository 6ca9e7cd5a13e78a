"""`evoclass schema`: the front matter as JSON Schema, for editors that complete and check YAML."""

from __future__ import annotations

import json

import click

from evoclass_author.jsonschema import schemas
from evoclass_author.texts import CATALOG


@click.command(help=CATALOG("author.schema.help"))
@click.argument("kind", type=click.Choice(["lesson", "course", "end"]), default="lesson")
def schema(kind: str) -> None:
    click.echo(json.dumps(schemas()[kind], indent=2, ensure_ascii=False))
