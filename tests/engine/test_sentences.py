"""Sentences are kept in the cache folder; what is there is believed only as far as it can be."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from zlib import crc32

import msgspec
import pytest

from evoclass.disk import cachefile, paths
from evoclass.wording.sentences import flat, kept_sentences, own_languages, own_sentences


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site" / "talking"
    (folder / "locale").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "locale" / "en.toml").write_text('[talk]\nhello = "Hello"\n')
    monkeypatch.syspath_prepend(folder.parent)
    return folder


def read() -> dict[str, str]:
    for remembered in (own_sentences, kept_sentences):
        remembered.cache_clear()  # as in another process
    return dict(own_sentences("talking", "en"))


def kept() -> Path:
    return paths.cache_folder() / "sentences.en.msgpack"


def test_what_was_read_once_is_not_parsed_again(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read() == {"talk.hello": "Hello"}
    monkeypatch.setitem(sys.modules, "tomllib", SimpleNamespace())
    assert read() == {"talk.hello": "Hello"}


def test_a_changed_file_is_read_again(package: Path) -> None:
    read()
    (package / "locale" / "en.toml").write_text('[talk]\nhello = "Good morning"\n')
    assert read() == {"talk.hello": "Good morning"}


@pytest.mark.parametrize("at", [0, 8, -1])
def test_damage_is_noticed(package: Path, at: int) -> None:
    read()
    data = bytearray(kept().read_bytes())
    data[at] ^= 0x11
    kept().write_bytes(bytes(data))
    assert read() == {"talk.hello": "Hello"}


@pytest.mark.parametrize(
    "text",
    [
        b"talk.hello\0\x1b]0;title\x07",
        "talk.hello\0\x9b2J".encode(),
        b"talk.hello\0Hi\0talk.bye",
        b"talk.hello\0\xc1",
    ],
)
def test_what_could_act_on_a_terminal_or_is_no_sentence_is_not_taken(package: Path, text: bytes) -> None:
    read()
    keep(text)
    assert read() == {"talk.hello": "Hello"}


def keep(text: bytes) -> None:
    """Put this in place of the kept sentences."""
    all_kept = msgspec.msgpack.decode(kept().read_bytes())
    cachefile.save(kept(), all_kept | {"talking": (all_kept["talking"][0], crc32(text), text)})


def test_kept_sentences_are_taken_as_they_are(package: Path) -> None:
    read()
    keep("talk.hello\0Ciao,\n\tè già sera".encode())
    assert read() == {"talk.hello": "Ciao,\n\tè già sera"}


def test_a_zero_byte_of_a_sentence_does_not_end_it(package: Path) -> None:
    (package / "locale" / "en.toml").write_text('[talk]\nhello = "Hel\\u0000lo"\n')
    assert [read(), read()] == [{"talk.hello": "Hel\0lo"}] * 2


def test_without_a_cache_folder_the_sentences_are_there(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EVOCLASS_HOME", str(tmp_path / "file" / "home"))
    assert read() == {"talk.hello": "Hello"}


def test_kept_sentences_are_those_of_the_file() -> None:
    for language in own_languages():
        for _ in range(2):
            own_sentences.cache_clear()
            kept_sentences.cache_clear()
            file = Path(__file__).parents[2] / "engine" / "evoclass" / "locale" / f"{language}.toml"
            assert own_sentences("evoclass", language) == dict(flat(tomllib.loads(file.read_text("utf-8"))))
