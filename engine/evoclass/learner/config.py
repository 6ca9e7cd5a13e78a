"""The learner's settings: a TOML file that people may edit, read once and written key by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ConfigError
from evoclass.frozen import frozen
from evoclass.running.program import Limits
from evoclass.wording.languages import Languages, is_installed

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Document = TypeVar("Document")

LARGEST = 2**20
"""Largest settings file in bytes."""

LARGEST_NUMBER = 2**53
"""Largest number in a setting; a larger one exceeds the system's limits or floating-point precision."""


MOTIONS = ("auto", "on", "off")
"""`auto`: not over ssh, where each step of a movement would travel."""

DENSITIES = ("comfortable", "compact")
"""How much room is left between things; `compact` is for low windows."""

PICTURES = ("auto", "kitty", "iterm2", "sixel", "blocks", "off")
"""Ways to draw pictures: `auto` asks the terminal, `off` shows what they say in words."""

CHOICES = {"motion": MOTIONS, "pictures": PICTURES, "density": DENSITIES}
"""Settings with a few possible values."""

MAY_BE_ZERO = ("weekly_minutes",)
"""Settings with a number that 0 turns off."""

_TABLES = ("plugins", "runners", "keys", "unknown")
"""Fields of the settings that are no lines of the file."""


@frozen(kw_only=True)
class Settings:
    """Every setting with its default."""

    language: str = ""
    """Language of the interface and the lessons; empty asks the system."""
    theme: str = "evoclass-dark"
    runner: str = "local-cpu"
    learner: str = "me"
    """Name under which progress is kept, when several people share a folder."""
    frames_per_second: float = 10.0
    """Most frames of the inspector in a second."""
    inspector_budget: float = 0.02
    """Largest share of a run's time that the inspector may take."""
    gpu_spare: bool = True
    """Whether a process with a CUDA context waits for the next run (it holds GPU memory)."""
    hints_seen: bool = False
    """Whether the learner has dismissed the first-run hint line."""
    lesson_share: float = 0.5
    """The lesson's part of the width of lesson and lab."""
    course_map: bool = True
    """Whether wide windows show the course map."""
    study_timer: bool = True
    """Whether the study time is shown; it is always counted."""
    motion: str = "auto"
    """Whether pages glide when they scroll; one of `MOTIONS`."""
    suggestions: bool = True
    """Whether editors suggest names while one types; the key for it works in any case."""
    pictures: str = "auto"
    """How pictures are drawn; one of `PICTURES`."""
    density: str = "comfortable"
    """One of `DENSITIES`."""
    sync_folder: str = ""
    """Folder in which progress travels between the learner's machines; empty for none."""
    weekly_minutes: int = 0
    """Minutes that the learner wants to study in a week; 0 for no goal."""
    plain: bool = False
    """Whether lessons open in plain mode, as with `--plain`."""
    run_on_save: bool = False
    """Whether a program runs by itself when another editor has saved it."""
    disabled_plugins: tuple[str, ...] = ()
    """Names of plugins that are not loaded."""
    limits: Limits = field(default_factory=Limits)
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings of plugins by plugin name, `[plugins.NAME]`; checked against each plugin's declaration."""
    runners: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Runners that the learner has set up, `[runners.NAME]`; checked against the declaration of each kind."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What `[keys]` says: `preset`, and keys by what they do; the front end that has the keys checks it."""
    unknown: tuple[str, ...] = ()
    """Names in the file that are not settings."""

    def changed(self, **values: Any) -> Settings:
        """Return a copy with other values."""
        return replace(self, **values)


def names() -> tuple[str, ...]:
    """Return the names that the file may contain."""
    own = [entry.name for entry in fields(Settings) if entry.name not in _TABLES]
    return (*own, *(f"limits.{entry.name}" for entry in fields(Limits)))


def load(path: Path) -> Settings:
    """Read the settings; a missing file gives the defaults.  Raises ConfigError with key and reason."""
    try:
        document = _parsed(path, _values)
    except FileNotFoundError:
        return Settings()
    limits, plugins, runners = (
        _table(path, document.pop(name, {}), name) for name in ("limits", "plugins", "runners")
    )
    for table, entries in (("plugins", plugins), ("runners", runners)):
        for name, values in entries.items():
            _table(path, values, f"{table}.{name}")
    keys = _keys(path, document.pop("keys", {}))
    unknown = [
        *_take_unknown(Settings, document),
        *(f"limits.{key}" for key in _take_unknown(Limits, limits)),
    ]
    settings = Settings(
        **_checked(path, Settings, document),
        limits=Limits(**_checked(path, Limits, limits)),
        plugins=plugins,
        runners=runners,
        keys=keys,
        unknown=tuple(unknown),
    )
    if settings.language and not is_installed(settings.language):
        known = ", ".join(Languages())
        raise ConfigError(
            f"{path}: language: {settings.language!r} is not one of {known}",
            "config.no_language",
            path=path,
            found=settings.language,
            known=known,
        )
    for name, values in CHOICES.items():
        found = getattr(settings, name)
        if found not in values:
            known = ", ".join(values)
            raise ConfigError(
                f"{path}: {name}: {found!r} is not one of {known}",
                "config.not_one_of",
                path=path,
                name=name,
                found=found,
                known=known,
            )
    return settings


