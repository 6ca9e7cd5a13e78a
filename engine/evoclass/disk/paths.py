"""Where things are: the bundled content, and the learner's folders (`EVOCLASS_HOME` moves them all)."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import platformdirs

from evoclass.errors import ConfigError


def content_folder() -> Path:
    """Return the bundled courses: beside the package in a wheel, else two folders up in a checkout.

    Raises ConfigError when neither is there.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "content", package.parent.parent / "content"):
        if folder.is_dir():
            return folder
    raise ConfigError(
        f"the bundled lessons are missing: looked in {package / 'content'}; install EvoClass again",
        "config.no_content",
        folder=package / "content",
    )


def home() -> Path | None:
    """Return the folder that `EVOCLASS_HOME` names, or None to use the system's folders."""
    name = os.environ.get("EVOCLASS_HOME")
    return Path(name).expanduser().absolute() if name else None


def own_folders() -> list[Path]:
    """Return the folders of progress, trust, settings and cache, wherever they are."""
    base = home()
    if base is not None:
        return [base]
    places = (platformdirs.user_data_dir, platformdirs.user_config_dir, platformdirs.user_cache_dir)
    return [Path(place("evoclass", appauthor=False)) for place in places]


def data_folder() -> Path:
    """Return the folder of progress and learners' files, created on first use."""
    return _made(home() or Path(platformdirs.user_data_dir("evoclass", appauthor=False)))


def config_file() -> Path:
    """Return the path of the settings; the file need not exist."""
    base = home()
    return (base or Path(platformdirs.user_config_dir("evoclass", appauthor=False))) / "config.toml"


def progress_file() -> Path:
    """Return the path of the event log; the file need not exist."""
    return data_folder() / "progress.db"


def cache_folder() -> Path:
    """Return the folder of data that can be made again; the folder is created on first use."""
    base = home()
    return _made(base / "cache" if base else Path(platformdirs.user_cache_dir("evoclass", appauthor=False)))


def work_folder(course: str, lesson: str) -> Path:
    """Return the learner's folder for the files of one lesson, created on first use."""
    work = data_folder() / "work"
    folder = work / _safe(course)
    if course.startswith("file:") and not folder.exists():
        with contextlib.suppress(OSError):  # most often there is none
            (work / _cleaned(course)).rename(folder)  # its name did not tell /a/b from /a-b
    return _made(folder / _safe(lesson))


def plugin_file(name: str) -> Path:
    """Return the path of a plugin's store; the file need not exist."""
    return data_folder() / "plugins" / f"{_safe(name)}.json"


def _safe(name: str) -> str:
    """Return `name` as a single folder name: the ids of foreign lessons must not climb out of the folder."""
    cleaned = _cleaned(name)
    if cleaned == name:
        return cleaned
    # Two ids must not share a folder only because their differences were cleaned away.
    return f"{cleaned or 'unnamed'}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _cleaned(name: str) -> str:
    return "".join(char if char.isalnum() or char in "-_." else "-" for char in name).strip(".-")[-100:]


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot make the folder {folder}: {error.strerror}; set EVOCLASS_HOME to another",
            "config.no_folder",
            folder=folder,
            reason=error.strerror,
        ) from error
    return folder
