"""Images of lessons: real ones from inside the course, and nothing else."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from evoclass import lint
from evoclass.i18n import Catalog
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading import pictures
from evoclass.reading.markup import Parser
from pngs import chunk, png

PNG = png()
SVG = b"<?xml version='1.0'?>\n<!-- drawn -->\n<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
def lesson(tmp_path) -> Path:
    folder = tmp_path / "course" / "en"
    folder.mkdir(parents=True)
    return folder / "01-a.md"


def reason(source: str, lesson: Path) -> str:
    """Return why an image is refused; reading and checking agree."""
    found = []
    for look in (pictures.read, pictures.check):
        with pytest.raises(pictures.Refused) as refused:
            look(source, lesson)
        found.append(refused.value.reason)
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (SVG, "image/svg+xml"),
        (b"\xef\xbb\xbf  <svg width='1'>", "image/svg+xml"),
    ],
)
def test_an_image_is_known_by_its_bytes(lesson, data, kind):
    (lesson.parent / "x y.bin").write_bytes(data)
    assert pictures.read("x%20y.bin", lesson) == pictures.LessonImage(kind, data)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\x89PNG", b"text", b"<html><svg></svg></html>", b"<!doctype html><svg>", b"<", b"BM"),
        *(b"<!--" * 9000, b"<?xml?>", b"#!/bin/sh", b"-----BEGIN OPENSSH PRIVATE KEY-----", b"root:x:0:0"),
        b"<script xmlns='http://www.w3.org/2000/svg'>",
    ],
)
def test_what_is_no_image_is_refused_whatever_its_name(lesson, data):
    (lesson.parent / "a.png").write_bytes(data)
    assert reason("a.png", lesson) == "kind"


def test_images_of_the_course_are_reached_from_the_languages_folder(lesson):
    (lesson.parents[1] / "shared").mkdir()
    (lesson.parents[1] / "shared" / "a.png").write_bytes(PNG)
    (lesson.parent / "b.png").symlink_to("../shared/a.png")
    for source in ("../shared/a.png", "b.png", "./b.png", "b.png#x", "b.png?x"):
        assert pictures.read(source, lesson).data == PNG


def test_nothing_outside_the_course_is_read(lesson, tmp_path):
    outside = tmp_path / "secret.png"
    outside.write_bytes(PNG)
    (lesson.parent / "link.png").symlink_to(outside)
    (lesson.parent / "folder").symlink_to(tmp_path)
    sources = [
        *(f"{outside}", "../../secret.png", "%2e%2e/%2e%2e/secret.png", "link.png", "folder/secret.png"),
        *("/etc/passwd", "/dev/zero", "../../../../../../etc/passwd", "..%2f..%2fsecret.png"),
    ]
    for source in sources:
        assert reason(source, lesson) == "outside", source


def test_a_lesson_without_a_languages_folder_has_its_own_folder_only(tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)
    folder = tmp_path / "drafts"
    folder.mkdir()
    assert reason("../a.png", folder / "01-a.md") == "outside"


def test_pipes_devices_and_circles_end_at_once(lesson):
    os.mkfifo(lesson.parent / "pipe.png")
    (lesson.parent / "zero.png").symlink_to("/dev/zero")
    (lesson.parent / "round.png").symlink_to("round.png")
    (lesson.parent / "folder.png").mkdir()
    assert reason("pipe.png", lesson) == reason("folder.png", lesson) == "kind"
    assert reason("zero.png", lesson) == "outside"
    for source in ("round.png", "gone.png", "a%00b.png", "x" * 5000, "a/" * 3000):
        assert reason(source, lesson) == "missing", source


def test_a_large_file_is_refused_without_reading(lesson):
    (lesson.parent / "a.png").write_bytes(PNG)
    os.truncate(lesson.parent / "a.png", 1 << 40)
    assert reason("a.png", lesson) == "large"


def test_the_check_says_what_is_wrong_with_an_image_and_where(lesson, tmp_path):
    (lesson.parent / "text.png").write_text("no image")
    (lesson.parent / "good.png").write_bytes(PNG)
    (lesson.parent / "large.png").write_bytes(PNG)
    os.truncate(lesson.parent / "large.png", 30_000_000)
    (tmp_path / "out.png").write_bytes(PNG)
    (lesson.parent / "half.png").write_bytes(png(40, 30)[:-30])
    (lesson.parent / "half.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><rect width=')
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    (lesson.parent / "huge.png").write_bytes(PNG[:8] + header + PNG[33:])
    sources = ["good.png", "gone.png", "text.png", "large.png", "../../out.png", "/dev/zero"]
    sources += ["half.png", "half.svg", "huge.png"]
    body = "\n\n".join(f"![x]({source})" for source in sources)
    lesson.write_text(f"---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n---\n\n{body}\n")
    parser = Parser(Plugins())
    problems = lint.check_lesson(parser.lesson(lesson.read_bytes(), lesson), parser)
    found = [(problem.code, problem.line, problem.fields.get("variant")) for problem in problems]
    assert found == [
        ("E054", 10, "missing"),
        ("E054", 12, "kind"),
        ("E054", 14, "large"),
        ("E054", 16, "outside"),
        ("E054", 18, "outside"),
        ("E054", 20, "damaged"),
        ("E054", 22, "damaged"),
        ("E054", 24, "pixels"),
    ]
    assert (
        lint.describe(problems[-1], Catalog("en"))[0]
        == "The image `huge.png` has more than 32 million pixels."
    )
