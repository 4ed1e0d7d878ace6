from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from polls.models import ModerationEvent, ModerationRule, Opinion, Response, Survey
from polls.moderation.services import Action, ReasonMissing, decide
from polls.results import tallies
from tests.factories import make_opinion, make_staff, make_survey
from tests.reader import Reader


def rule(key: str = "privacy") -> ModerationRule:
    return ModerationRule.objects.get(language="fr", key=key)


def test_publishing_shows_the_text_to_readers(survey: Survey) -> None:
    opinion = make_opinion(survey, "Un avis publié.")
    page = Reader().get("/articles/pont/results/").content.decode()
    assert "Un avis publié." not in page
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    assert "Un avis publié." in Reader().get("/articles/pont/results/").content.decode()


def test_a_rejected_text_disappears_and_its_ratings_stay(survey: Survey) -> None:
    opinion = make_opinion(survey, "Un avis.")
    moderator = make_staff("moderator")
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=moderator)
    before = tallies.read(survey.pk)
    decide(versions={opinion.pk: 2}, action=Action.REJECT, moderator=moderator, rule=rule())
    assert "Un avis." not in Reader().get("/articles/pont/results/").content.decode()
    assert tallies.read(survey.pk) == before
    assert Response.objects.get().answers == {"credible": "2", "relevant": "4"}


def test_every_decision_is_in_the_record_with_its_author_and_reason(survey: Survey) -> None:
    opinion = make_opinion(survey, "Le texte du lecteur.")
    moderator = make_staff("moderator", name="ana")
    decide(
        versions={opinion.pk: 1},
        action=Action.REJECT,
        moderator=moderator,
        rule=rule(),
        reason="Une adresse.",
    )
    decide(versions={opinion.pk: 2}, action=Action.UNDO, moderator=moderator)
    undo, reject = ModerationEvent.objects.all()
    assert (reject.action, reject.before, reject.after) == ("reject", "pending", "rejected")
    assert (reject.actor, reject.actor_name) == (moderator, "ana")
    assert (reject.rule_key, reject.rule_title) == ("privacy", rule().title)
    assert reject.reason == "Une adresse."
    assert (undo.before, undo.after, undo.rule_key) == ("rejected", "pending", "")
    assert all("Le texte du lecteur" not in str(vars(event)) for event in (undo, reject))


def test_the_record_keeps_the_name_and_the_rule_as_they_were(survey: Survey) -> None:
    opinion = make_opinion(survey)
    moderator = make_staff("moderator", name="ana")
    decide(versions={opinion.pk: 1}, action=Action.REJECT, moderator=moderator, rule=rule())
    title = rule().title
    ModerationRule.objects.update(title="Autre chose")
    moderator.username = "anna"
    moderator.save()
    event = ModerationEvent.objects.get()
    assert (event.actor_name, event.rule_title) == ("ana", title)


def test_a_rejection_needs_a_rule_of_the_survey(survey: Survey) -> None:
    opinion = make_opinion(survey)
    dropped = rule("advertising")
    survey.rules.remove(dropped)
    for given in (None, dropped):
        with pytest.raises(ReasonMissing):
            decide(
                versions={opinion.pk: 1},
                action=Action.REJECT,
                moderator=make_staff("moderator"),
                rule=given,
            )
    opinion.refresh_from_db()
    assert opinion.status == "pending"
    assert not ModerationEvent.objects.exists()


def test_the_second_of_two_moderators_changes_nothing_and_is_told(survey: Survey) -> None:
    opinion = make_opinion(survey)
    first, second = make_staff("moderator"), make_staff("moderator")
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=first)
    outcome = decide(versions={opinion.pk: 1}, action=Action.REJECT, moderator=second, rule=rule())
    assert [o.pk for o in outcome.changed] == [opinion.pk]
    assert not outcome.decided
    opinion.refresh_from_db()
    assert opinion.status == "published"
    assert ModerationEvent.objects.count() == 1


