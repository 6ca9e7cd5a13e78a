"""The data set and the pretrained networks of Lesson 7."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy
import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from torch import Tensor
from torchvision.models import ResNet18_Weights, resnet18

from evoclass.running.escapes import SequenceFilter
from evoclass.running.terminal import TerminalBuffer
from evoclass_foodvision import (
    CLASSES,
    WeightsError,
    class_names,
    image_source,
    load_backbone,
    load_images,
    progress,
)
from evoclass_foodvision.backbone import Lite0Base
from evoclass_foodvision.commands import foodvision
from evoclass_foodvision.photos import PhotosError, load_photos
from evoclass_foodvision.pretrained import lite0_file
from evoclass_foodvision.resnet18 import ResNet18Base
from evoclass_foodvision.weights import LITE0, RESNET18, Weights, fetch, sha256_of


@pytest.fixture(autouse=True)
def torch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of torch's, no network, English."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("EVOCLASS_OFFLINE", "1")
    monkeypatch.setenv("EVOCLASS_LANGUAGE", "en")
    return tmp_path


# ------------------------------------------------------------------------------------------------ images


def test_images_are_bytes_with_a_label_each_class_after_class() -> None:
    images, labels = load_images("train", 2)
    assert images.shape == (14, 3, 160, 160)
    assert images.dtype == torch.uint8
    assert labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]


def test_the_same_arguments_draw_the_same_images_in_another_process_without_torchvision() -> None:
    """Its import takes seconds; who draws and takes the installed network does not wait for it."""
    code = (
        "import hashlib, sys; from evoclass_foodvision import image_source, load_backbone, load_images;"
        "image_source(); load_backbone('efficientnet-lite0', pretrained=False);"
        "assert 'torchvision' not in sys.modules;"
        "print(hashlib.sha256(load_images('train', 1, size=48).images.numpy().tobytes()).hexdigest())"
    )
    command = [sys.executable, "-c", code]
    elsewhere = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    here = hashlib.sha256(load_images("train", 1, size=48).images.numpy().tobytes()).hexdigest()
    assert here == elsewhere


def test_every_picture_is_what_it_was_when_the_lessons_were_measured() -> None:
    digest = hashlib.sha256()
    for split, size in (("train", 160), ("test", 48), ("test", 97)):
        digest.update(load_images(split, 4, size=size, source="drawn").images.numpy().tobytes())
    assert digest.hexdigest() == "4fd5077cb432b37ca5c352a9b4b09fb80101b7d0cf3b31db58257fa910c82d3b"


def test_asking_for_more_keeps_the_images_of_before() -> None:
    few = load_images("train", 2, size=48).images.view(7, 2, 3, 48, 48)
    more = load_images("train", 3, size=48).images.view(7, 3, 3, 48, 48)
    assert torch.equal(few, more[:, :2])


def test_no_image_occurs_twice_in_training_test_or_another_seed() -> None:
    drawn = [
        load_images("train", 6, size=48).images,
        load_images("test", 6, size=48).images,
        load_images("train", 6, size=48, seed=8).images,
    ]
    digests = {hashlib.sha256(image.numpy().tobytes()).digest() for image in torch.cat(drawn)}
    assert len(digests) == 3 * 7 * 6


def test_colour_alone_does_not_tell_the_classes_apart() -> None:
    """A classifier by mean colour stays near chance (1 in 7), so that shapes have to be learnt."""
    images, labels = load_images("train", 15, size=48)
    test_images, test_labels = load_images("test", 15, size=48)
    colours, test_colours = images.float().mean((2, 3)), test_images.float().mean((2, 3))
    centers = torch.stack([colours[labels == label].mean(0) for label in range(7)])
    guesses = torch.cdist(test_colours, centers).argmin(1)
    assert (guesses == test_labels).float().mean() < 0.35


class Screen:
    """A terminal of 80 columns on which a program's stderr is shown."""

    def __init__(self) -> None:
        self._seen, side = os.openpty()
        self.stream = os.fdopen(side, "w")

    def close(self) -> str:
        """Return all that was written, as it was written."""
        self.stream.write("\0")
        self.stream.flush()
        written = b""
        while not written.endswith(b"\0"):
            written += os.read(self._seen, 65536)
        self.stream.close()
        os.close(self._seen)
        return written[:-1].decode()


