"""The public surface of the data: import models from here, not from the modules behind it."""

from .articles import Article, Fact, Milestone, Statement
from .audit import AuditEvent, ModerationEvent, display_name, record
from .editions import Edition, current_edition, read_edition
from .integrity import Flag, FlagGroup
from .opinions import WAITS, ModerationRule, Opinion
from .questionnaire import Item, Option, Questionnaire, read_questionnaire
from .questions import AudienceShare, Choice, Question
from .releases import Release
from .responses import Answers, NetworkSalt, Response, Tally
from .surveys import Blackout, Survey

__all__ = [
    "WAITS",
    "Answers",
    "Article",
    "AudienceShare",
    "AuditEvent",
    "Blackout",
    "Choice",
    "Edition",
    "Fact",
    "Flag",
    "FlagGroup",
    "Item",
    "Milestone",
    "ModerationEvent",
    "ModerationRule",
    "NetworkSalt",
    "Opinion",
    "Option",
    "Question",
    "Questionnaire",
    "Release",
    "Response",
    "Statement",
    "Survey",
    "Tally",
    "current_edition",
    "display_name",
    "read_edition",
    "read_questionnaire",
    "record",
]
