"""A language that a plugin brings: each sentence of each package, on help pages, in plain mode and in reports."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from evoclass.cli import cli
from evoclass.errors import ConfigError
from evoclass.i18n import LANGUAGES, Catalog, system_language
from evoclass.learner import config
from evoclass.learner.openlesson import make_catalog
from evoclass.pluginhost.plugins import Plugins
from evoclass.pluginhost.trial import try_all
from evoclass.quantities import byte_text
from evoclass.wording.languages import means
from evoclass.wording.numerals import localised, read_number, separators
from evoclass.wording.sentences import own_sentences
from pseudo import CODE, PSEUDO, plain_words, write_course

Bring = Callable[..., Plugins]


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bring:
    """Load a plugin that brings a language: `bring("eo", evoclass='…', evoclass_tui='…')`."""

    monkeypatch.setattr(sys, "path", [*sys.path])

    def brought(code: str, name: str = "evoclass_eo", **files: str | bytes) -> Plugins:
        place = tmp_path / name / "locale" / code
        place.mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
        for package, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            (place / f"{package}.toml").write_bytes(data)
        sys.modules.pop(name, None)  # of an earlier test
        packages = map(str, sorted(path.parent for path in tmp_path.glob("*/__init__.py")))
        monkeypatch.setenv("EVOCLASS_PLUGINS", ":".join(packages))
        return Plugins()

    return brought


def faults(plugins: Plugins, name: str = "evoclass_eo") -> str:
    try_all(plugins, lambda plugins: {})
    return plugins.reports[name].trouble


# -------------------------------------------------------------------------------------------- the generated language


@pytest.mark.usefixtures("third_language")
def test_every_sentence_of_every_package_is_its_own() -> None:
    plugins = Plugins()
    whole = make_catalog(CODE, plugins)
    assert whole.language == CODE
    assert len(PSEUDO.packages()) > 10
    for package in PSEUDO.packages():
        catalog = Catalog(CODE, [package])
        for key, sentence in own_sentences(package, "en").items():
            wanted = (
                PSEUDO.sentences(package)[key] if key.startswith("language.") else PSEUDO.pseudo(sentence)
            )
            assert catalog(key) == wanted, key
            assert whole(key) == wanted, key
    assert plugins.reports["evoclass_pseudo"].trouble == ""


PAGES = """
import json, sys
import click
from evoclass.cli import cli

def pages(command, name, parent=None):
    with click.Context(command, parent=parent, info_name=name) as context:
        yield context.command_path, command.get_help(context)
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                yield from pages(command.get_command(context, name), name, context)

