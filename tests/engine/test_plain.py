"""Plain mode does the whole job on standard input and output."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evoclass.curves import Curve
from evoclass.disk import paths
from evoclass.i18n import Catalog
from evoclass.learner.config import Settings
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.plain import PlainFrontEnd
from evoclass.plain.console import Console
from evoclass.plain.table import curve_lines, tensor_table
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Summary
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

pytestmark = pytest.mark.usefixtures("without_torch")


def learn(course: Path, typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "evoclass",
        "learn",
        "1",
        "--plain",
        "--trust",
        "--content",
        str(course),
        *options,
    ]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)


def test_the_whole_lesson_from_a_pipe(course: Path) -> None:
    ended = learn(course, "\nb\n?\na\n10\n!\n", "--lang", "it")
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0] == "Titolo di livello 1: SUM1, Lezione 1, Sommare: la prima somma"
    assert "total 4" in lines
    assert "  total = 4" in lines
    assert "  Uno di troppo." in lines
    assert "Conta sulle dita." in lines
    assert lines.index("  Uno di troppo.") < lines.index("  Esatto.")
    assert lines[-1] == "Fine della lezione. Domande superate: 2 su 3."
    assert "\x1b" not in ended.stdout
    command = [sys.executable, "-m", "evoclass", "progress", "--json", "--content", str(course)]
    (row,) = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["lessons"]
    assert (row["passed"], row["total"], row["runs"], row["language"]) == (2, 3, 1, "it")
    assert row["exercises"]["two-and-two"] | {"score": 1.0} == {
        "attempts": 2,
        "passed": True,
        "revealed": False,
        "hints": 1,
        "score": 1.0,
    }
    assert row["exercises"]["bigger/plus"]["revealed"]
    again = learn(course, "n\nn\nn\nn\n", "--lang", "it").stdout
    assert "Domanda 1: superata" in again
    assert "Passo 1: superato" in again


def test_the_end_of_input_leaves_and_loses_nothing(course: Path) -> None:
    ended = learn(course, "n\na\n")
    assert ended.returncode == 0
    assert "1 of 3 questions passed" in ended.stdout
    values = learn(course, "n\nq\n")
    assert "Question 1: passed" in values.stdout


def test_an_answer_that_does_not_fit_says_what_would(course: Path) -> None:
    ended = learn(course, "n\nz\na b\na\nq\n")
    assert "pick from a to c" in ended.stdout
    assert "One letter, please" in ended.stdout
    assert "Exactly." in ended.stdout


def test_after_a_slip_the_other_keys_work_as_before(course: Path) -> None:
    ended = learn(course, "n\nz\n?\nz\nq\n")
    assert ended.stdout.count("pick from a to c") == 2
    assert "“?”" not in ended.stdout
    assert "0 of 3 questions passed" in ended.stdout


def test_a_program_that_asks_gets_the_end_of_input_not_the_answers(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace("total = 2 + 2", "total = int(input())"))
    ended = learn(course, "\na\nq\n")
    assert "EOFError" in ended.stdout
    assert "Exactly." in ended.stdout


def test_a_broken_block_is_told_and_the_rest_goes_on(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace("- [x] 4", "- [ ] 4"))
    ended = learn(course, "n\n10\nq\n")
    line = lesson.read_text().splitlines().index(":::{choice} two-and-two") + 1
    assert f"line {line}" in ended.stdout
    assert "Ten." in ended.stdout


def test_what_a_lesson_watches_and_a_run_does_not_show_is_told_with_the_reason(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(
        lesson.read_text().replace(
            ":watch: total",
            ":watch: total, words, words.lr, never\nwords = 'two'\nif not words:\n    never = 1",
        )
    )
    ended = learn(course, "\nq\n")
    assert "words: there is nothing to watch in a value of type str." in ended.stdout
    assert "words.lr: there is nothing to watch in a part of a value of type str." in ended.stdout
    assert "never does not appear in this run." in ended.stdout
    assert "total does not" not in ended.stdout


def test_the_table_puts_watched_rows_first() -> None:
    rows = [
        Summary(
            name="base.weight", kind="parameter", shape=(3, 4), dtype="float32", trainable=False, mean=0.5
        ),
        Summary(
            name="head.weight",
            kind="parameter",
            shape=(7, 3),
            dtype="float32",
            trainable=True,
            mean=12345.678,
        ),
        Summary(name="x", kind="tensor", shape=(), dtype="float32", nan=1),
        Summary(name="y", kind="tensor", shape=(), dtype="float64", mean=math.inf),
        Summary(name="loss", kind="scalar", text="0.1"),
    ]
    lines = tensor_table(rows, ("x",), Catalog("en"))
    assert lines == [
        "Tensors of the run, 4:",
        "x: one number, float32, NaN 1",
        "head.weight: 7 × 3, float32, mean 1.23e+04, trainable",
        "y: one number, float64, value inf",
        "base.weight: 3 × 4, float32, mean 0.5, frozen",
    ]
    assert tensor_table(rows[4:], (), Catalog("en")) == []


def test_the_members_of_a_long_list_are_heard_as_one() -> None:
    rows = [Summary(name=f"rows[{n}]", kind="array", shape=(8,), dtype="float", mean=0.5) for n in range(30)]
    rows[7] = Summary(name="rows[7]", kind="array", shape=(8,), dtype="float", nan=2)
    rows += [Summary(name=f"pair[{n}]", kind="tensor", shape=(2,), dtype="float32") for n in range(2)]
    assert tensor_table(rows, ("rows[3]",), Catalog("en")) == [
        "Tensors of the run, 32:",
        "rows[3]: 8, float, mean 0.5",
        "rows: 28 of the same form, each 8, float",
        "rows[7]: 8, float, NaN 2",
        "pair[0]: 2, float32",
        "pair[1]: 2, float32",
    ]
    assert tensor_table(rows, (), Catalog("it"), most=1)[1:] == [
        "rows: 29 della stessa forma, ognuno 8, float",
        "… e altri 3",
    ]


def test_a_curve_is_a_sentence() -> None:
    curves = {
        "loss": Curve([(1, 1.25), (2, 0.5), (3, math.nan), (4, 0.75)]),
        "head.weight": Curve([(1, 3.0), (4, 4.0)]),
        "still": Curve([(1, 1.0), (2, 1.0)]),
        "lost": Curve([(1, math.nan)]),
        "adam": Curve([(1, 0.1), (2, -0.0)]),
        "slope.weight": Curve([(1, -3.0), (2, 1.0)]),
    }
    rows = {
        "head.weight": Summary(name="head.weight", kind="parameter", shape=(7, 3)),
        "adam": Summary(name="adam", kind="optimizer"),
        "slope.weight": Summary(name="slope.weight", kind="parameter", shape=(1, 1)),
    }
    assert curve_lines(curves, rows, Catalog("en")) == [
        "loss over 4 steps: first 1.25, last 0.75, least 0.5 at step 2, most 1.25 at step 1. "
        "1 value was NaN or infinite.",
        "Norm of head.weight over 4 steps: first 3, last 4, least 3 at step 1, most 4 at step 4.",
        "Learning rate of adam over 2 steps: first 0.1, last 0, least 0 at step 2, most 0.1 at step 1.",
        "slope.weight over 2 steps: first -3, last 1, least -3 at step 1, most 1 at step 2.",
    ]
    assert curve_lines(curves, rows, Catalog("it"))[0] == (
        "loss in 4 passi: all'inizio 1,25, alla fine 0,75, minimo 0,5 al passo 2, massimo 1,25 al passo 1. "
        "1 valore era NaN o infinito."
    )


class Typist(Console):
    """Types Enter at every question, in the middle of which a run may end."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__()
        self.values = values
        self.front_end: PlainFrontEnd | None = None

    @property
    def interactive(self) -> bool:
        return True

    def ask(self, question: str) -> str:
        assert self.front_end is not None
        self.front_end.labs.live = self.values
        return ""


