"""What a question says to the screen: it asks for everything, and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from evoclass.exercise import Answer

if TYPE_CHECKING:
    from evoclass_tui.widgets.question import Question


@dataclass
class AnswerSubmitted(Message, namespace="reader"):
    """The learner wants an answer checked."""

    block_id: str
    answer: Answer


@dataclass
class AnswerDrafted(Message, namespace="reader"):
    """The learner changed an answer, and may leave without having it checked."""

    block_id: str
    answer: Answer


@dataclass
class HintWanted(Message, namespace="reader"):
    """The learner wants the next hint."""

    block_id: str


@dataclass
class RevealWanted(Message, namespace="reader"):
    """The learner wants to see the solution, and knows what it costs."""

    block_id: str


@dataclass
class RetryWanted(Message, namespace="reader"):
    """The learner wants to answer once more."""

    block_id: str


@dataclass
class GaveUp(Message, namespace="question"):
    """The question's plugin has failed; a note stands in its place."""

    block_id: str


@dataclass
class Completed(Message, namespace="question"):
    """The question is passed, or its solution is seen, and it has given the focus to the page."""

    question: Question
