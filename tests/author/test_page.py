"""The exported page in a real browser: it checks answers by itself, without a network, and fits a phone."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from chromium import CHROMIUM, found

CONTENT = Path(__file__).parents[2] / "content"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


ANSWER = """
const answer = (id, ...values) => {
  const form = document.getElementById(id).querySelector("form");
  const inputs = [...form.querySelectorAll("input")];
  inputs.forEach((input, place) => {
    if (input.type === "text") input.value = values[place];
    else input.checked = values.includes(place);
  });
  form.requestSubmit();
  return form.querySelector("output").textContent;
};
"""


def test_answers_are_checked_on_the_page(tmp_path, command):
    command("new", "course", tmp_path / "c", "--title", "One of each")
    source = tmp_path / "c" / "en" / "01-one-of-each.md"
    source.write_text(
        source.read_text().replace("in [64, 128, 256]", "in [1000]").replace("in 2..12", "in [2]"),
        encoding="utf-8",
    )
    command("export", source, "--to", "html", "-o", tmp_path / "page.html")
    answers = found(
        tmp_path / "page.html",
        f"""{ANSWER}
        const shown = () => document.querySelectorAll("#one-is-right .feedback:not([hidden])").length;
        return [
          answer("one-is-right", 1), shown(), answer("one-is-right", 0), answer("one-is-right"),
          answer("several-are-right", 0), answer("several-are-right", 0, 1),
          answer("with-drawn-values", "2001"), answer("with-drawn-values", " 2 002,0 "),
          answer("with-drawn-values", ""), answer("with-drawn-values", "x"),
          answer("in-a-word", "cooking"), answer("in-a-word", "Fine  Tuning"),
          answer("of-a-batch", "(N, 7)"), answer("of-a-batch", "[n,784]"),
          answer("in-code", "requires_grad_", "train"), answer("in-code", "requires_grad_", "eval"),
        ];""",
    )
    right, wrong = "Right.", "Not yet."
    assert answers == [
        *(wrong, 1, right, ""),
        *(wrong, right),
        *(wrong, right, "", wrong),
        *(wrong, right),
        *(wrong, right),
        *(wrong, right),
    ]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", ["en", "it"])
def test_nothing_is_wider_than_the_screen(tmp_path, command, language, width):
    page = tmp_path / "page.html"
    command("export", CONTENT / language / "07-transfer-learning.md", "--to", "html", "-o", page)
    frame = tmp_path / "frame.html"
    frame.write_text(
        f"<body><iframe width='{width}' srcdoc='{escape(page.read_text(), quote=True)}'></iframe></body>",
        encoding="utf-8",
    )
    script = "const inner = document.querySelector('iframe').contentDocument.documentElement;"
    content, inside = found(frame, f"{script} return [inner.scrollWidth, inner.clientWidth];")
    assert content <= inside <= width