def test_the_next_lesson_does_not_show_the_values_of_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        head = f"---\nid: l{number}\nnumber: {number}\ntitle: L{number}\nlanguage: en\n---\n\n"
        (tmp_path / f"{number:02}-l{number}.md").write_text(head + "It was {live}`total`.\n")
    plugins = Plugins()
    library = Library([tmp_path], Parser(plugins))
    session = Session.open(library, Store(paths.progress_file()), plugins, Settings(), "1", "en")
    console = Typist({"total": "4"})
    console.front_end = PlainFrontEnd(session, {}, console)
    console.front_end.run()
    assert capsys.readouterr().out.count("It was —.") == 2


class Terminal:
    """Plain mode in a terminal, where a person types."""

    def __init__(self, course: Path) -> None:
        command = [sys.executable, "-m", "evoclass", "learn", "1", "--plain", "--trust", "--content", course]
        self._keyboard, screen = os.openpty()
        self._process = subprocess.Popen(
            command, stdin=screen, stdout=screen, stderr=screen, start_new_session=True
        )
        os.close(screen)
        self._seen = ""

    def wait(self, text: str) -> None:
        """Wait until `text` is printed, behind what was waited for before."""
        while text not in self._seen:
            self._seen += os.read(self._keyboard, 4096).decode()
        self._seen = self._seen.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self._keyboard, text.encode())

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def ended(self) -> int:
        code = self._process.wait(60)
        os.close(self._keyboard)
        return code


