"""A lesson's questions as a QTI 2.1 package, for Moodle and other learning platforms."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

from evoclass.i18n import Catalog
from evoclass.model import ExerciseBlock, Lesson
from evoclass_author.qti_items import identifier, item

CP = "http://www.imsglobal.org/xsd/imscp_v1p1"


def write(lesson: Lesson, catalog: Catalog, target: Path) -> tuple[int, list[ExerciseBlock]]:
    """Write the package; return how many questions it holds and which are left out."""
    items: dict[str, str] = {}
    left_out = []
    for block in lesson.exercises:
        xml = item(block, lesson)
        if xml is None:
            left_out.append(block)
        else:
            items[identifier(block.id)] = xml
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", _manifest(lesson, list(items)))
        for name, xml in items.items():
            package.writestr(f"{name}.xml", xml)
    return len(items), left_out


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
