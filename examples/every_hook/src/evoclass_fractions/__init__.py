"""Fractions for EvoClass: one plugin that uses every hook once.  This file has the hooks; each module has one thing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evoclass import hookimpl
from evoclass.directive import BlockType, RoleType
from evoclass.events import Event, RunEnded
from evoclass.exercise import Exercise, Field
from evoclass.explanation import Explanation
from evoclass.exporter import Exporter
from evoclass.i18n import Catalog, command_language
from evoclass.importer import Importer
from evoclass.probe import Probe
from evoclass.protocol import ErrorReport
from evoclass.rules import LessonRule
from evoclass.runner import Runner, RunnerKind
from evoclass.settings import Setting
from evoclass_fractions import explanation, practice
from evoclass_fractions.drawing import Bar, Frac
from evoclass_fractions.formats import QuestionList, QuestionListImporter
from evoclass_fractions.probe import FractionProbe
from evoclass_fractions.question import PartsField, PartsQuestion
from evoclass_fractions.rule import BareFraction
from evoclass_fractions.runner import OneShotKind, OneShotRunner

if TYPE_CHECKING:  # Textual is imported only where there is a screen
    from textual.theme import Theme
    from textual.widget import Widget

    from evoclass_tui.actions import ScreenAction
    from evoclass_tui.panel import Panel

# What lessons can contain ------------------------------------------------------------------------------


@hookimpl
def register_exercises() -> Iterable[type[Exercise]]:
    return [PartsQuestion]


@hookimpl
def register_directives() -> Iterable[type[BlockType]]:
    return [Bar]


@hookimpl
def register_roles() -> Iterable[type[RoleType]]:
    return [Frac]


@hookimpl
def register_courses() -> Iterable[Path]:
    return [Path(__file__).parent / "lessons"]


# What authors use --------------------------------------------------------------------------------------


@hookimpl
def register_rules() -> Iterable[type[LessonRule]]:
    return [BareFraction]


@hookimpl
def register_exporters() -> Iterable[type[Exporter]]:
    return [QuestionList]


@hookimpl
def register_importers() -> Iterable[type[Importer]]:
    return [QuestionListImporter]


# What happens to programs ------------------------------------------------------------------------------


@hookimpl
def register_runners() -> Iterable[type[Runner]]:
    return [OneShotRunner]


@hookimpl
def register_runner_kinds() -> Iterable[type[RunnerKind]]:
    return [OneShotKind]


@hookimpl
def register_probes() -> Iterable[type[Probe]]:
    return [FractionProbe]


@hookimpl
def explain_error(error: ErrorReport, language: str) -> Explanation | None:
    return explanation.explain(error, language)


# What the plugin remembers, and what the learner can set -----------------------------------------------


@hookimpl
def register_settings() -> Iterable[Setting]:
    return [Setting("goal", 10, least=1, most=1000)]


@hookimpl
def on_event(event: Event) -> None:
    practice.count_answer(event)


@hookimpl
def on_run(record: RunEnded) -> None:
    practice.count_run(record)


@hookimpl
def register_commands(cli: click.Group) -> None:
    text = Catalog(command_language(), [__name__])

    @cli.command("fractions", help=text("evoclass_fractions.help"))
    def fractions() -> None:
        click.echo(practice.told(text))


# What is on the screen ---------------------------------------------------------------------------------


@hookimpl
def field_widget(field: Field, catalog: Catalog) -> Widget | None:
    if not isinstance(field, PartsField):
        return None
    from evoclass_fractions.screen import PartsWidget

    return PartsWidget(field, catalog)


@hookimpl
def register_panels() -> Iterable[type[Panel]]:
    from evoclass_fractions.screen import FractionsPanel

    return [FractionsPanel]


@hookimpl
def register_actions() -> Iterable[ScreenAction]:
    from evoclass_fractions.screen import ACTIONS

    return ACTIONS


@hookimpl
def register_themes() -> Iterable[Theme]:
    from evoclass_fractions.screen import THEME

    return [THEME]
