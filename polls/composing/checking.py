"""What is missing or wrong before a survey can be published: every mistake, named at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from polls.lib.prose import Anchor, prose
from polls.models import Article, Question, Statement, Survey
from polls.results.identity_wording import quoted
from polls.results.releases.claims import claims, is_an_answer

from .drafts import Finding
from .quotation import quotation_findings

# Where a ready-made question waits for words: an ellipsis by itself, with more of the sentence
# behind it. One that ends a word or the sentence ("the measure is…") is an editor's own.
GAP = re.compile(r"(?:^|\s)…\s*(?:\w|\?)")


CLAIMS_ANSWER = cast("models.CharField[str, str]", Survey._meta.get_field("claims_answer"))


@dataclass(frozen=True)
class Problem:
    """One mistake. A blocking one prevents publication, another is only worth a look."""

    message: str
    blocking: bool = True
    where: str = ""
    """The field that mends it: `article.body`, `statement.3.speaker` (by its number),
    `question.7.choices` (by its pk), `survey.rules`."""


def claimed(survey: Survey) -> tuple[str, ...]:
    """The words of the title and the question that claim more than a consultation can."""
    return claims(f"{survey.article.title}\n{survey.question}", survey.article.language)


def anchors(article: Article) -> list[Anchor]:
    return [
        Anchor(statement.number, statement.anchor, statement.prefix, statement.suffix)
        for statement in article.statements.all()
    ]


def problems(survey: Survey) -> list[Problem]:
    """All that stands between this draft and its readers, in the order of the page."""
    return [
        *_of_article(survey.article),
        *_of_statements(survey.article),
        *_of_survey(survey),
        *_of_questions(survey),
    ]


def _of_article(article: Article) -> Iterator[Problem]:
    if not article.body.strip():
        yield Problem(_("The article has no text."), where="article.body")
    if article.published_on is None:
        yield Problem(_("The article has no date of publication."), where="article.published_on")
    for finding in quotation_findings(article.body):
        blocking = finding.kind == "lost_quotation"
        yield Problem(_finding(finding), blocking=blocking, where="article.body")


def _finding(finding: Finding) -> str:
    where = {"line": finding.line, "column": finding.column, "context": finding.context}
    if finding.kind == "lost_quotation":
        return _("Line %(line)s, column %(column)s: a quotation is empty: %(context)s") % where
    return (
        _("Line %(line)s, column %(column)s: a quotation mark has no partner: %(context)s") % where
    )


def _of_statements(article: Article) -> Iterator[Problem]:
    found = prose(article.body, anchors(article))
    for statement in article.statements.all():
        where = f"statement.{statement.number}"
        values = {"number": statement.number, "passage": statement.anchor}
        if statement.number in found.lost:
            yield Problem(
                _("Statement %(number)s can’t be found in the text: “%(passage)s”") % values,
                where=f"{where}.exact",
            )
        if statement.number in found.ambiguous:
            yield Problem(
                _(
                    "Statement %(number)s stands in several places of the text; give the words"
                    " before or after it: “%(passage)s”"
                )
                % values,
                where=f"{where}.prefix",
            )
        for message, field in _of_attribution(statement):
            yield Problem(message % values, where=f"{where}.{field}")
    for first, second in found.overlapping:
        yield Problem(
            _("Statements %(first)s and %(second)s share words of the text: they are rated twice.")
            % {"first": first, "second": second},
            blocking=False,
            where=f"statement.{second}.text",
        )


def _of_attribution(statement: Statement) -> Iterator[tuple[str, str]]:
    """What isn't said of who said it and where, with the field to say it in."""
    if statement.original and not statement.original_language:
        yield _("Statement %(number)s: which language is the original?"), "original_language"
    if not statement.speaker:
        yield _("Statement %(number)s: who said it?"), "speaker"
    if not statement.source_name and statement.form == Statement.Form.VERBATIM:
        yield _("Statement %(number)s is verbatim and has no source."), "source_name"
    elif not statement.source_name:
        yield _("Statement %(number)s has no source."), "source_name"


def _of_survey(survey: Survey) -> Iterator[Problem]:
    if not survey.question.strip():
        yield Problem(_("The survey has no question."), where="survey.question")
    words = claimed(survey)
    if words and not is_an_answer(survey.claims_answer):
        yield Problem(
            _(
                "The title or the question says %(words)s: that claims more than a consultation"
                " of readers can. Change it, or say in a sentence why it stays (“%(field)s”)."
            )
            % {"words": quoted(words), "field": capfirst(CLAIMS_ANSWER.verbose_name)},
            where="survey.claims_answer",
        )
    if survey.closes_at and survey.closes_at <= timezone.now():
        yield Problem(_("The closing time is in the past."), where="survey.closes_at")
    rules = list(survey.rules.all())
    if not rules:
        yield Problem(
            _("The survey has no moderation rule: a rejection could name no reason."),
            where="survey.rules",
        )
    if any(rule.language != survey.article.language for rule in rules):
        yield Problem(
            _("A moderation rule is in another language than the article."), where="survey.rules"
        )


def _of_questions(survey: Survey) -> Iterator[Problem]:
    found = survey.questions.prefetch_related("choices").select_related("statement")
    questions = list(found.order_by("position", "pk"))
    if not any(question.kind != Question.Kind.TEXT for question in questions):
        yield Problem(
            _("The survey asks nothing that can be counted: add the standard items."),
            where="survey.questions",
        )
    for number, question in enumerate(questions, start=1):
        where = f"question.{question.pk}"
        values = {
            "number": number,
            "wording": question.wording or f"{capfirst(_('question'))} {number}",
        }
        if not question.wording.strip():
            yield Problem(
                _("Question %(number)s has no wording.") % values, where=f"{where}.wording"
            )
        if GAP.search(question.wording):
            said = _("“%(wording)s” still has its ellipsis: say what it is about in its place.")
            yield Problem(said % values, where=f"{where}.wording")
        for message in _of_choices(question):
            yield Problem(message % values, where=f"{where}.choices")
        if question.statement and question.statement.article_id != survey.article_id:
            said = _("“%(wording)s” is about a statement of another article.")
            yield Problem(said % values, where=f"{where}.about")


def _of_choices(question: Question) -> Iterator[str]:
    values = [choice.value for choice in question.choices.all()]
    points = [value for value in values if value is not None]
    if question.kind == Question.Kind.TEXT and values:
        yield _("“%(wording)s” is a free text and has choices.")
    if question.kind != Question.Kind.TEXT and len(values) < 2:
        yield _("“%(wording)s” needs at least two choices.")
    if question.kind == Question.Kind.SCALE and len(points) < 2:
        yield _("“%(wording)s” is a scale and needs choices with values.")
    if question.kind == Question.Kind.SCALE and points != sorted(points):
        yield _("“%(wording)s”: the values of the scale are out of order.")
