"""QTI packages: held against the structure of QTI 2.1, and graded by a small engine that does what the items say."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

NAMESPACE = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
HEAD = "---\nid: a\nnumber: 1\ntitle: A & B\nlanguage: en\n---\n\n"

INLINE = {"br", "code", "em", "strong", "textEntryInteraction", "feedbackInline"}
STATIC = INLINE - {"textEntryInteraction"}
EXPRESSIONS = {"match", "equal", "or", "sum", "mapResponse", "variable", "correct", "ordered", "baseValue"}
CHILDREN: dict[str, set[str]] = {
    "assessmentItem": {
        "responseDeclaration",
        "outcomeDeclaration",
        "itemBody",
        "responseProcessing",
        "modalFeedback",
    },
    "responseDeclaration": {"correctResponse", "mapping"},
    "outcomeDeclaration": {"defaultValue"},
    "correctResponse": {"value"},
    "defaultValue": {"value"},
    "mapping": {"mapEntry"},
    "itemBody": {
        "p",
        "rubricBlock",
        "choiceInteraction",
        "orderInteraction",
        "matchInteraction",
        "extendedTextInteraction",
    },
    "rubricBlock": {"p", "ul"},
    "ul": {"li"},
    "li": STATIC,
    "modalFeedback": {"p"},
    "p": INLINE,
    "code": INLINE,
    "em": INLINE,
    "strong": INLINE,
    "prompt": STATIC - {"feedbackInline"},
    "choiceInteraction": {"prompt", "simpleChoice"},
    "orderInteraction": {"prompt", "simpleChoice"},
    "extendedTextInteraction": {"prompt"},
    "matchInteraction": {"prompt", "simpleMatchSet"},
    "simpleMatchSet": {"simpleAssociableChoice"},
    "simpleChoice": STATIC,
    "simpleAssociableChoice": STATIC,
    "feedbackInline": STATIC,
    "responseProcessing": {"setOutcomeValue", "responseCondition"},
    "responseCondition": {"responseIf"},
    "responseIf": {"setOutcomeValue"} | EXPRESSIONS,
    "setOutcomeValue": EXPRESSIONS,
    "sum": EXPRESSIONS,
    "or": EXPRESSIONS,
    "match": EXPRESSIONS,
    "equal": EXPRESSIONS,
    "ordered": EXPRESSIONS,
}
REQUIRED: dict[str, set[str]] = {
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"},
    "responseDeclaration": {"identifier", "cardinality", "baseType"},
    "outcomeDeclaration": {"identifier", "cardinality", "baseType"},
    "mapping": {"defaultValue"},
    "mapEntry": {"mapKey", "mappedValue"},
    "choiceInteraction": {"responseIdentifier", "shuffle", "maxChoices"},
    "orderInteraction": {"responseIdentifier", "shuffle"},
    "matchInteraction": {"responseIdentifier", "shuffle", "maxAssociations"},
    "simpleAssociableChoice": {"identifier", "matchMax"},
    "simpleChoice": {"identifier"},
    "textEntryInteraction": {"responseIdentifier"},
    "extendedTextInteraction": {"responseIdentifier"},
    "rubricBlock": {"view"},
    "modalFeedback": {"outcomeIdentifier", "identifier", "showHide"},
    "feedbackInline": {"outcomeIdentifier", "identifier", "showHide"},
    "equal": {"toleranceMode"},
    "baseValue": {"baseType"},
}
SEQUENCE = ("responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback")


def name(element: Element) -> str:
    assert element.tag.startswith(NAMESPACE)
    return element.tag.removeprefix(NAMESPACE)


def valid(element: Element) -> None:
    """Hold an element and all inside it against what QTI 2.1 allows."""
    own = name(element)
    assert REQUIRED.get(own, set()) <= set(element.keys()), (own, element.keys())
    for child in element:
        assert name(child) in CHILDREN.get(own, set()), f"{name(child)} in {own}"
        valid(child)
    if own == "assessmentItem":
        places = [SEQUENCE.index(name(child)) for child in element]
        assert places == sorted(places)


class Grader:
    """Gives the score that an item's own rules give."""

    def __init__(self, item: Element) -> None:
        self.item = item
        self.declared = {part.get("identifier"): part for part in self.all("responseDeclaration")}

    def all(self, tag: str) -> list[Element]:
        return list(self.item.iter(NAMESPACE + tag))

    def correct(self, identifier: str) -> list[str]:
        found = self.declared[identifier].find(f"{NAMESPACE}correctResponse")
        return [value.text or "" for value in found] if found is not None else []

    def right(self) -> dict[str, list[str]]:
        return {identifier: self.correct(identifier) for identifier in self.declared}

    def score(self, answer: dict[str, list[str]]) -> float:
        processing = self.item.find(f"{NAMESPACE}responseProcessing")
        assert processing is not None
        template = processing.get("template", "").rpartition("/")[2]
        if template == "match_correct":
            return float(self.same("RESPONSE", answer["RESPONSE"], self.correct("RESPONSE")))
        if template == "map_response":
            return self.mapped("RESPONSE", answer)
        score = 0.0
        for rule in processing:
            if name(rule) == "setOutcomeValue" and rule.get("identifier") == "SCORE":
                score = float(self.value(rule[0], answer))
            elif name(rule) == "responseCondition" and self.value(rule[0][0], answer):
                score = 1.0
        return score

    def same(self, identifier: str, given: list[str], wanted: list[str]) -> bool:
        if self.declared[identifier].get("cardinality") == "multiple":
            return sorted(given) == sorted(wanted)
        return given == wanted

    def mapped(self, identifier: str, answer: dict[str, list[str]]) -> float:
        mapping = self.declared[identifier].find(f"{NAMESPACE}mapping")
        assert mapping is not None
        total = 0.0
        for given in answer[identifier]:
            for entry in mapping:
                key = entry.get("mapKey", "")
                case = entry.get("caseSensitive", "true") == "true"
                if given == key or (not case and given.lower() == key.lower()):
                    total += float(entry.get("mappedValue", "0"))
                    break
        return max(total, float(mapping.get("lowerBound", "-inf")))

    def value(self, expression: Element, answer: dict[str, list[str]]):
        inner = [self.value(child, answer) for child in expression]
        match name(expression):
            case "mapResponse":
                return self.mapped(expression.get("identifier", ""), answer)
            case "variable":
                return answer[expression.get("identifier", "")]
            case "correct":
                return self.correct(expression.get("identifier", ""))
            case "baseValue":
                return expression.text
            case "ordered":
                return inner
            case "sum":
                return sum(inner)
            case "or":
                return any(inner)
            case "match":
                return inner[0] == inner[1]
            case "equal":
                tolerance = float(expression.get("tolerance", "0 0").split()[0])
                return abs(float(inner[0][0]) - float(inner[1][0])) <= tolerance
        raise AssertionError(name(expression))


