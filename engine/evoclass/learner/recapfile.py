"""A recap in a file to keep, with the learner's figures beside it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from evoclass.disk.wholefile import write_whole
from evoclass.errors import ConfigError
from evoclass.i18n import Catalog
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.recap import Recap
from evoclass.learner.recapmarkdown import as_markdown


def write_recap(file: Path, recap: Recap, say: Catalog, figures: FigureFolder) -> int:
    """Write a recap, and return how many figures are beside it.  Raises ConfigError."""
    written: dict[str, str] = {}
    try:
        for of in recap.figures:
            for figure in of.figures:
                found = figures.find(figure)
                if found is not None:  # it may have been thrown away to make room
                    beside = file.with_name(f"{file.stem}-{Path(of.file).stem}-{figure.number}.png")
                    write_whole(beside, found.png)
                    written[figure.digest] = quote(beside.name)
    except OSError as error:
        raise _unwritten(file, error, say) from error
    write_text(file, as_markdown(recap, say, written), say)
    return len(written)


def write_text(file: Path, text: str, say: Catalog) -> None:
    """Write a text.  Raises ConfigError."""
    try:
        write_whole(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise _unwritten(file, error, say) from error


def _unwritten(file: Path, error: OSError, say: Catalog) -> ConfigError:
    return ConfigError(say("progress.unwritten", file=file, reason=error.strerror or str(error)))
