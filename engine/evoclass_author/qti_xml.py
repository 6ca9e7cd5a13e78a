"""A QTI 2.1 assessment item as XML: declarations, body, processing of the response, feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evoclass.model import Lesson
from evoclass_author.asked import Question
from evoclass_author.escaping import text
from evoclass_author.xhtml import identifier, paragraphs

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
QTI_XSD = "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"

RESPONSE = "RESPONSE"


@dataclass
class AssessmentItem:
    """The parts of an item, in the order in which QTI wants them."""

    body: str = ""
    responses: list[str] = field(default_factory=list)
    score: str = ""
    """Expression that gives the score; without one, a template or a person gives it."""
    template: str = ""
    feedback: bool = False
    """Whether options have their own feedback."""
    multiple: bool = False

    def declare(
        self,
        kind: str,
        right: Sequence[str],
        cardinality: str = "single",
        mapping: str = "",
        name: str = RESPONSE,
    ) -> None:
        """Declare the kind of the expected answer and the right one."""
        values = "".join(f"<value>{text(value)}</value>" for value in right)
        correct = f"<correctResponse>{values}</correctResponse>" if right else ""
        self.responses.append(
            f"<responseDeclaration identifier='{name}' cardinality='{cardinality}' baseType='{kind}'>"
            f"{correct}{mapping}</responseDeclaration>"
        )


def written(made: AssessmentItem, asked: Question, lesson: Lesson) -> str:
    title = text(f"{lesson.title}: {asked.block.id}")
    outcomes = _outcome("SCORE", "float", "0")
    modal = ""
    if made.feedback:
        many = "multiple" if made.multiple else "single"
        outcomes += f"<outcomeDeclaration identifier='FEEDBACK' cardinality='{many}' baseType='identifier'/>"
    if asked.block.explanation:
        outcomes += _outcome("SHOWN", "identifier", "explanation")
        modal = (
            "<modalFeedback outcomeIdentifier='SHOWN' identifier='explanation' showHide='show'>"
            f"{paragraphs(asked.block.explanation)}</modalFeedback>"
        )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f"<assessmentItem xmlns='{QTI}' xmlns:xsi='{XSI}' xsi:schemaLocation='{QTI} {QTI_XSD}' "
        f"identifier='{identifier(asked.block.id)}' title='{title}' adaptive='false' timeDependent='false' "
        f"xml:lang='{text(lesson.language)}'>{''.join(made.responses)}{outcomes}"
        f"<itemBody>{made.body}</itemBody>{_processing(made)}{modal}</assessmentItem>\n"
    )


def _outcome(name: str, kind: str, value: str) -> str:
    return (
        f"<outcomeDeclaration identifier='{name}' cardinality='single' baseType='{kind}'>"
        f"<defaultValue><value>{value}</value></defaultValue></outcomeDeclaration>"
    )


def _processing(made: AssessmentItem) -> str:
    """Return the rules that give the score, by name if QTI has a template for them."""
    if made.template and not made.feedback:
        return f"<responseProcessing template='{TEMPLATES}/{made.template}'/>"
    if not made.score and not made.template:
        return ""  # a person gives the score
    score = (
        made.score or f"<match><variable identifier='{RESPONSE}'/><correct identifier='{RESPONSE}'/></match>"
    )
    if score.startswith(("<mapResponse", "<sum")):
        rule = f"<setOutcomeValue identifier='SCORE'>{score}</setOutcomeValue>"
    else:
        rule = (
            f"<responseCondition><responseIf>{score}<setOutcomeValue identifier='SCORE'>"
            "<baseValue baseType='float'>1</baseValue></setOutcomeValue></responseIf></responseCondition>"
        )
    told = ""
    if made.feedback:
        told = f"<setOutcomeValue identifier='FEEDBACK'><variable identifier='{RESPONSE}'/></setOutcomeValue>"
    return f"<responseProcessing>{told}{rule}</responseProcessing>"
