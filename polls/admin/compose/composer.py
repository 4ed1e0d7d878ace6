"""All the forms of the page together: bound, checked, stored, and what is missing in them."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db import transaction
from django.http import QueryDict

from polls.composing.checking import anchors
from polls.composing.passages import stands
from polls.composing.writing import ComposedQuestion, write_article, write_survey
from polls.lib.prose import prose
from polls.lib.text import normalise_newlines
from polls.models import Article, Question, Statement, Survey

from .forms import ArticlePart, SurveyPart
from .questions import QUESTIONS, QuestionRow
from .rows import RowSet
from .statements import STATEMENTS, StatementRow


def typed(posted: QueryDict) -> QueryDict:
    """What a browser sends as CRLF, as it was typed and is stored."""
    data = posted.copy()
    for name, values in posted.lists():
        data.setlist(name, [normalise_newlines(str(value)) for value in values])
    return data


class Composer:
    """The page's forms. With data they are bound; `article` and `statements` are None where the
    article is in front of readers already (another edition of it was published)."""

    article: ArticlePart | None = None
    statements: RowSet | None = None

    def __init__(self, survey: Survey, data: QueryDict | None = None) -> None:
        self.survey = survey
        self.is_bound = data is not None
        stored = survey.article if survey.pk else Article()
        self.is_fixed = bool(
            stored.pk and Survey.objects.frozen().filter(article=stored).exclude(pk=survey.pk)
        )
        said: list[Statement] = list(stored.statements.all()) if stored.pk else []
        about = {str(index): f"{row.number}. {row.text}" for index, row in enumerate(said)}
        of = {row.pk: str(index) for index, row in enumerate(said)}
        if not self.is_fixed:
            self.article = ArticlePart(data, prefix="article", instance=stored)
            self.statements = STATEMENTS(data, prefix="statements", instances=said)
            forms = list(self.statements.forms)
            shown = {id(form): n for n, (form, _name) in enumerate(self.statements.named(), 1)}
            about = {
                str(n): f"{shown.get(id(form), '–')}. {form.headline}"
                for n, form in enumerate(forms)
            }
            of = {form.instance.pk: str(n) for n, form in enumerate(forms) if form.instance.pk}
        self.said = said
        self.survey_part = SurveyPart(data, prefix="survey", instance=survey)
        self.questions = QUESTIONS(
            data, prefix="questions", instances=_asked(survey), about=about, of=of
        )

    @cached_property
    def parts(self) -> list[Any]:
        """The forms and the sets of rows, in the order of the page."""
        found = [self.article, self.statements, self.questions, self.survey_part]
        return [part for part in found if part is not None]

    def is_valid(self) -> bool:
        checked = [part.is_valid() for part in self.parts]  # all of them, to show every mistake
        return all(checked)

    @transaction.atomic
    def save(self) -> Survey:
        """Store what was typed. Raises Frozen where the survey was published meanwhile."""
        about = dict(enumerate(self.said))
        other_language = False
        if self.article is not None and self.statements is not None:
            rows = self.statements.kept
            self._keep_passages(rows)
            self.survey.article = self.article.instance
            other_language = "language" in self.article.changed_data
            write_article(article=self.survey.article, statements=[row.instance for row in rows])
            index = {id(form): n for n, form in enumerate(self.statements.forms)}
            about = {index[id(row)]: row.instance for row in rows}
        write_survey(
            survey=self.survey,
            questions=list(self._composed(about)),
            other_language=other_language,
        )
        return self.survey

    def _composed(self, about: dict[int, Statement]) -> Iterator[ComposedQuestion]:
        """The questions to store; one on a statement that goes, goes with it."""
        for row in self.questions.kept:
            place = row.cleaned_data["about"]
            if place and int(place) not in about:
                continue
            statement = about[int(place)] if place else None
            yield ComposedQuestion(row.instance, statement, row.lines, row.before)

    def _keep_passages(self, rows: list[StatementRow]) -> None:
        """A statement that is reworded here stays where its words stand in the text."""
        body = str(self.article.instance.body) if self.article else ""
        for row in rows:
            statement, before = row.instance, str(row.initial.get("text") or "")
            is_reworded = statement.pk and not statement.exact and before != statement.text
            if is_reworded and not stands(body, statement.text) and stands(body, before):
                statement.exact = before

    def changed(self, *, of_article: bool) -> list[str]:
        """What was changed, in the page's words, for the admin's history."""
        form, rows = (
            (self.article, self.statements) if of_article else (self.survey_part, self.questions)
        )
        if form is None or rows is None:
            return []
        fields = [str(form[name].label) for name in form.changed_data]
        model = Statement if of_article else Question
        return fields + ([str(model._meta.verbose_name_plural)] if rows.has_changed() else [])

    def passages(self) -> dict[str, str]:
        """What became of the passage of each stored row: found, lost or ambiguous."""
        if self.statements is None or not self.survey.pk:
            return {}
        article = self.survey.article
        found = prose(article.body, anchors(article))
        return {
            row.prefix: "lost"
            if row.instance.number in found.lost
            else "ambiguous"
            if row.instance.number in found.ambiguous
            else "found"
            for row in self.statements.forms
            if row.instance.pk and not row.is_removed
        }

    def tell_passages(self) -> None:
        found = self.passages()
        for row in self.statements.forms if self.statements else []:
            row.passage = found.get(row.prefix, "")

    def row_of(self, kind: str, known: str) -> StatementRow | QuestionRow | None:
        """The row of the statement of this number, or of the question of this pk."""
        if kind == "statement" and self.statements is not None:
            return next((f for f in self.statements.forms if str(f.instance.number) == known), None)
        if kind == "question":
            return next((f for f in self.questions.forms if str(f.instance.pk) == known), None)
        return None


def _asked(survey: Survey) -> list[Question]:
    if not survey.pk:
        return []
    questions = survey.questions.prefetch_related("choices").order_by("position", "pk")
    return list(questions)