def watched(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Let someone watch; no fixture, for pytest puts its own stderr in place before the test is called."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen.stream)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "PAUSE", 0)
    return screen


def shown(written: str) -> str:
    """Return what a terminal shows after these characters."""
    terminal = TerminalBuffer()
    terminal.feed(written)
    return terminal.plain()


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Drawing the images: 50%"), ("it", "Disegno le immagini: 50%")]
)
def test_a_terminal_tells_how_far_drawing_has_come_and_keeps_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, language: str, line: str
) -> None:
    screen = watched(monkeypatch)
    monkeypatch.setenv("EVOCLASS_LANGUAGE", language)
    load_images("train", 2, size=48)
    print("accuracy 93%", file=screen.stream)
    written = screen.close()
    assert shown(written[: written.index(line) + len(line)]) == line
    assert shown(written) == "accuracy 93%\n"
    assert shown(SequenceFilter().feed(written)).split("\n")[0].rstrip() == "accuracy 93%", "through a pipe"


def test_an_error_while_drawing_finds_a_clean_line(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    plates = iter([numpy.zeros((48, 48, 3), dtype=numpy.uint8)])
    monkeypatch.setattr("evoclass_foodvision.images.photograph", lambda *_: next(plates))
    with pytest.raises(StopIteration):
        load_images("train", 1)
    written = screen.close()
    assert "14%" in written
    assert shown(written) == ""


def test_quick_drawing_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 600)
    load_images("train", 1, size=48)
    assert screen.close() == ""


def test_what_is_not_a_terminal_hears_nothing_of_drawing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0)
    load_images("train", 1, size=48)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys, "stderr", None)
    load_images("train", 1, size=48)


@pytest.mark.parametrize(
    "arguments",
    [{"split": "validation", "images_per_class": 1}, {"split": "train", "images_per_class": 0}],
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"split|images_per_class"):
        load_images(**arguments)  # type: ignore[arg-type]


def test_class_names_are_seven_in_both_languages() -> None:
    assert len(set(class_names("en"))) == len(set(class_names("it"))) == 7
    assert class_names("it")[1] == "patatine fritte"
    assert [food.key for food in CLASSES] == sorted(food.key for food in CLASSES)


# ------------------------------------------------------------------------------------------------ photographs


def food101(root: Path, per_class: int) -> None:
    """Write a small Food-101 in the layout of the real one, with an eighth class in between."""
    listed: dict[str, list[str]] = {}
    for n, key in enumerate(["apple_pie", *(food.key for food in CLASSES)]):
        folder = root / "food-101" / "images" / key
        folder.mkdir(parents=True)
        for photo in range(per_class):
            Image.new("RGB", (60, 40), (30 * n, 10 * photo, 0)).save(folder / f"{photo}.jpg", quality=95)
        listed[key] = [f"{key}/{photo}" for photo in range(per_class)]
    meta = root / "food-101" / "meta"
    meta.mkdir()
    for split in ("train", "test"):
        (meta / f"{split}.json").write_text(json.dumps(listed), encoding="utf-8")


def test_photos_on_disk_replace_the_drawings(torch_home: Path) -> None:
    assert image_source() == "drawn by the program"
    food101(torch_home / "data", per_class=3)
    assert image_source() == "photographs from Food-101"
    images, labels = load_images("train", 2, size=32)
    assert images.shape == (14, 3, 32, 32)
    reds = images[:, 0].float().mean((1, 2)) / 30
    assert reds.round().int().tolist() == (labels + 1).tolist()
    assert load_images("train", 2, size=32, source="drawn").images.float().mean() != images.float().mean()


def test_photos_are_chosen_by_the_seed(torch_home: Path) -> None:
    food101(torch_home / "data", per_class=6)
    first = load_photos("train", 3, 32, seed=1)
    assert torch.equal(first, load_photos("train", 3, 32, seed=1))
    assert not torch.equal(first, load_photos("train", 3, 32, seed=2))
    assert torch.equal(first.view(7, 3, -1)[:, :2], load_photos("train", 2, 32, seed=1).view(7, 2, -1))


