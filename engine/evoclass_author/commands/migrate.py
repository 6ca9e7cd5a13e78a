"""`evoclass migrate`: convert lessons of an older format to the present one."""

from __future__ import annotations

from pathlib import Path

import click

from evoclass.commands.options import workspace
from evoclass.disk.regularfile import read_bytes
from evoclass.errors import LessonError
from evoclass.lint.describe import describe
from evoclass.reading.filenames import is_lesson
from evoclass.reading.frontmatter import FORMAT
from evoclass.reading.source import MAX_BYTES, read
from evoclass_author.migrations import migrated, version_of
from evoclass_author.output import whole
from evoclass_author.texts import CATALOG


def _is_lesson(path: Path) -> bool:
    return is_lesson(path.name)


@click.command(help=CATALOG("author.migrate.help"))
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help=CATALOG("author.migrate.dry_run"))
@click.pass_context
def migrate(context: click.Context, paths: tuple[Path, ...], dry_run: bool) -> None:
    space = workspace(context)
    failed = False
    for path in paths:
        for file in sorted(filter(_is_lesson, path.rglob("*"))) if path.is_dir() else [path]:
            try:
                raw = read_bytes(file, MAX_BYTES)
                read(raw)  # reports bytes that are not a lesson
                before = raw.decode("utf-8-sig")
                before = before if "\r\n" in before else before.replace("\r", "\n")
                version = version_of(before)
                after = migrated(before)
                if after != before and not dry_run:
                    with whole(file) as written:
                        written.write_bytes(after.encode("utf-8"))
            except (LessonError, OSError) as error:
                reason = (
                    " ".join(describe(error.problems[0], space.catalog))
                    if isinstance(error, LessonError)
                    else error.strerror
                )
                click.echo(space.catalog("author.migrate.failed", file=file, reason=reason), err=True)
                failed = True
                continue
            if after == before:
                click.echo(space.catalog("author.migrate.current", file=file, version=version))
                continue
            click.echo(space.catalog("author.migrate.lifted", file=file, old=version, new=FORMAT))
    context.exit(1 if failed else 0)
