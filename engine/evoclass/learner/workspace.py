"""Everything that a command works with, opened in one place: plugins, lessons, settings, progress."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from evoclass.disk import paths
from evoclass.errors import ConfigError, NotFoundError
from evoclass.frozen import mutable
from evoclass.i18n import Catalog, system_language
from evoclass.learner import config
from evoclass.learner.config import Settings
from evoclass.learner.openlesson import bundled_folders, make_catalog
from evoclass.learner.origin import Origins
from evoclass.learner.store import Store
from evoclass.learner.syncing import Syncing
from evoclass.model import Course, Lesson
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

if TYPE_CHECKING:
    from evoclass.runner import Runner


@mutable
class Workspace:
    """Opens its parts only when needed: `evoclass plugins` must work even if the progress file does not."""

    content: Path | None = None
    """A course folder to use instead of the bundled courses."""
    asked_language: str | None = None
    no_plugins: tuple[str, ...] = ()
    """Names of plugins that the learner does not want this time."""

    @cached_property
    def plugins(self) -> Plugins:
        """The installed plugins, without those that the learner has disabled."""
        try:
            settings = self.settings
        except ConfigError:
            settings = Settings()  # any use of the settings reports it
        off = dict.fromkeys(settings.disabled_plugins, "disabled_plugins")
        # This setting is older than the tables of plugins.
        local = {"gpu_spare": settings.gpu_spare, **settings.plugins.get("local", {})}
        return Plugins(
            off=off | dict.fromkeys(self.no_plugins, "--no-plugin"),
            settings={**settings.plugins, "local": local},
            runners=settings.runners,
        )

    @cached_property
    def settings(self) -> Settings:
        """The learner's settings.  Raises ConfigError."""
        return config.load(paths.config_file())

    @cached_property
    def language(self) -> str:
        """The requested language, or the setting's, or the system's."""
        return self.asked_language or self.settings.language or system_language()

    @cached_property
    def catalog(self) -> Catalog:
        """Interface text in that language."""
        return make_catalog(self.language, self.plugins)

    @cached_property
    def parser(self) -> Parser:
        """Parser that knows the plugins' directives."""
        return Parser(self.plugins)

    @cached_property
    def library(self) -> Library:
        """The lessons.  Raises ConfigError when the bundled ones are missing."""
        folders = [self.content] if self.content else [paths.content_folder(), *self.plugins.courses]
        return Library(folders, self.parser, self.cache)

    @cached_property
    def cache(self) -> Path | None:
        """The cache folder, whose contents can be made again; None if it cannot be made, which only costs time."""
        try:
            return paths.cache_folder()
        except ConfigError:
            return None

    @cached_property
    def store(self) -> Store:
        """The event log; if the disk cannot be written, it reports that and stays in memory."""
        return self.store_in("progress.db")

    @cached_property
    def syncing(self) -> Syncing:
        """What keeps the log and the learner's synced folder together; without such a folder it does nothing."""
        return Syncing(self.settings.sync_folder, self.store.path, self.settings.learner)

    def store_in(self, name: str) -> Store:
        """Return the event log in a file of the learner's folder, or one in memory."""
        try:
            path = paths.data_folder() / name
        except ConfigError as error:
            return Store(None, self.settings.learner, error.said(self.catalog))
        return Store(path, self.settings.learner)

    def courses_of_learner(self) -> tuple[Course, ...]:
        """Return the courses with the ids of the learner's progress."""
        bundled = [*bundled_folders(), *self.plugins.courses]
        self.library.known_as = Origins(self.store, bundled, self.library.ids).course
        return self.library.courses(self.language)

    def lesson(self, reference: str) -> Lesson:
        """Return a lesson by number, id or path.  Raises NotFoundError."""
        return self.library.lesson(reference, self.language)

    def runner(self, name: str | None = None) -> Runner:
        """Return a runner by name, or the one in the settings.  Raises NotFoundError, PluginError."""
        wanted = name or self.settings.runner
        classes = self.plugins.runners
        if wanted not in classes:
            raise NotFoundError(self.catalog("cli.no_runner", name=wanted, names=", ".join(classes) or "-"))
        return self.plugins.make_runner(wanted)
