"""Lesson 7 keeps its promises: its labs run, both claims hold, and the two languages say the same."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from torch import nn
from torchvision.models import resnet18

from evoclass.disk.paths import content_folder
from evoclass.exercise import CodeResult
from evoclass.i18n import Catalog
from evoclass.model import Footnotes, Lesson, Steps, plain_text, walk
from evoclass.pluginhost.plugins import Plugins
from evoclass.protocol import Exit
from evoclass.reading.markup import Parser
from evoclass_code.code import CodeQuestion, FixQuestion
from evoclass_foodvision import load_backbone

FILE = "07-transfer-learning.md"
LABS = ("train.py", "scratch.py", "finetune.py")


def read(language: str) -> Lesson:
    path = content_folder() / language / FILE
    return Parser(Plugins()).lesson(path.read_bytes(), path)


@pytest.fixture(scope="module")
def lessons() -> dict[str, Lesson]:
    return {language: read(language) for language in ("en", "it")}


def lab(lesson: Lesson, file: str) -> str:
    return next(block.code for block in lesson.labs if block.file == file)


# ------------------------------------------------------------------------------------------------ the two languages


def test_the_files_are_clean_and_name_themselves(lessons: dict[str, Lesson]) -> None:
    for language, lesson in lessons.items():
        assert lesson.problems == ()
        assert (lesson.id, lesson.number, lesson.language) == ("transfer-learning", 7, language)
        assert len(lesson.objectives) == 5


def test_both_languages_have_the_same_blocks_labs_and_live_values(lessons: dict[str, Lesson]) -> None:
    english, italian = lessons["en"], lessons["it"]
    assert [(b.id, type(b)) for b in english.walk()] == [(b.id, type(b)) for b in italian.walk()]
    assert english.live == italian.live
    assert [(b.file, b.seconds, b.watch) for b in english.labs] == [
        (b.file, b.seconds, b.watch) for b in italian.labs
    ]
    assert tuple(block.file for block in english.labs) == LABS


class Wordless(ast.NodeTransformer):
    """Takes the words out of a program, and keeps what is computed inside f-strings."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        fields = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        return ast.JoinedStr(sorted(fields, key=ast.dump))  # type: ignore[arg-type]


@pytest.mark.parametrize("file", LABS)
def test_the_programs_differ_in_comments_and_words_only(lessons: dict[str, Lesson], file: str) -> None:
    english, italian = (lab(lessons[language], file) for language in ("en", "it"))
    assert english != italian
    assert ast.dump(Wordless().visit(ast.parse(english))) == ast.dump(Wordless().visit(ast.parse(italian)))


@pytest.mark.parametrize("file", LABS)
@pytest.mark.parametrize("language", ["en", "it"])
def test_the_programs_fit_a_narrow_editor(lessons: dict[str, Lesson], language: str, file: str) -> None:
    assert max(map(len, lab(lessons[language], file).splitlines())) <= 72


def test_the_figures_of_both_texts_are_the_same(lessons: dict[str, Lesson]) -> None:
    """Every number of the prose, whatever its separators."""

    def figures(lesson: Lesson) -> list[str]:
        assert lesson.path is not None
        text = lesson.path.read_text(encoding="utf-8").split("\n---\n", 1)[1]  # its digests have digits too
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        return sorted(re.sub(r"[.,]", "", number) for number in re.findall(r"\d[\d.,]*\d|\d", prose))

    assert figures(lessons["en"]) == figures(lessons["it"])


# ------------------------------------------------------------------------------------------------ facts


def size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_the_figures_on_both_bases_are_those_of_the_networks(lessons: dict[str, Lesson]) -> None:
    text = " ".join((lessons["en"].path or Path()).read_text(encoding="utf-8").split())
    network = resnet18()
    lite0 = load_backbone("efficientnet-lite0", pretrained=False)
    bases = {"ResNet-18": (512, size(network) - size(network.fc)), "EfficientNet-Lite0": (1280, size(lite0))}
    for name, (features, base) in bases.items():
        head = features * 7 + 7
        row = f"| {name} | {head:,} | {base + head:,} | {head / (base + head):.3%} |"
        assert row in text
    head, whole = 3591, bases["ResNet-18"][1] + 3591
    assert f"`layer4` alone has {size(network.layer4):,} parameters" in text
    assert f"{(size(network.layer4) + head) / whole:.1%} of the network" in text
    last, head, whole = size(lite0.stages[-1]), 8967, size(lite0) + 8967
    assert f"the last stage has {last:,}, and the share is {(last + head) / whole:.1%}" in text
    assert f"{size(network):,} parameters with the old head" in text