def exported(source: Path, tmp_path: Path, command) -> tuple[dict[str, Element], str]:
    target = tmp_path / "quiz.zip"
    result = command("export", source, "--to", "qti", "-o", target)
    with zipfile.ZipFile(target) as package:
        items = {
            found.removesuffix(".xml").removeprefix("q-"): ElementTree.fromstring(package.read(found))
            for found in package.namelist()
        }
    manifest = items.pop("imsmanifest")
    listed = {part.get("href") for part in manifest.iter() if part.tag.endswith("}file")}
    assert listed == {f"q-{key}.xml" for key in items}
    return items, result.output


@pytest.fixture
def showcase(tmp_path, command):
    command("new", "course", tmp_path / "c", "--title", "One of <each>", "--languages", "en")
    return exported(tmp_path / "c" / "en" / "01-one-of-each.md", tmp_path, command)


def test_every_item_has_the_structure_of_qti(showcase):
    items, output = showcase
    assert set(items) == {
        "one-is-right",
        "several-are-right",
        "with-drawn-values",
        "in-a-word",
        "of-a-batch",
        "in-code",
        "the-training-step",
        "what-does-what",
        "build-a-network-look-back",
    }
    for item in items.values():
        valid(item)
    for left_out in ("what-it-prints", "build-a-network/write-it", "build-a-network/mend-it"):
        assert left_out in output


def test_the_right_answer_of_every_item_gets_full_marks(showcase):
    items, _ = showcase
    for key, item in items.items():
        grader = Grader(item)
        if key == "build-a-network-look-back":
            assert grader.right() == {"RESPONSE": []}
            continue
        assert grader.score(grader.right()) == pytest.approx(1.0, abs=1e-4), key
        assert grader.score({identifier: ["nothing"] for identifier in grader.right()} | _zero(key)) == 0.0, (
            key
        )


def _zero(key: str) -> dict[str, list[str]]:
    return {"RESPONSE": ["-1"]} if key == "with-drawn-values" else {}


