"""The next edition of a consultation: the same questions, under the next number."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from polls.composing.editions import COPIED, new_edition
from polls.composing.lifecycle import unpublish
from polls.composing.profile import add_profile_items
from polls.composing.services import publish
from polls.models import AudienceShare, Choice, Survey, read_edition, read_questionnaire
from polls.results.comparisons.editions import by_edition
from tests.factories import make_draft, make_response, make_staff, make_survey

# What an edition has of its own.
OWN = {
    "id",
    "article_id",
    "edition",
    "status",
    "opens_at",
    "closes_at",
    "claims_answer",
    "integrity",
    "published_at",
    "unpublished_at",
    "unpublished_note",
    "erased_at",
    "simulated",
}


def whole() -> Survey:
    """A survey with everything that an edition takes over from another."""
    draft = make_draft(
        hide_reported=True,
        moderation="after",
        results="after_closing",
        results_from=7,
        retention_days=30,
        minimum_group=9,
        reached="Un lien",
        embed_origins="https://www.example.org",
        claims_answer="Nom de la rubrique.",
        audience_source="Étude",
        audience_date=date(2025, 1, 1),
        closes_at=timezone.now() + timedelta(days=1),
    )
    add_profile_items(draft)
    draft.rules.remove(draft.rules.all()[0])
    choice = Choice.objects.get(question__key="age", key="15-24")
    AudienceShare.objects.create(survey=draft, choice=choice, percent=12)
    return publish(survey=draft)


def test_every_column_is_copied_or_an_editions_own(db: None) -> None:
    assert set(COPIED) | OWN == {field.attname for field in Survey._meta.concrete_fields}


def test_it_asks_the_same_under_the_next_number(db: None) -> None:
    survey = whole()
    editor = make_staff("editor")
    made = new_edition(survey=survey, by=editor)
    made.refresh_from_db()
    assert (made.edition, made.status, made.closes_at, made.claims_answer) == (2, "draft", None, "")
    assert made.integrity == {}
    for name in COPIED:
        assert getattr(made, name) == getattr(survey, name), name
    assert set(made.rules.all()) == set(survey.rules.all())
    assert read_questionnaire(made.pk) == read_questionnaire(survey.pk)
    share = made.audience.get()
    assert share.choice.key == "15-24"
    assert share.percent == 12
    assert share.choice.question.survey == made
    assert survey.audience.count() == 1
    assert [event.action for event in survey.audit.order_by("pk")] == ["publish", "edition"]
    assert made.audit.get().actor == editor


def test_editions_can_be_compared(survey: Survey) -> None:
    second = publish(survey=new_edition(survey=survey))
    for each in (survey, second):
        for _ in range(5):
            make_response(each)
    assert len(by_edition(read_edition(second), "credible").rows) == 2
    assert len(by_edition(read_edition(second), "s1-credible").rows) == 2


def test_one_of_what_was_taken_down_comes_after_all_others(survey: Survey) -> None:
    make_survey(survey.article, edition=5)
    unpublish(survey=survey)
    assert new_edition(survey=survey).edition == 6


def test_presses_at_once_make_as_many_numbers(committed: None) -> None:
    survey = make_survey()
    ready = Barrier(4)

    def press(_n: int) -> int:
        ready.wait(timeout=10)
        try:
            return new_edition(survey=survey).edition
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [2, 3, 4, 5]
    assert all(read_questionnaire(each.pk).items for each in Survey.objects.all())


@pytest.mark.parametrize("again", [1, 2])
def test_the_first_edition_is_left_as_it_was(survey: Survey, again: int) -> None:
    before = (read_questionnaire(survey.pk), survey.questions.values_list("pk", flat=True)[0])
    for _ in range(again):
        new_edition(survey=survey)
    assert before == (
        read_questionnaire(survey.pk),
        survey.questions.values_list("pk", flat=True)[0],
    )