def save(path: Path, plugins: Mapping[str, Mapping[str, Any]] = MappingProxyType({}), **values: Any) -> None:
    """Write some settings and leave the others, and all comments, unchanged.

    Of `limits`, only those that differ from the default or are already in the file are written; of `plugins` and
    `keys`, only those named. A key of None is taken out.
    """
    import tomlkit  # slow to import, and not needed for reading
    from tomlkit.exceptions import TOMLKitError

    limits, keys = values.pop("limits", None), values.pop("keys", {})
    try:
        try:
            document = _parsed(path, tomlkit.parse)
        except FileNotFoundError:
            document = tomlkit.document()
        document.update(values)
        if limits is not None:
            table = document.setdefault("limits", tomlkit.table())
            for entry in fields(Limits):
                value = getattr(limits, entry.name)
                if entry.name in table or value != entry.default:
                    table[entry.name] = value
        for plugin, changed in plugins.items():
            tables = document.setdefault("plugins", tomlkit.table(is_super_table=True))
            tables.setdefault(plugin, tomlkit.table()).update(changed)
        if keys:
            _write_keys(document, keys)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, tomlkit.dumps(document).encode("utf-8"), 0o600)
    except (OSError, ValueError, TOMLKitError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _parsed(path: Path, parse: Callable[[str], Document]) -> Document:
    """Return the contents of the file.  Raises FileNotFoundError, or ConfigError for anything else wrong with it."""
    try:
        # Some editors put a byte-order mark before the first key.
        return parse(read_bytes(path, LARGEST).decode("utf-8-sig"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: it is nested too deeply") from error
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def _values(text: str) -> dict[str, Any]:
    import tomllib  # most learners have no such file

    try:
        return tomllib.loads(text)
    except ValueError:
        import tomlkit

        return tomlkit.parse(text).unwrap()  # its error always names the line


def _table(path: Path, found: Any, name: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ConfigError(
            f"{path}: {name}: expected a table, [{name}]", "config.no_table", path=path, name=name
        )
    return found


def _keys(path: Path, found: Any) -> dict[str, str]:
    """Return what `[keys]` says, flat: `keys = "vim"` is a preset, `[keys.reader]` holds the keys of a place."""
    if isinstance(found, str):
        return {"preset": found}
    flat: dict[str, str] = {}
    for name, value in _table(path, found, "keys").items():
        inner = value if isinstance(value, dict) else {"": value}
        for last, keys in inner.items():
            full = f"{name}.{last}" if last else name
            if not isinstance(keys, str):
                raise ConfigError(
                    f"{path}: keys.{full}: expected str, found {keys!r}",
                    "config.no_str",
                    path=path,
                    name=f"keys.{full}",
                    found=repr(keys),
                )
            flat[full] = keys
    return flat


def _write_keys(document: TOMLDocument, keys: Mapping[str, str | None]) -> None:
    import tomlkit

    found = document.get("keys", {})
    if isinstance(found, str):
        del document["keys"]
        document["keys"] = {"preset": found}
    table: Any = document.setdefault("keys", tomlkit.table())
    for name, value in keys.items():
        place, _, last = name.partition(".")
        inner = table.get(place)
        where, entry = (inner, last) if isinstance(inner, dict) and last in inner else (table, name)
        if value is not None:
            where[entry] = value
        elif entry in where:
            del where[entry]


def line_of_key(path: Path, name: str) -> int:
    """Return the line of the file on which `[keys]` names an entry; 0 if it is not found."""
    try:
        lines = read_bytes(path, LARGEST).decode("utf-8-sig").splitlines()
    except (OSError, ValueError):
        return 0
    table = ""
    for number, line in enumerate(lines, 1):
        if header := re.match(r"\s*\[([^\]]+)\]", line):
            table = header[1].strip() + "."
        elif entry := re.match(r"""\s*([\w.\s"'-]+?)\s*=""", line):
            full = re.sub(r"""["'\s]""", "", table + entry[1])
            if full in (f"keys.{name}", "keys" if name == "preset" else ""):
                return number
    return 0


def _take_unknown(cls: type[Settings] | type[Limits], values: dict[str, Any]) -> list[str]:
    """Remove names that are not settings, and return them."""
    known = {entry.name for entry in fields(cls)} - {"limits", *_TABLES}
    unknown = [str(key) for key in values if key not in known]
    for key in unknown:
        del values[key]
    return unknown


def _checked(path: Path, cls: type[Settings] | type[Limits], values: dict[str, Any]) -> dict[str, Any]:
    kinds = {entry.name: type(getattr(cls(), entry.name)) for entry in fields(cls)}
    for key, value in values.items():
        kind = kinds[key]
        if kind is tuple and type(value) is list and all(type(item) is str for item in value):
            values[key] = value = tuple(value)
        if kind in (int, float) and type(value) in (int, float) and not abs(value) <= LARGEST_NUMBER:
            raise ConfigError(
                f"{path}: {key}: at most {LARGEST_NUMBER:,}",
                "config.too_large",
                path=path,
                name=key,
                most=f"{LARGEST_NUMBER:,}",
            )
        if kind is float and type(value) is int:
            values[key] = float(value)
        elif type(value) is not kind:
            raise ConfigError(
                f"{path}: {key}: expected {kind.__name__}, found {value!r}",
                f"config.no_{kind.__name__}",
                path=path,
                name=key,
                found=repr(value),
            )
        if kind in (int, float) and (value < 0 or (value == 0 and key not in MAY_BE_ZERO)):
            raise ConfigError(
                f"{path}: {key}: must be above zero, found {value!r}",
                "config.not_positive",
                path=path,
                name=key,
                found=value,
            )
    return values
