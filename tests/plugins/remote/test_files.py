"""Files that travel with a program, and those that it writes there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Prompt
from evoclass.runner import Limits
from plugins.remote.links import Breakable

pytestmark = pytest.mark.usefixtures("without_torch")


@pytest.fixture
async def runner(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Breakable]:
    monkeypatch.setattr(Breakable, "brought", 1000)
    made = Breakable()
    await made.warm_up()
    yield made
    await made.close()


async def test_files_go_along_and_come_back_within_the_limit(runner: Breakable, folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "menu.csv").write_text("soup,4\n")
    (folder / ".hidden").write_text("stays")
    source = (
        "import os\n"
        "print(open('data/menu.csv').read().strip(), os.path.exists('.hidden'))\n"
        "os.makedirs('out/deep')\n"
        "open('out/deep/small.txt', 'w').write('small')\n"
        "open('data/menu.csv', 'a').write('bread,1\\n')\n"
        "open('large.bin', 'wb').write(bytes(300_000))\n"
        "open('larger.bin', 'wb').write(bytes(400_000))\n"
        "os.symlink('/etc/hostname', 'link')\n"
    )
    outcome = Outcome(await runner.start(program(source, folder), Limits()))
    await outcome.until(Prompt)
    assert outcome.output == "soup,4 False\n"
    assert (folder / "out" / "deep" / "small.txt").read_text() == "small"
    assert (folder / "data" / "menu.csv").read_text() == "soup,4\nbread,1\n"
    assert not (folder / "link").exists()
    assert not (folder / "large.bin").exists()
    assert outcome.run.elsewhere == (("large.bin", 300_000), ("larger.bin", 400_000))
    await outcome.run.bring("large.bin")
    assert (folder / "large.bin").read_bytes() == bytes(300_000)
    assert outcome.run.elsewhere == (("larger.bin", 400_000),)
    with pytest.raises(RunnerError):
        await outcome.run.bring("../other")
    await outcome.run.close()
    with pytest.raises(RunnerError, match="has ended"):
        await asyncio.wait_for(outcome.run.bring("larger.bin"), 20)


async def test_what_a_program_left_is_there_for_the_next_one(runner: Breakable, folder: Path) -> None:
    first = Outcome(await runner.start(program("open('n', 'w').write('7')", folder, keep=False), Limits()))
    await first.to_the_end()
    second = Outcome(await runner.start(program("print(open('n').read())", folder, keep=False), Limits()))
    assert (await second.to_the_end()).output == "7\n"


async def test_a_content_is_sent_once(runner: Breakable, folder: Path) -> None:
    (folder / "data.bin").write_bytes(bytes(range(256)) * 4000)
    sent: list[str] = []
    real = runner.session.contents.pieces

    def pieces(digest: str) -> Iterator[bytes]:
        sent.append(digest)
        return real(digest)

    runner.session.contents.pieces = pieces
    for number in range(2):
        outcome = Outcome(await runner.start(program(f"print({number})", folder, keep=False), Limits()))
        await outcome.to_the_end()
    assert len(sent) == len(set(sent)) == 3  # two programs, one file


async def test_small_contents_come_with_the_order(runner: Breakable, folder: Path) -> None:
    asked: list[str] = []
    real = runner.session.contents.ask

    def ask(digests: Sequence[str]) -> None:
        asked.extend(digests)
        real(digests)

    runner.session.contents.ask = ask  # type: ignore[method-assign]
    (folder / "menu.csv").write_text("soup,4\n")
    (folder / "empty.txt").touch()
    for number in range(3):
        source = f"print({number}, open('menu.csv').read().strip(), open('empty.txt').read())"
        outcome = Outcome(await runner.start(program(source, folder, keep=False), Limits()))
        assert (await outcome.to_the_end()).output == f"{number} soup,4 \n"
    assert asked == []
    (folder / "data.bin").write_bytes(bytes(100_000))
    source = "import os; print(os.path.getsize('data.bin'))"
    outcome = Outcome(await runner.start(program(source, folder, keep=False), Limits()))
    assert (await outcome.to_the_end()).output == "100000\n"
    assert len(asked) == 1


async def test_a_folder_that_is_too_large_is_refused(
    runner: Breakable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_remote.manifest.LARGEST", 1000)
    (folder / "data.bin").write_bytes(bytes(2000))
    with pytest.raises(RunnerError, match="more files than can travel"):
        await runner.start(program("print(1)", folder), Limits())
