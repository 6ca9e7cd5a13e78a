"""The command line is a contract: outputs, exit codes, and messages instead of tracebacks."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from evoclass import cli
from evoclass.commands import misuse
from evoclass.pluginhost.plugins import Plugins
from evoclass.wording.sentences import own_sentences


def evoclass(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evoclass", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def test_a_program_ends_with_its_own_traceback_and_code(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print(1/0)\n")
    ended = evoclass("run", "x.py", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stdout.splitlines()[0] == "Traceback (most recent call last):"
    assert ended.stdout.count("File ") == 1
    assert "ZeroDivisionError" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_run_prints_one_json_document(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "import torch\nfrom torch import nn\nbase, head = nn.Linear(4, 3), nn.Linear(3, 7)\n"
        "base.requires_grad_(False)\nprint('ready')\n"
        "optimizer = torch.optim.SGD(head.parameters(), lr=0.1)\n"
        "for _ in range(3):\n    optimizer.zero_grad()\n"
        "    head(base(torch.ones(2, 4))).sum().backward()\n    optimizer.step()\n"
    )
    ended = evoclass("run", "model.py", "--json", cwd=tmp_path)
    document = json.loads(ended.stdout)
    assert document["exit"] == {"reason": "finished", "code": 0}
    assert document["output"] == "ready\n"
    assert document["steps"] == 3
    assert document["parameters"] == {"trainable": 3 * 7 + 7, "frozen": 4 * 3 + 3, "nameless": 0}
    rows = {row["name"]: row for row in document["tensors"]}
    assert rows["head.weight"]["shape"] == [7, 3]
    assert (rows["head.weight"]["trainable"], rows["base.weight"]["trainable"]) == (True, False)
    assert rows["base.weight"]["min"] <= rows["base.weight"]["mean"] <= rows["base.weight"]["max"]
    assert rows["base.weight"]["bytes"] == 48
    assert rows["base.weight"]["sampled"] is False


def test_figures_are_saved_and_told(tmp_path: Path) -> None:
    (tmp_path / "plot.py").write_text(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('Loss')\n"
        "plt.xlabel('step'); plt.show()\nprint('done')\n"
        "plt.plot([2, 1])\nplt.savefig('own.svg')\n"
    )
    ended = evoclass("run", "plot.py", cwd=tmp_path)
    assert ended.stdout == "done\n"
    assert ended.stderr.splitlines() == [
        "Figure 1, “Loss”: 640 × 480 pixels, saved as figure-1.png. step from 0 to 1, y from 1 to 2",
        "Figure 2: 640 × 480 pixels, saved as own.svg. x from 0 to 1, y from 1 to 2",
    ]
    assert (tmp_path / "figure-1.png").read_bytes().startswith(b"\x89PNG")
    document = json.loads(evoclass("run", "plot.py", "--json", cwd=tmp_path).stdout)
    x, y = ({"label": label, "low": low, "high": low + 1.0} for label, low in (("x", 0.0), ("y", 1.0)))
    common = {"width": 640, "height": 480}
    assert document["figures"] == [
        {
            "number": 1,
            "title": "Loss",
            "file": "figure-1.png",
            "line": 4,
            **common,
            "axes": [x | {"label": "step"}, y],
            "legend": [],
        },
        {"number": 2, "title": "", "file": "own.svg", "line": 7, **common, "axes": [x, y], "legend": []},
    ]
    assert {path.name for path in tmp_path.iterdir()} - {"home"} == {"figure-1.png", "own.svg", "plot.py"}


@pytest.mark.parametrize(
    ("source", "options", "code", "words"),
    [
        ("import sys; sys.exit(3)", (), 3, ""),
        ("while True: pass", ("--timeout", "1"), 124, "1"),
        ("import os; os._exit(9)", (), 9, ""),
    ],
)
def test_exit_codes(tmp_path: Path, source: str, options: tuple[str, ...], code: int, words: str) -> None:
    (tmp_path / "x.py").write_text(source)
    ended = evoclass("run", "x.py", *options, cwd=tmp_path)
    assert ended.returncode == code
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_sentence_says_how_a_program_was_ended_and_what_was_left_out(tmp_path: Path, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[limits]\nmemory = 536870912\noutput = 4\n")
    (tmp_path / "x.py").write_text("print('12345')\nimport os; os.abort()")
    ended = evoclass("run", "x.py", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (134, "1234")
    assert "inside a compiled library (SIGABRT)" in ended.stderr
    assert "2 B of output was left out" in ended.stderr
    (tmp_path / "x.py").write_text("kept = []\nwhile True: kept.append(bytearray(b'x') * 20_000_000)")
    ended = evoclass("run", "x.py", cwd=tmp_path)
    assert ended.returncode == 137
    assert "more memory than the limit of 512 MB" in ended.stderr


def test_interrupting_a_run_exits_with_130(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print('go', flush=True)\nwhile True: pass\n")
    command = [sys.executable, "-m", "evoclass", "run", "x.py"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "go\n"
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 130


def test_input_reaches_the_program(tmp_path: Path) -> None:
    program = "import sys\nprint('twice:', int(input()) * 2)\nprint(sys.stdin.read().count('è'))"
    (tmp_path / "x.py").write_text(program)
    much = f"{'è' * 30}\n" * 200  # a pipe is read in pieces, and one may end inside a letter
    assert evoclass("run", "x.py", cwd=tmp_path, input=f"21\n{much}").stdout == "twice: 42\n6000\n"


def test_a_lesson_runs_in_the_language_asked_for(course: Path) -> None:
    ended = evoclass("run", "1", "--lang", "it", "--content", course, "--json", "--trust")
    document = json.loads(ended.stdout)
    assert document["output"] == "total 4\n"
    assert evoclass("run", "adding", "--content", course, "--file", "nope.py").returncode == 2


def test_a_lab_that_fails_without_an_earlier_one_names_it(course: Path) -> None:
    page = course / "en" / "01-adding.md"
    labs = '\n```{lab} late.py\n:after: sum.py\nopen("nowhere")\n```\n'
    page.write_text(page.read_text() + labs)
    ended = evoclass("run", "adding", "late.py", "--content", course, "--trust")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].endswith("run it first: evoclass run adding sum.py")
    assert "first" not in evoclass("run", "adding", "--content", course, "--trust").stderr


def test_a_name_after_a_lesson_chooses_its_file_and_what_follows_two_dashes_is_the_programs(
    course: Path,
) -> None:
    page = course / "en" / "01-adding.md"
    labs = "".join(
        f'\n```{{lab}} {name}.py\nimport sys\nprint("{name}", sys.argv[1:])\n```\n' for name in "ab"
    )
    page.write_text(page.read_text() + labs)
    options = ("--content", course, "--trust")
    assert evoclass("run", "adding", "b.py", *options).stdout == "b []\n"
    assert evoclass("run", "adding", "b.py", "7", *options).stdout == "b ['7']\n"
    assert evoclass("run", "adding", *options, "b.py", "--", "--epochs", "a.py").stdout == (
        "b ['--epochs', 'a.py']\n"
    )
    assert evoclass("run", "adding", *options, "--", "b.py").stdout == "total 4\n"
    assert evoclass("run", "adding", "--file", "a.py", "b.py", *options).stdout == "a ['b.py']\n"
    ended = evoclass("run", "adding", "c.py", *options)
    assert ended.returncode == 2
    assert "no program “c.py”; it has sum.py, a.py, b.py." in ended.stderr


def test_lessons_and_progress(course: Path) -> None:
    listed = json.loads(evoclass("lessons", "--content", course, "--lang", "it", "--json").stdout)
    assert listed[0]["title"] == "Somme"
    assert listed[0]["lessons"][0]["languages"] == ["en", "it"]
    assert "Somme" in evoclass("lessons", "--content", course, "--lang", "it").stdout
    assert json.loads(evoclass("progress", "--json").stdout)["lessons"] == []


def test_check_is_clean_then_names_the_line(course: Path) -> None:
    assert evoclass("check", course).returncode == 0
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace("- [x] 4", "- [ ] 4"))
    ended = evoclass("check", course)
    assert ended.returncode == 1
    line = lesson.read_text().splitlines().index(":::{choice} two-and-two") + 1
    assert f"01-adding.md:{line}:" in ended.stdout
    assert evoclass("check", "no-such-folder").returncode == 2


def test_check_run_runs_labs_and_grades_solutions(course: Path) -> None:
    ended = evoclass("check", course, "--run", "--trust")
    assert ended.returncode == 0, ended.stdout
    for language in ("en", "it"):
        lesson = course / language / "01-adding.md"
        lesson.write_text(lesson.read_text().replace("total = 2 + 2", "total = two + 2"))
    ended = evoclass("check", course, "--run", "--trust")
    assert ended.returncode == 1
    assert "NameError" in ended.stdout


def test_help_speaks_both_languages_and_shows_examples() -> None:
    assert "Examples:" in evoclass("--help").stdout
    assert "Esempi:" in evoclass("--lang", "it", "--help").stdout
    assert "evoclass run 7" in evoclass("run", "--help").stdout


def test_the_words_of_click_are_in_the_language_of_the_help() -> None:
    page = evoclass("--lang", "it", "--help").stdout
    assert page.startswith("Uso: evoclass [OPZIONI] [COMANDO] [ARGOMENTI]...\n")
    for words in (
        "Opzioni:",
        "Comandi:",
        "Mostra la versione ed esce.",
        "Mostra questo aiuto ed esce.",
        "Immagini",
    ):
        assert words in page
    for words in ("Usage:", "Options:", "Commands:", "OPTIONS", "Show "):
        assert words not in page
    assert "Usage: evoclass run [OPTIONS] TARGET" in evoclass("run", "--help").stdout


def test_a_file_of_a_lesson_is_not_asked_of_a_program_in_silence(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print(1)\n")
    ended = evoclass("run", "x.py", "--file", "y.py", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "x.py is a program itself" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--nix"), "Errore: L'opzione '--nix' non esiste."),
        (("chekk",), "Errore: Il comando 'chekk' non esiste."),
        (("check", "--jobs"), "Errore: L'opzione '--jobs' vuole un valore."),
        (("check", "--jobs", "x"), "Errore: Valore non valido per '--jobs': 'x' non è un numero valido."),
        (("check", "--jobs", "99"), "non è nell'intervallo 1<=x<=64."),
        (("import",), "Errore: Manca l'argomento 'FILE'."),
        (("import", "none.ipynb"), "'none.ipynb' non esiste."),
        (("new", "plugin", "x", "--kind", "y"), "'y' non è tra i valori possibili: 'question',"),
        (("lessons", "a", "b"), "Errore: Argomenti di troppo (a b)"),
    ],
)
def test_what_click_says_of_a_mistake_is_in_the_language_too(arguments: tuple[str, ...], said: str) -> None:
    ended = evoclass("--lang", "it", *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert not re.search(r"Error\b|Try|Invalid|such|Missing", ended.stderr)


def test_the_english_sentences_of_mistakes_are_those_of_click() -> None:
    folder = Path(click.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    english = own_sentences("evoclass", "en")
    sentences = [english[f"cli.misuse.{name}"] for name in misuse.NAMES]
    assert [
        words for words in sentences if words.replace("\n", "\\n").replace("\t", "\\t") not in source
    ] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "nothing.py"), "nothing.py"),
        (("learn", "99", "--plain"), "99"),
        (("run", "7", "--runner", "nope"), "local-cpu"),
        (("learn", "--lang", "de"), "en, it"),
    ],
)
def test_mistakes_get_a_message_and_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    ended = evoclass(*arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_broken_settings_are_told(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("language = 7\n")
    ended = evoclass("lessons")
    assert ended.returncode == 2
    assert "config.toml: `language` needs text" in ended.stderr


BROKEN = "raise RuntimeError('broken on import')\n"
HOOK = """
from evoclass import hookimpl

