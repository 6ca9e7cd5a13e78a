"""Where a block typed at the prompt ends."""

from __future__ import annotations

import pytest

from evoclass.worker.prompt import Interpreter


@pytest.mark.parametrize(
    "lines",
    [
        ["for n in range(2):", "    print(n)", ""],
        ["if False:", "    pass", "else:", "    print(0)", "    print(1)", ""],
        ["print(0)\nfor n in range(1):\n    print(n + 1)"],
        ["print(*[0,", "1], sep='\\n')"],
    ],
)
def test_a_block_ends_with_one_empty_line_and_a_whole_one_by_itself(
    lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    prompt = Interpreter({}, lambda message: None)
    assert [prompt.push(line)[1] for line in lines] == [True] * (len(lines) - 1) + [False]
    assert capsys.readouterr().out == "0\n1\n"
