"""Stores what an editor composed: an article with its statements, a survey with its questions.

Rows of one kind are written together, whatever their number. Unique columns may swap their values
between rows (an order that changed), so they are moved out of the way first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import override

from polls.models import Article, Choice, Question, Statement, Survey

from .choice_lines import Lines, free_key, is_made_from, planned
from .ready import ready_keys
from .scales import KEYS, Aspect, Frozen
from .services import add_usual_rules

AWAY = 10_000  # beyond any statement's number


@dataclass
class ComposedQuestion:
    """A question with the statement that it is about; without lines its choices stay."""

    question: Question
    about: Statement | None = None
    lines: Lines | None = None
    before: list[Choice] = field(default_factory=list)


@transaction.atomic
def write_article(*, article: Article, statements: Sequence[Statement]) -> None:
    """Store the article and exactly these statements, numbered in their order. Raises Frozen.

    A statement that is left out goes with its questions.
    """
    if article.pk and Survey.objects.frozen().filter(article=article).exists():
        raise Frozen
    article.save()
    kept = [statement.pk for statement in statements if statement.pk]
    gone = article.statements.exclude(pk__in=kept)
    Question.objects.filter(statement__in=gone).delete()
    gone.delete()
    article.statements.update(number=F("number") + AWAY)
    for number, statement in enumerate(statements, start=1):
        statement.article, statement.number = article, number
    Statement.objects.bulk_update([row for row in statements if row.pk], _columns(Statement))
    Statement.objects.bulk_create([row for row in statements if not row.pk])


@transaction.atomic
def write_survey(
    *, survey: Survey, questions: Sequence[ComposedQuestion], other_language: bool = False
) -> None:
    """Store the survey and exactly these questions, in their order. Raises Frozen.

    A new survey, and one whose article is in another language now, gets that language's rules.
    """
    if survey.is_frozen:
        raise Frozen
    is_new = survey.pk is None
    survey.save()
    if is_new or other_language:
        add_usual_rules(survey)
    kept = [row.question.pk for row in questions if row.question.pk]
    survey.questions.exclude(pk__in=kept).delete()
    _drop_outworn_keys(survey, [row.question for row in questions])
    _place(survey, questions)
    away = Concat(Value("away-"), Cast("pk", CharField()))
    survey.questions.update(key=away, statement=None, kind=Question.Kind.SCALE)
    rows = [row.question for row in questions]
    Question.objects.bulk_update([row for row in rows if row.pk], _columns(Question))
    Question.objects.bulk_create([row for row in rows if not row.pk])
    with override(survey.article.language):
        _write_choices([row for row in questions if row.lines is not None])


def _columns(model: type[Statement] | type[Question]) -> list[str]:
    columns = model._meta.concrete_fields
    return [column.name for column in columns if not column.primary_key]


def _place(survey: Survey, questions: Sequence[ComposedQuestion]) -> None:
    """Positions in their order, and a key for each that has none or is another statement's now."""
    taken = {row.question.key for row in questions if not _standard_key(row)}
    for place, row in enumerate(questions, start=1):
        question = row.question
        question.survey, question.statement, question.position = survey, row.about, 10 * place
        standard = _standard_key(row)
        if standard or not question.key:
            question.key = free_key((standard, *_wishes(question)), taken, "question")
            taken.add(question.key)


def _drop_outworn_keys(survey: Survey, questions: Sequence[Question]) -> None:
    """A key that was made from a wording goes with it: a new one is made from the new wording.

    A draft has no answers under it. What another edition asks under the same key stays comparable.
    """
    stored = {
        pk: (key, wording)
        for pk, key, wording in survey.questions.values_list("pk", "key", "wording")
    }
    shared: set[str] | None = None
    for question in questions:
        key, wording = stored.get(question.pk, ("", ""))
        if question.key != key or question.wording == wording or not is_made_from(key, wording):
            continue
        if shared is None:
            others = Question.objects.filter(survey__article=survey.article_id)
            shared = set(others.exclude(survey=survey).values_list("key", flat=True))
        if key not in shared:
            question.key = ""


def _standard_key(row: ComposedQuestion) -> str:
    """What `add_standard_items` would call it, if that is what it is called now, or not at all."""
    key, aspect = row.question.key, row.question.aspect
    if row.about is None or not aspect:
        return ""
    usual = KEYS[Aspect(aspect)]
    is_usual = not key or re.fullmatch(rf"s\d+-{usual}", key)
    return f"s{row.about.number}-{usual}" if is_usual else ""


def _wishes(question: Question) -> list[str]:
    if question.kind == Question.Kind.TEXT:
        return ["opinion"]
    if question.aspect:
        return [KEYS[Aspect(question.aspect)], question.wording]
    return [question.wording]


def _write_choices(rows: Sequence[ComposedQuestion]) -> None:
    """The choices that the lines ask for, of all the questions at once."""
    wanted: list[Choice] = []
    for row in rows:
        lines = row.lines or Lines()
        wanted += planned(row.question, row.before, lines, ready_keys(row.question.key))
    kept = [choice for choice in wanted if choice.pk]
    Choice.objects.filter(question__in=[row.question for row in rows]).exclude(
        pk__in=[choice.pk for choice in kept]
    ).delete()
    Choice.objects.filter(pk__in=[choice.pk for choice in kept]).update(value=None)
    Choice.objects.bulk_update(kept, ["label", "position", "value"])
    Choice.objects.bulk_create([choice for choice in wanted if not choice.pk])