ENGLISH = Catalog("en")
RUN_IT = ENGLISH("plain.lab", file="sum.py")


def test_control_c_at_a_question_leaves(course: Path) -> None:
    terminal = Terminal(course)
    terminal.wait(RUN_IT)
    terminal.interrupt()
    terminal.wait("of 3 questions passed")
    assert terminal.ended() == 0


_ASKS = """
import signal
from evoclass.plain.console import Console, Leave
signal.signal(signal.SIGINT, signal.default_int_handler)
console = Console()
for _ in range({times}):
    try:
        console.ask("ready")
    except Leave:
        pass
print("over")
"""


def test_control_c_is_heard_however_close_to_the_question() -> None:
    times = 20_000  # `input` alone loses one in a few thousand
    keyboard, screen = os.openpty()
    command = [sys.executable, "-c", _ASKS.format(times=times)]
    process = subprocess.Popen(command, stdin=screen, stdout=screen, stderr=screen, start_new_session=True)
    os.close(screen)
    seen = ""
    for _ in range(times):
        while "ready > " not in seen:
            seen += os.read(keyboard, 4096).decode()
        seen = seen.partition("ready > ")[2]
        process.send_signal(signal.SIGINT)
    while "over" not in seen:
        seen += os.read(keyboard, 4096).decode()
    assert process.wait(60) == 0
    os.close(keyboard)


def test_control_c_stops_the_program_and_keeps_the_run(course: Path) -> None:
    plugins = Plugins()
    library = Library([course], Parser(plugins))

    def session() -> Session:
        return Session.open(library, Store(paths.progress_file()), plugins, Settings(), "1", "en")

    session().desk.edit("sum.py", "print('begun')\nwhile True: pass\n")
    terminal = Terminal(course)
    terminal.wait(RUN_IT)
    terminal.type("\n")
    terminal.wait("begun")
    terminal.interrupt()
    terminal.wait("Stopped.")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.interrupt()
    terminal.wait("of 3 questions passed")
    assert terminal.ended() == 0
    (record,) = session().state.runs["sum.py"]
    assert (record.exit.reason, record.output) == ("stopped", "begun\n")


