"""What learners may write into `[runners.NAME]` for a Jupyter runner, and what is kept to ourselves."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from evoclass.errors import ConfigError, RunnerError
from evoclass_jupyter.kind import JupyterRunner
from evoclass_jupyter.token import Token
from plugins.jupyter.servers import made


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("jupyter.no_address", {"url": "hub.example.org"}),
        ("jupyter.no_address", {"url": "ftp://hub.example.org"}),
        ("jupyter.no_address", {"url": "http://hub.example.org:port"}),
        ("jupyter.no_address", {"url": "http://hub.example.org/lab?token=s3cret"}),
        ("jupyter.no_address", {"url": "https://ada:s3cret@hub.example.org"}),
        ("jupyter.two_tokens", {"url": "http://localhost", "token": "a", "token_file": "b"}),
        ("jupyter.no_url", {"token": "s3cret"}),
        ("jupyter.no_url", {"hub_user": "ada"}),
        ("jupyter.odd_kernel", {"kernel": "../python3"}),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(key: str, settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as error:
        made(**{"token": ""} | settings)
    assert error.value.key == key
    assert "s3cret" not in str(error.value) + str(error.value.fields)


def test_a_token_comes_from_one_of_three_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text(" s3cret\n")
    monkeypatch.setenv("LAB", "s3cret")
    for token in (Token("s3cret"), Token(file=str(file)), Token(variable="LAB")):
        assert token.read() == "s3cret"
        assert "s3cret" not in repr(token)
    assert Token().read() == ""


@pytest.mark.parametrize(
    ("key", "token"),
    [
        ("jupyter.token_file", Token(file="/nowhere/token")),
        ("jupyter.empty_token", Token(variable="NOT_SET_AT_ALL")),
        ("jupyter.odd_token", Token("two\nlines")),
        ("jupyter.odd_token", Token("gehéim")),
    ],
)
def test_a_token_that_cannot_be_read_is_one_sentence(key: str, token: Token) -> None:
    with pytest.raises(RunnerError) as error:
        token.read()
    assert error.value.key == key
    assert "lines" not in str(error.value)


def test_a_missing_package_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    answer = JupyterRunner.available()
    assert not answer.ok
    assert "evoclass[jupyter]" in answer.fields["command"]
