from datetime import timedelta

import pytest
from django.utils import timezone

from polls.composing.checking import problems
from polls.composing.lifecycle import close
from polls.composing.scales import Frozen, add_standard_items
from polls.composing.services import NotPublishable, publish
from polls.models import Article, AuditEvent, Choice, Question, Statement, Survey
from tests.factories import make_article, make_draft, make_question, make_staff
from tests.reader import Reader


def named(survey: Survey, *, blocking: bool = True) -> str:
    return "\n".join(p.message for p in problems(survey) if p.blocking is blocking)


def test_a_whole_draft_has_no_problem(db: None) -> None:
    assert problems(make_draft()) == []


def test_a_statement_that_cannot_be_found_is_named(db: None) -> None:
    survey = make_draft()
    Statement.objects.filter(number=1).update(text="Le pont sera payant")
    assert "“Le pont sera payant”" in named(survey)
    with pytest.raises(NotPublishable) as refusal:
        publish(survey=survey)
    assert "payant" in str(refusal.value)
    survey.refresh_from_db()
    assert survey.status == "draft"
    assert not AuditEvent.objects.exists()


def test_a_statement_in_two_places_is_named(db: None) -> None:
    article = make_article(
        body="Le pont sera gratuit\n\nLe pont sera gratuit, personne ne dit qui paiera"
    )
    assert "Le pont sera gratuit" in named(make_draft(article))


def test_lost_quotations_block_and_lonely_marks_warn(db: None) -> None:
    body = '> Le pont sera gratuit\n\nIl a dit "" et aussi "jamais, personne ne dit qui paiera.'
    survey = make_draft(make_article(body=body))
    assert "⟦" in named(survey)
    assert "⟦" in named(survey, blocking=False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda survey: Article.objects.update(body=" "),
        lambda survey: Article.objects.update(published_on=None),
        lambda survey: survey.questions.all().delete(),
        lambda survey: survey.rules.clear(),
        lambda survey: Survey.objects.update(question=" "),
        lambda survey: Survey.objects.update(closes_at=timezone.now() - timedelta(hours=1)),
        lambda survey: Choice.objects.filter(question__key="credible").exclude(key="1").delete(),
        lambda survey: Choice.objects.filter(question__key="credible").update(value=None),
        lambda survey: Choice.objects.filter(question__key="credible", key="1").update(value=9),
        lambda survey: make_question(survey, "x", "single", "one"),
        lambda survey: make_question(
            survey, "x", "single", "a b", statement=make_article("autre").statements.first()
        ),
        lambda survey: Statement.objects.filter(number=1).update(
            original="free", original_language=""
        ),
    ],
)
def test_every_mistake_is_named_before_publication(db: None, spoil: object) -> None:
    survey = make_draft()
    spoil(survey)  # type: ignore[operator]
    survey = Survey.objects.get(pk=survey.pk)
    assert named(survey)
    with pytest.raises(NotPublishable):
        publish(survey=survey)


def test_all_mistakes_are_named_at_once(db: None) -> None:
    survey = make_draft()
    Article.objects.update(published_on=None)
    survey.rules.clear()
    assert len(problems(Survey.objects.get(pk=survey.pk))) == 2


def test_publication_is_recorded_and_opens_the_page(db: None) -> None:
    editor = make_staff("editor", name="eva")
    survey = publish(survey=make_draft(), by=editor)
    assert survey.published_at is not None
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_name, event.survey) == ("publish", "eva", survey)
    assert Reader().get("/articles/pont/").status_code == 200
    publish(survey=survey, by=editor)
    assert AuditEvent.objects.count() == 1


def test_closing_takes_no_more_answers(survey: Survey) -> None:
    close(survey=survey)
    assert Reader().answer().status_code == 403
    assert AuditEvent.objects.filter(action="close").count() == 1


def test_the_standard_items_follow_the_statements(db: None) -> None:
    survey = make_draft()
    keys = list(survey.questions.values_list("key", flat=True))
    assert keys == ["credible", "relevant", "s1-credible", "s1-relevant", "s2-relevant", "opinion"]
    required = survey.questions.filter(required=True).values_list("key", flat=True)
    assert list(required) == ["credible", "relevant"]
    assert add_standard_items(survey) == 0
    Statement.objects.create(
        article=survey.article, number=3, text="x", form="reported", speaker="y", source_name="z"
    )
    assert add_standard_items(survey) == 2
    for question in Question.objects.filter(kind="scale"):
        values = list(question.choices.values_list("value", flat=True))
        assert values == [1, 2, 3, 4, 5, None]


def test_a_standard_item_under_another_key_is_there_all_the_same(db: None) -> None:
    survey = make_draft()
    survey.questions.filter(key="s1-credible").update(key="argent")
    assert add_standard_items(survey) == 0
    survey.questions.filter(key="s2-relevant").delete()
    survey.questions.filter(key="s1-relevant").update(key="s2-relevant")
    assert add_standard_items(survey) == 1
    added = survey.questions.get(statement__number=2)
    assert added.key == "s2-relevant-2"


def test_a_published_questionnaire_takes_no_more_items(survey: Survey) -> None:
    with pytest.raises(Frozen):
        add_standard_items(survey)


def test_scales_are_worded_in_the_language_of_the_article(db: None) -> None:
    english = make_draft(make_article("bridge", language="en"))
    labels = english.questions.get(key="credible").choices.values_list("label", flat=True)
    assert list(labels)[:2] == ["Not at all credible", "Not very credible"]
    french = make_draft()
    labels = french.questions.get(key="credible").choices.values_list("label", flat=True)
    assert list(labels)[:2] == ["Pas du tout crédibles", "Peu crédibles"]
    labels = french.questions.get(key="s1-credible").choices.values_list("label", flat=True)
    assert next(iter(labels)) == "Pas du tout crédible"
