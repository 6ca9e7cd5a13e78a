"""Figures of Matplotlib and images of Pillow come as events of the run, whatever a program does with them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from evoclass.contracts.outcome import Outcome, begin, complete
from evoclass.protocol import FIGURE_SIDE, MAX_FIGURE, MAX_FIGURES, Figure, Output, Prompt, encode
from evoclass_local.runners import LocalRunner
from plugins.local.test_faults import FIND_SOCKET
from pngs import png

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLOT = "import matplotlib.pyplot as plt\nplt.plot([3, 1, 2])\n"


@pytest.fixture(autouse=True)
def no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("MPLBACKEND", raising=False)


def numbers(outcome: Outcome) -> list[int]:
    return [figure.number for figure in outcome.all(Figure)]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "program.py")


async def test_a_figure_is_shown_in_the_middle_of_the_run(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"print('before')\n{PLOT}plt.title('Loss')\nplt.show()\ninput()\n"
    outcome = await begin(runner, source, tmp_path, keep=False)
    figure = await outcome.until(Figure)
    outcome.run.write("\n")
    await outcome.to_the_end()
    assert (figure.number, figure.size, figure.title, figure.file, figure.line) == (
        1,
        (640, 480),
        "Loss",
        "",
        5,
    )
    assert outcome.exit.code == 0
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ("", (800, 350)),
        ("plt.figure()\n", (800, 350)),
        ("plt.figure(figsize=(3, 4))\n", (300, 400)),
        ("plt.figure(dpi=50)\n", (400, 175)),
        ("plt.rcParams['figure.figsize'] = (2, 3)\n", (200, 300)),
        ("plt.rcdefaults()\n", (640, 480)),
    ],
)
async def test_a_figure_has_the_size_of_its_pane_unless_the_program_says_one(
    source: str, size: tuple[int, int], runner: LocalRunner, tmp_path: Path
) -> None:
    source = f"import matplotlib.pyplot as plt\n{source}plt.plot([1, 2])\nplt.show()\n"
    outcome = await complete(runner, source, tmp_path, figure_size=(8.0, 3.5, 100.0))
    assert [figure.size for figure in outcome.all(Figure)] == [size]


async def test_a_size_that_the_user_s_settings_have_is_left_alone(
    runner: LocalRunner, tmp_path: Path
) -> None:
    (tmp_path / "matplotlibrc").write_text("figure.figsize: 3, 3\n")
    outcome = await complete(runner, f"{PLOT}plt.show()\n", tmp_path, figure_size=(8.0, 3.5, 200.0))
    assert [figure.size for figure in outcome.all(Figure)] == [(600, 600)]


@pytest.mark.parametrize(
    ("asked", "size"),
    [((float("nan"), 3.0, 100.0), (640, 480)), ((1e9, -1.0, 1e9), (FIGURE_SIDE, round(FIGURE_SIDE / 20)))],
)
async def test_a_size_beyond_reason_is_held_within_bounds(
    asked: tuple[float, float, float], size: tuple[int, int], runner: LocalRunner, tmp_path: Path
) -> None:
    outcome = await complete(runner, f"{PLOT}plt.show()\n", tmp_path, figure_size=asked)
    [figure] = outcome.all(Figure)
    assert figure.size == pytest.approx(size, abs=2)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plt.show()\nplt.show()\n", [1]),
        ("plt.show()\nplt.plot([1, 2])\nplt.show()\n", [1, 2]),
        ("plt.figure()\nplt.show()\n", [1, 2]),
        ("plt.close('all')\nplt.show()\n", []),
        ("plt.gcf().show()\nplt.plot([2, 2])\nplt.show()\n", [1, 1]),
        ("plt.show(block=False)\nplt.plot([5, 5])\nplt.pause(0.5)\n", [1, 1]),
        ("f = plt.gcf()\nplt.show()\nf.savefig('a.png')\n", [1, 1]),
        ("plt.savefig('a.png')\nplt.show()\n", [1]),
        ("plt.savefig('a.png')\nplt.savefig('a.pdf')\nplt.savefig('b.png')\n", [1, 1, 2]),
        ("import io\nplt.savefig(io.BytesIO())\n", []),
        ("plt.ion()\nplt.plot([1, 2])\n", [1]),
        ("import matplotlib\nmatplotlib.use('Agg')\nplt.plot([2, 3])\nplt.show()\n", [1]),
        ("plt.switch_backend('agg')\nplt.plot([2, 3])\nplt.show()\n", [1]),
        ("plt.switch_backend('svg')\nplt.plot([2, 3])\nplt.savefig('a.svg')\n", [1]),
    ],
)
async def test_which_figures_there_are(
    runner: LocalRunner, tmp_path: Path, source: str, expected: list[int]
) -> None:
    outcome = await complete(runner, PLOT + source, tmp_path)
    assert outcome.exit.code == 0, outcome.output
    assert numbers(outcome) == expected


async def test_a_shown_figure_has_ended_as_with_a_window(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}plt.show()\nplt.plot([1, 2])\nprint(len(plt.gca().lines), plt.get_fignums())\n"
    assert (await complete(runner, source, tmp_path)).output == "1 [1]\n"


async def test_saved_files_are_the_program_s_own(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}for name in ('a', 'b.svg', 'sub/c.pdf'):\n    plt.savefig(name, dpi=50)\n"
    (tmp_path / "sub").mkdir()
    outcome = await complete(runner, source, tmp_path)
    assert [figure.file for figure in outcome.all(Figure)] == ["a.png", "b.svg", "sub/c.pdf"]
    assert outcome.all(Figure)[0].png == (tmp_path / "a.png").read_bytes()
    assert (tmp_path / "b.svg").read_text().startswith("<?xml")
    assert (tmp_path / "sub" / "c.pdf").read_bytes().startswith(b"%PDF")
    assert outcome.output == ""


async def test_an_animation_is_played_once(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation
figure, axes = plt.subplots()
line, = axes.plot([0, 1])
drawn = []
def draw(step):
    drawn.append(step)
    line.set_ydata([0, step])
    return [line]
animation = FuncAnimation(figure, draw, frames=4, interval=20, blit=BLIT)
plt.show()
print(sorted(set(drawn)))
"""
    for blit in ("False", "True"):
        outcome = await complete(runner, source.replace("BLIT", blit), tmp_path)
        assert outcome.output == "[0, 1, 2, 3]\n"
        assert set(numbers(outcome)) == {1}
        first, *_, last = outcome.all(Figure)
        assert first.png != last.png


