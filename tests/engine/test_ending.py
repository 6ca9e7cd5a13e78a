"""Each way for a run to end has one sentence, in both languages."""

from __future__ import annotations

import pytest

from evoclass.i18n import Catalog
from evoclass.protocol import Exit
from evoclass.running import ending
from pseudo import EVERY

ENDINGS = {
    "finished": Exit(reason="finished", code=0, seconds=1.26),
    "error": Exit(reason="error", code=3, seconds=1.0),
    "timeout": Exit(reason="timeout", code=124, seconds=20.0, detail="20"),
    "stopped": Exit(reason="stopped", code=130, seconds=1.0),
    "memory": Exit(reason="memory", code=137, seconds=1.0, detail=str(8 * 2**30)),
    "memory_machine": Exit(reason="memory", code=137, seconds=1.0),
    "processes": Exit(reason="killed", code=137, seconds=1.0, detail="64"),
    "killed": Exit(reason="killed", code=143, seconds=1.0, signal=15, detail="SIGTERM"),
    "crashed": Exit(reason="killed", code=139, seconds=1.0, signal=11, detail="SIGSEGV"),
    "lost": Exit(reason="lost", code=125, seconds=1.0),
    "garbled": Exit(reason="lost", code=125, seconds=1.0, detail="not a message"),
}


@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("name", ENDINGS)
def test_every_end_has_its_own_sentence(name: str, language: str) -> None:
    catalog = Catalog(language)
    assert ending.key(ENDINGS[name]) == name
    assert catalog.has(f"exit.{name}")
    text = ending.sentence(ENDINGS[name], catalog)
    assert "{" not in text
    assert text.endswith(".")


def test_figures_are_in_the_sentences() -> None:
    english = Catalog("en")
    assert "1.3 s" in ending.sentence(ENDINGS["finished"], english)
    assert "8 GB" in ending.sentence(ENDINGS["memory"], english)
    assert "SIGSEGV" in ending.sentence(ENDINGS["crashed"], english)
    assert "exit code 3" in ending.sentence(ENDINGS["error"], english)


def test_a_stretched_time_limit_tells_what_was_measured() -> None:
    stretched = Exit(reason="timeout", code=124, seconds=599.2, detail="120")
    said = ending.sentence(stretched, Catalog("en"))
    assert "599.2 s" in said
    assert "120 s" in said
    assert "599,2 s" in ending.sentence(stretched, Catalog("it"))
    for seconds in (20.0, 20.4, 22.0):
        usual = Exit(reason="timeout", code=124, seconds=seconds, detail="20")
        assert ending.sentence(usual, Catalog("en")) == "Stopped after 20 s, the time limit of this run."


def test_dropped_output_is_named_only_if_there_was_any() -> None:
    english = Catalog("en")
    assert ending.dropped(ENDINGS["finished"], english) == ""
    dropped = Exit(reason="finished", code=0, seconds=1.0, dropped_bytes=3 * 2**20)
    assert "3 MB" in ending.dropped(dropped, english)
