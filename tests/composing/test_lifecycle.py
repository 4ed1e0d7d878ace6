"""A survey after publication: closed, opened again, taken down, published again."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from polls.composing.lifecycle import (
    NotClosed,
    NotPublished,
    NotTakenDown,
    close,
    may_be_deleted,
    publish_again,
    reopen,
    unpublish,
)
from polls.composing.profile import add_profile_items
from polls.composing.scales import Frozen, add_standard_items
from polls.composing.services import NotPublishable, publish
from polls.models import AuditEvent, Opinion, Response, Survey, read_edition
from polls.results.comparisons.editions import by_edition
from polls.results.erasure import Erased
from polls.results.releases.services import NothingToRelease, publish_release
from tests.factories import make_draft, make_opinion, make_response, make_staff, make_survey


def events(survey: Survey) -> list[tuple[str, str]]:
    return [(event.action, event.detail) for event in survey.audit.order_by("pk")]


def ago(survey: Survey, **times: Any) -> None:
    Survey.objects.filter(pk=survey.pk).update(**times)
    survey.refresh_from_db()


def test_taking_down_is_dated_and_on_the_record(survey: Survey) -> None:
    editor = make_staff("editor", name="Ida")
    unpublish(survey=survey, by=editor, note="Une citation était fausse.")
    survey.refresh_from_db()
    assert survey.status == "unpublished"
    assert survey.unpublished_at
    assert timezone.now() - survey.unpublished_at < timedelta(minutes=1)
    assert survey.audit.get(action="unpublish").detail == "Une citation était fausse."
    assert survey.audit.get(action="unpublish").actor == editor


def test_it_is_published_again_as_it_was_and_never_a_draft(survey: Survey) -> None:
    make_response(survey)
    before = Survey.objects.filter(pk=survey.pk).values().get()
    unpublish(survey=survey, note="Un doute.")
    for change in (add_standard_items, add_profile_items):
        with pytest.raises(Frozen):
            change(survey)
        survey.refresh_from_db()
    with pytest.raises(NotPublishable):
        publish(survey=survey)
    publish_again(survey=survey)
    assert Survey.objects.filter(pk=survey.pk).values().get() == before
    action, detail = events(survey)[-1]
    assert action == "publish"
    assert detail
    make_response(survey)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [(unpublish, NotPublished), (publish_again, NotTakenDown)],
)
def test_what_is_not_so_is_refused(db: None, act: Any, refusal: type[Exception]) -> None:
    draft = make_draft()
    with pytest.raises(refusal):
        act(survey=draft)
    survey = publish(survey=draft)
    if act is unpublish:
        unpublish(survey=survey)
    with pytest.raises(refusal):
        act(survey=survey)


def test_it_is_opened_again_until_a_moment_or_open_ended(survey: Survey) -> None:
    with pytest.raises(NotClosed):
        reopen(survey=survey, until=None)
    until = timezone.now() + timedelta(days=2)
    for moment in (until, None):
        ago(survey, closes_at=timezone.now() - timedelta(hours=1))
        reopen(survey=survey, until=moment)
        survey.refresh_from_db()
        assert survey.closes_at == moment
        make_response(survey)
    assert [action for action, _ in events(survey)] == ["publish", "change", "change"]
    assert events(survey)[-1][1].endswith("→ –")


def erased(survey: Survey) -> None:
    call_command("apply_retention", survey.article.slug, stdout=StringIO())
    survey.refresh_from_db()


@pytest.mark.usefixtures("committed")
def test_one_whose_answers_were_deleted_is_not_open_again() -> None:
    survey = make_survey()
    make_response(survey)
    ago(survey, opens_at=timezone.now() - timedelta(days=500), closes_at=timezone.now())
    ago(survey, closes_at=timezone.now() - timedelta(days=400))
    erased(survey)
    with pytest.raises(Erased):
        reopen(survey=survey, until=None)
    unpublish(survey=survey)
    publish_again(survey=survey)  # closed, as it was: its figures are shown again
    assert survey.releases.count() == 1


@pytest.mark.usefixtures("committed")
def test_answers_of_what_was_taken_down_are_deleted_after_their_time() -> None:
    """Counted from the taking down where it had no closing; and nothing is made public by it."""
    survey = make_survey()
    make_opinion(survey)
    unpublish(survey=survey)
    erased(survey)
    assert Response.objects.exists()
    ago(survey, unpublished_at=timezone.now() - timedelta(days=400))
    erased(survey)
    assert survey.erased_at
    assert not Response.objects.exists()
    assert not Opinion.objects.exclude(text="").exists()
    assert not survey.releases.exists()
    with pytest.raises(NotPublishable):
        publish_again(survey=survey)
    assert not may_be_deleted(survey)


def test_the_closing_counts_where_there_is_one(survey: Survey) -> None:
    ago(survey, closes_at=timezone.now() + timedelta(days=30))
    unpublish(survey=survey)
    ago(survey, unpublished_at=timezone.now() - timedelta(days=400))
    make = StringIO()
    call_command("apply_retention", survey.article.slug, stdout=make)
    assert "kept until" in make.getvalue()


def test_no_new_release_is_made_of_it(survey: Survey) -> None:
    make_response(survey)
    unpublish(survey=survey)
    with pytest.raises(NothingToRelease):
        publish_release(survey=survey, by=None, title="Un")


def test_a_comparison_of_editions_leaves_it_out(survey: Survey) -> None:
    second = make_survey(survey.article, edition=2)
    for each in (survey, second):
        for _ in range(5):
            make_response(each)
    assert len(by_edition(read_edition(second), "credible").rows) == 2
    unpublish(survey=survey)
    assert len(by_edition(read_edition(second), "credible").rows) == 1


def test_only_what_nobody_answered_may_be_deleted(survey: Survey) -> None:
    assert not may_be_deleted(survey)
    unpublish(survey=survey)
    survey.refresh_from_db()
    assert may_be_deleted(survey)
    publish_again(survey=survey)
    make_response(survey)
    unpublish(survey=survey)
    survey.refresh_from_db()
    assert not may_be_deleted(survey)
    with pytest.raises(PermissionDenied):
        AuditEvent.objects.filter(survey=survey).update(survey=None)


def test_its_texts_and_flags_are_still_looked_at(survey: Survey) -> None:
    text = "Je n’ai jamais lu une chose pareille, et je demande à la rédaction de la retirer."
    for _ in range(4):
        make_opinion(survey, text)
    unpublish(survey=survey)
    call_command("flag_responses", stdout=StringIO())
    assert survey.flag_groups.exists()
    assert Opinion.objects.queue().count() == 4


def test_what_was_closed_stays_closed_when_it_comes_back(survey: Survey) -> None:
    close(survey=survey)
    unpublish(survey=survey)
    publish_again(survey=survey)
    survey.refresh_from_db()
    assert survey.closes_at
    assert not Survey.objects.open().exists()
