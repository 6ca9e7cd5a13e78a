"""The commands, one a file."""

from __future__ import annotations

import click

from evoclass_author.commands.explain import explain
from evoclass_author.commands.export import export
from evoclass_author.commands.grade import grade
from evoclass_author.commands.importing import import_
from evoclass_author.commands.migrate import migrate
from evoclass_author.commands.new import new
from evoclass_author.commands.preview import preview
from evoclass_author.commands.report import report
from evoclass_author.commands.schema import schema
from evoclass_author.commands.translate import translate

COMMANDS: tuple[click.Command, ...] = (
    *(new, preview, explain, translate, export, import_, schema, migrate),
    *(report, grade),
)
