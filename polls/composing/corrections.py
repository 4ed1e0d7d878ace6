"""Correcting an article that readers have seen: dated, and shown under it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from polls.lib.caching import forget
from polls.lib.text import normalise_newlines
from polls.models import Article, AuditEvent, Milestone, Survey, record

# What readers read of an article. A change of it is told to them, or is said to be a mere slip.
READ = ("title", "kicker", "standfirst", "body", "author", "source_name", "source_url")


def seen_by_readers(article: Article | None) -> bool:
    """Whether it was published once, with one of its surveys."""
    return article is not None and Survey.objects.frozen().filter(article=article.pk).exists()


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Which of the fields that readers read differ; line ends and blanks around don't count."""
    return [name for name in READ if _text(before.get(name)) != _text(after.get(name))]


def _text(value: Any) -> str:
    return normalise_newlines(str(value or "")).strip()


@transaction.atomic
def correct(*, article: Article, text: str) -> Milestone:
    """Tell readers under the article, with the date, what was corrected in it."""
    kind = Milestone.Kind.CORRECTION
    correction = Milestone.objects.create(article=article, at=timezone.now(), kind=kind, text=text)
    transaction.on_commit(forget)
    return correction


def record_change(article: Article, by: User | None, detail: str) -> None:
    """On the record of every edition that readers have seen."""
    for survey in Survey.objects.frozen().filter(article=article):
        record(survey, AuditEvent.Action.CHANGE, by, detail)