async def test_a_flood_shows_the_first_and_the_last(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import matplotlib.pyplot as plt
for number in range(200):
    plt.figure(figsize=(1, 1))
    plt.suptitle(str(number))
    plt.show()
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.code == 0, outcome.output
    titles = [int(figure.title) for figure in outcome.all(Figure)]
    assert titles[:MAX_FIGURES] == list(range(MAX_FIGURES))
    assert titles[-1] == 199
    assert titles == sorted(titles)
    assert len(titles) < 200


async def test_a_flood_of_changes_is_thinned(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import matplotlib.pyplot as plt
figure = plt.figure(figsize=(1, 1))
title = figure.suptitle("")
for number in range(10_000):
    title.set_text(str(number))
    figure.show()
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.code == 0, outcome.output
    assert set(numbers(outcome)) == {1}
    assert outcome.all(Figure)[-1].title == "9999"
    assert len(outcome.all(Figure)) < 1_000


@pytest.mark.parametrize(
    "source",
    [
        f"{PLOT}plt.gcf().set_size_inches(100, 100)\nplt.show()\n",
        f"{PLOT}plt.savefig('a.png', dpi=500)\n",
        "import numpy, matplotlib.pyplot as plt\nplt.figure(figsize=(12, 12))\n"
        "plt.figimage(numpy.random.default_rng(0).random((1200, 1200, 3)))\nplt.show()\n",
        "import os\nfrom PIL import Image\nImage.frombytes('RGB', (1200, 1200), os.urandom(4_320_000)).show()\n",
        "from PIL import Image\nImage.new('L', (10_000, 10_000)).show()\n",
    ],
)
async def test_what_is_too_large_is_shown_smaller(runner: LocalRunner, tmp_path: Path, source: str) -> None:
    outcome = await complete(runner, source, tmp_path)
    (figure,) = outcome.all(Figure)
    assert max(figure.size) <= FIGURE_SIDE
    assert len(figure.png) <= MAX_FIGURE
    assert outcome.exit.code == 0, outcome.output


async def test_images_of_pillow(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
from PIL import Image
for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F", "I;16"):
    Image.new(mode, (8, 6)).show(title=mode)
"""
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == ""
    assert [(figure.title, figure.size) for figure in outcome.all(Figure)] == [
        (mode, (8, 6)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F", "I;16")
    ]


@pytest.mark.parametrize(
    ("source", "axes"),
    [
        ("plt.plot([3, 1])", (("x", 0.0, 1.0), ("y", 1.0, 3.0))),
        (
            "plt.semilogy([1, 2], [10, 1000])\nplt.xlabel(' the\\n epoch ')",
            (("the epoch", 1.0, 2.0), ("y", 10.0, 1000.0)),
        ),
        ("plt.bar(['a', 'b'], [2, 5])", (("y", 0.0, 5.0),)),
        ("plt.hist([1, 1, 3], bins=2)\nplt.ylabel('count')", (("x", 1.0, 3.0), ("count", 0.0, 2.0))),
        ("plt.plot([1, float('nan'), 2])", (("x", 0.0, 2.0), ("y", 1.0, 2.0))),
        ("plt.imshow([[1, 2], [3, 4]])", ()),
        ("plt.imshow([[1, 2], [3, 4]])\nplt.colorbar()", (("", 1.0, 4.0),)),
        (
            "plt.scatter([0, 1], [2, 3], c=[5, 9])\nplt.colorbar(label='loss', orientation='horizontal')",
            (("x", 0.0, 1.0), ("y", 2.0, 3.0), ("loss", 5.0, 9.0)),
        ),
        ("plt.pie([1, 2])", ()),
        (
            "plt.subplots(1, 2)[1][0].plot([1, 2])\nplt.title('B')\nplt.plot([3, 4])",
            (("1: x", 0.0, 1.0), ("1: y", 1.0, 2.0), ("B: x", 0.0, 1.0), ("B: y", 3.0, 4.0)),
        ),
        (
            "for n, plot in enumerate(plt.subplots(3, 3)[1].flat):\n    plot.plot([1, 2 + n])",
            tuple(
                (f"{n}: {name}", low, high)
                for n in range(1, 5)
                for name, low, high in (("x", 0.0, 1.0), ("y", 1.0, 1.0 + n))
            ),
        ),
        (
            "for n, plot in enumerate(plt.subplots(3, 3)[1].flat):\n    plot.plot([1, 2 + n / 1e5])",
            (("x", 0.0, 1.0), ("y", 1.0, 2.0)),
        ),
        ("plt.subplot(projection='polar').plot([1, 2])", ()),
        ("plt.figure()", ()),
    ],
)
async def test_what_is_on_the_axes(
    runner: LocalRunner, tmp_path: Path, source: str, axes: tuple[tuple[str, float, float], ...]
) -> None:
    outcome = await complete(runner, f"import matplotlib.pyplot as plt\n{source}\nplt.show()\n", tmp_path)
    assert outcome.exit.code == 0, outcome.output
    assert outcome.all(Figure)[-1].axes == axes


@pytest.mark.parametrize(
    ("source", "legend"),
    [
        ("plt.plot([1, 2], 'r', label='train')", (("train", "#ff0000"),)),
        ("plt.plot([1, 2])", ()),
        ("plt.plot([1, 2], [2, 3], 'k')\nplt.legend(['only'])", (("only", "#000000"),)),
        ("plt.bar([1, 2], [2, 3], color='#00ff00', label=' a\\n b ')", (("a b", "#00ff00"),)),
        ("plt.scatter([1, 2], [2, 3], color='blue', label='dots')", (("dots", "#0000ff"),)),
        ("plt.scatter([1, 2], [2, 3], c=[0, 1], label='dots')", (("dots", ""),)),
        (
            "for n in range(50): plt.plot([1], color='k', label=f'{n:02}' * 200)",
            tuple(((f"{n:02}" * 200)[:80], "#000000") for n in range(12)),
        ),
        ("plt.plot([1, 2], 'k', label='\\udc80')", (("\\udc80", "#000000"),)),
    ],
)
async def test_what_the_legend_says(
    runner: LocalRunner, tmp_path: Path, source: str, legend: tuple[tuple[str, str], ...]
) -> None:
    outcome = await complete(runner, f"import matplotlib.pyplot as plt\n{source}\nplt.show()\n", tmp_path)
    assert outcome.exit.code == 0, outcome.output
    assert outcome.all(Figure)[-1].legend == legend


async def test_a_figure_of_a_program_that_fails(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}plt.show(block=False)\nplt.plot([9, 9, 9])\nplt.draw()\nplt.nothing()\n"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.reason == "error"
    assert set(numbers(outcome)) == {1}
    assert outcome.all(Figure)[-1].png != outcome.all(Figure)[0].png


async def test_a_wrong_call_shows_the_program_s_lines_only(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, f"{PLOT}plt.savefig('nowhere/a.png')\n", tmp_path)
    assert "FileNotFoundError" in outcome.output
    assert "evoclass/worker" not in outcome.output
    assert numbers(outcome) == []


async def test_a_figure_that_cannot_be_drawn_is_told(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}plt.title('$\\\\frca$')\nplt.show()\nprint('on')\n"
    for language, said in (
        ("en", "could not be drawn: ValueError"),
        ("it", "Non è stato possibile disegnare"),
    ):
        outcome = await complete(runner, source, tmp_path, environment={"EVOCLASS_LANGUAGE": language})
        assert said in outcome.output
        assert outcome.output.endswith("on\n")
        assert numbers(outcome) == []


async def test_a_child_saves_what_only_its_parent_can_show(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}import os\nif os.fork() == 0:\n    plt.show()\nelse:\n    os.wait()\n    plt.show()\n"
    outcome = await complete(runner, source, tmp_path)
    assert numbers(outcome) == [1]
    assert outcome.output.count("figure-1.png") == 1
    assert (tmp_path / "figure-1.png").read_bytes() == outcome.all(Figure)[0].png


async def test_children_do_not_fill_the_folder(runner: LocalRunner, tmp_path: Path) -> None:
    show = f"for n in range({2 * MAX_FIGURES}):\n    Image.new('L', (n + 1, 2)).show()\n"
    source = f"import os\nfrom PIL import Image\nif os.fork():\n    os.wait()\n    os._exit(0)\n{show}"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.code == 0, outcome.output
    assert len(files(tmp_path)) == MAX_FIGURES


async def test_a_run_that_is_stopped_while_it_draws(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}print('on')\nwhile True:\n    plt.plot(range(1000))\n    plt.savefig('a.png')\n"
    outcome = await begin(runner, source, tmp_path, keep=False)
    await outcome.until(Figure)
    await outcome.run.stop()
    await outcome.to_the_end()
    assert (outcome.exit.reason, outcome.exit.code) == ("stopped", 130)


async def test_at_the_prompt(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "import matplotlib.pyplot as plt\n", tmp_path)
    await outcome.until(Prompt)
    await outcome.ask("x = plt.plot([1, 2])")
    assert numbers(outcome) == []
    await outcome.ask("plt.show()")
    await outcome.ask("plt.ion()")
    await outcome.ask("x = plt.plot([2, 1])")
    await outcome.ask("plt.title('later')")
    assert numbers(outcome) == [1, 2, 2]
    assert outcome.all(Figure)[-1].title == "later"
    await outcome.run.close()


async def test_a_figure_of_the_prompt_has_the_size_that_its_pane_has_by_then(
    runner: LocalRunner, tmp_path: Path
) -> None:
    source = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
    outcome = await begin(runner, source, tmp_path, figure_size=(8.0, 3.5, 100.0))
    await outcome.until(Prompt)
    outcome.run.fit_figures((5.0, 4.0, 100.0))
    await outcome.ask("x = plt.plot([1, 2]); plt.show()")
    await outcome.ask("plt.rcParams['figure.figsize'] = (3, 2)")
    outcome.run.fit_figures((6.0, 4.0, 100.0))
    await outcome.ask("x = plt.plot([1, 2]); plt.show()")
    assert [figure.size for figure in outcome.all(Figure)] == [(800, 350), (500, 400), (300, 200)]
    await outcome.run.close()


async def test_plots_of_a_figure_to_measure_make_room_for_their_words_while_it_is_drawn(
    runner: LocalRunner, tmp_path: Path
) -> None:
    source = """
import matplotlib.pyplot as plt
figure, plots = plt.subplots(2, 2)
for plot in plots.flat:
    plot.set(title="A title", xlabel="seconds", ylabel="amplitude")
def where():
    boxes = [plot.get_tightbbox() for plot in plots.flat]
    return round(plots[0, 0].get_position().y0, 3), bool(boxes[0].overlaps(boxes[2]))
figure.canvas.draw()
before = where()
seen = []
figure.canvas.mpl_connect("draw_event", lambda event: seen.append(where()))
plt.show()
plots[0, 0].set_title("Another title")
figure.savefig("a.png")
print(before[1], {overlap for _, overlap in seen[-2:]}, where() == before, figure.get_layout_engine())
"""
    outcome = await complete(runner, source, tmp_path, figure_size=(7.5, 3.6, 100.0))
    assert outcome.output == "True {False} True None\n"
    outcome = await complete(runner, source, tmp_path)
    assert "True {True} True None" in outcome.output


async def test_a_backend_that_the_user_has_chosen_is_left_alone(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}plt.show()\nprint(plt.get_backend(), len(plt.gca().lines))\n"
    outcome = await complete(runner, source, tmp_path, environment={"MPLBACKEND": "agg"})
    assert outcome.output.endswith("agg 1\n")
    assert numbers(outcome) == []


async def test_a_backend_of_the_user_s_settings_is_left_alone(runner: LocalRunner, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("backend: svg\n")
    outcome = await complete(runner, f"{PLOT}print(plt.get_backend())\n", tmp_path)
    assert outcome.output == "svg\n"


async def test_nothing_is_imported_for_a_program_without_figures(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import os, sys\nprint('matplotlib' in sys.modules, 'MPLBACKEND' in os.environ)\n"
    assert (await complete(runner, source, tmp_path)).output == "False False\n"


async def test_odd_titles_and_names(runner: LocalRunner, tmp_path: Path) -> None:
    title = "a\\n\\x1b[31m\\udc80" * 100
    source = f"{PLOT}plt.suptitle('x' * 300)\nplt.savefig('\\udc80' * 60 + '.png')\nplt.show()\n"
    source += f"from PIL import Image\nImage.new('L', (3, 3)).show(title='{title}')\n"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.exit.code == 0, outcome.output
    first, second = outcome.all(Figure)
    assert (first.title, len(second.title)) == ("x" * 200, 200)


# ------------------------------------------------------------------------------------------------- hostile


SAY_ALL = f"""{FIND_SOCKET}
def say_all(data):  # the inspector's signal may cut a long write short
    for channel in channels():
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(channel, rest):]
"""

GOOD = encode(Figure(number=1, png=png()))


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace(b"IHDR", b"IHDX"),
        GOOD.replace(b"\x89PNG", b"\x89PNX"),
        GOOD.replace(b"IEND", b"IENX"),
        GOOD.replace((4).to_bytes(4, "big") + (3).to_bytes(4, "big"), b"\x00\x0f\x00\x00\x00\x0f\x00\x00"),
        encode(msgspec.structs.replace(Figure(number=1, png=png()), title="x" * 201)),
        encode(msgspec.structs.replace(Figure(number=1, png=png()), legend=(("a", "red"),))),
        encode(msgspec.structs.replace(Figure(number=1, png=png()), legend=(("a", ""),) * 13)),
        encode(Figure(number=0, png=png())),
        encode(Figure(number=1, png=png(padding=MAX_FIGURE))),
    ],
    ids=["header", "signature", "end", "pixels", "title", "colour", "legend", "number", "bytes"],
)
async def test_a_broken_picture_ends_the_run(data: bytes, runner: LocalRunner, tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(data)
    source = (
        f"{SAY_ALL}\nprint('before')\nsay_all(open('message', 'rb').read())\nimport time\ntime.sleep(1000)"
    )
    outcome = await complete(runner, source, tmp_path)
    assert (outcome.output, outcome.exit.reason) == ("before\n", "lost")
    assert numbers(outcome) == []


async def test_a_flood_of_pictures_while_the_run_is_being_stopped(
    runner: LocalRunner, tmp_path: Path
) -> None:
    data = encode(Figure(number=1, png=png(padding=1_000_000)))
    (tmp_path / "message").write_bytes(data)
    source = f"""{SAY_ALL}
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
number, data = 0, open('message', 'rb').read()
print('on', flush=True)
mark = data.index(b'number') + 6
while True:
    number = number % 100 + 1
    say_all(data[:mark] + bytes([number]) + data[mark + 1:])
"""
    outcome = await begin(runner, source, tmp_path, keep=False)
    await outcome.until_output("on")
    await outcome.run.stop()
    await outcome.to_the_end()
    assert outcome.exit.reason == "stopped"
    assert len([event for event in outcome.events if not isinstance(event, Output)]) < 10 * MAX_FIGURES
