"""The next edition of a consultation: the same questions to the same article, asked anew."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from polls.models import Article, AudienceShare, AuditEvent, Choice, Question, Survey, record

# How it asks, and who sees what. Not when, and not what was answered for on publication.
COPIED = (
    "question",
    "moderation",
    "hide_reported",
    "results",
    "results_from",
    "retention_days",
    "minimum_group",
    "reached",
    "embed_origins",
    "audience_source",
    "audience_date",
)


@transaction.atomic
def new_edition(*, survey: Survey, by: User | None = None) -> Survey:
    """A draft with the survey's rules and questionnaire, under the article's next number.

    Questions and choices keep their keys, so that editions can be compared. Two at once are made
    one after the other, and get two numbers.
    """
    Article.objects.select_for_update(no_key=True).get(pk=survey.article_id)
    survey = Survey.objects.select_related("article").get(pk=survey.pk)
    editions = Survey.objects.filter(article=survey.article_id)
    last = editions.aggregate(last=Max("edition"))["last"]
    values = {name: getattr(survey, name) for name in COPIED}
    made = Survey.objects.create(article=survey.article, edition=last + 1, **values)
    made.rules.set(survey.rules.all())
    _copy_questionnaire(survey, made)
    numbers = {"number": survey.edition, "new": made.edition}
    record(survey, AuditEvent.Action.EDITION, by, _("edition %(new)d is made of it") % numbers)
    record(made, AuditEvent.Action.EDITION, by, _("made of edition %(number)d") % numbers)
    return made


def _copy_questionnaire(survey: Survey, made: Survey) -> None:
    """Questions, choices, and which share of the audience a choice stands for."""
    shares = dict(survey.audience.values_list("choice", "percent"))
    for question in survey.questions.prefetch_related("choices"):
        choices = list(question.choices.all())
        question.pk, question.survey = None, made
        question._state.adding = True
        question.save()
        copies = Choice.objects.bulk_create(_copy_of(choice, question) for choice in choices)
        AudienceShare.objects.bulk_create(
            AudienceShare(survey=made, choice=copy, percent=shares[choice.pk])
            for choice, copy in zip(choices, copies, strict=True)
            if choice.pk in shares
        )


def _copy_of(choice: Choice, question: Question) -> Choice:
    return Choice(
        question=question,
        key=choice.key,
        position=choice.position,
        label=choice.label,
        value=choice.value,
    )
