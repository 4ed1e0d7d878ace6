"""An article with one edition of its survey, read once and kept for a few seconds in a process."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, Literal

from cachetools import LRUCache
from django.db import Error
from django.db.models import Max, Model, Prefetch
from django.utils import timezone

from polls.lib.caching import kept_briefly
from polls.lib.prose import Anchor, Block, prose

from .articles import Article, Fact, Milestone, Statement
from .notices import Reply
from .questionnaire import Questionnaire, read_questionnaire
from .releases import Release
from .rules import ModerationRule
from .surveys import Blackout, Survey
from .translations import Translation, translations_of


def _values(row: Model) -> Iterator[Any]:
    return (getattr(row, column.attname) for column in row._meta.concrete_fields)


Phase = Literal["upcoming", "open", "closed"]


@dataclass(frozen=True)
class PublishedReply:
    """What readers see of a right of reply; how to reach its author isn't among it."""

    statement: int
    """The statement's number."""
    name: str
    capacity: str
    text: str
    published_at: datetime

    @property
    def by_representative(self) -> bool:
        return self.capacity == Reply.Capacity.REPRESENTATIVE


@dataclass(frozen=True, eq=False)
class Edition:
    """All that readers' pages need; nothing of it changes while readers answer."""

    survey: Survey
    article: Article
    statements: tuple[Statement, ...]
    questionnaire: Questionnaire
    rules: tuple[ModerationRule, ...]
    blackouts: tuple[Blackout, ...] = ()
    corrections: tuple[Milestone, ...] = ()
    replies: tuple[PublishedReply, ...] = ()
    latest_release: int | None = None
    translations: tuple[Translation, ...] = ()
    """This article among them; empty where there is no other."""
    # What was made of this edition, by the name of who made it.
    made: dict[Hashable, Any] = field(default_factory=dict)

    @cached_property
    def rows(self) -> tuple[Any, ...]:
        """Every value that it was read from, to tell whether something has changed."""
        facts = [fact for statement in self.statements for fact in statement.facts.all()]
        models = (
            self.survey,
            self.article,
            *self.statements,
            *facts,
            *self.rules,
            *self.blackouts,
            *self.corrections,
        )
        values = (tuple(_values(model)) for model in models)
        return (*values, self.questionnaire, self.replies, self.latest_release, self.translations)

    @cached_property
    def blocks(self) -> Sequence[Block]:
        anchors = [Anchor(s.number, s.anchor, s.prefix, s.suffix) for s in self.statements]
        return prose(self.article.body, anchors).blocks

    def is_meant_by(self, posted: Mapping[str, Any]) -> bool:
        """Whether a form was made for this edition; one that names none is taken at its word."""
        own = str(self.survey.pk)
        return str(posted.get("edition", own)) == own

    @cached_property
    def by_number(self) -> dict[int, Statement]:
        return {statement.number: statement for statement in self.statements}

    @cached_property
    def replies_to(self) -> dict[int, tuple[PublishedReply, ...]]:
        """The published rights of reply by the number of their statement, the oldest first."""
        found: dict[int, tuple[PublishedReply, ...]] = {}
        for reply in self.replies:
            found[reply.statement] = (*found.get(reply.statement, ()), reply)
        return found

    def is_blacked_out(self, now: datetime | None = None) -> bool:
        """Whether no figure may be shown to readers now, at any door."""
        now = now or timezone.now()
        return any(window.starts_at <= now < window.ends_at for window in self.blackouts)

    def seconds_to_blackout(self, now: datetime | None = None) -> float | None:
        """How long figures may still be shown; None where no blackout is ahead."""
        now = now or timezone.now()
        ahead = [window.starts_at for window in self.blackouts if window.starts_at > now]
        return (min(ahead) - now).total_seconds() if ahead else None

    def phase(self, now: datetime | None = None) -> Phase:
        """What the page says. (Whether an answer is taken, the database decides on insert.)"""
        now = now or timezone.now()
        if self.survey.opens_at and now < self.survey.opens_at:
            return "upcoming"
        if self.survey.closes_at and now >= self.survey.closes_at:
            return "closed"
        return "open"

    def takes_answers(self) -> bool:
        """Likewise: what was taken down takes none, whatever its dates say."""
        return self.survey.is_published and self.phase() == "open"


# As many as `kept_briefly` keeps; an archive that is crawled must not fill the memory.
_newest: LRUCache[str, Edition] = LRUCache(maxsize=256)
_lock = Lock()


@kept_briefly
def current_edition(slug: str) -> Edition | None:
    """The edition at an article's address, or None; eleven queries, once in a few seconds.

    As long as no row of it has changed it is the very same object, and what was made of it (its
    form, its page) is kept with it: reading it again is cheap, making it again isn't.
    """
    try:
        survey = Survey.objects.current(slug)
        edition = read_edition(survey) if survey else None
    except Error:  # the database is away: what it said last is better than nothing
        if slug in _newest:
            return _newest[slug]
        raise
    with _lock:
        before = _newest.get(slug)
        if edition is None:
            _newest.pop(slug, None)
        elif before is not None and before.rows == edition.rows:
            return before
        else:
            _newest[slug] = edition
    return edition


def read_edition(survey: Survey) -> Edition:
    """Any edition, a draft's too (for the editor's preview)."""
    facts = Prefetch("facts", Fact.objects.order_by("position", "pk"))
    statements = survey.article.statements.order_by("number").prefetch_related(facts)
    return Edition(
        survey=survey,
        article=survey.article,
        statements=tuple(statements),
        questionnaire=read_questionnaire(survey.pk),
        rules=tuple(survey.rules.all()),
        # Of every edition at the address: the silence before a vote is not the edition's.
        blackouts=tuple(Blackout.objects.filter(survey__article=survey.article_id)),
        corrections=tuple(survey.article.milestones.filter(kind=Milestone.Kind.CORRECTION)),
        replies=_replies(survey.article_id),
        # Those of an edition that was taken down are shown at no door.
        latest_release=Release.objects.filter(
            survey__article=survey.article_id, survey__status=Survey.Status.PUBLISHED
        ).aggregate(newest=Max("number"))["newest"],
        translations=translations_of(survey.article),
    )


def _replies(article_id: int) -> tuple[PublishedReply, ...]:
    """Of every edition: a reply answers the statement, whatever readers were asked about it."""
    published = Reply.objects.filter(statement__article=article_id, status=Reply.Status.PUBLISHED)
    shown = published.order_by("decided_at", "pk").values_list(
        "statement__number", "name", "capacity", "text", "decided_at"
    )
    return tuple(
        PublishedReply(number, name, capacity, text, at)
        for number, name, capacity, text, at in shown
        if at  # always, of what an editor has published
    )
