"""The public surface of the data: import models from here, not from the modules behind it."""

from .articles import Article, Fact, Milestone, Statement
from .audit import AuditEvent, display_name, record
from .editions import Edition, PublishedReply, current_edition, read_edition
from .exports import PreparedExport
from .integrity import Flag, FlagGroup
from .moderation import Appeal, Escalation, ModerationEvent, SecondLook
from .notices import Notice, Reply
from .opinions import WAITS, ModerationNote, Opinion, OpinionVersion, Signal
from .questionnaire import Item, Option, Questionnaire, read_questionnaire
from .questions import AudienceShare, Choice, Question
from .releases import Release
from .responses import Answers, NetworkSalt, Response, Tally
from .rules import ModerationRule, ModerationWord
from .surveys import Blackout, Survey
from .translations import Translation, translations_among

__all__ = [
    "WAITS",
    "Answers",
    "Appeal",
    "Article",
    "AudienceShare",
    "AuditEvent",
    "Blackout",
    "Choice",
    "Edition",
    "Escalation",
    "Fact",
    "Flag",
    "FlagGroup",
    "Item",
    "Milestone",
    "ModerationEvent",
    "ModerationNote",
    "ModerationRule",
    "ModerationWord",
    "NetworkSalt",
    "Notice",
    "Opinion",
    "OpinionVersion",
    "Option",
    "PreparedExport",
    "PublishedReply",
    "Question",
    "Questionnaire",
    "Release",
    "Reply",
    "Response",
    "SecondLook",
    "Signal",
    "Statement",
    "Survey",
    "Tally",
    "Translation",
    "current_edition",
    "display_name",
    "read_edition",
    "read_questionnaire",
    "record",
    "translations_among",
]