def test_answers_that_are_partly_right(showcase):
    items, _ = showcase
    several = Grader(items["several-are-right"])
    assert several.score({"RESPONSE": ["a"]}) == 0.5
    assert several.score({"RESPONSE": ["a", "b", "c"]}) == 0.5
    assert several.score({"RESPONSE": ["c", "d"]}) == 0.0
    gaps = Grader(items["in-code"])
    assert gaps.score({"RESPONSE1": ["requires_grad_"], "RESPONSE2": ["train"]}) == 0.5
    pairs = Grader(items["what-does-what"])
    assert pairs.score({"RESPONSE": ["l1 r1", "l2 r3"]}) == pytest.approx(1 / 3, abs=1e-4)


def test_shapes_may_be_written_in_several_ways(showcase):
    shape = Grader(showcase[0]["of-a-batch"])
    for text in ("(N, 784)", "(N,784)", "[N, 784]", "n, 784"):
        assert shape.score({"RESPONSE": [text]}) == 1.0, text


def test_lines_that_may_change_places_and_lines_that_do_not_belong(showcase):
    item = showcase[0]["the-training-step"]
    order = Grader(item)
    assert order.score({"RESPONSE": ["l2", "l1", "l3", "l4"]}) == 1.0
    assert order.score({"RESPONSE": ["l1", "l2", "l3", "l4", "l5"]}) == 0.0
    (interaction,) = order.all("orderInteraction")
    assert (interaction.get("minChoices"), interaction.get("maxChoices")) == ("1", "5")


def test_options_that_stay_last_and_their_feedback(showcase):
    one = Grader(showcase[0]["one-is-right"])
    assert [choice.get("fixed") for choice in one.all("simpleChoice")] == [None, None, "true"]
    remarks = {part.get("identifier"): "".join(part.itertext()) for part in one.all("feedbackInline")}
    assert remarks["a"] == "Right: three zeros, in one dimension."
    assert "A tensor is made by" in "".join(one.all("modalFeedback")[0].itertext())
    outcomes = {part.get("identifier") for part in one.all("outcomeDeclaration")}
    assert outcomes == {"SCORE", "FEEDBACK", "SHOWN"}


def test_numbers_have_their_tolerance_and_unit(tmp_path, command):
    file = tmp_path / "01-a.md"
    file.write_text(f"{HEAD}:::{{number}} n\n?\n:answer: 2.5\n:tolerance: 0.1\n:unit: <kg>\n:::\n")
    items, _ = exported(file, tmp_path, command)
    valid(items["n"])
    grader = Grader(items["n"])
    assert [grader.score({"RESPONSE": [text]}) for text in ("2.45", "2.61")] == [1.0, 0.0]
    assert "<kg>" in "".join(items["n"].itertext())


def test_indentation_is_given_and_too_many_orders_are_left_out(tmp_path, command):
    file = tmp_path / "01-a.md"
    lines = "\n".join(f"{number}. line {number}" for number in range(1, 7))
    file.write_text(
        f"{HEAD}:::{{order}} o\n?\n\n```python\nfor x in y:\n    print(x)\n```\n\n:indent:\n:::\n\n"
        f":::{{order}} many\n?\n\n{lines}\n\n:any: 1 2 3 4 5 6\n:::\n"
    )
    items, output = exported(file, tmp_path, command)
    assert set(items) == {"o"}
    assert "many" in output
    valid(items["o"])
    texts = {
        choice.get("identifier"): "".join(choice.itertext())
        for choice in Grader(items["o"]).all("simpleChoice")
    }
    assert texts["l2"] == "\u00a0" * 4 + "print(x)"


def test_nothing_that_is_asked_gets_lost(tmp_path, command):
    file = tmp_path / "01-a.md"
    prompt = "First\n\n- an item\n\n| a | b |\n|---|---|\n| c | d |\n\n> said\n\n$$\nx\n$$\n\n```python\ny = 1\n```\n"
    file.write_text(f"{HEAD}:::{{choice}} q\n{prompt}\n- [x] r\n- [ ] w\n:::\n")
    items, _ = exported(file, tmp_path, command)
    valid(items["q"])
    words = "".join(Grader(items["q"]).all("prompt")[0].itertext())
    for piece in ("First", "an item", "c | d", "said", "x", "y\u00a0=\u00a01"):
        assert piece in words


def test_a_diagram_is_drawn_and_described(tmp_path, command):
    file = tmp_path / "01-a.md"
    net = "graph LR\n  accDescr: Pixels become classes.\n  A[pixels] --> B[classes]\n"
    file.write_text(f"{HEAD}:::{{choice}} q\n?\n\n```mermaid\n{net}```\n\n- [x] r\n- [ ] w\n:::\n")
    items, _ = exported(file, tmp_path, command)
    valid(items["q"])
    words = "".join(Grader(items["q"]).all("prompt")[0].itertext())
    assert "Pixels become classes." in words
    assert "│" in words
    assert "graph" not in words
