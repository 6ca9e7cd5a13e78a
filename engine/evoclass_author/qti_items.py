"""Questions as QTI 2.1 assessment items: the interaction and the right answers of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import permutations, product
from math import factorial, prod

from evoclass.exercise import Choice, Field, Match, Number, Option, Order, Text, Value
from evoclass.model import Lesson
from evoclass_author.accepted import accepted, without_accents
from evoclass_author.asked import Question, entries
from evoclass_author.escaping import text
from evoclass_author.qti_xml import RESPONSE, AssessmentItem, written
from evoclass_author.xhtml import lines, prompt, prose, xhtml

MOST_ORDERS = 48
"""Most right orders of lines that are written out; a question with more is left out."""

INDENT = "&#160;" * 4

GAP = re.compile(r"__(\d+)__")
"""A numbered gap in the program of a `blanks` question."""


def item(asked: Question, lesson: Lesson) -> str | None:
    """Return a question as an assessment item, or None when QTI cannot grade it."""
    made = _made(asked)
    return None if made is None else written(made, asked, lesson)


def _made(asked: Question) -> AssessmentItem | None:
    fields = list(asked.fields)
    if asked.block.exercise.runs_code or not asked.known or not asked.solved:
        return None
    texts = [part for part in fields if isinstance(part, Text) and part.lines == 1]
    if len(texts) == len(fields) > 1:
        return _gaps(asked, fields) if asked.checkable else None
    if isinstance(fields[0], Text) and fields[0].lines > 1:
        return _essay(asked, fields, asked.value(fields[0]))
    if len(fields) != 1:
        return None
    value = asked.value(fields[0])
    match fields[0]:
        case Choice() as choice:
            return _choice(asked, choice, value)
        case Order() as order:
            return _order(asked, order, value)
        case Match() as match:
            return _match(asked, match, value)
        case Number(unit=unit) if asked.checkable:
            return _number(asked, unit, value)
        case Text() if asked.checkable:
            return _text(asked)
    return None


def _choice(asked: Question, choice: Choice, value: Value) -> AssessmentItem | None:
    right = [str(key) for key in value] if isinstance(value, list) else [str(value)]
    if not right:
        return None
    remarks = {item.key: item.feedback for item in asked.own("items", ()) if item.feedback}
    last = asked.own("last", 0)
    fixed = {option.key for option in choice.options[len(choice.options) - last :]}
    options = ""
    for option in choice.options:
        remark = remarks.get(option.key, ())
        shown = (
            f" <feedbackInline outcomeIdentifier='FEEDBACK' identifier='{text(option.key)}' showHide='show'>"
            f"{xhtml(remark)}</feedbackInline>"
            if remark
            else ""
        )
        kept = " fixed='true'" if option.key in fixed else ""
        options += (
            f"<simpleChoice identifier='{text(option.key)}'{kept}>{xhtml(option.text)}{shown}</simpleChoice>"
        )
    made = AssessmentItem(feedback=bool(remarks), multiple=choice.multiple)
    most = 0 if choice.multiple else 1
    shuffle = str(bool(asked.own("shuffle", False))).lower()
    made.body = (
        f"<choiceInteraction responseIdentifier='{RESPONSE}' shuffle='{shuffle}' maxChoices='{most}'>"
        f"<prompt>{prompt(asked)}</prompt>{options}</choiceInteraction>"
    )
    if choice.multiple:
        share = 1 / len(right)
        points = {option.key: share if option.key in right else -share for option in choice.options}
        made.declare("identifier", right, "multiple", _mapping(points, lowest=0))
        made.score, made.template = f"<mapResponse identifier='{RESPONSE}'/>", "map_response"
    else:
        made.declare("identifier", right)
        made.template = "match_correct"
    return made


def _order(asked: Question, order: Order, value: Value) -> AssessmentItem | None:
    levels = dict(entries(order, value))
    keys = list(levels)
    orders = _orders(keys, asked.own("groups", ()))
    if not keys or orders is None:
        return None
    # QTI cannot ask for indentation, so it is given; extra lines have that of the first level.
    shown = {line.key: INDENT * levels.get(line.key, 0) + xhtml(line.text) for line in order.items}
    choices = "".join(
        f"<simpleChoice identifier='{text(key)}'>{line}</simpleChoice>" for key, line in shown.items()
    )
    some = f" minChoices='1' maxChoices='{len(order.items)}'" if order.optional else ""
    made = AssessmentItem(template="match_correct")
    made.body = (
        f"<orderInteraction responseIdentifier='{RESPONSE}' shuffle='true'{some}>"
        f"<prompt>{prompt(asked)}</prompt>{choices}</orderInteraction>"
    )
    made.declare("identifier", keys, "ordered")
    if len(orders) > 1:
        made.template, made.score = "", _one_of(orders)
    return made


def _orders(keys: list[str], groups: Iterable[frozenset[int]]) -> list[list[str]] | None:
    """Return every right order; None when there are too many."""
    places = [sorted(group) for group in groups]
    if prod(factorial(len(group)) for group in places) > MOST_ORDERS:
        return None
    found = []
    for choice in product(*(permutations(group) for group in places)):
        order = keys[:]
        for group, wanted in zip(places, choice, strict=True):
            for place, source in zip(group, wanted, strict=True):
                order[place] = keys[source]
        found.append(order)
    return found


def _one_of(orders: Sequence[Sequence[str]]) -> str:
    """Return an expression that is 1 for each of several orders; it is a condition, written as a separate rule."""
    tests = ""
    for order in orders:
        values = "".join(f"<baseValue baseType='identifier'>{text(key)}</baseValue>" for key in order)
        tests += f"<match><variable identifier='{RESPONSE}'/><ordered>{values}</ordered></match>"
    return f"<or>{tests}</or>"


def _match(asked: Question, match: Match, value: Value) -> AssessmentItem:
    pairs = value if isinstance(value, dict) else {}
    right = [f"l{key} {other}" for key, other in pairs.items()]

    def side(options: Iterable[Option], prefix: str, most: int) -> str:
        inner = "".join(
            f"<simpleAssociableChoice identifier='{prefix}{text(option.key)}' matchMax='{most}'>{xhtml(option.text)}"
            "</simpleAssociableChoice>"
            for option in options
        )
        return f"<simpleMatchSet>{inner}</simpleMatchSet>"

    made = AssessmentItem(score=f"<mapResponse identifier='{RESPONSE}'/>", template="map_response")
    made.body = (
        f"<matchInteraction responseIdentifier='{RESPONSE}' shuffle='true' maxAssociations='{len(match.left)}'>"
        f"<prompt>{prompt(asked)}</prompt>{side(match.left, 'l', 1)}{side(match.right, '', len(match.left))}"
        "</matchInteraction>"
    )
    points = {pair: 1 / len(right) for pair in right}
    made.declare("directedPair", right, "multiple", _mapping(points))
    return made


def _number(asked: Question, unit: str, value: Value) -> AssessmentItem:
    number = f"{value:.12g}" if isinstance(value, (int, float)) else str(value)
    tolerance = float(asked.own("tolerance", 0))
    shown = f" {text(unit)}" if unit else ""
    made = AssessmentItem(template="match_correct")
    entry = f"<textEntryInteraction responseIdentifier='{RESPONSE}' expectedLength='12'/>"
    made.body = f"{prose(asked)}<p>{entry}{shown}</p>"
    made.declare("float", [number])
    if tolerance:
        made.template = ""
        made.score = (
            f"<equal toleranceMode='absolute' tolerance='{tolerance:.12g} {tolerance:.12g}'>"
            f"<variable identifier='{RESPONSE}'/><correct identifier='{RESPONSE}'/></equal>"
        )
    return made


def _text(asked: Question) -> AssessmentItem:
    (texts,) = accepted(asked).values()
    made = AssessmentItem(score=f"<mapResponse identifier='{RESPONSE}'/>", template="map_response")
    made.body = (
        f"{prose(asked)}<p><textEntryInteraction responseIdentifier='{RESPONSE}' expectedLength='40'/></p>"
    )
    folds = asked.own("folds", ("case",))
    if "accents" in folds:
        texts = list(dict.fromkeys([*texts, *map(without_accents, texts)]))
    case = "case" not in folds
    made.declare("string", texts[:1], mapping=_mapping(dict.fromkeys(texts, 1.0), case=case))
    return made


def _gaps(asked: Question, fields: Sequence[Field]) -> AssessmentItem | None:
    """Return a program with an entry for each gap."""
    right = accepted(asked)
    if len(right) != len(fields):
        return None
    made = AssessmentItem()
    for number, texts in enumerate(right.values(), 1):
        mapping = _mapping(dict.fromkeys(texts, 1 / len(right)), case=True)
        made.declare("string", texts[:1], mapping=mapping, name=f"{RESPONSE}{number}")
        made.score += f"<mapResponse identifier='{RESPONSE}{number}'/>"
    made.score = f"<sum>{made.score}</sum>"
    entries = {
        f"__{number}__": f"<textEntryInteraction responseIdentifier='{RESPONSE}{number}' expectedLength='20'/>"
        for number in range(1, len(right) + 1)
    }
    # Each gap is used once; other text that looks like a gap stays text.
    made.body = GAP.sub(lambda found: entries.pop(found[0], found[0]), prose(asked))
    return made


def _essay(asked: Question, fields: Sequence[Field], answer: Value) -> AssessmentItem:
    """Return a free text, with the information that a human grader needs."""
    entry = fields[0]
    criteria = [option for part in fields[1:] for option in part.parts()]
    items = "".join(f"<li>{xhtml(option.text)}</li>" for option in criteria)
    listed = f"<ul>{items}</ul>" if items else ""
    made = AssessmentItem()
    made.body = (
        f"<rubricBlock view='scorer tutor'><p>{lines(str(answer))}</p>{listed}</rubricBlock>"
        f"<extendedTextInteraction responseIdentifier='{RESPONSE}' expectedLines='{getattr(entry, 'lines', 5)}'>"
        f"<prompt>{prompt(asked)}</prompt></extendedTextInteraction>"
    )
    made.declare("string", [])
    return made


def _mapping(points: dict[str, float], *, lowest: float | None = None, case: bool | None = None) -> str:
    """Return the score of each answer."""
    bound = f" lowerBound='{lowest:g}'" if lowest is not None else ""
    sensitive = "" if case is None else f" caseSensitive='{str(case).lower()}'"
    entries = "".join(
        f"<mapEntry mapKey='{text(key)}' mappedValue='{value:.6g}'{sensitive}/>"
        for key, value in points.items()
    )
    return f"<mapping{bound} defaultValue='0'>{entries}</mapping>"