def test_after_an_error_a_person_may_correct_the_program_and_run_it_again(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\necho \'print("mended")\' > "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    plugins = Plugins()
    library = Library([course], Parser(plugins))
    session = Session.open(library, Store(paths.progress_file()), plugins, Settings(), "1", "en")
    session.desk.edit("sum.py", "undefined\n")
    session.store.close()
    terminal = Terminal(course)
    terminal.wait(RUN_IT)
    terminal.type("\n")
    terminal.wait("Nothing here is called `undefined`")
    terminal.wait(RUN_IT)
    terminal.type("e\n")
    terminal.wait(RUN_IT)
    terminal.type("\n")
    terminal.wait("mended")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.interrupt()
    terminal.wait("of 3 questions passed")
    assert terminal.ended() == 0


def test_digits_do_as_well_as_letters_and_n_goes_on_everywhere(course: Path) -> None:
    ended = learn(course, "n\n2\n1\nnext\n\n", "--lang", "en")
    assert ended.returncode == 0, ended.stderr
    assert "  One too many." in ended.stdout
    assert "Exactly." in ended.stdout
    assert ended.stdout.splitlines()[-1] == "End of the lesson: 1 of 3 questions passed."
    prompts = [line for line in ended.stdout.splitlines() if " > " in line]
    assert len(prompts) >= 4


def test_a_word_that_the_lab_does_not_know_runs_nothing_and_asks_again(course: Path) -> None:
    ended = learn(course, "what\nn\nq\n")
    assert "total 4" not in ended.stdout
    assert ended.stdout.count("Enter runs sum.py") == 2
    assert "“what” is nothing that one can do here." in ended.stdout


@pytest.mark.parametrize(
    ("language", "word"), [("en", "run"), ("en", ":Run"), ("it", "esegui"), ("it", "run")]
)
def test_a_program_runs_at_its_own_word_too(course: Path, language: str, word: str) -> None:
    assert "total 4" in learn(course, f"{word}\nq\n", "--lang", language).stdout


def test_words_that_mean_nothing_do_not_go_on(course: Path) -> None:
    terminal = Terminal(course)
    terminal.wait(RUN_IT)
    terminal.type("n\n")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type("q\n")
    assert terminal.ended() == 0
    terminal = Terminal(course)
    terminal.wait(ENGLISH("plain.resume"))
    terminal.type("perhaps\n")
    terminal.wait("“perhaps” is neither yes nor no.")
    terminal.wait(ENGLISH("plain.resume"))
    terminal.type("q\n")
    assert terminal.ended() == 0


LAB_INSIDE = """```{lab} inside.py
print("run", 6 * 7)
```
"""


NUMBER = ":::{number} n\n2?\n:answer: 2\n:::\n"


@pytest.mark.parametrize(
    "body",
    [
        f"::::{{challenge}} c\n\nA story.\n\n{LAB_INSIDE}\n{NUMBER}::::",
        f":::::{{challenge}} c\n\n::::{{tip}}\nA story.\n\n{LAB_INSIDE}::::\n\n{NUMBER}:::::",
        f"::::{{number}} n\n2?\n\n:::{{tip}}\nA story.\n\n{LAB_INSIDE}:::\n\n:answer: 2\n::::",
        f":::{{tip}}\nA story.\n\n{LAB_INSIDE}:::\n\n{NUMBER}",
    ],
    ids=["in a challenge", "in a tip in a challenge", "in a question", "in a tip"],
)
def test_a_lab_is_offered_wherever_it_stands(course: Path, body: str) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(f"---\nid: adding\nnumber: 1\ntitle: T\nlanguage: en\n---\n\n{body}\n")
    ended = learn(course, "\n2\n")
    assert ended.returncode == 0, ended.stderr
    story, run = (ended.stdout.index(words) for words in ("A story.", "run 42"))
    assert story < run
    assert "1 of 1 question passed" in ended.stdout


def test_a_file_that_is_no_markdown_is_not_opened_as_a_lesson(tmp_path: Path) -> None:
    other = tmp_path / "passwd"
    other.write_text("root:x:0:0\n", encoding="utf-8")
    command = [sys.executable, "-m", "evoclass", "learn", str(other), "--plain", "--lang", "it"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 2
    assert "non è una lezione" in ended.stderr
    assert "root" not in ended.stdout


# ------------------------------------------------------------------------------------------- for screen readers


SPOKEN = """\
---
format: 1
id: adding
title: Spoken
language: en
---

# First

A long paragraph with `code` and a note[^1], which goes on and on and on and on and on, well over eighty columns, in one
piece.

## Second

| Depth | Responds to |
| --- | --- |
| first | edges |
| last | wheels |

> A quote.

:::{tip} Why?
Because.
:::

- one
- two
  - three

```python
x = 1
```

![A wheel](wheel.png "Figure 3")

[^1]: He et al.
"""


def spoken_lesson(course: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(SPOKEN, encoding="utf-8")
    (course / "en" / "wheel.png").write_bytes(b"")
    command = [sys.executable, "-m", "evoclass", "learn", "1", "--plain", "--content", str(course)]
    environment = {**os.environ, **environment}
    return subprocess.run([*command, *options], input=b"", capture_output=True, timeout=120, env=environment)


def test_nothing_is_drawn_that_would_be_read_as_signs(course: Path) -> None:
    said = spoken_lesson(course).stdout.decode()
    assert said.splitlines()[1:] == [
        "",
        "",
        "Heading level 1: First",
        "",
        "A long paragraph with code and a note (note 1), which goes on and on and on and on and on, well over "
        "eighty columns, in one piece.",
        "",
        "Heading level 2: Second",
        "",
        "Table with 2 rows. Columns: Depth, Responds to.",
        "Row 1. Depth: first; Responds to: edges.",
        "Row 2. Depth: last; Responds to: wheels.",
        "",
        "Quote: A quote.",
        "",
        "Tip: Why? Because.",
        "",
        "List of 2 items:",
        "1. one",
        "2. two",
        "List of one item:",
        "1. three",
        "",
        "Code in python, one line:",
        "    x = 1",
        "End of the code.",
        "",
        "Image: Figure 3: A wheel",
        "",
        "Heading level 2: Notes",
        "1: He et al.",
        "",
        "End of the lesson: 0 of 0 questions passed.",
    ]
    assert not set(said) & set("─━│┌┬┐•╭╰▎")


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("language", ["en", "it"])
def test_every_encoding_of_the_terminal_will_do(course: Path, encoding: str, language: str) -> None:
    command = [sys.executable, "-m", "evoclass", "learn", "1", "--plain", "--trust", "--content", str(course)]
    ended = subprocess.run(
        [*command, "--lang", language],
        input="n\nb\n?\na\n10\n!\n".encode(encoding),
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert ended.returncode == 0, ended.stderr
    assert "fault" not in ended.stderr.decode(encoding)
    said = ended.stdout.decode(encoding)
    assert "SUM1" in said
    if language == "it":
        assert ("E pari." if encoding == "ascii" else "Esatto.") or said


def test_what_an_encoding_lacks_is_written_in_plain_letters() -> None:
    import io

    from evoclass.wording.asciifold import fold

    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    fold(stream)
    stream.write("perché → 512 × 7 ≤ «α» ✓ 中 \U0001f600 ╭─╮\n")
    assert raw.getvalue().decode() == 'perche -> 512 x 7 <= "alpha" ok ? ? +-+\n'


def test_a_dumb_terminal_gets_the_lesson_in_plain_text(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    command = [sys.executable, "-m", "evoclass", "--content", str(course), "learn", "1", "--trust"]
    keyboard, screen = os.openpty()
    process = subprocess.Popen(command, stdin=screen, stdout=screen, stderr=screen, start_new_session=True)
    os.close(screen)
    seen = ""
    while RUN_IT.split(",")[0] not in seen:
        seen += os.read(keyboard, 4096).decode()
    assert "\x1b[?1049h" not in seen
    assert "plain text" in seen
    os.write(keyboard, b"q\n")
    assert process.wait(60) == 0
    os.close(keyboard)


def test_sections_can_be_chosen_repeated_and_help_is_there(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace(":::{choice}", "## Questions\n\n:::{choice}"))
    terminal = Terminal(course)
    terminal.wait(RUN_IT)
    terminal.type("h\n")
    terminal.wait("s chooses a section")
    terminal.wait(RUN_IT)
    terminal.type("n\n")
    terminal.wait("Enter continues with: Questions")
    terminal.type("r\n")
    terminal.wait("Heading level 1: Adding")
    terminal.wait(RUN_IT)
    terminal.type("s\n")
    terminal.wait("2 goes to: Questions")
    terminal.wait("Number of the section")
    terminal.type("9" * 4_000 + "\n")
    terminal.wait("is not one of the choices; pick from 1 to 2")
    terminal.wait("Number of the section")
    terminal.type("\n")
    terminal.wait(RUN_IT)
    terminal.type("s\n")
    terminal.wait("Number of the section")
    terminal.type("2\n")
    terminal.wait("Heading level 2: Questions")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type("b\n")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type(":b\n")
    terminal.wait("Heading level 1: Adding")
    terminal.wait(RUN_IT)
    terminal.type("k\n")
    terminal.wait("Heading level 2: Questions")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type("q\n")
    terminal.wait("of 3 questions passed")
    assert terminal.ended() == 0


def test_how_to_answer_is_said_once_a_question(course: Path) -> None:
    ended = learn(course, "n\nb\nc\na\nq\n")
    assert ended.stdout.count("! for the solution") == 2
    assert "--" not in ended.stdout


def test_after_an_explanation_nothing_contradicts_it(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text().replace("total = 2 + 2", "total = undefined"))
    ended = learn(course, "\nq\n")
    assert "Nothing here is called `undefined`" in ended.stdout
    assert "last lines above" not in ended.stdout


def test_a_finished_lesson_says_what_was_done(course: Path) -> None:
    ended = learn(course, "\nb\na\n10\n+\n")
    said = ended.stdout
    assert "Heading level 2: Lesson complete" in said
    assert "You passed 3 of 3 questions, 2 of them at the first try and without a hint." in said
    assert "Answers checked: 4. Programs run: 1." in said
    assert "last lesson of the course" in said
    assert "Lesson complete" not in learn(course, "n\nq\n").stdout


def test_a_program_at_its_limit_can_be_given_more_time(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    text = lesson.read_text().replace(":seconds: 20", ":seconds: 1")
    lesson.write_text(text.replace("total = 2 + 2", "import time; time.sleep(1.8); total = 4"))
    terminal = Terminal(course)
    terminal.wait(RUN_IT)
    terminal.type("\n")
    terminal.wait("Run it again with 3 s?")
    terminal.type("y\n")
    terminal.wait("total 4")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type("q\n")
    assert terminal.ended() == 0


def test_a_program_that_needs_another_offers_that_first_and_is_held_to_its_numbers(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    text = lesson.read_text().replace(":watch: total", ":after: a.py\n:expect: total == 5")
    lesson.write_text(f"{text}\n```{{lab}} a.py\nprint('first', 1)\n```\n")
    terminal = Terminal(course)
    terminal.wait(ENGLISH("run.after", files="a.py"))
    terminal.wait(RUN_IT)
    terminal.type("\n")
    terminal.wait(ENGLISH("plain.run_first", file="sum.py", first="a.py"))
    terminal.type("y\n")
    terminal.wait("first 1")
    terminal.wait("total 4")
    terminal.wait("After this run total = 4; the lesson expects total == 5.")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type("q\n")
    assert terminal.ended() == 0
    assert ENGLISH("run.after_done", files="a.py") in learn(course, "n\nq\n").stdout


def test_a_knob_is_turned_by_typing_its_name_and_value(course: Path) -> None:
    for page in course.glob("*/01-*.md"):
        text = (
            page.read_text()
            .replace(":watch: total", ":knob: step [1, 10]")
            .replace(" = 2 + 2", " = 2 + step")
        )
        page.write_text(text.replace("# Change me.", "step = 1  # turn me"))
    said = learn(course, "step=open('x')\nstep = 10\nq\n").stdout
    assert "You can change step=1 here" in said
    assert "open('x') is not a number or text. Type, for example, step=1.\n" in said
    assert "total 12\n" in said
    said = learn(course, "\nq\n").stdout
    assert "You can change step=10 here" in said
    assert "total 12\n" in said
    terminal = Terminal(course)
    terminal.wait(ENGLISH("plain.resume"))
    terminal.type("n\n")
    terminal.wait(RUN_IT)
    again = ENGLISH("plain.lab_again", file="sum.py")
    for typed, printed in (
        ("", "total 12"),
        ("step = 1", "total 3"),
        ("run", "total 3"),
        ("step = 5", "total 7"),
    ):
        terminal.type(f"{typed}\n")
        terminal.wait(printed)
        terminal.wait(again)
    terminal.type("\n")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type("q\n")
    assert terminal.ended() == 0


def test_why_a_knob_cannot_turn_is_told(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in course.glob("*/01-*.md"):
        text = page.read_text().replace(":watch: total", ":knob: step [1, 10]")
        page.write_text(text.replace("# Change me.", "step = 1"))
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "step = 2" >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    assert ENGLISH("knob.lost", name="step") in learn(course, "e\nstep=10\nq\n").stdout


def test_the_figures_of_a_program_are_told(course: Path) -> None:
    for page in course.glob("*/01-*.md"):
        show = "from PIL import Image; Image.new('L', (30, 20)).show('Dark')"
        page.write_text(page.read_text().replace(" = 2 + 2", f" = 2 + 2; {show}"))
    for language, said in (
        ("en", "Figure 1, “Dark”: 30 × 20 pixels, saved as figure-1.png\n"),
        ("it", "Figura 1, «Dark»: 30 × 20 pixel, salvata in figure-1.png\n"),
    ):
        assert said in learn(course, "\nq\n", "--lang", language).stdout


def test_a_program_at_its_limit_can_be_made_lighter(course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    text = lesson.read_text().replace(":seconds: 20", ":seconds: 1\n:lighter: pause = 0")
    lesson.write_text(text.replace("total = 2 + 2", "import time\npause = 30\ntime.sleep(pause); total = 4"))
    terminal = Terminal(course)
    terminal.wait(RUN_IT)
    terminal.type("\n")
    terminal.wait("Run it again with 3 s?")
    terminal.type("n\n")
    terminal.wait("Run it with pause = 0?")
    terminal.type("\n")
    terminal.wait("total 4")
    terminal.wait(ENGLISH("plain.letter"))
    terminal.type("q\n")
    assert terminal.ended() == 0
