"""Holding a text back, rejecting by a law, and what a decision does to what is open about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from polls.models import (
    Appeal,
    ModerationEvent,
    ModerationNote,
    ModerationRule,
    Notice,
    Opinion,
    OpinionVersion,
    SecondLook,
    Survey,
)
from polls.moderation import services, texts
from polls.moderation.services import Action, decide
from tests.factories import make_article, make_opinion, make_staff, make_survey
from tests.reader import Reader


def rule(key: str = "privacy", language: str = "fr") -> ModerationRule:
    return ModerationRule.objects.get(language=language, key=key)


def now_decide(opinion: Opinion, action: str, **more: Any) -> services.Outcome:
    """Decide on the text as it stands now."""
    opinion.refresh_from_db()
    more = {"moderator": make_staff("moderator"), **more}
    return decide(versions={opinion.pk: opinion.version}, action=action, **more)


def make_notice(opinion: Opinion, **values: Any) -> Notice:
    known = {"claim": "rules", "language": "fr", "due_at": timezone.now() + timedelta(days=7)}
    return Notice.objects.create(
        opinion=opinion,
        survey=opinion.survey,
        receipt_hash=f"hash {Notice.objects.count()}",
        good_faith=True,
        **known | values,
    )


def test_a_text_on_hold_leaves_the_queue_and_the_page(survey: Survey) -> None:
    opinion = make_opinion(survey, "À voir.")
    now_decide(opinion, Action.PUBLISH)
    now_decide(opinion, Action.HOLD)
    assert "À voir." not in Reader().get("/articles/pont/results/").content.decode()
    assert not survey.opinions.queue().exists()
    now_decide(opinion, Action.PUBLISH)
    assert "À voir." in Reader().get("/articles/pont/results/").content.decode()


def test_what_is_on_hold_can_be_rejected_or_brought_back(survey: Survey) -> None:
    first, second = make_opinion(survey), make_opinion(survey)
    for opinion in (first, second):
        now_decide(opinion, Action.HOLD)
    assert now_decide(first, Action.REJECT, rule=rule()).decided == [first]
    assert now_decide(second, Action.UNDO).decided == [second]
    assert list(survey.opinions.queue()) == [second]


def test_what_is_private_is_not_published_out_of_hold(survey: Survey) -> None:
    opinion = make_opinion(survey, may_publish=False)
    now_decide(opinion, Action.HOLD)
    assert now_decide(opinion, Action.PUBLISH).changed == [opinion]


def test_a_law_holds_in_every_survey_of_its_language(survey: Survey) -> None:
    opinion = make_opinion(survey)
    now_decide(opinion, Action.REJECT, rule=rule("law-insult"))
    event = ModerationEvent.objects.get()
    assert (event.rule_kind, event.rule_title) == ("law", "Injure")


def test_one_ground_rejects_texts_of_two_languages_each_in_its_own_words(survey: Survey) -> None:
    english = make_survey(make_article("bridge", language="en"))
    opinions = [make_opinion(survey), make_opinion(english)]
    decide(
        versions={opinion.pk: 1 for opinion in opinions},
        action=Action.REJECT,
        moderator=make_staff("moderator"),
        rule=rule("privacy"),
    )
    titles = dict(ModerationEvent.objects.values_list("opinion", "rule_title"))
    assert titles == {
        opinions[0].pk: "Pas de donnée personnelle", opinions[1].pk: "No personal data",
    }  # fmt: skip


def test_undoing_leads_back_to_what_readers_saw_before(survey: Survey) -> None:
    for act, ground in ((Action.HOLD, None), (Action.REJECT, rule()), (Action.PUBLISH, None)):
        opinion = make_opinion(survey)
        now_decide(opinion, Action.PUBLISH)
        make_notice(opinion)
        Opinion.objects.filter(pk=opinion.pk).update(decided_at=None)
        now_decide(opinion, act, rule=ground)
        now_decide(opinion, Action.UNDO)
        opinion.refresh_from_db()
        assert opinion.status == "published", act
        assert opinion.waits
    pending = make_opinion(survey)
    now_decide(pending, Action.PUBLISH)
    now_decide(pending, Action.UNDO)
    pending.refresh_from_db()
    assert pending.status == "pending"


def test_undoing_does_not_begin_the_wait_anew(survey: Survey) -> None:
    opinion = make_opinion(survey)
    long_ago = timezone.now() - timedelta(days=6)
    Opinion.objects.update(waits_since=long_ago)
    now_decide(opinion, Action.PUBLISH)
    now_decide(opinion, Action.UNDO)
    opinion.refresh_from_db()
    assert opinion.waits_since == long_ago


def test_new_surveys_hold_to_the_rules_of_the_house_and_name_no_law(survey: Survey) -> None:
    assert set(survey.rules.values_list("kind", flat=True)) == {"rule"}


def test_an_event_says_how_long_the_text_had_waited_and_which_version_it_was(
    survey: Survey,
) -> None:
    opinion = make_opinion(survey)
    Opinion.objects.update(waits_since=timezone.now() - timedelta(hours=2))
    now_decide(opinion, Action.PUBLISH)
    event = ModerationEvent.objects.get()
    assert event.waited is not None
    assert 7200 <= event.waited < 7260
    assert event.version == 1


@pytest.mark.parametrize(
    ("action", "status"), [(Action.PUBLISH, "dismissed"), (Action.REJECT, "upheld")]
)
def test_a_decision_answers_every_open_notice(survey: Survey, action: str, status: str) -> None:
    opinion = make_opinion(survey)
    now_decide(opinion, Action.PUBLISH)
    first, second = make_notice(opinion), make_notice(opinion, claim="illegal")
    elsewhere = make_notice(make_opinion(survey))
    Opinion.objects.filter(pk=opinion.pk).update(lane=Opinion.Lane.URGENT, decided_at=None)
    now_decide(opinion, action, rule=rule() if action == Action.REJECT else None)
    decision = ModerationEvent.objects.first()
    for notice in (first, second):
        notice.refresh_from_db()
        assert (notice.status, notice.decision) == (status, decision)
        assert notice.decided_at is not None
    elsewhere.refresh_from_db()
    assert elsewhere.status == "open"
    opinion.refresh_from_db()
    assert opinion.lane == Opinion.Lane.USUAL


def test_holding_a_text_answers_no_notice(survey: Survey) -> None:
    opinion = make_opinion(survey)
    notice = make_notice(opinion)
    now_decide(opinion, Action.HOLD)
    notice.refresh_from_db()
    assert notice.status == "open"


def test_undoing_a_decision_opens_again_the_notices_that_it_had_answered(survey: Survey) -> None:
    opinion = make_opinion(survey)
    old = make_notice(opinion)
    now_decide(opinion, Action.PUBLISH)
    notice = make_notice(opinion, claim="illegal")
    Opinion.objects.update(decided_at=None)
    now_decide(opinion, Action.REJECT, rule=rule())
    now_decide(opinion, Action.UNDO)
    old.refresh_from_db()
    notice.refresh_from_db()
    opinion.refresh_from_db()
    assert (old.status, notice.status) == ("dismissed", "open")
    assert notice.decision is None
    assert opinion.lane == Opinion.Lane.URGENT


def test_a_contested_decision_is_left_to_the_appeal(survey: Survey) -> None:
    opinion = make_opinion(survey)
    now_decide(opinion, Action.REJECT, rule=rule())
    decision = ModerationEvent.objects.get()
    Appeal.objects.create(opinion=opinion, decision=decision, text="Pas d’accord.")
    outcome = now_decide(opinion, Action.UNDO)
    assert (outcome.contested, outcome.decided) == ([opinion], [])


def change(reader: Reader, text: str, **more: str) -> None:
    reader.send(
        "/receipts/change/",
        {
            "item-credible": "2",
            "item-relevant": "none",
            "item-opinion": text,
            "consent_publication": "on",
            "consent_counting": "on",
            **more,
        },
    )


def test_the_text_as_it_was_stays_for_moderators_until_its_author_takes_it_back(
    survey: Survey,
) -> None:
    reader = Reader()
    reader.answer(item__opinion="Première version.", consent_publication="on")
    opinion = Opinion.objects.get()
    now_decide(opinion, Action.PUBLISH)
    ModerationNote.objects.create(
        opinion=opinion, author=make_staff("moderator"), author_name="ana", text="Vu."
    )
    change(reader, "Deuxième version.")
    kept = OpinionVersion.objects.get()
    assert (kept.version, kept.text, kept.status) == (2, "Première version.", "published")
    page = Reader().get("/articles/pont/results/").content.decode()
    assert "version." not in page
    reader.send("/receipts/withdraw/", {})
    assert not OpinionVersion.objects.exists()
    assert not ModerationNote.objects.exists()


def test_a_change_of_consents_alone_makes_no_version(survey: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="Un texte.", consent_publication="on")
    change(reader, "Un texte.", consent_ratings="on")
    assert not OpinionVersion.objects.exists()


def test_who_changes_a_contested_text_has_it_read_anew_and_the_appeal_is_settled(
    survey: Survey,
) -> None:
    reader = Reader()
    reader.answer(item__opinion="Un texte.", consent_publication="on")
    opinion = Opinion.objects.get()
    now_decide(opinion, Action.REJECT, rule=rule())
    decision = ModerationEvent.objects.get()
    appeal = Appeal.objects.create(opinion=opinion, decision=decision, text="Pas d’accord.")
    change(reader, "Un autre texte.")
    appeal.refresh_from_db()
    assert (appeal.status, appeal.text) == ("moot", "Pas d’accord.")
    assert list(survey.opinions.queue()) == [opinion]


def test_with_the_text_goes_what_was_written_about_it(survey: Survey) -> None:
    opinion = make_opinion(survey)
    now_decide(opinion, Action.REJECT, rule=rule())
    decision = ModerationEvent.objects.get()
    appeal = Appeal.objects.create(opinion=opinion, decision=decision, text="Mon texte disait…")
    notice = make_notice(opinion, passage="Un passage.")
    opinion.refresh_from_db()
    texts.withdraw(opinion)
    appeal.refresh_from_db()
    notice.refresh_from_db()
    assert (appeal.status, appeal.text) == ("moot", "")
    assert (notice.status, notice.passage) == ("moot", "")


def test_a_suspicious_text_waits_for_a_person_where_others_are_published_at_once(
    db: None,
) -> None:
    survey = make_survey(moderation="after")
    assert texts.initial_status(survey, True) == "published"
    assert texts.initial_status(survey, True, suspicious=True) == "pending"


def test_two_decisions_in_a_hundred_are_drawn_for_a_second_look(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([0.019, 0.5, 0.02])
    monkeypatch.setattr(services, "random", lambda: next(drawn))
    opinions = [make_opinion(survey) for _ in range(3)]
    moderator = make_staff("moderator")
    decide(versions={o.pk: 1 for o in opinions}, action=Action.PUBLISH, moderator=moderator)
    assert [look.opinion for look in SecondLook.objects.all()] == opinions[:1]


def test_holding_and_undoing_are_never_drawn(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "random", lambda: 0.0)
    opinion = make_opinion(survey)
    now_decide(opinion, Action.HOLD)
    now_decide(opinion, Action.UNDO)
    assert not SecondLook.objects.exists()
