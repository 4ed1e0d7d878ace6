"""What an editor decides on a right of reply, and two of them at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.utils import timezone

from polls.models import (
    ModerationEvent,
    Reply,
    Statement,
    Survey,
)
from polls.moderation.replies import services
from polls.moderation.replies.queries import is_late, last_day, passage
from polls.moderation.replies.services import AnswerMissing, Changed
from tests.factories import make_reply, make_staff, make_survey
from tests.moderation.replies import ask, publish
from tests.reader import Reader

T = TypeVar("T")


def test_each_decision_is_in_the_record(survey: Survey) -> None:
    reply = make_reply(survey)
    Reply.objects.update(received_at=timezone.now() - timedelta(hours=2))
    editor = make_staff("editor", name="eva")
    services.publish(reply=reply.pk, version=1, editor=editor)
    services.undo(reply=reply.pk, version=2, editor=editor)
    services.refuse(reply=reply.pk, version=3, editor=editor, answer=" Trop long. ")
    refused, undone, published, _asked = ModerationEvent.objects.all()
    assert (published.action, published.before, published.after) == (
        "publish",
        "pending",
        "published",
    )
    assert (published.actor, published.actor_name, published.automatic) == (editor, "eva", False)
    assert published.waited is not None
    assert 7200 <= published.waited < 7260
    assert (undone.before, undone.after, undone.waited) == ("published", "pending", None)
    assert (refused.after, refused.reason, refused.version) == ("refused", "Trop long.", 3)
    assert Reply.objects.get().answer == "Trop long."
    services.undo(reply=reply.pk, version=4, editor=editor)
    assert Reply.objects.get().answer == ""


def test_a_refusal_says_why(survey: Survey) -> None:
    reply = make_reply(survey)
    with pytest.raises(AnswerMissing):
        services.refuse(reply=reply.pk, version=1, editor=make_staff("editor"), answer=" \n")
    assert Reply.objects.get().status == "pending"


def test_the_second_of_two_editors_changes_nothing(survey: Survey) -> None:
    reply = make_reply(survey)
    publish(reply)
    with pytest.raises(Changed):
        services.refuse(reply=reply.pk, version=1, editor=make_staff("editor"), answer="Non.")
    assert Reply.objects.get().status == "published"
    assert ModerationEvent.objects.count() == 2


def test_what_its_author_took_back_cannot_be_published(survey: Survey) -> None:
    reply = services.withdraw(reply=make_reply(survey).pk)
    with pytest.raises(Changed):
        services.publish(reply=reply.pk, version=2, editor=make_staff("editor"))


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (date(2025, 1, 23), date(2025, 4, 23)),
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2025, 12, 31), date(2026, 3, 31)),
        (date(2025, 10, 1), date(2026, 1, 1)),
    ],
)
def test_the_three_months_are_counted_from_date_to_date(published: date, last: date) -> None:
    assert last_day(published) == last
    noon = datetime(last.year, last.month, last.day, 11, tzinfo=UTC)
    assert not is_late(noon, published)
    assert is_late(noon + timedelta(days=1), published)
    assert not is_late(noon, None)


def test_the_editor_sees_the_statement_where_it_stands(survey: Survey) -> None:
    first, second = Statement.objects.order_by("number")
    assert "présenté son budget" in passage(first)[0]
    assert "<mark" in passage(second)[-1]
    first.article.body = "Tout autre chose."
    assert passage(first) == []


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    """Run all calls on threads with connections of their own."""

    def closing(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(closing, calls))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_make_one_decision_and_one_event(committed: None) -> None:
    survey = make_survey()
    editors = [make_staff("editor") for _ in range(6)]
    reply = make_reply(survey)

    def act(number: int) -> Callable[[], bool]:
        def call() -> bool:
            known: Any = {"reply": reply.pk, "version": 1, "editor": editors[number]}
            try:
                if number % 2:
                    services.refuse(**known, answer="Non.")
                else:
                    services.publish(**known)
            except Changed:
                return False
            return True

        return call

    assert sum(at_once([act(number) for number in range(6)])) == 1
    reply.refresh_from_db()
    event = ModerationEvent.objects.exclude(action="reply").get()
    assert (event.after, reply.version) == (reply.status, 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_at_once_is_one_request(committed: None) -> None:
    make_survey()

    def send() -> tuple[int, str]:
        reader = Reader()
        return ask(reader).status_code, reader.letter

    answers = at_once([send] * 8)
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert Reply.objects.count() == ModerationEvent.objects.count() == 1
