"""A lesson's questions as a QTI 2.1 package, for Moodle and other learning platforms."""

from __future__ import annotations

import re
import zipfile
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from evoclass.exercise import Choice, Match, Number, Order, Text
from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock, Inlines, Lesson, LineBreak, Live, Paragraph, Span

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
QTI_XSD = "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"


def write(lesson: Lesson, catalog: Catalog, target: Path) -> tuple[int, list[ExerciseBlock]]:
    """Write the package; return how many questions it holds and which are left out."""
    items: dict[str, str] = {}
    left_out = []
    for block in lesson.exercises:
        xml = item(block, lesson)
        if xml is None:
            left_out.append(block)
        else:
            items[_identifier(block.id)] = xml
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", _manifest(lesson, list(items)))
        for name, xml in items.items():
            package.writestr(f"{name}.xml", xml)
    return len(items), left_out


def item(block: ExerciseBlock, lesson: Lesson) -> str | None:
    """Return one question as an assessment item, or None when QTI has no interaction for it."""
    fields = list(block.exercise.form())
    if len(fields) != 1 or block.exercise.runs_code:
        return None
    field = fields[0]
    value = block.exercise.solution().get(field.name)
    prompt = _prompt(block)
    match field:
        case Choice(options=options, multiple=multiple):
            right = [str(key) for key in value] if isinstance(value, list) else [str(value)]
            choices = "".join(
                f"<simpleChoice identifier='{option.key}'>{xhtml(option.text)}</simpleChoice>"
                for option in options
            )
            shuffle = str(bool(getattr(block.exercise, "shuffle", False))).lower()
            most = 0 if multiple else 1
            body = (
                f"<choiceInteraction responseIdentifier='RESPONSE' shuffle='{shuffle}' maxChoices='{most}'>"
                f"<prompt>{prompt}</prompt>{choices}</choiceInteraction>"
            )
            return _item(block, lesson, "multiple" if multiple else "single", "identifier", right, body)
        case Order(items=lines, indent=False, optional=False):
            right = [str(key) for key in value] if isinstance(value, list) else []
            choices = "".join(
                f"<simpleChoice identifier='{line.key}'>{xhtml(line.text)}</simpleChoice>" for line in lines
            )
            body = (
                "<orderInteraction responseIdentifier='RESPONSE' shuffle='true'>"
                f"<prompt>{prompt}</prompt>{choices}</orderInteraction>"
            )
            return _item(block, lesson, "ordered", "identifier", right, body)
        case Match(left=left, right=rights):
            pairs = value if isinstance(value, dict) else {}
            right = [f"l{key} {other}" for key, other in pairs.items()]
            sets = "".join(
                f"<simpleAssociableChoice identifier='l{option.key}' matchMax='1'>{xhtml(option.text)}"
                "</simpleAssociableChoice>"
                for option in left
            )
            others = "".join(
                f"<simpleAssociableChoice identifier='{option.key}' matchMax='{len(left)}'>{xhtml(option.text)}"
                "</simpleAssociableChoice>"
                for option in rights
            )
            body = (
                f"<matchInteraction responseIdentifier='RESPONSE' shuffle='true' maxAssociations='{len(left)}'>"
                f"<prompt>{prompt}</prompt><simpleMatchSet>{sets}</simpleMatchSet>"
                f"<simpleMatchSet>{others}</simpleMatchSet></matchInteraction>"
            )
            return _item(block, lesson, "multiple", "directedPair", right, body)
        case Number():
            number = f"{value:g}" if isinstance(value, (int, float)) else str(value)
            body = f"<p>{prompt}</p><p><textEntryInteraction responseIdentifier='RESPONSE' expectedLength='12'/></p>"
            return _item(
                block,
                lesson,
                "single",
                "float",
                [number],
                body,
                float(getattr(block.exercise, "tolerance", 0)),
            )
        case Text(lines=1):
            body = f"<p>{prompt}</p><p><textEntryInteraction responseIdentifier='RESPONSE' expectedLength='40'/></p>"
            accepted = getattr(block.exercise, "accepted", (str(value),))
            texts = [text for text in accepted if isinstance(text, str)] or [str(value)]
            return _item(block, lesson, "single", "string", texts, body)
    return None