def test_a_text_that_changed_since_it_was_read_is_not_published(survey: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="Anodin.", consent_publication="on")
    opinion = Opinion.objects.get()
    reader.send(
        "/receipts/change/",
        {
            "item-credible": "2",
            "item-relevant": "none",
            "item-opinion": "Plus du tout anodin.",
            "consent_publication": "on",
            "consent_counting": "on",
        },
    )
    outcome = decide(
        versions={opinion.pk: opinion.version},
        action=Action.PUBLISH,
        moderator=make_staff("moderator"),
    )
    assert outcome.changed
    assert not Opinion.objects.published().exists()


def test_a_text_whose_author_did_not_agree_is_never_published(survey: Survey) -> None:
    opinion = make_opinion(survey, may_publish=False)
    outcome = decide(
        versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator")
    )
    assert outcome.changed
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=opinion.pk).update(status="published")


def test_a_bulk_decision_costs_the_same_for_five_and_for_many(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    moderator = make_staff("moderator")
    # SQLite takes no more than some hundred values in one statement.
    for size in (5, 500 if connection.vendor == "postgresql" else 50):
        versions = {make_opinion(survey, f"Avis {n}").pk: 1 for n in range(size)}
        with django_assert_max_num_queries(14):
            outcome = decide(
                versions=versions, action=Action.REJECT, moderator=moderator, rule=rule()
            )
        assert len(outcome.decided) == size


def test_what_is_printed_of_an_opinion_is_not_its_text(survey: Survey) -> None:
    opinion = make_opinion(survey, "Un secret.")
    assert "secret" not in f"{opinion} {opinion!r}"


def test_what_is_published_at_once_waits_to_be_read_afterwards(db: None) -> None:
    survey = make_survey(moderation="after")
    good, bad = make_opinion(survey, "Bon."), make_opinion(survey, "Mauvais.")
    assert list(survey.opinions.queue()) == [good, bad]
    moderator = make_staff("moderator")
    decide(versions={good.pk: 1}, action=Action.PUBLISH, moderator=moderator)
    decide(versions={bad.pk: 1}, action=Action.REJECT, moderator=moderator, rule=rule())
    assert not survey.opinions.queue().exists()
    assert list(survey.opinions.published()) == [good]
    kept = good.events.first()
    assert kept is not None
    assert (kept.before, kept.after, kept.automatic) == ("published", "published", False)
    again = decide(versions={good.pk: 2}, action=Action.PUBLISH, moderator=moderator)
    assert again.changed  # there is nothing left to publish


@pytest.mark.postgres
def test_the_queue_is_read_from_its_own_index(survey: Survey) -> None:
    make_opinion(survey)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Opinion.objects.queue()[:50].explain()
    assert "opinion_queue" in plan
    assert "Sort" not in plan


def test_what_was_rejected_once_is_read_again_whatever_its_author_does(db: None) -> None:
    survey = make_survey(moderation="after")
    reader = Reader()
    reader.answer(item__opinion="Une insulte.", consent_publication="on")
    opinion = Opinion.objects.get()
    decide(
        versions={opinion.pk: 1},
        action=Action.REJECT,
        moderator=make_staff("moderator"),
        rule=rule(),
    )
    fields = {
        "item-credible": "2",
        "item-relevant": "none",
        "consent_counting": "on",
        "item-opinion": "Une insulte.",
    }
    publish = {"consent_publication": "on"}
    for change in ({}, publish, publish | {"item-opinion": "Une insulte !"}):
        reader.send("/receipts/change/", fields | change)
        opinion.refresh_from_db()
        assert opinion.status == "pending"
    assert survey.opinions.queue().count() == 1


def test_publication_before_moderation_publishes_at_once_and_says_so(db: None) -> None:
    survey = make_survey(moderation="after")
    opinion = make_opinion(survey)
    assert opinion.status == "published"
    event = ModerationEvent.objects.get()
    assert event.automatic
    assert event.actor is None
    assert make_opinion(survey, may_publish=False).status == "pending"