def test_every_source_has_an_address(lessons: dict[str, Lesson]) -> None:
    for lesson in lessons.values():
        notes = lesson.blocks[-1]
        assert isinstance(notes, Footnotes)
        assert len(notes.notes) == 11
        for _, blocks in notes.notes:
            spans = [span for block in walk(blocks) for span in getattr(block, "text", ())]
            assert any(getattr(span, "href", "").startswith("https://") for span in spans), plain_text(
                tuple(spans)
            )


# ------------------------------------------------------------------------------------------------ questions


class Bench:
    """Says interface sentences, and runs code at once: a process for each answer would take half a minute."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalog = Catalog(language, Plugins().packages)

    def text(self, key: str, **fields: object) -> str:
        return self._catalog(key, **fields)

    async def run(self, code: str, **_: Any) -> CodeResult:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, "answer.py", "exec"), {"__name__": "__main__"})
        return CodeResult(printed.getvalue(), Exit(reason="finished", code=0, seconds=0.0))


@pytest.mark.parametrize("language", ["en", "it"])
async def test_every_solution_passes_and_every_option_answers_back(
    lessons: dict[str, Lesson], language: str
) -> None:
    bench = Bench(language)
    for block in lessons[language].exercises:
        kind = block.exercise.kind
        answer = {"output": "1.0\n1.0"} if kind == "predict" else block.exercise.solution()
        verdict = await block.exercise.grade(answer, bench)
        assert verdict.passed or kind == "reflect", block.id
        assert block.hints, block.id
        assert block.explanation or kind == "reflect", block.id
        for option in getattr(block.exercise.form()[0], "options", ()):
            verdict = await block.exercise.grade({"choice": option.key}, bench)
            assert verdict.feedback, (block.id, option.key)


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_questions_are_of_many_kinds(lessons: dict[str, Lesson], language: str) -> None:
    kinds = Counter(block.exercise.kind for block in lessons[language].exercises)
    assert kinds.keys() >= {"choice", "multiple", "code", "fix", "predict", "shape", "match", "reflect"}
    assert kinds["code"] == 2


SLIPS = {
    "features-that-depend": (
        ("    base.requires_grad_(False)", "    base.eval()"),
        ("images.split(10)", "images.split(len(images))"),
        ("images.split(10)", "images.split(1)"),
    ),
    "count-what-learns": (
        ("p.numel() for p in parameters if", "1 for p in parameters if"),
        ("list(model.parameters())", "list(model.state_dict(keep_vars=True).values())"),
    ),
    "two-rates": (
        ("    last.requires_grad_(True)\n", ""),
        ('"lr": 1e-5', '"lr": 1e-3'),
        ("return torch", "torch"),
    ),
}
"""Parts of a program to fix, or of a solution, and what learners write instead of the remedy."""


@pytest.mark.parametrize("language", ["en", "it"])
async def test_the_usual_slips_are_told(lessons: dict[str, Lesson], language: str) -> None:
    bench = Bench(language)
    for block in lessons[language].exercises:
        exercise = block.exercise
        for part, slip in SLIPS.get(block.id, ()):
            assert isinstance(exercise, CodeQuestion)
            program = exercise.starter if isinstance(exercise, FixQuestion) else exercise.right
            assert part in program
            verdict = await exercise.grade({"code": program.replace(part, slip)}, bench)
            assert not verdict.passed, (block.id, slip)
            said = plain_text(verdict.feedback[0].text)
            assert said in " ".join(
                (lessons[language].path or Path()).read_text("utf-8").replace("`", "").split()
            )


async def test_the_challenge_takes_the_usual_spellings_and_no_others(lessons: dict[str, Lesson]) -> None:
    challenge = lessons["it"].find("adapt-the-head")
    assert isinstance(challenge, Steps)
    assert [step.id for step in challenge.steps] == [
        "adapt-the-head/in-features",
        "adapt-the-head/new-layer",
        "adapt-the-head/out-features",
    ]
    grade, bench = challenge.steps[1].exercise.grade, Bench("it")
    for right in (
        "new_layer = torch.nn.Linear(512, 7)",
        "new_layer=nn.Linear(512,7)",
        "nn.Linear(in_features=512, out_features=7)",
        "new_layer = torch.nn.Linear( 512, out_features = 7 )",
    ):
        assert (await grade({"text": right}, bench)).passed, right
    for wrong in ("nn.Linear(7, 512)", "nn.Linear(512)", "nn.Conv2d(512, 7)", "new_layer = Linear(512, 7"):
        assert not (await grade({"text": wrong}, bench)).passed, wrong


# ------------------------------------------------------------------------------------------------ the labs


def run(lesson: Lesson, file: str, folder: Path, **wanted: str) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Run a lab of `lesson` in a process of its own, on the CPU, with the installed base and drawn images.

    Returns its output, facts, and live values.
    """
    path = folder / file
    path.write_text(lab(lesson, file), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "run_lab.py"), str(path)],
        input=json.dumps({"facts": wanted, "live": lesson.live}),
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={
            **os.environ,
            "CUDA_VISIBLE_DEVICES": "",
            "OMP_NUM_THREADS": "1",  # the other tests want the other cores
            "TORCH_HOME": str(folder / "torch"),
        },
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    output, report = done.stdout.rstrip("\n").rsplit("\n", 1)
    found = json.loads(report)
    return output, found["facts"], found["live"]


@pytest.mark.slow
def test_both_labs_keep_the_promises_of_the_text(lessons: dict[str, Lesson], tmp_path: Path) -> None:
    english, italian = lessons["en"], lessons["it"]
    output, train, values = run(
        english,
        "train.py",
        tmp_path,
        accuracy="accuracy",
        trainable="trainable",
        frozen="frozen",
        in_features="in_features",
        head="list(head.weight.shape)",
        gradient="head.weight.grad.abs().sum().item()",
        images="[len(images), len(test_images)]",
        least="features.min().item()",
    )
    assert train["unchanged"], "the base's parameters or BatchNorm statistics have moved"
    assert train["statistics"] > 20
    assert train["gradients"] == 0
    assert not train["training"]
    assert train["head"] == [7, train["in_features"]]
    assert train["gradient"] > 0
    assert train["least"] >= 0
    assert train["trainable"] == 7 * train["in_features"] + 7
    assert train["frozen"] == train["base_parameters"]
    assert train["images"] == [210, 280]
    assert train["accuracy"] > 0.85
    assert output.count("\nEpoch ") == 15
    assert f"Test accuracy {train['accuracy']:.1%}" in output
    assert "Base: EfficientNet-Lite0, 1280 features" in output

    output, scratch, more = run(
        italian,
        "scratch.py",
        tmp_path,
        transfer="transfer_accuracy",
        few="few_accuracy",
        scratch="scratch_accuracy",
        seconds="[transfer_seconds, scratch_seconds]",
        images="[len(small), len(labels[few])]",
    )
    assert scratch["unchanged"]
    assert scratch["images"] == [210, 35]
    assert scratch["transfer"] > 0.85
    assert scratch["scratch"] < scratch["transfer"] - 0.1, "less computation: same images, same time"
    assert scratch["scratch"] < scratch["few"], "less data: a sixth of the images"
    assert scratch["seconds"][1] >= scratch["seconds"][0]
    assert f"Da zero                   {scratch['scratch']:6.1%}" in output

    tuned = {name for name in english.live if re.match(r"(frozen|longer|tuned)_accuracy|rate", name)}
    provided = values.keys() | more.keys() | tuned  # `evoclass check --run` runs finetune.py
    assert provided == set(english.live), "a live value of the page that no lab provides"
    shared = values.keys() & more.keys()
    assert {name: values[name] for name in shared} == {name: more[name] for name in shared}
