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
from evoclass.wording.sentences import flat, own_languages, own_sentences


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site" / "talking"
    (folder / "locale").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "locale" / "en.toml").write_text('[talk]\nhello = "Hello"\n')
    monkeypatch.syspath_prepend(folder.parent)
    return folder


def read() -> dict[str, str]:
    own_sentences.cache_clear()  # as in another process
    return dict(own_sentences("talking", "en"))


def kept() -> Path:
    return paths.cache_folder() / "sentences" / "talking.en.msgpack"


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
    "sentences", [{"talk.hello": "\x1b]0;title\x07"}, {"talk.hello": 7}, ["talk.hello"], b"\xc1"]
)
def test_what_could_act_on_a_terminal_or_is_no_sentence_is_not_taken(
    package: Path, sentences: object
) -> None:
    read()
    stamp, _, _ = msgspec.msgpack.decode(kept().read_bytes())
    data = sentences if isinstance(sentences, bytes) else msgspec.msgpack.encode(sentences)
    cachefile.save(kept(), (stamp, crc32(data), data))
    assert read() == {"talk.hello": "Hello"}


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
            file = Path(__file__).parents[2] / "engine" / "evoclass" / "locale" / f"{language}.toml"
            assert own_sentences("evoclass", language) == dict(flat(tomllib.loads(file.read_text("utf-8"))))
