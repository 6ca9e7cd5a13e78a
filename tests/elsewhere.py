"""Lesson 7 in the real program, with a runner that is set up in the settings as a learner would."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from terminal import Terminal

DELETE = "\x1b[3~"
WORK = 150.0
"""Seconds for what a real network does on a busy machine."""


def take_lesson_7(home: Path, settings: str, place: str, before: Sequence[str] = ()) -> None:
    """Run the lesson's program, look into it, stop another run, answer with code, and leave.

    `settings` are the lines below `[runners.lab]`, `place` is what the header says once the program runs, and the
    words `before` start the program where the engine is reached.
    """
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(f'runner = "lab"\n\n[runners.lab]\n{settings}\n')
    screen = Terminal(
        ["learn", "7", "--lang", "en"],
        160,
        150,
        {"EVOCLASS_HOME": str(home), "TEXTUAL_ANIMATIONS": "none"},
        before,
    )
    try:
        _take(screen, place)
    finally:
        screen.child.close(force=True)


def _take(screen: Terminal, place: str) -> None:
    screen.wait("Transfer learning")

    # Fewer pictures: the program is the lesson's, its numbers need not be.
    screen.click("0  # later: 5, or 100")
    screen.press(DELETE)
    screen.wait("images_per_class = 3  #")
    screen.click("0)")
    screen.press(DELETE)
    screen.wait('("test", 4)')

    screen.press("F5")
    screen.wait("28 to test", WORK)
    screen.wait(place)
    screen.wait("head.weight", WORK)
    screen.wait("✓ Finished", WORK)
    screen.wait(">>>")
    screen.click("try: head.weight", last=True)
    screen.press("head.weight.shape\r")
    screen.wait("torch.Size([7, 1280])")

    # A second Run, and Stop.
    screen.press("F5")
    screen.wait(lambda text: "28 to test" in text and "Epoch" not in text, WORK)
    screen.press("F5")
    screen.wait("Stopped", WORK)

    # A question that is answered with code: as it stands, the function has a fault.
    screen.click("Questions", last=True)
    screen.wait("Question 10")
    screen.click("return torch.cat(parts)")
    screen.press("^S")
    screen.wait("The running mean has moved", WORK)

    screen.press("^Q")
    assert screen.ended() == 0
