"""The public surface of the data: import models from here, not from the modules behind it."""

from .articles import Article, Fact, Statement
from .audit import AuditEvent, ModerationEvent
from .editions import Edition, current_edition, read_edition
from .opinions import WAITS, ModerationRule, Opinion
from .questionnaire import Item, Option, Questionnaire, read_questionnaire
from .responses import Answers, Response, Tally
from .surveys import Choice, Question, Survey

__all__ = [
    "WAITS",
    "Answers",
    "Article",
    "AuditEvent",
    "Choice",
    "Edition",
    "Fact",
    "Item",
    "ModerationEvent",
    "ModerationRule",
    "Opinion",
    "Option",
    "Question",
    "Questionnaire",
    "Response",
    "Statement",
    "Survey",
    "Tally",
    "current_edition",
    "read_edition",
    "read_questionnaire",
]