def _item(
    block: ExerciseBlock,
    lesson: Lesson,
    cardinality: str,
    kind: str,
    right: list[str],
    body: str,
    tolerance: float = 0.0,
) -> str:
    name = _identifier(block.id)
    shown = right[:1] if cardinality == "single" else right
    values = "".join(f"<value>{escape(value)}</value>" for value in shown)
    mapping, processing = "", f"<responseProcessing template='{TEMPLATES}/match_correct'/>"
    if kind == "string":
        entries = "".join(
            f"<mapEntry mapKey='{escape(text, quote=True)}' mappedValue='1' caseSensitive='false'/>"
            for text in right
        )
        mapping = f"<mapping defaultValue='0'>{entries}</mapping>"
        processing = f"<responseProcessing template='{TEMPLATES}/map_response'/>"
    elif tolerance:
        processing = _within(tolerance)
    title = escape(f"{lesson.title}: {block.id}", quote=True)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f"<assessmentItem xmlns='{QTI}' xmlns:xsi='{XSI}' xsi:schemaLocation='{QTI} {QTI_XSD}' "
        f"identifier='{name}' title='{title}' adaptive='false' timeDependent='false' xml:lang='{lesson.language}'>"
        f"<responseDeclaration identifier='RESPONSE' cardinality='{cardinality}' baseType='{kind}'>"
        f"<correctResponse>{values}</correctResponse>{mapping}</responseDeclaration>"
        "<outcomeDeclaration identifier='SCORE' cardinality='single' baseType='float'>"
        "<defaultValue><value>0</value></defaultValue></outcomeDeclaration>"
        f"<itemBody>{body}</itemBody>{processing}</assessmentItem>\n"
    )


def _within(tolerance: float) -> str:
    """Return processing that accepts a number within a distance of the right one."""
    return (
        "<responseProcessing><responseCondition><responseIf>"
        f"<equal toleranceMode='absolute' tolerance='{tolerance:g} {tolerance:g}'>"
        "<variable identifier='RESPONSE'/><correct identifier='RESPONSE'/></equal>"
        "<setOutcomeValue identifier='SCORE'><baseValue baseType='float'>1</baseValue></setOutcomeValue>"
        "</responseIf></responseCondition></responseProcessing>"
    )


def _prompt(block: ExerciseBlock) -> str:
    parts = []
    for part in block.prompt:
        if isinstance(part, Paragraph):
            parts.append(xhtml(part.text))
        elif code := getattr(part, "code", ""):
            lines = "<br/>".join(escape(line).replace(" ", "&#160;") for line in code.rstrip().split("\n"))
            parts.append(f"<code>{lines}</code>")
    return "<br/>".join(parts)


def xhtml(items: Inlines) -> str:
    """Return inline items in the part of XHTML that QTI allows."""
    parts = []
    for item_ in items:
        match item_:
            case Span(text=text, marks=marks):
                shown = escape(text)
                for mark, tag in (("code", "code"), ("em", "em"), ("strong", "strong")):
                    shown = f"<{tag}>{shown}</{tag}>" if mark in marks else shown
                parts.append(shown)
            case Live(expression=expression):
                parts.append(f"<code>{escape(expression)}</code>")
            case LineBreak():
                parts.append("<br/>")
    return "".join(parts)


def _identifier(text: str) -> str:
    return "q-" + re.sub(r"[^A-Za-z0-9_.-]", "-", text)


def _manifest(lesson: Lesson, names: list[str]) -> str:
    root = ElementTree.Element("manifest", {"xmlns": CP, "identifier": f"evoclass-{lesson.id}"})
    metadata = ElementTree.SubElement(root, "metadata")
    ElementTree.SubElement(metadata, "schema").text = "QTIv2.1 Package"
    ElementTree.SubElement(metadata, "schemaversion").text = "1.0.0"
    ElementTree.SubElement(root, "organizations")
    resources = ElementTree.SubElement(root, "resources")
    for name in names:
        attributes = {"identifier": name, "type": "imsqti_item_xmlv2p1", "href": f"{name}.xml"}
        resource = ElementTree.SubElement(resources, "resource", attributes)
        ElementTree.SubElement(resource, "file", {"href": f"{name}.xml"})
    ElementTree.indent(root)
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + ElementTree.tostring(root, encoding="unicode") + "\n"
