"""What the page on personal data says, read from the very settings and constants that act."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from polls.answering.traces import SALT_DAYS
from polls.lib import codes
from polls.lib.http import ANSWER_COOKIE_DAYS, answer_cookie
from polls.models import Article, Edition, Survey
from polls.moderation.notices.services import CONTACT_DAYS as NOTICE_CONTACT_DAYS
from polls.moderation.replies.services import CONTACT_DAYS as REPLY_CONTACT_DAYS
from polls.results.erasure import due_at


@dataclass(frozen=True)
class Publisher:
    """Who is responsible. What nobody has filled in is said only where the site is developed."""

    name: str
    address: str
    contact: str
    to_complete: bool

    @property
    def is_mail(self) -> bool:
        return "@" in self.contact and " " not in self.contact


@dataclass(frozen=True)
class Days:
    """How long what is kept, in days; what ends in `_hours` or `_minutes` in those."""

    answers: int
    salts: int
    networks: int
    notice_contact: int
    reply_contact: int
    letters: int
    export_hours: int
    backups: int
    server_logs: int
    answer_cookie: int
    receipt_minutes: int
    rate_minutes: int


@dataclass(frozen=True)
class Asked:
    """One consultation: what it asks about the reader, when its answers go, where it stands.

    `due` is None as long as nobody has said when it closes. `erased`: the answers are deleted.
    """

    article: Article
    survey: Survey
    profile: tuple[str, ...]
    has_text: bool
    due: datetime | None
    closed: bool
    erased: datetime | None
    cookie: str
    sites: tuple[str, ...]


@dataclass(frozen=True)
class PrivacyNotice:
    publisher: Publisher
    days: Days
    asked: Asked | None
    answer_cookie: str
    receipt_cookie: str
    letter_cookie: str
    after: bool
    before: bool


def notice(edition: Edition | None) -> PrivacyNotice:
    """Of one consultation, or of the site; no query."""
    asked = _asked(edition) if edition else None
    moderation = asked.survey.moderation if asked else ""
    return PrivacyNotice(
        publisher=_publisher(),
        days=_days(asked.survey if asked else Survey()),
        asked=asked,
        answer_cookie=asked.cookie if asked else answer_cookie(0).replace("0", "…"),
        receipt_cookie=codes.COOKIE,
        letter_cookie=codes.LETTER,
        after=moderation != Survey.Moderation.BEFORE,
        before=moderation != Survey.Moderation.AFTER,
    )


def _publisher() -> Publisher:
    name, contact = settings.PUBLISHER_NAME, settings.PRIVACY_CONTACT
    missing = settings.DEBUG and not (name and contact)
    return Publisher(name or settings.SITE_NAME, settings.PUBLISHER_ADDRESS, contact, missing)


def _days(survey: Survey) -> Days:
    """`survey`: an empty one has what the newsroom gets unless it says otherwise."""
    return Days(
        answers=survey.retention_days,
        salts=SALT_DAYS,
        networks=settings.NETWORK_KEY_DAYS,
        notice_contact=NOTICE_CONTACT_DAYS,
        reply_contact=REPLY_CONTACT_DAYS,
        letters=settings.NOTICE_RETENTION_DAYS,
        export_hours=settings.EXPORT_HOURS,
        backups=settings.BACKUP_DAYS,
        server_logs=settings.SERVER_LOG_DAYS,
        answer_cookie=ANSWER_COOKIE_DAYS,
        receipt_minutes=codes.SECONDS // 60,
        rate_minutes=settings.RATE_WINDOW // 60,
    )


def _asked(edition: Edition) -> Asked:
    survey, due = edition.survey, due_at(edition.survey)
    return Asked(
        article=edition.article,
        survey=survey,
        profile=tuple(item.wording for item in edition.questionnaire.counted if item.profile),
        has_text=edition.questionnaire.text is not None,
        due=due,
        closed=edition.phase() == "closed",
        erased=survey.erased_at,
        cookie=answer_cookie(survey.pk),
        sites=tuple(survey.origins),
    )
