"""`evoclass progress sync`: a folder in which progress travels between the learner's machines."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evoclass.commands.options import CATALOG, json_option, language_option, workspace
from evoclass.commands.output import say, say_json
from evoclass.disk import paths
from evoclass.errors import ProgressError
from evoclass.learner import config
from evoclass.learner.synced import Synced
from evoclass.learner.syncfolder import SyncFolder
from evoclass.learner.syncing import records, sentence
from evoclass.learner.workspace import Workspace
from evoclass.wording.dates import said
from evoclass.wording.languages import means
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.progress.sync.help"))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--stop", is_flag=True, help=CATALOG("cli.progress.sync.stop"))
@click.option("--mine", is_flag=True, help=CATALOG("cli.progress.sync.mine"))
@json_option
@language_option
@click.pass_context
def sync(context: click.Context, folder: Path | None, stop: bool, mine: bool, as_json: bool) -> None:
    space = workspace(context)
    before = space.settings.sync_folder
    if stop:
        if before:
            config.save(paths.config_file(), sync_folder="")
        say(space.catalog(f"cli.progress.sync.{'stopped' if before else 'none'}", folder=before))
        return
    if folder is None and not before:
        if as_json:
            say_json({"folder": None})
        else:
            say(space.catalog("cli.progress.sync.none"))
        return
    place = _made(space, folder) if folder is not None else Path(before)
    outcome = _synced(space, place, mine, begins=folder is not None)
    if folder is not None and str(place) != before:
        config.save(paths.config_file(), sync_folder=str(place))
    if as_json:
        say_json(_document(space, place, outcome))
    else:
        _tell(space, place, outcome)


def _made(space: Workspace, folder: Path) -> Path:
    """Return the folder, which is made if it is not there.  Raises ProgressError."""
    place = folder.expanduser().absolute()
    try:
        str(place).encode()
        if place.exists() and not place.is_dir():
            raise ProgressError(space.catalog("cli.progress.sync.no_folder", folder=place))
        place.mkdir(exist_ok=True)
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProgressError(
            space.catalog("cli.progress.sync.not_made", folder=place, reason=reason)
        ) from error
    return place


def _synced(space: Workspace, place: Path, mine: bool, begins: bool) -> Synced:
    """Look into the folder.  Raises ProgressError when it may be somebody else's, or when nothing can be kept."""
    store = space.store
    if store.path is None or store.trouble:
        raise ProgressError(space.catalog("cli.progress.trouble", reason=printable(store.trouble)))
    synced = SyncFolder(place, store, records(store.path))
    outcome = synced.sync(mine=mine)
    if begins and any(trouble.key == "sync.empty" for trouble in outcome.troubles):
        synced.forget()
        outcome = synced.sync(mine=mine)
    theirs = outcome.theirs
    if theirs is None:
        return outcome
    fields = {
        "folder": place,
        "learner": theirs.learner,
        "count": theirs.count,
        "first": theirs.first.date() if theirs.first is not None else "-",
        "last": theirs.last.date() if theirs.last is not None else "-",
    }
    if sys.stdin.isatty():
        say(space.catalog("cli.progress.sync.ask", **fields), err=True)
        if means(sys.stdin.readline(), "yes", space.catalog.language):
            return synced.sync(mine=True)
    raise ProgressError(space.catalog("sync.not_mine", **fields))


def _tell(space: Workspace, place: Path, outcome: Synced) -> None:
    catalog = space.catalog
    say(catalog("cli.progress.sync.folder", folder=place))
    say(catalog("cli.progress.sync.done", taken=outcome.taken, written=outcome.written))
    for machine in outcome.machines:
        key = "cli.progress.sync.here" if machine.own else "cli.progress.sync.machine"
        when = said(machine.last.timestamp(), catalog) if machine.last is not None else "-"
        say(catalog(key, machine=machine.name, when=when))
    for trouble in outcome.troubles:
        say(sentence(trouble, str(place), catalog), err=True)


def _document(space: Workspace, place: Path, outcome: Synced) -> dict[str, object]:
    return {
        "folder": str(place),
        "taken": outcome.taken,
        "written": outcome.written,
        "machines": [
            {
                "machine": machine.name,
                "last": machine.last.isoformat() if machine.last is not None else None,
                "this": machine.own,
            }
            for machine in outcome.machines
        ],
        "troubles": [sentence(trouble, str(place), space.catalog) for trouble in outcome.troubles],
    }
