"""A decision that somebody else takes again without knowing the first."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from polls.models import ModerationEvent, Opinion, SecondLook, Survey
from polls.moderation import services
from polls.moderation.appeals import contest, decide_appeal
from polls.moderation.second_looks import (
    Gone,
    UnknownGround,
    agreement,
    agreement_of,
    look,
    waiting,
)
from polls.moderation.services import Action, decide
from polls.moderation.texts import replace
from tests.admin.conftest import signed_in
from tests.factories import make_opinion, make_rejected, make_staff

PAGE = "/admin/polls/secondlook/"


@pytest.fixture(autouse=True)
def everything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "random", lambda: 0.0)


def published(survey: Survey, text: str = "Un avis.") -> Opinion:
    opinion = make_opinion(survey, text)
    first = make_staff("moderator", name="la première")
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=first)
    return opinion


@pytest.mark.parametrize(
    ("table", "looked", "agreed", "kappa"),
    [
        ({}, 0, 0, None),
        ({("publish", "publish"): 4}, 4, 4, None),
        ({("publish", "publish"): 2, ("reject", "reject"): 2}, 4, 4, 1.0),
        ({("publish", "reject"): 2, ("reject", "publish"): 2}, 4, 0, -1.0),
        # Cohen's own kind of table: 45, 15, 25, 15 gives po = 0.60, pe = 0.54.
        (
            {
                ("publish", "publish"): 45,
                ("publish", "reject"): 15,
                ("reject", "publish"): 25,
                ("reject", "reject"): 15,
            },
            100,
            60,
            (0.60 - 0.54) / 0.46,
        ),
    ],
)
def test_kappa_is_the_agreement_beyond_chance(
    table: dict[tuple[str, str], int], looked: int, agreed: int, kappa: float | None
) -> None:
    found = agreement_of(table)
    assert (found.looked, found.agreed) == (looked, agreed)
    assert found.kappa == (kappa if kappa is None else pytest.approx(kappa))


def test_it_is_counted_when_it_was_taken(survey: Survey) -> None:
    published(survey)
    (one,) = SecondLook.objects.all()
    look(second_look=one.pk, by=make_staff("moderator"), outcome="publish")
    now = timezone.now()
    assert agreement(now - timedelta(hours=1), now + timedelta(hours=1)).agreed == 1
    assert agreement(now - timedelta(hours=2), now - timedelta(hours=1)).looked == 0


def test_nobody_looks_at_an_own_decision_or_at_a_text_that_has_changed(survey: Survey) -> None:
    first, second = make_staff("moderator"), make_staff("moderator")
    opinion = make_rejected(survey, first)
    assert not waiting(first).exists()
    assert waiting(second).count() == 1
    decide(versions={opinion.pk: opinion.version}, action=Action.UNDO, moderator=first)
    assert not waiting(second).exists()
    with pytest.raises(Gone):
        look(second_look=SecondLook.objects.get().pk, by=second, outcome="publish")


def test_a_contested_decision_stays_drawn_for_who_did_not_judge_it(survey: Survey) -> None:
    """Without the disputed ones the desk would look more even-handed than it is."""
    judge, third = make_staff("moderator"), make_staff("moderator")
    appeal = contest(opinion=make_rejected(survey), text="Pas d’accord.")
    decide_appeal(appeal=appeal.pk, upheld=True, by=judge)
    assert waiting(third).count() == 1
    assert not waiting(judge).exists()


def test_a_text_that_its_author_has_changed_or_taken_back_is_left_out(survey: Survey) -> None:
    second = make_staff("moderator")
    for text in ("Un texte changé.", ""):
        opinion = make_rejected(survey)
        assert waiting(second).count() == 1
        assert opinion.response is not None
        replace(response=opinion.response, text=text, may_publish=bool(text), show_ratings=False)
        assert not waiting(second).exists()


def test_a_rejection_by_what_is_no_ground_of_the_survey_is_not_kept(survey: Survey) -> None:
    published(survey)
    one = SecondLook.objects.get()
    for key in ("", "nothing", "x" * 40):
        with pytest.raises(UnknownGround):
            look(second_look=one.pk, by=make_staff("moderator"), outcome="reject", rule_key=key)
    look(second_look=one.pk, by=make_staff("moderator"), outcome="reject", rule_key="law-insult")


def test_it_is_taken_once_and_changes_nothing(survey: Survey) -> None:
    opinion = published(survey)
    one = SecondLook.objects.get()
    look(second_look=one.pk, by=make_staff("moderator"), outcome="reject", rule_key="privacy")
    with pytest.raises(Gone):
        look(second_look=one.pk, by=make_staff("moderator"), outcome="publish")
    opinion.refresh_from_db()
    one.refresh_from_db()
    assert opinion.status == "published"
    assert (one.outcome, one.rule_key) == ("reject", "privacy")
    assert ModerationEvent.objects.count() == 1


def test_the_page_shows_the_text_and_not_what_was_decided(survey: Survey) -> None:
    published(survey, "Le texte tiré.")
    moderator = signed_in("moderator")
    page = moderator.get(PAGE).content.decode()
    assert "Le texte tiré." in page
    assert "la première" not in page
    one = SecondLook.objects.get()
    told = moderator.post(f"{PAGE}{one.pk}/look/", {"rule": "privacy"}, follow=True)
    assert "Vous décidez autrement que la première" in told.content.decode()
    assert "Le texte tiré." not in told.content.decode()
    again = moderator.post(f"{PAGE}{one.pk}/look/", {"publish": "1"}, follow=True)
    assert "Rien n’a été gardé" in again.content.decode()


def test_a_single_one_has_no_page(survey: Survey) -> None:
    published(survey)
    answer = signed_in("moderator").get(f"{PAGE}{SecondLook.objects.get().pk}/change/")
    assert answer.status_code == 302
    client: Client = signed_in("editor")
    assert client.get(PAGE).status_code == 403