def test_too_few_or_unreadable_photos_are_named(torch_home: Path) -> None:
    food101(torch_home / "data", per_class=2)
    with pytest.raises(PhotosError, match="has 2 photos of donuts"):
        load_images("train", 3)
    (torch_home / "data" / "food-101" / "images" / "sushi" / "1.jpg").write_bytes(b"not a photo")
    with pytest.raises(PhotosError, match=r"sushi.1\.jpg|cannot identify"):
        load_images("test", 2)


# ------------------------------------------------------------------------------------------------ networks


@pytest.fixture(scope="module")
def lite0() -> Lite0Base:
    network = Lite0Base()
    network.load_published(LITE0.load(lite0_file()))
    return network.eval()


@torch.no_grad()
@pytest.mark.parametrize("size", [97, 160, 224])
def test_lite0_computes_what_the_published_implementation_does(lite0: Lite0Base, size: int) -> None:
    published = pytest.importorskip("efficientnet_lite_pytorch")
    reference = published.EfficientNet.from_name("efficientnet-lite0", image_size=size).eval()
    reference.load_state_dict(LITE0.load(lite0_file()))
    images = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0))
    expected = reference.extract_features(images).mean((2, 3))
    assert torch.allclose(lite0(images), expected, atol=1e-4)


@torch.no_grad()
def test_offline_the_base_is_the_installed_one_and_tells_its_width() -> None:
    base = load_backbone()
    assert base.name == "EfficientNet-Lite0"
    features = base.eval()(base.prepare(load_images("test", 1).images))
    assert features.shape == (7, base.num_features) == (7, 1280)
    assert base.stem.conv.weight.shape == (32, 3, 3, 3)


def test_prepare_normalises_and_resizes(lite0: Lite0Base) -> None:
    white = torch.full((2, 3, 64, 48), 255, dtype=torch.uint8)
    assert lite0.prepare(white).shape == (2, 3, 160, 160)
    assert torch.allclose(lite0.prepare(white), torch.tensor(1.0))
    assert torch.equal(lite0.prepare(white / 255), lite0.prepare(white))


def cache_resnet18(folder: Path) -> tuple[Weights, dict[str, Tensor]]:
    """Put a ResNet-18 with random weights where torchvision keeps the real one; return its pin."""
    torch.manual_seed(0)
    tensors = resnet18(weights=None).state_dict()
    path = folder / "hub" / "checkpoints" / RESNET18.file
    path.parent.mkdir(parents=True)
    torch.save(tensors, path)
    return Weights(RESNET18.file, sha256_of(path)[:8], RESNET18.url), tensors


@torch.no_grad()
def test_a_cached_resnet18_comes_first(torch_home: Path) -> None:
    pin, tensors = cache_resnet18(torch_home)
    base = load_backbone(resnet18=pin).eval()
    assert base.name == "ResNet-18"
    assert base.num_features == 512
    whole = resnet18(weights=None).eval()
    whole.load_state_dict(tensors)
    images = torch.rand(2, 3, 160, 160)
    features = base(base.prepare(images))
    assert features.shape == (2, 512)
    assert torch.allclose(whole.fc(features), whole(base.prepare(images)), atol=1e-4)
    assert load_backbone("efficientnet-lite0", resnet18=pin).name == "EfficientNet-Lite0"


def test_a_cached_file_with_other_contents_is_refused_by_name_and_hash(torch_home: Path) -> None:
    cache_resnet18(torch_home)
    with pytest.raises(WeightsError, match=r"resnet18-f37072fd\.pth .*f37072fd was expected"):
        load_backbone()


