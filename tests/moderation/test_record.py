"""The record can only grow: what refuses to change or delete an event, door by door."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from polls.models import (
    AuditEvent,
    Escalation,
    ModerationEvent,
    ModerationRule,
    Opinion,
    Release,
    Survey,
    record,
)
from polls.models.audit import AppendOnly
from polls.moderation import erasing
from polls.moderation.services import Action, decide
from polls.results.releases.services import publish_release
from tests.admin.conftest import signed_in
from tests.factories import make_article, make_draft, make_opinion, make_response, make_staff
from tests.reader import Reader

MODELS = [ModerationEvent, AuditEvent, Escalation, Release]


def rejected(survey: Survey, text: str = "Un avis.", **values: Any) -> Opinion:
    opinion = make_opinion(survey, text)
    rule = ModerationRule.objects.get(language="fr", key="privacy")
    known = {"moderator": make_staff("moderator"), "rule": rule, **values}
    decide(versions={opinion.pk: opinion.version}, action=Action.REJECT, **known)
    opinion.refresh_from_db()
    return opinion


@pytest.fixture
def rows(survey: Survey) -> dict[type[AppendOnly], Any]:
    """One row of each record, written by what writes it."""
    opinion = rejected(survey)
    record(survey, AuditEvent.Action.CHANGE, None, "x")
    make_response(survey)
    publish_release(survey=survey, by=None, title="Ce que vous répondez")
    Escalation.objects.create(
        opinion=opinion, facts="Une menace.", authority="La police", told_at=timezone.now()
    )
    found = {model: model._default_manager.order_by("pk").first() for model in MODELS}
    assert all(found.values())
    return found


def doors(event: Any) -> dict[str, Callable[[], object]]:
    """Every way in which Django lets a row be changed or deleted."""
    model = type(event)
    everything = model._default_manager.all()
    changed = {"actor_name": "x"}
    return {
        "save": event.save,
        "save some": lambda: event.save(update_fields=["actor_name"]),
        "save again": lambda: model(pk=event.pk, **changed).save(force_update=True),
        "save_base": lambda: event.save_base(force_update=True),
        "delete": event.delete,
        "update": lambda: everything.update(**changed),
        "update of one": lambda: everything.filter(pk=event.pk).update(**changed),
        "delete of all": everything.delete,
        "bulk_update": lambda: model._default_manager.bulk_update([event], ["actor_name"]),
        "bulk_create over it": lambda: model._default_manager.bulk_create(
            [event],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["actor_name"],
        ),
        "bulk_create over it, by position": lambda: model._default_manager.bulk_create(
            [event], None, False, True, ["actor_name"], ["id"]
        ),
        "update_or_create": lambda: model._default_manager.update_or_create(
            pk=event.pk, defaults=changed
        ),
        "_update": lambda: everything._update([]),
        "_raw_delete": lambda: everything._raw_delete("default"),
        "base manager, update": lambda: model._base_manager.all().update(**changed),
        "base manager, delete": model._base_manager.all().delete,
    }


def refuses(door: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            door()
    except PermissionDenied:
        return True
    return False


@pytest.mark.parametrize("model", MODELS)
def test_no_door_of_the_orm_changes_or_deletes_a_row(
    rows: dict[type[AppendOnly], Any], model: type[AppendOnly]
) -> None:
    event = rows[model]
    kept = model._default_manager.filter(pk=event.pk).values().get()
    event.actor_name = "Somebody else"
    opened = [name for name, door in doors(event).items() if not refuses(door)]
    assert opened == []
    assert model._default_manager.filter(pk=event.pk).values().get() == kept


def test_nor_do_the_related_managers(survey: Survey, rows: dict[type[AppendOnly], Any]) -> None:
    opinion = rows[ModerationEvent].opinion
    related: Any
    for related in (opinion.events, opinion.escalations, survey.audit, survey.releases):
        assert refuses(partial(related.update, actor_name="x"))
        assert refuses(related.all().delete)


def test_a_deleted_account_or_text_would_take_its_events_along_and_cannot_be_deleted(
    survey: Survey,
) -> None:
    moderator = make_staff("moderator")
    opinion = rejected(survey, moderator=moderator)
    for row in (moderator, opinion):
        with pytest.raises(ProtectedError):
            row.delete()
    assert ModerationEvent.objects.filter(opinion=opinion).count() == 1


def test_an_act_on_a_published_survey_cannot_be_taken_from_it(survey: Survey) -> None:
    assert refuses(partial(AuditEvent.objects.update, survey=None))
    assert survey.audit.exists()


def test_a_deleted_draft_leaves_its_acts_with_its_name(survey: Survey) -> None:
    draft = make_draft(make_article("brouillon"))
    record(draft, AuditEvent.Action.IMPORT, None, "x")
    name = str(draft)
    draft.delete()
    kept = AuditEvent.objects.get(action="import")
    assert (kept.survey, kept.survey_name) == (None, name)


@pytest.mark.parametrize("role", ["moderator", "editor", "administrator"])
def test_the_admin_offers_no_change_no_deletion_and_no_action(
    rows: dict[type[AppendOnly], Any], role: str
) -> None:
    client = signed_in(role)
    kept = [list(model._default_manager.order_by("pk").values()) for model in MODELS]
    for model in (ModerationEvent, AuditEvent, Release):
        pk, base = rows[model].pk, f"/admin/polls/{model._meta.model_name}/"
        action = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
        for path, data in (
            (f"{base}{pk}/change/", {"actor_name": "x"}),
            (f"{base}{pk}/delete/", {"post": "yes"}),
            (base, action),
        ):
            client.post(path, data)
    assert [list(model._default_manager.order_by("pk").values()) for model in MODELS] == kept


@pytest.mark.parametrize("model", [ModerationEvent, AuditEvent])
def test_the_list_has_no_boxes_to_tick(
    rows: dict[type[AppendOnly], Any], model: type[AppendOnly]
) -> None:
    page = signed_in("administrator").get(f"/admin/polls/{model._meta.model_name}/")
    assert "_selected_action" not in page.content.decode()


def test_an_event_has_who_as_they_were_called_before_after_why_and_whether_by_itself(
    survey: Survey,
) -> None:
    moderator = make_staff("moderator", name="ana")
    rejected(survey, moderator=moderator, reason="Une adresse.")
    moderator.username = "anna"
    moderator.save()
    event = ModerationEvent.objects.get()
    assert (event.actor, event.actor_name) == (moderator, "ana")
    assert (event.before, event.after) == ("pending", "rejected")
    assert (event.reason, event.automatic) == ("Une adresse.", False)


def test_withdrawing_blanks_the_text_and_keeps_its_events(survey: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="Mon secret.", consent_publication="on")
    opinion = Opinion.objects.get()
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    before = list(ModerationEvent.objects.values())
    reader.send("/receipts/withdraw/", {})
    opinion.refresh_from_db()
    assert (opinion.text, opinion.status) == ("", "withdrawn")
    kept = list(ModerationEvent.objects.order_by("pk").values())
    assert kept[: len(before)] == before
    assert kept[-1]["action"] == "withdraw"
    assert "secret" not in str(kept)


def test_erasing_blanks_the_text_and_keeps_its_events(survey: Survey) -> None:
    opinion = rejected(survey, "Mon secret.")
    before = list(ModerationEvent.objects.values())
    assert opinion.response_id is not None
    erasing.erase([opinion.response_id])
    opinion.refresh_from_db()
    assert (opinion.text, opinion.status) == ("", "erased")
    kept = list(ModerationEvent.objects.order_by("pk").values())
    assert kept[: len(before)] == before
    assert kept[-1]["action"] == "erase"


# The list in the admin: read behind a place, whatever stands before it.


def many(survey: Survey, number: int, **values: Any) -> None:
    known: dict[str, Any] = {"action": "hold", "before": "pending", "after": "held"}
    opinion = make_opinion(survey)
    ModerationEvent.objects.bulk_create(
        ModerationEvent(opinion=opinion, **known | values) for _ in range(number)
    )


def pages(client: Client, query: str = "") -> list[list[int]]:
    """The numbers of the events on each page of the list, from the newest into the past."""
    found: list[list[int]] = []
    while not found or query:
        shown = client.get(f"/admin/polls/moderationevent/{query}").context["cl"]
        found.append([event.pk for event in shown.result_list])
        query = shown.older_url
    return found


def test_the_list_shows_every_event_once_page_by_page(survey: Survey) -> None:
    many(survey, 230)
    found = pages(signed_in("moderator"))
    assert [len(page) for page in found] == [100, 100, 30]
    assert list(chain(*found)) == list(ModerationEvent.objects.values_list("pk", flat=True))


def test_it_counts_nothing_skips_nothing_and_asks_as_often_for_many_rows(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    client, path = signed_in("moderator"), "/admin/polls/moderationevent/"
    many(survey, 3)
    with django_assert_max_num_queries(12) as few:
        client.get(path)
    many(survey, 250)
    middle = ModerationEvent.objects.all()[150].pk
    for query in ("", f"?older={middle}"):
        with django_assert_max_num_queries(len(few)) as asked:
            client.get(f"{path}{query}")
        said = " ".join(query["sql"] for query in asked.captured_queries)
        assert "COUNT(" not in said
        assert "OFFSET" not in said


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?action__exact=reject", 1),
        ("?automatic__exact=1", 4),
        ("?who=0", 4),
        ("?ground=privacy", 1),
        ("?alone__exact=1", 0),
        ("?older=nonsense", 5),
        ("?older=999999999999999999999", 5),
        ("?who=nonsense", 5),
    ],
)
def test_it_is_narrowed_by_what_was_done_by_whom_and_why(
    survey: Survey, query: str, number: int
) -> None:
    rejected(survey)
    many(survey, 4, automatic=True)
    assert [len(page) for page in pages(signed_in("moderator"), query)] == [number]


def test_a_filter_stays_on_older_pages(survey: Survey) -> None:
    many(survey, 120)
    many(survey, 120, action="edit")
    found = pages(signed_in("moderator"), "?action__exact=hold")
    assert [len(page) for page in found] == [100, 20]


def test_it_leads_to_the_text_and_names_what_the_step_answered(survey: Survey) -> None:
    opinion = rejected(survey)
    page = signed_in("moderator").get("/admin/polls/moderationevent/").content.decode()
    assert f"/admin/polls/opinion/{opinion.pk}/change/" in page
    assert "version 1" in page


def test_it_says_how_long_a_text_had_waited_as_the_queue_did(survey: Survey) -> None:
    opinion = make_opinion(survey)
    Opinion.objects.filter(pk=opinion.pk).update(waits_since=timezone.now() - timedelta(days=6.9))
    client = signed_in("moderator")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    told = "6\xa0days"
    assert f"waits for {told}" in client.get("/admin/polls/opinion/").content.decode()
    decide(versions={opinion.pk: 1}, action="hold", moderator=make_staff("moderator"))
    page = client.get("/admin/polls/moderationevent/").content.decode()
    assert f"after {told}" in page


@pytest.mark.postgres
def test_a_page_is_read_from_the_index_of_the_record(survey: Survey) -> None:
    many(survey, 300)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    middle = ModerationEvent.objects.all()[150].pk
    shown = (
        signed_in("moderator").get(f"/admin/polls/moderationevent/?older={middle}").context["cl"]
    )
    plan = shown.queryset[:101].explain()
    assert "moderation_event_newest" in plan
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan
