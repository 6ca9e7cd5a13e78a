"""A lesson's questions as a QTI 2.1 package, for Moodle and other learning platforms."""

from __future__ import annotations

import zipfile
from collections.abc import Container, Sequence
from pathlib import Path
from xml.etree import ElementTree

from evoclass.exercise import Choice, Text
from evoclass.model import Drawing, Image, Lesson, MathBlock, Span, inlines, walk
from evoclass_author.accepted import takes_more
from evoclass_author.asked import Question
from evoclass_author.losses import Losses
from evoclass_author.qti_items import item
from evoclass_author.xhtml import identifier

CP = "http://www.imsglobal.org/xsd/imscp_v1p1"


def write(lesson: Lesson, asked: Sequence[Question], losses: Losses, target: Path) -> int:
    """Write the package; return how many questions it contains."""
    items: dict[str, str] = {}
    for question in asked:
        name = question.block.id
        xml = item(question, lesson)
        if question.failure:
            losses.add("broken_gone", f"{name} ({question.failure})")
        elif xml is None:
            losses.add("left_out" if question.known else "kinds_gone", name)
        else:
            items[_free(identifier(name), items)] = xml
            _note(question, losses)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        # The same date at every export, so that the same lesson gives the same file.
        package.writestr(
            zipfile.ZipInfo("imsmanifest.xml"), _manifest(lesson, list(items)), zipfile.ZIP_DEFLATED
        )
        for name, xml in items.items():
            package.writestr(zipfile.ZipInfo(f"{name}.xml"), xml, zipfile.ZIP_DEFLATED)
    return len(items)


def _note(asked: Question, losses: Losses) -> None:
    """Note the parts of a question that do not fit into an item."""
    name = asked.block.id
    if asked.block.hints:
        losses.add("hints", name)
    if asked.replies or (asked.remarks and type(asked.fields[0]) is not Choice):
        losses.add("feedback", name)
    if isinstance(asked.fields[0], Text) and asked.checkable and takes_more(asked):
        losses.add("spellings", name)
    for block in walk((*asked.story, *asked.block.prompt, *asked.block.explanation)):
        if isinstance(block, Image):
            losses.add("images_gone", name)
        if isinstance(block, Drawing) and not (block.text or block.blocks):
            losses.add("drawings", name)
        if isinstance(block, MathBlock):
            losses.add("formulas", name)
        for part in inlines(block):
            if isinstance(part, Span) and "math" in part.marks:
                losses.add("formulas", name)
            if isinstance(part, Span) and "link" in part.marks:
                losses.add("links", part.href)


def _free(name: str, taken: Container[str]) -> str:
    """Return a name that no other item has: `a/b` and `a-b` are the same to XML."""
    free, copy = name, 2
    while free in taken:
        free, copy = f"{name}-{copy}", copy + 1
    return free


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
