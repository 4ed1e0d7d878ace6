"""Contesting a rejection, and who decides on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from polls.models import Appeal, ModerationEvent, ModerationRule, Opinion, SecondLook, Survey
from polls.moderation import services
from polls.moderation.appeals import (
    AnswerMissing,
    NotContestable,
    OwnDecision,
    Settled,
    contest,
    contestable,
    decide_appeal,
)
from polls.moderation.notices.services import Complaint, give
from polls.moderation.services import Action, decide
from tests.factories import make_appeal, make_opinion, make_staff
from tests.reader import Reader

RECEIPT = "/receipts/"


def rejected(opinion: Opinion, by: User | None = None, reason: str = "") -> ModerationEvent:
    rule = ModerationRule.objects.get(language="fr", key="privacy")
    opinion.refresh_from_db()
    decide(
        versions={opinion.pk: opinion.version},
        action=Action.REJECT,
        moderator=by or make_staff("moderator"),
        rule=rule,
        reason=reason,
    )
    opinion.refresh_from_db()
    return opinion.events.filter(action=Action.REJECT)[0]


@pytest.fixture
def author(survey: Survey) -> Reader:
    """A reader whose text was rejected."""
    reader = Reader()
    reader.answer(item__opinion="Un texte.", consent_publication="on")
    rejected(Opinion.objects.get(), reason="Voyez la dernière ligne.")
    return reader


def receipt(reader: Reader) -> str:
    page: str = reader.get(RECEIPT).content.decode()
    return page


def appeal_by(reader: Reader, text: str = "Ce n’est pas une adresse.") -> Any:
    return reader.send("/receipts/appeal/", {"appeal": text})


def test_the_author_contests_from_the_receipt_once(author: Reader) -> None:
    assert "Contester la décision" in receipt(author)
    assert appeal_by(author).status_code == 303
    page = receipt(author)
    assert "Vous avez contesté la décision" in page
    assert "Ce n’est pas une adresse." in page
    assert "appeal-form" not in page
    appeal = Appeal.objects.get()
    assert (appeal.status, appeal.decision.action) == ("open", "reject")
    event = ModerationEvent.objects.filter(action="appeal").get()
    assert (event.appeal, event.actor, event.reason) == (appeal, None, "")


def test_a_second_appeal_is_refused_kindly_and_a_retry_is_the_same(author: Reader) -> None:
    appeal_by(author)
    assert appeal_by(author).status_code == 303
    answer = appeal_by(author, "Encore une fois.")
    assert answer.status_code == 409
    assert "a déjà été contestée" in answer.content.decode()
    assert Appeal.objects.count() == 1


def test_a_mistake_keeps_every_word(author: Reader) -> None:
    assert appeal_by(author, "  ").status_code == 422
    answer = appeal_by(author, "x" * 2001)
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()
    assert not Appeal.objects.exists()


def test_who_writes_for_longer_than_the_receipt_stays_open_loses_nothing(author: Reader) -> None:
    """Its cookie lasts for ten minutes; the page then asks for the code, and keeps the words."""
    code = author.code
    del author.cookies["receipt"]
    asked = appeal_by(author, "Longuement pesé.")
    assert asked.status_code == 404
    page = asked.content.decode()
    assert 'name="appeal" value="Longuement pesé."' in page
    assert 'action="/receipts/appeal/?lang=fr"' in page
    sent = author.send("/receipts/appeal/?lang=fr", {"appeal": "Longuement pesé.", "code": code})
    assert sent.status_code == 303
    assert "Vous avez contesté la décision" in receipt(author)


def test_an_author_who_changes_the_text_settles_the_appeal(author: Reader) -> None:
    appeal_by(author)
    fields = {"item-credible": "2", "item-relevant": "none", "consent_counting": "on"}
    text = {"item-opinion": "Sans adresse.", "consent_publication": "on"}
    author.send("/receipts/change/", fields | text)
    appeal = Appeal.objects.get()
    assert (appeal.status, appeal.opinion.status) == ("moot", "pending")
    assert "la contestation est close" in receipt(author)
    with pytest.raises(Settled):
        decide_appeal(appeal=appeal.pk, upheld=True, by=make_staff("moderator"))


def test_without_the_code_nobody_contests(author: Reader) -> None:
    stranger = Reader()
    answer = appeal_by(stranger)
    assert answer.status_code == 404
    foreign = author.post(
        "/receipts/appeal/", {"appeal": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert not Appeal.objects.exists()


def test_only_a_rejection_that_stands_can_be_contested_and_for_half_a_year(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinion = make_opinion(survey)
    with pytest.raises(NotContestable):
        contest(opinion=opinion, text="Avant toute décision.")
    decision = rejected(opinion)
    assert contestable(opinion) == decision
    later = timezone.now() + timedelta(days=184)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: later)
        assert contestable(opinion) is None


def test_a_text_that_was_not_for_publication_has_nothing_to_contest(survey: Survey) -> None:
    opinion = make_opinion(survey, may_publish=False)
    rejected(opinion)
    assert contestable(opinion) is None


def test_who_rejected_the_text_does_not_decide_on_the_appeal(survey: Survey) -> None:
    first, second = make_staff("moderator"), make_staff("moderator")
    appeal = make_appeal(survey, first)
    with pytest.raises(OwnDecision):
        decide_appeal(appeal=appeal.pk, upheld=True, by=first)
    decide_appeal(appeal=appeal.pk, upheld=True, by=second, answer="En effet.")
    appeal.refresh_from_db()
    appeal.opinion.refresh_from_db()
    assert (appeal.status, appeal.opinion.status) == ("upheld", "published")
    overturned = ModerationEvent.objects.get(action="overturn")
    assert (overturned.actor, overturned.alone, overturned.reason) == (second, False, "En effet.")
    assert (overturned.before, overturned.after) == ("rejected", "published")
    assert overturned.waited is not None


@pytest.mark.parametrize("other", ["deactivated", "editor", "reader"])
def test_a_desk_of_one_decides_and_the_record_says_so(survey: Survey, other: str) -> None:
    only = make_staff("moderator")
    somebody = make_staff("editor" if other == "editor" else "moderator")
    if other == "deactivated":
        User.objects.filter(pk=somebody.pk).update(is_active=False)
    if other == "reader":
        User.objects.filter(pk=somebody.pk).update(is_staff=False)
    appeal = make_appeal(survey, only)
    decide_appeal(appeal=appeal.pk, upheld=False, by=only, answer="La décision est maintenue.")
    assert ModerationEvent.objects.get(action="confirm").alone


def test_a_superuser_is_somebody_else(survey: Survey) -> None:
    only = make_staff("moderator")
    User.objects.create_superuser("chef", password="x")
    appeal = make_appeal(survey, only)
    with pytest.raises(OwnDecision):
        decide_appeal(appeal=appeal.pk, upheld=False, by=only, answer="Non.")


def test_a_dismissal_needs_an_answer(survey: Survey) -> None:
    appeal = make_appeal(survey)
    with pytest.raises(AnswerMissing):
        decide_appeal(appeal=appeal.pk, upheld=False, by=make_staff("moderator"))
    appeal.refresh_from_db()
    assert appeal.status == "open"
    assert not ModerationEvent.objects.filter(action="confirm").exists()


def test_the_second_of_two_is_told_that_it_was_decided(survey: Survey) -> None:
    appeal = make_appeal(survey)
    decide_appeal(appeal=appeal.pk, upheld=True, by=make_staff("moderator"))
    with pytest.raises(Settled) as told:
        decide_appeal(appeal=appeal.pk, upheld=False, by=make_staff("moderator"), answer="Non.")
    assert told.value.appeal.status == "upheld"


def test_a_decision_on_an_appeal_is_not_drawn_for_a_second_look(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    appeal = make_appeal(survey)
    monkeypatch.setattr(services, "random", lambda: 0.0)
    SecondLook.objects.all().delete()
    decide_appeal(appeal=appeal.pk, upheld=True, by=make_staff("moderator"))
    assert not SecondLook.objects.exists()


def test_the_receipt_tells_the_answer(author: Reader) -> None:
    appeal_by(author)
    appeal = Appeal.objects.get()
    decide_appeal(
        appeal=appeal.pk, upheld=True, by=make_staff("moderator"), answer="Vous aviez raison."
    )
    page = receipt(author)
    assert "Vous aviez raison." in page
    assert "quelqu’un d’autre" in page
    assert "Un texte." in Reader().get("/articles/pont/results/").content.decode()


def test_what_an_appeal_has_settled_stands_until_something_new_comes(author: Reader) -> None:
    appeal_by(author)
    decide_appeal(appeal=Appeal.objects.get().pk, upheld=True, by=make_staff("moderator"))
    opinion = Opinion.objects.get()
    rule = ModerationRule.objects.get(language="fr", key="privacy")
    for action, ground in ((Action.REJECT, rule), (Action.HOLD, None), (Action.UNDO, None)):
        outcome = decide(
            versions={opinion.pk: opinion.version},
            action=action,
            moderator=make_staff("moderator"),
            rule=ground,
        )
        assert (outcome.settled, outcome.decided) == ([opinion], [])
    opinion.refresh_from_db()
    assert opinion.status == "published"


def test_a_rejection_that_an_appeal_confirmed_is_not_undone(survey: Survey) -> None:
    appeal = make_appeal(survey)
    decide_appeal(appeal=appeal.pk, upheld=False, by=make_staff("moderator"), answer="Non.")
    opinion = appeal.opinion
    outcome = decide(
        versions={opinion.pk: opinion.version},
        action=Action.UNDO,
        moderator=make_staff("moderator"),
    )
    assert outcome.settled == [opinion]


def test_a_new_text_after_an_appeal_is_decided_like_any_other(author: Reader) -> None:
    appeal_by(author)
    decide_appeal(appeal=Appeal.objects.get().pk, upheld=True, by=make_staff("moderator"))
    fields = {"item-credible": "2", "item-relevant": "none", "consent_counting": "on"}
    text = {"item-opinion": "Un autre texte.", "consent_publication": "on"}
    author.send("/receipts/change/", fields | text)
    assert rejected(Opinion.objects.get()).action == "reject"


def test_what_is_rejected_again_after_a_notice_can_be_contested_again(author: Reader) -> None:
    appeal_by(author)
    first = Appeal.objects.get()
    decide_appeal(appeal=first.pk, upheld=True, by=make_staff("moderator"))
    give(opinion=Opinion.objects.get(), complaint=Complaint("rules"), receipt_hash="0" * 64)
    rejected(Opinion.objects.get())
    assert appeal_by(author, "Déjà jugé.").status_code == 303
    assert Appeal.objects.count() == 2


def test_a_dismissed_appeal_stands_on_the_receipt_and_the_text_may_still_be_changed(
    author: Reader,
) -> None:
    appeal_by(author)
    appeal = Appeal.objects.get()
    decide_appeal(
        appeal=appeal.pk, upheld=False, by=make_staff("moderator"), answer="Une adresse y est."
    )
    page = receipt(author)
    assert "La décision est maintenue" in page
    assert "Une adresse y est." in page
    assert "Modifiez votre texte" in page
