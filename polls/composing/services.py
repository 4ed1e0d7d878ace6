"""From an import to an open survey: create, publish; one transaction each, recorded.

(What comes after publication is in `lifecycle`, the next edition in `editions`.)
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from polls.lib.caching import forget
from polls.models import Article, AuditEvent, Fact, ModerationRule, Statement, Survey, record
from polls.results.integrity.services import fix_thresholds

from .checking import Problem, claimed, problems
from .drafts import DraftArticle, DraftStatement
from .scales import add_standard_items


class NotPublishable(Exception):
    """A survey that can't be published; `problems` names every reason."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("\n".join(problem.message for problem in found))
        self.problems = found


class SlugTaken(Exception):
    """There is an article at this address already; an import never overwrites."""


@transaction.atomic
def create_draft(*, draft: DraftArticle, by: User | None = None) -> Survey:
    """Make an article, its statements and its survey from an import. Raises SlugTaken.

    An original that isn't there (yet) is left out: it can be named in the article's form.
    """
    if Article.objects.filter(slug=draft.slug).exists():
        raise SlugTaken(draft.slug)
    article = Article.objects.create(
        slug=draft.slug,
        language=draft.language,
        translation_of=original_at(draft.translation_of),
        title=draft.title,
        kicker=draft.kicker,
        standfirst=draft.standfirst,
        author=draft.author,
        published_on=draft.published_on,
        source_name=draft.source_name,
        source_url=draft.source_url,
        body=draft.body,
    )
    for number, statement in enumerate(draft.statements, start=1):
        _add_statement(article, number, statement)
    survey = Survey.objects.create(
        article=article,
        question=draft.survey.question,
        opens_at=_aware(draft.survey.opens_at),
        closes_at=_aware(draft.survey.closes_at),
        results=draft.survey.results,
        results_from=draft.survey.results_from,
        moderation=draft.survey.moderation,
    )
    add_usual_rules(survey)
    add_standard_items(survey, text_question=draft.survey.text_question)
    count = len(draft.findings)
    detail = ngettext("%d finding", "%d findings", count) % count
    record(survey, AuditEvent.Action.IMPORT, by, detail)
    return survey


def original_at(slug: str) -> Article | None:
    """The article that is translated, by its address: of a translation of it, the original."""
    found = Article.objects.filter(slug=slug).select_related("translation_of").first()
    return (found.translation_of or found) if found else None


def _aware(moment: datetime | None) -> datetime | None:
    """A time written without an offset is the newsroom's own (TIME_ZONE)."""
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _add_statement(article: Article, number: int, draft: DraftStatement) -> None:
    statement = Statement.objects.create(
        article=article,
        number=number,
        text=draft.text,
        form=draft.form,
        kind=draft.kind,
        speaker=draft.speaker,
        said_on=draft.said_on,
        source_name=draft.source_name,
        source_url=draft.source_url,
        original=draft.original,
        original_language=draft.original_language,
        exact="" if draft.exact == draft.text else draft.exact,
        prefix=draft.prefix,
        suffix=draft.suffix,
    )
    Fact.objects.bulk_create(
        Fact(
            statement=statement,
            position=position,
            text=fact.text,
            source_name=fact.source_name,
            source_url=fact.source_url,
        )
        for position, fact in enumerate(draft.facts)
    )


def add_usual_rules(survey: Survey) -> None:
    """Give a new survey the rules of its article's language; an editor may take some away."""
    rules = ModerationRule.objects.filter(kind=ModerationRule.Kind.RULE)
    survey.rules.set(rules.filter(language=survey.article.language))


@transaction.atomic
def publish(*, survey: Survey, by: User | None = None) -> Survey:
    """Open the survey to its readers and freeze its questionnaire. Raises NotPublishable."""
    survey = (
        Survey.objects.select_for_update(of=("self",)).select_related("article").get(pk=survey.pk)
    )
    if survey.is_published:
        return survey
    if survey.is_frozen:
        raise NotPublishable([Problem(_("It was taken down: publish it again, as it was."))])
    if blocking := [problem for problem in problems(survey) if problem.blocking]:
        raise NotPublishable(blocking)
    survey.status = Survey.Status.PUBLISHED
    survey.published_at = Now()
    survey.integrity = fix_thresholds(survey)
    survey.save(update_fields=["status", "published_at", "integrity"])
    survey.refresh_from_db(fields=["published_at"])
    words = ", ".join(claimed(survey))
    record(
        survey, AuditEvent.Action.PUBLISH, by, f"{words}: {survey.claims_answer}" if words else ""
    )
    transaction.on_commit(forget)
    return survey
