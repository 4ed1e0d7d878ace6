"""Ready-made scales and items, worded for the article's language when they are picked.

Item-specific five-point scales measure better than agree/disagree, and "no opinion" stands apart
(`docs/decisions`); the labels agree in number with what they judge, hence the contexts.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from polls.models import Choice, Question, Statement, Survey

Aspect = Question.Aspect
NO_OPINION = "none"


def _credible_all() -> list[str]:
    return [
        pgettext("all statements", "Not at all credible"),
        pgettext("all statements", "Not very credible"),
        pgettext("all statements", "Moderately credible"),
        pgettext("all statements", "Fairly credible"),
        pgettext("all statements", "Entirely credible"),
    ]


def _relevant_all() -> list[str]:
    return [
        pgettext("all statements", "Not at all relevant"),
        pgettext("all statements", "Not very relevant"),
        pgettext("all statements", "Moderately relevant"),
        pgettext("all statements", "Fairly relevant"),
        pgettext("all statements", "Entirely relevant"),
    ]


def _credible_one() -> list[str]:
    return [
        pgettext("one statement", "Not at all credible"),
        pgettext("one statement", "Not very credible"),
        pgettext("one statement", "Moderately credible"),
        pgettext("one statement", "Fairly credible"),
        pgettext("one statement", "Entirely credible"),
    ]


def _relevant_one() -> list[str]:
    return [
        pgettext("one statement", "Not at all relevant"),
        pgettext("one statement", "Not very relevant"),
        pgettext("one statement", "Moderately relevant"),
        pgettext("one statement", "Fairly relevant"),
        pgettext("one statement", "Entirely relevant"),
    ]


@dataclass(frozen=True)
class Scale:
    """A ready-made item. Its texts are functions: they are read in the article's language."""

    aspect: str
    wording: Callable[[], str]
    labels: Callable[[], list[str]]


ON_THE_WHOLE = (
    Scale(
        Aspect.CREDIBILITY,
        lambda: _("On the whole, do these statements seem credible to you?"),
        _credible_all,
    ),
    Scale(
        Aspect.RELEVANCE,
        lambda: _("And relevant to the debate?"),
        _relevant_all,
    ),
)
PER_STATEMENT = (
    Scale(
        Aspect.CREDIBILITY,
        lambda: _("Does this statement seem credible to you?"),
        _credible_one,
    ),
    Scale(
        Aspect.RELEVANCE,
        lambda: _("Is it relevant to the debate?"),
        _relevant_one,
    ),
)
KEYS = {Aspect.CREDIBILITY: "credible", Aspect.RELEVANCE: "relevant"}


class Frozen(Exception):
    """The questionnaire of a published survey can't change: answers would mean something else."""


@transaction.atomic
def add_standard_items(survey: Survey, *, text_question: str = "") -> int:
    """Add what a survey on statements usually asks and doesn't ask yet; return how many items.

    Two items on the whole, the same per statement (a judgement is only relevant or not), and one
    free text. Existing items are left alone, so that it can be called again for a new statement.
    Raises Frozen for a published survey.
    """
    if survey.is_frozen:
        raise Frozen
    with override(survey.article.language):
        taken = set(survey.questions.values_list("key", flat=True))
        position = max([0, *survey.questions.values_list("position", flat=True)])
        wanted: list[tuple[str, Scale, Statement | None]] = [
            (KEYS[Aspect(scale.aspect)], scale, None) for scale in ON_THE_WHOLE
        ]
        for statement in survey.article.statements.all():
            wanted += [
                (f"s{statement.number}-{KEYS[Aspect(scale.aspect)]}", scale, statement)
                for scale in PER_STATEMENT
                if scale.aspect == Aspect.RELEVANCE or statement.kind == Statement.Kind.CLAIM
            ]
        asked = set(survey.questions.values_list("statement", "aspect"))
        missing = [item for item in wanted if (_pk(item[2]), item[1].aspect) not in asked]
        for offset, (key, scale, about) in enumerate(missing, start=1):
            while key in taken:
                key += "-2"
            _add_scale(survey, key, scale, about, position + 10 * offset)
        if not survey.questions.filter(kind=Question.Kind.TEXT).exists():
            _add_text(survey, text_question or _("What do you think about it?"))
            return len(missing) + 1
    return len(missing)


def _pk(statement: Statement | None) -> int | None:
    return statement.pk if statement else None


def _add_scale(
    survey: Survey, key: str, scale: Scale, statement: Statement | None, position: int
) -> None:
    question = Question.objects.create(
        survey=survey,
        key=key,
        position=position,
        kind=Question.Kind.SCALE,
        wording=scale.wording(),
        required=statement is None,
        statement=statement,
        aspect=scale.aspect,
    )
    points = [
        Choice(question=question, key=str(value), position=value, label=label, value=value)
        for value, label in enumerate(scale.labels(), start=1)
    ]
    apart = Choice(
        question=question, key=NO_OPINION, position=9, label=_("Don’t know / no opinion")
    )
    Choice.objects.bulk_create([*points, apart])


def _add_text(survey: Survey, wording: str) -> None:
    Question.objects.create(
        survey=survey, key="opinion", position=9000, kind=Question.Kind.TEXT, wording=wording
    )