@hookimpl
def register_exercises():
    raise ValueError("broken in a hook")
"""


def install(site: Path, name: str, source: str) -> None:
    """Put a package with an entry point where Python finds it, as pip would."""
    site.mkdir(exist_ok=True)
    (site / f"{name}.py").write_text(source)
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[evoclass]\n{name} = {name}\n")


def test_broken_plugins_are_reported_and_the_rest_works(tmp_path: Path, course: Path) -> None:
    site = tmp_path / "site"
    install(site, "broken_import", BROKEN)
    install(site, "broken_hook", HOOK)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    found = {
        row["name"]: row
        for row in json.loads(evoclass("plugins", "--json", env=environment).stdout)["plugins"]
    }
    assert "broken on import" in found["broken_import"]["error"]
    assert "broken in a hook" in found["broken_hook"]["error"]
    assert found["choice"]["ok"]
    assert evoclass("check", course, env=environment).returncode == 0
    assert evoclass("doctor", env=environment).returncode == 1


def test_bundled_plugins_all_work() -> None:
    plugins = Plugins()
    assert plugins.broken == ()
    assert {"choice", "number", "text"} <= plugins.exercises.keys()
    assert {"local-cpu", "local-cuda"} <= plugins.runners.keys()


@pytest.mark.parametrize("terminal", [True, False])
def test_an_error_is_explained_on_standard_error(tmp_path: Path, terminal: bool) -> None:
    (tmp_path / "x.py").write_text("import torch\na = torch.ones(2, 3)\na @ a\n")
    ours, theirs = os.openpty() if terminal else os.pipe()
    command = [sys.executable, "-m", "evoclass", "run", "x.py", "--lang", "it"]
    ended = subprocess.run(
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, timeout=120
    )
    if not terminal:
        os.close(theirs)
    told = os.read(ours, 100_000).decode()
    if terminal:
        os.close(theirs)
    os.close(ours)
    assert ended.returncode == 1
    assert "Queste matrici non si possono moltiplicare" in told
    assert ("\x1b" in told) is terminal
    assert b"matrici" not in ended.stdout


@pytest.mark.parametrize(("language", "word"), [("en", "cannot be multiplied"), ("it", "moltiplicare")])
def test_json_holds_the_explanation_in_the_language_asked_for(
    tmp_path: Path, language: str, word: str
) -> None:
    (tmp_path / "x.py").write_text("import torch\na = torch.ones(2, 3)\na @ a\n")
    ended = evoclass("run", "x.py", "--json", "--lang", language, cwd=tmp_path)
    explanation = json.loads(ended.stdout)["explanation"]
    assert explanation.keys() == {"title", "text", "advice", "line"}
    assert word in explanation["title"]
    assert "`a` (2 × 3)" in explanation["text"]
    assert explanation["line"] == 3
    assert ended.stderr == ""


def test_json_says_when_there_is_nothing_to_explain(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("raise RuntimeError('the soup is cold')\n")
    document = json.loads(evoclass("run", "x.py", "--json", cwd=tmp_path).stdout)
    assert document["error"]["text"] == "the soup is cold"
    assert document["explanation"] is None
    (tmp_path / "x.py").write_text("print(1)\n")
    assert json.loads(evoclass("run", "x.py", "--json", cwd=tmp_path).stdout)["explanation"] is None


def test_an_explanation_in_a_terminal_cannot_act_on_it(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("{'a': 1}['\\x9b31mred\\u202e']\n")
    ended = evoclass("run", "x.py", cwd=tmp_path)
    assert ended.stderr
    assert not {"\x9b", "\u202e", "\x1b"} & set(ended.stderr)


def test_output_in_a_file_has_no_colours(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print('\\x1b[31mred\\x1b[0m\\x1b]0;title\\x07 \\x1b[2Kline\\tend')\n")
    assert evoclass("run", "x.py", cwd=tmp_path).stdout == "red line\tend\n"


def test_doctor_in_a_pipe_says_that_it_sees_no_terminal() -> None:
    topics = {row["topic"]: row for row in json.loads(evoclass("doctor", "--json", "--lang", "en").stdout)}
    assert topics["terminal"]["ok"]
    assert "only be checked in a terminal" in topics["terminal"]["value"]
    assert "colours" not in topics


def test_doctor_is_one_json_document() -> None:
    topics = {row["topic"]: row for row in json.loads(evoclass("doctor", "--json").stdout)}
    assert topics["Python"]["ok"]
    assert topics["torch"]["value"][0].isdigit()
    assert "local-cuda" in topics


def test_a_fault_of_our_own_is_a_sentence_and_a_file(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(cli.Workspace, "settings", property(fail))
    with pytest.raises(SystemExit) as ended:
        cli.run(["progress"])
    assert ended.value.code == 70
    told = capsys.readouterr().err
    assert "planted" in told
    assert "Traceback" not in told
    assert "Traceback" in (home / "faults.log").read_text()


def test_without_a_terminal_there_is_a_sentence_and_no_screen() -> None:
    ended = evoclass("learn", "7", stdin=subprocess.DEVNULL)
    assert ended.returncode == 2
    assert "--plain" in ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr


# ------------------------------------------------------------------------------------------------ as under python


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbfprint('caff\xc3\xa8')\n", "caffè"),
        (b"# -*- coding: latin-1 -*-\nprint('caff\xe8')\n", "caffè"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nprint('\x80')\n", "€"),
        ("print('日本')\n".encode(), "日本"),
        ("# coding: utf-8\r\nprint('è')\r\n".encode(), "è"),
    ],
)
def test_a_file_is_read_as_python_reads_it(data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes(data)
    ended = evoclass("run", "x.py", cwd=tmp_path, encoding="utf-8")
    assert (ended.stdout, ended.returncode) == (f"{words}\n", 0)


@pytest.mark.parametrize("data", [b"print('caff\xe8')\n", b"# coding: klingon\nprint(1)\n"])
def test_a_file_in_no_encoding_is_a_message(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes(data)
    ended = evoclass("run", "x.py", cwd=tmp_path)
    assert ended.returncode == 2
    assert "encoding" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_input_out_of_a_pipe_is_not_part_of_the_output(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print(input() + input())\nprint('done')\n")
    assert evoclass("run", "x.py", cwd=tmp_path, input="a\nb\nmore\n").stdout == "ab\ndone\n"
    (tmp_path / "x.py").write_text("import time\ntime.sleep(0.5)\nprint('nothing read')\n")
    assert evoclass("run", "x.py", cwd=tmp_path, input="a\nb\n").stdout == "nothing read\n"


def test_a_program_gets_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("import sys\nprint(sys.argv[1:])\n")
    ended = evoclass("run", "x.py", "--timeout", "60", "--", "--epochs", "1", "-h", "two words", cwd=tmp_path)
    assert ended.stdout == "['--epochs', '1', '-h', 'two words']\n"


def test_a_program_without_torch_starts_without_it(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("import json\n")
    (tmp_path / "x.py").write_text(
        "import sys, os, beside\nprint('torch' in sys.modules, [n for n in os.environ if 'PRELOAD' in n])\n"
    )
    assert evoclass("run", "x.py", cwd=tmp_path).stdout == "False []\n"
    (tmp_path / "beside.py").write_text("import torch\n")
    assert evoclass("run", "x.py", cwd=tmp_path).stdout == "True []\n"


def test_breakpoint_at_the_end_of_the_input_ends_the_program(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("x = 1\nbreakpoint()\nprint('not reached')\n")
    ended = evoclass("run", "x.py", cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert ended.returncode == 1
    assert ended.stdout.rstrip().endswith("bdb.BdbQuit")
    plain = subprocess.run(
        [sys.executable, "x.py"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert plain.stderr.splitlines() == ended.stdout.splitlines()[-len(plain.stderr.splitlines()) :]


def test_a_lessons_number_alone_opens_it() -> None:
    ended = evoclass("7", stdin=subprocess.DEVNULL)
    assert ended.returncode == 2
    assert "--plain" in ended.stderr
    assert "No such command" in evoclass("nothing", "--lang", "en", stdin=subprocess.DEVNULL).stderr


def test_doctor_ticks_nothing_that_is_not_there() -> None:
    rows = {row["topic"]: row for row in json.loads(evoclass("doctor", "--json").stdout)}
    lines = evoclass("doctor", "--lang", "en").stdout.splitlines()
    for line in lines:
        name = line[2:].split("  ")[0]
        if rows.get(name, {}).get("missing"):
            assert not line.startswith("✓")