def test_the_refusal_speaks_italian(torch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_resnet18(torch_home)
    monkeypatch.setenv("EVOCLASS_LANGUAGE", "it")
    with pytest.raises(WeightsError, match="Cancella il file"):
        load_backbone()


def test_the_pin_is_that_of_torchvision() -> None:
    assert ResNet18_Weights.DEFAULT.url == RESNET18.url
    assert RESNET18.file == f"resnet18-{RESNET18.sha256}.pth"


def test_the_parameters_of_resnet18_are_those_that_the_lesson_quotes() -> None:
    base = ResNet18Base()
    own = sum(parameter.numel() for parameter in base.parameters())
    assert own + 512 * 1000 + 1000 == ResNet18_Weights.DEFAULT.meta["num_params"] == 11_689_512
    assert own + 512 * 7 + 7 == 11_180_103


def test_asking_for_resnet18_offline_says_what_is_missing() -> None:
    with pytest.raises(WeightsError, match=r"cannot be downloaded from https://download\.pytorch\.org"):
        load_backbone("resnet18")


def test_random_weights_can_be_had_for_comparison() -> None:
    trained, random = load_backbone(), load_backbone(pretrained=False)
    assert type(trained) is type(random)
    assert not torch.equal(trained.stem.conv.weight, random.stem.conv.weight)


def test_an_unknown_base_is_refused() -> None:
    with pytest.raises(ValueError, match="resnet18"):
        load_backbone("vgg")


# ------------------------------------------------------------------------------------------------ the network


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server on this machine: its address, and the folder that it serves."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object, **keywords: object) -> None:
            super().__init__(*arguments, directory=str(folder), **keywords)  # type: ignore[arg-type]

        def log_message(self, *arguments: object) -> None:
            """Stay silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{web.server_port}", folder
        web.shutdown()
        thread.join()


def served(server: tuple[str, Path], torch_home: Path) -> Weights:
    """Move a random ResNet-18 from the cache to the server and return its pin there."""
    address, folder = server
    pin, _ = cache_resnet18(torch_home)
    shutil.move(pin.cached, folder / pin.file)
    return Weights(pin.file, pin.sha256, f"{address}/{pin.file}")


def test_a_network_brings_resnet18_into_the_cache(
    server: tuple[str, Path], torch_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = served(server, torch_home)
    assert load_backbone(resnet18=pin).name == "EfficientNet-Lite0", "EVOCLASS_OFFLINE is set"
    monkeypatch.delenv("EVOCLASS_OFFLINE")
    assert load_backbone(resnet18=pin).name == "ResNet-18"
    assert [path.name for path in pin.cached.parent.iterdir()] == [pin.file]


def test_a_download_with_other_contents_is_refused_and_not_kept(
    server: tuple[str, Path], torch_home: Path
) -> None:
    pin = served(server, torch_home)
    with pytest.raises(WeightsError, match="00000000 was expected"):
        fetch(Weights(pin.file, "00000000", pin.url))
    assert list(pin.cached.parent.iterdir()) == []


def test_a_slow_download_is_given_up(
    server: tuple[str, Path], torch_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin = served(server, torch_home)
    assert fetch(pin, done_within=0.0) is None
    assert "too slow" in capsys.readouterr().err
    assert list(pin.cached.parent.iterdir()) == []


def test_a_download_that_breaks_off_counts_as_no_network(
    torch_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(io.BytesIO):
        headers: ClassVar[dict[str, str]] = {}

        def read(self, size: int | None = -1) -> bytes:
            raise ssl.SSLError("bad record")

    monkeypatch.setattr("urllib.request.urlopen", lambda url, timeout: Broken())
    assert fetch(Weights("a.pth", "00", "https://x.example/a.pth"), answer_within=60) is None
    assert "bad record" in capsys.readouterr().err


def test_no_server_and_a_silent_server_count_as_no_network(torch_home: Path) -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        assert fetch(Weights("a.pth", "00", f"http://127.0.0.1:{port}/a.pth")) is None
        silent.listen()  # Connects, and never says a word.
        assert fetch(Weights("a.pth", "00", f"http://127.0.0.1:{port}/a.pth"), answer_within=0.2) is None


# ------------------------------------------------------------------------------------------------ plugin, commands


def test_the_plugin_itself_loads_without_torch() -> None:
    code = "import sys, evoclass_foodvision; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_commands_report_and_draw(torch_home: Path) -> None:
    result = CliRunner().invoke(foodvision, ["status"])
    assert result.exit_code == 0
    assert "EfficientNet-Lite0, which is installed" in result.output
    picture = torch_home / "sheet.png"
    result = CliRunner().invoke(foodvision, ["sheet", str(picture), "--images-per-class", "2"])
    assert result.exit_code == 0, result.output
    assert Image.open(picture).size == (2 * 162 + 2, 7 * 162 + 2)


def test_a_download_that_fails_says_so_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoclass_foodvision.weights.fetch", lambda *_, **__: None)
    result = CliRunner().invoke(foodvision, ["download", "resnet18"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: The weights of ResNet-18 are not in torch's cache")