print(json.dumps(dict(pages(cli, "evoclass"))))
"""

FIXED = (
    r"(?m)^  [a-z]+(?=  )",  # names of commands
    r"(?m)^«Ûságé»: evoclass[a-z ]*",
    r"--?[a-z][\w-]*",
    r"\b[A-Z]{2,}\b",  # what stands for a value
    r"[\[{][a-z0-9|-]+[]}]|\[default:\s[^]]*\]",
    r"\b(en|it)\b",
    r"\([a-z0-9|]+\)",
    r"\bevoclass\b",  # in code that was cut off in a list of commands
)
"""What no help page translates."""


def test_every_help_page_speaks_it(third_language: str) -> None:
    command = [sys.executable, "-c", PAGES, "--lang", third_language]
    pages = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert len(pages) > 20
    left = {name: words for name, page in pages.items() if (words := plain_words(page, *FIXED))}
    assert left == {}


@pytest.mark.usefixtures("third_language")
def test_no_command_says_an_english_sentence(tmp_path: Path) -> None:
    course = str(write_course(tmp_path / "c"))
    english = {
        piece
        for package in PSEUDO.packages()
        for sentence in own_sentences(package, "en").values()
        for piece in re.split(r"\{[^}]*\}|`[^`]*`|\n", sentence)
        if len(piece.split()) > 2
    }
    assert len(english) > 1000
    for words in (["doctor"], ["plugins", "--trace"], ["lessons"], ["check", course], ["progress"]):
        ended = CliRunner().invoke(cli, [*words, "--lang", CODE])
        assert "«" in ended.output, words
        assert not {piece for piece in english if piece in ended.output}, words


@pytest.mark.usefixtures("without_torch")
def test_plain_mode_speaks_and_understands_it(tmp_path: Path, third_language: str) -> None:
    course = write_course(tmp_path / "c")
    typed = ["jép", "?", "a", "hlp", "ván", ":hlp", "+"]
    ended = CliRunner().invoke(
        cli,
        ["learn", "1", "--plain", "--trust", "--content", str(course), "--lang", third_language],
        input="\n".join(typed) + "\n",
    )
    assert ended.exit_code == 0, ended.output
    assert plain_words(ended.output, "> .*", r"\ba\)") == set()
    assert "x / 2 = 2·00" in ended.output, "yes runs the program"
    assert ended.output.count(PSEUDO.pseudo(own_sentences("evoclass", "en")["plain.help"])) == 2
    assert PSEUDO.pseudo("Step 2").strip("«»") in ended.output


# ------------------------------------------------------------------------------------------------------ any language


def test_english_stands_behind_what_is_missing(bring: Bring) -> None:
    plugins = bring("eo", evoclass='[layout]\nimage = "Bildo"\n')
    catalog = make_catalog("eo", plugins)
    assert (catalog("layout.image"), catalog("layout.notes")) == ("Bildo", "Notes")
    assert (LANGUAGES["eo"], list(LANGUAGES)) == ("eo", ["en", "it", "eo"])
    assert localised("1,234.5", "eo") == "1,234.5"
    assert faults(plugins) == ""
    assert plugins.reports["evoclass_eo"].offers["languages"] == ["eo"]


def test_the_table_tells_of_numbers_and_words(bring: Bring) -> None:
    bring(
        "eo", evoclass='[language]\nname = "Esperanto"\ndecimal = ","\nthousands = "\u202f"\nyes = "j jes"\n'
    )
    assert LANGUAGES["eo"] == "Esperanto"
    assert localised("1_234.5", "eo") == "1\u202f234,5"
    assert byte_text(1610612736, "eo", kilo=1024) == "1,5 GB"
    assert means("Jes ", "yes", "eo")
    assert means("sì", "yes", "eo"), "what EvoClass has always understood"
    assert not means("jes", "yes", "en")


def test_one_mark_is_never_both(bring: Bring) -> None:
    bring("eo", evoclass='[language]\ndecimal = ","\n')
    assert separators("eo") == ("", ",")
    assert (localised("1_234.5", "eo"), read_number("8,967", "eo")) == ("1234,5", 8.967)


SENTENCE = '# a comment\n[cli]\nerror = {}\n\n[layout]\nimage = "Bildo"\n'


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("x = ", "evoclass.toml: TOMLDecodeError: Invalid value (at"),
        (b"[layout]\nimage = '\xff'", "evoclass.toml: UnicodeDecodeError"),
        ("x = " + "[" * 5000, "evoclass.toml: RecursionError"),
        ("#" * (2**20 + 1), "evoclass.toml: FileTooLarge"),
        (SENTENCE.format("3"), "line 3: `cli.error`: it is no text"),
        (SENTENCE.format('" "'), "line 3: `cli.error`: it is empty"),
        (
            SENTENCE.format(r'"\u001b[31m{reason}"'),
            "line 3: `cli.error`: it has characters that act on a terminal",
        ),
        (SENTENCE.format('"{reazon}"'), "line 3: `cli.error`: the English sentence has no {reazon}"),
        (SENTENCE.format('"{reason.__class__}"'), "the English sentence has no {reason.__class__}"),
        (SENTENCE.format('"{reason:>1000000000}"'), "the English sentence has no {reason:>1000000000}"),
        (SENTENCE.format('"{reason:{reason}}"'), "the English sentence has no {reason:{reason}}"),
        (SENTENCE.format('"{reason"'), "line 3: `cli.error`: expected '}'"),
        ('[language]\ndecimal = "ab"', "line 2: `language.decimal`: it is no mark of one character"),
        (
            '[language]\ndecimal = ","\nthousands = ","',
            "line 3: `language.thousands`: it is the decimal mark too",
        ),
        ('[language]\nyes = "n"', "line 2: `language.yes`: 'n' means 'no' already"),
        ('[language]\nhelp = "q"', "line 2: `language.help`: 'q' means 'quit' already"),
        (
            'language.name = "' + "o" * 50 + '"',
            "line 1: `language.name`: it has no name of up to 40 characters",
        ),
    ],
    ids=[
        *(
            "no_toml",
            "no_utf8",
            "too_deep",
            "too_large",
            "no_text",
            "empty",
            "acts",
            "field",
            "attribute",
            "width",
        ),
        *("nested", "brace", "mark", "two_marks", "no_is_yes", "quit_is_help", "long_name"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_english_stands_there(
    bring: Bring, file: str | bytes, told: str
) -> None:
    plugins = bring("eo", evoclass=file)
    catalog = make_catalog("eo", plugins)
    assert told in plugins.reports["evoclass_eo"].trouble
    assert "locale/eo/evoclass.toml" in plugins.reports["evoclass_eo"].trouble
    assert catalog("cli.error", reason="gone") == "evoclass: gone"
    assert catalog("layout.image") == ("Bildo" if str(file).startswith("# a comment") else "Image")
    assert Catalog("eo")("cli.error", reason="gone") == "evoclass: gone", (
        "help pages have nobody to tell it to"
    )
    assert not means("n", "yes", "eo")
    assert means("q", "quit", "eo")
    # A language with a decimal comma only has no mark between groups.
    assert localised("1,234.5", "eo") in ("1,234.5", "1,234,5", "1234,5")


def test_sentences_of_another_version_do_no_harm(bring: Bring) -> None:
    plugins = bring("eo", evoclass='[cli]\nno_such_sentence = "Ne"\n', evoclass_gone='[x]\ny = "z"\n')
    assert not make_catalog("eo", plugins).has("cli.no_such_sentence")
    assert faults(plugins) == ""


def test_a_language_belongs_to_the_first(bring: Bring) -> None:
    bring("eo", evoclass='[layout]\nimage = "Bildo"\n')
    second = bring("eo", "evoclass_other", evoclass='[layout]\nimage = "X"\n')
    assert make_catalog("eo", second)("layout.image") == "Bildo"
    assert "locale/eo: evoclass_eo has this language already" in faults(second, "evoclass_other")
    third = bring("it", "evoclass_third", evoclass='[layout]\nimage = "X"\n')
    assert make_catalog("it", third)("layout.image") == "Immagine"
    assert "locale/it: EvoClass has this language already" in faults(third, "evoclass_third")


def test_it_goes_with_its_plugin_and_the_setting_stays(
    bring: Bring, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("eo", evoclass="")
    file = home / "config.toml"
    config.save(file, language="eo")
    assert config.load(file).language == "eo"
    monkeypatch.setenv("EVOCLASS_NO_PLUGINS", "1")
    assert "eo" not in LANGUAGES
    assert config.load(file).language == "eo"
    assert Catalog("eo").language == "en"
    monkeypatch.delenv("EVOCLASS_PLUGINS")
    with pytest.raises(ConfigError, match="'eo' is not one of en, it"):
        config.load(file)


@pytest.mark.parametrize(
    ("system", "language"),
    [("eo.UTF-8", "eo"), ("eo_XX@euro", "eo"), ("it_CH.UTF-8", "it"), ("C.UTF-8", "en")],
)
def test_the_system_may_ask_for_it(
    bring: Bring, monkeypatch: pytest.MonkeyPatch, system: str, language: str
) -> None:
    bring("eo", evoclass="")
    monkeypatch.setenv("LANG", system)
    assert system_language() == language


def test_a_new_course_in_it_begins_with_english_words(tmp_path: Path, bring: Bring) -> None:
    bring("eo", evoclass="")
    ended = CliRunner().invoke(cli, ["new", "course", str(tmp_path / "c"), "--languages", "eo"])
    assert ended.exit_code == 0, ended.output
    for page in sorted((tmp_path / "c" / "eo").glob("*.md")):
        assert "\nlanguage: eo\n" in page.read_text(encoding="utf-8")
    assert CliRunner().invoke(cli, ["check", str(tmp_path / "c")]).exit_code == 0


def test_an_installed_plugin_brings_one_too(
    tmp_path: Path, pseudo_package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    shutil.copytree(pseudo_package, site / "evoclass_installed")
    about = site / "evoclass_installed-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: evoclass-installed\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[evoclass]\nthere = evoclass_installed\n")
    monkeypatch.syspath_prepend(str(site))
    assert CODE in LANGUAGES
    assert Catalog(CODE)("layout.image") == "«Îmágé»"
    assert "evoclass_installed" not in sys.modules, "files are read, and nothing is imported"
    monkeypatch.setenv("EVOCLASS_NO_PLUGINS", "there")
    assert CODE not in LANGUAGES
