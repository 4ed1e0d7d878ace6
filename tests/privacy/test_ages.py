"""What has an age of its own: letters, pseudonyms of networks, salts, sign-ins, sessions."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from polls.models import (
    Appeal,
    FlagGroup,
    ModerationEvent,
    NetworkSalt,
    Notice,
    Reply,
    Response,
    Survey,
)
from polls.moderation.notices.services import Complaint, give
from polls.moderation.replies.services import publish, refuse
from polls.moderation.services import Action, decide
from tests.factories import make_opinion, make_reply, make_response, make_staff

SAID = {"ground": "Diffamation", "explanation": "Parce que.", "passage": "Ici.", "name": "Ana",
        "email": "ana@example.org"}  # fmt: skip


def applied(*arguments: str) -> str:
    out = StringIO()
    call_command("apply_retention", *arguments, stdout=out)
    return out.getvalue()


def ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def told(survey: Survey, days: int | None) -> Notice:
    """A notice that was decided so many days ago; None: it is open."""
    opinion = make_opinion(survey)
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    notice = give(
        opinion=opinion, complaint=Complaint(claim="rules", **SAID), receipt_hash=str(opinion.pk)
    )
    if days is not None:
        Notice.objects.filter(pk=notice.pk).update(status="dismissed", decided_at=ago(days))
    return notice


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (None, ()),
        (182, ()),
        (184, ("name", "email")),
        (366, ("name", "email", "ground", "explanation", "passage")),
    ],
)
def test_a_notice_loses_its_names_and_then_its_words(
    survey: Survey, days: int | None, gone: tuple[str, ...]
) -> None:
    notice = told(survey, days)
    applied()
    notice.refresh_from_db()
    left = {name: getattr(notice, name) for name in SAID}
    assert left == {name: "" if name in gone else words for name, words in SAID.items()}


def test_the_days_of_words_are_a_setting(survey: Survey, settings: Any) -> None:
    settings.NOTICE_RETENTION_DAYS = 200
    notice = told(survey, 201)
    applied()
    notice.refresh_from_db()
    assert notice.explanation == ""


def test_a_published_reply_loses_only_how_to_reach_its_author(survey: Survey) -> None:
    reply = make_reply(survey)
    publish(reply=reply.pk, version=1, editor=make_staff("editor"))
    Reply.objects.update(decided_at=ago(400))
    applied()
    reply.refresh_from_db()
    assert (reply.contact, reply.name, reply.text) == (
        "", "La maire", "Ce n’est pas ce que j’ai dit.",
    )  # fmt: skip


def test_a_refused_reply_loses_its_words_too(survey: Survey) -> None:
    reply = make_reply(survey)
    refuse(reply=reply.pk, version=1, editor=make_staff("editor"), answer="Hors délai.")
    Reply.objects.update(decided_at=ago(366))
    assert "refused replies" in applied()
    reply.refresh_from_db()
    assert (reply.contact, reply.name, reply.text, reply.answer) == ("", "–", "–", "Hors délai.")
    assert "repl" not in applied()


def test_a_reply_that_waits_has_no_age(survey: Survey) -> None:
    reply = make_reply(survey)
    Reply.objects.update(received_at=ago(900))
    applied()
    reply.refresh_from_db()
    assert reply.contact == "maire@example.org"


def test_what_an_author_wrote_against_a_decision_goes_after_it_was_decided(
    survey: Survey,
) -> None:
    opinion = make_opinion(survey)
    decide(versions={opinion.pk: 1}, action=Action.HOLD, moderator=make_staff("moderator"))
    decision = ModerationEvent.objects.get()
    Appeal.objects.create(
        opinion=opinion, decision=decision, text="Non.", status="dismissed", decided_at=ago(366)
    )
    applied()
    assert Appeal.objects.get().text == ""


def test_pseudonyms_of_networks_go_after_their_days(survey: Survey) -> None:
    old, new = make_response(survey), make_response(survey)
    Response.objects.update(network_key="k", network_block="b")
    Response.objects.filter(pk=old.pk).update(submitted_at=ago(31))
    groups = [
        FlagGroup.objects.create(
            survey=survey, rule="repeat", version=1, key=f"k{days}", score=1, threshold=1, size=3,
            first_at=ago(days), last_at=ago(days),
        )
        for days in (31, 29)
    ]  # fmt: skip
    applied()
    keys = dict(Response.objects.values_list("pk", "network_key"))
    assert keys == {old.pk: "", new.pk: "k"}
    for group in groups:
        group.refresh_from_db()
    assert [group.key for group in groups] == [f"gone {groups[0].pk}", "k29"]


def test_salts_sign_ins_and_sessions_go(db: None) -> None:
    for days in (0, 1, 2, 9):
        NetworkSalt.objects.create(day=ago(days).date(), salt="00")
    for model in (AccessLog, AccessFailureLog, AccessAttempt):
        for days in (91, 89):
            more = {"failures_since_start": 1} if model is AccessAttempt else {}
            made = model.objects.create(username=f"u{days}", ip_address="203.0.113.9", **more)
            model.objects.filter(pk=made.pk).update(attempt_time=ago(days))
    Session.objects.create(session_key="old", session_data="", expire_date=ago(1))
    Session.objects.create(session_key="new", session_data="", expire_date=ago(-1))
    dry = applied("--dry-run")
    assert NetworkSalt.objects.count() == 4
    assert "salts of network pseudonyms: would delete 2." in dry
    out = applied()
    assert out == dry.replace("would delete", "deleted")
    assert NetworkSalt.objects.count() == 2
    for model in (AccessLog, AccessFailureLog, AccessAttempt):
        assert [each.username for each in model.objects.all()] == ["u89"]
    assert [each.session_key for each in Session.objects.all()] == ["new"]
