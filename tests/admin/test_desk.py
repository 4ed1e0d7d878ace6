"""The newsroom's front page, and the words above its lists and pages."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries

from polls.admin.accounts import rights_of
from polls.admin.desk import consultations
from polls.admin.desk import waiting as lines
from polls.models import AuditEvent, PreparedExport, Reply, Response, SecondLook, Survey, record
from polls.results.releases.services import publish_release
from polls.staff.contents import GROUPS
from tests.factories import (
    make_appeal,
    make_article,
    make_draft,
    make_opinion,
    make_reply,
    make_response,
    make_staff,
    make_survey,
)

FRONT = "/admin/"


def waits_for(client: Client) -> list[str]:
    return [line.text for line in client.get(FRONT).context["lines"]]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def test_a_moderator_reads_what_waits_and_is_led_to_it(survey: Survey, moderator: Client) -> None:
    make_opinion(survey)
    make_opinion(survey, "Un autre avis.")
    make_appeal(survey)
    page = moderator.get(FRONT)
    told = {line.text: line.url for line in page.context["lines"]}
    assert told["2 texts to read"] == reverse("admin:polls_opinion_changelist")
    assert told["1 contested decision"] == reverse("admin:polls_appeal_changelist")
    assert all(moderator.get(url).status_code == 200 for url in told.values())


def test_an_editor_reads_of_nothing_that_only_moderators_decide(
    survey: Survey, editor: Client
) -> None:
    make_opinion(survey)
    make_appeal(survey)
    make_reply(survey)
    assert waits_for(editor) == ["1 right of reply to decide"]


def test_where_nothing_waits_the_page_says_so(survey: Survey, moderator: Client) -> None:
    assert "Nothing waits." in moderator.get(FRONT).content.decode()


def test_an_account_without_rights_gets_a_page_without_figures(
    survey: Survey, client: Client
) -> None:
    client.force_login(make_staff())
    page = client.get(FRONT)
    assert page.status_code == 200
    assert "Consultations, open and to come" not in page.content.decode()


def test_what_is_overdue_comes_first_and_says_since_when(survey: Survey, editor: Client) -> None:
    make_reply(survey)
    reply_due = timezone.now() - timedelta(hours=1)
    Reply.objects.update(due_at=reply_due)
    first = editor.get(FRONT).context["lines"][0]
    assert first.urgent
    assert first.note.startswith("overdue since")


def test_ones_own_contested_decision_is_told_to_be_a_colleagues(survey: Survey) -> None:
    own = make_staff("moderator")
    make_appeal(survey, own)
    (line,) = lines.waiting(own, timezone.now())
    assert "1 is your own: a colleague judges it" in line.note
    assert not line.urgent


def test_a_second_look_waits_for_others_than_who_decided(survey: Survey) -> None:
    own, other = make_staff("moderator"), make_staff("moderator")
    appeal = make_appeal(survey, own)
    SecondLook.objects.get_or_create(decision=appeal.decision, opinion=appeal.opinion)
    now = timezone.now()
    assert "1 second look to take" in [line.text for line in lines.waiting(other, now)]
    assert "1 second look to take" not in [line.text for line in lines.waiting(own, now)]


def test_a_long_queue_is_not_counted_to_its_end(
    survey: Survey, moderator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "COUNTED", 2)
    for number in range(4):
        make_opinion(survey, f"Avis {number}.")
    assert waits_for(moderator) == ["more than 2 texts to read"]


def test_open_consultations_stand_with_their_answers_and_their_end(
    editor: Client, db: None
) -> None:
    ends = timezone.now() + timedelta(hours=5)
    survey = make_survey(closes_at=ends)
    make_response(survey)
    make_response(survey)
    make_survey(make_article("quais"), opens_at=timezone.now() + timedelta(days=1))
    soon, ahead = editor.get(FRONT).context["running"]
    assert (soon.answers, soon.today, soon.soon) == ("2", "2", True)
    assert (ahead.answers, ahead.state) == ("", "to come")
    assert editor.get(soon.url).status_code == 200


def test_answers_of_today_leave_out_yesterdays_and_withdrawn_ones(survey: Survey) -> None:
    now = timezone.now()
    _kept, gone, old = (make_response(survey) for _ in range(3))
    empty = {"answers": {}, "network_key": "", "network_block": ""}
    Response.objects.filter(pk=gone.pk).update(withdrawn_at=now, **empty)
    Response.objects.filter(pk=old.pk).update(submitted_at=now - timedelta(days=2))
    today, all_read = consultations.answers_of_today(now)
    assert today[survey.pk] == 1
    assert all_read


def test_of_a_rush_it_is_said_that_at_least_so_many_came(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consultations, "COUNTED", 2)
    for _ in range(3):
        make_response(survey)
    (row,) = consultations.running(timezone.now())
    assert (row.answers, row.today) == ("3", "at least 2")


def test_a_draft_stands_with_what_is_missing_and_leads_to_the_composer(
    editor: Client, db: None
) -> None:
    survey = make_draft(make_article(published_on=None), question="")
    (draft,) = editor.get(FRONT).context["drafts"]
    assert draft.missing == [
        "The article has no date of publication.",
        "The survey has no question.",
    ]
    assert draft.url == reverse("admin:polls_survey_compose", args=[survey.pk])


def test_a_closed_consultation_waits_until_a_release_is_made(editor: Client, db: None) -> None:
    survey = make_survey()
    make_response(survey)
    Survey.objects.update(closes_at=timezone.now() - timedelta(microseconds=1))
    assert waits_for(editor) == ["No release of the results yet: Le pont"]
    publish_release(survey=Survey.objects.get(), by=None, title="Réponses", commentary="")
    assert waits_for(editor) == []


def test_ones_own_export_stands_until_its_file_is_deleted(survey: Survey, client: Client) -> None:
    own = make_staff("editor")
    client.force_login(own)
    values = {"survey": survey, "content": "responses", "file_format": "xlsx", "state": "done"}
    until = timezone.now() + timedelta(days=1)
    for maker in (own, make_staff("editor")):
        PreparedExport.objects.create(maker=maker, sha256="0" * 64, expires_at=until, **values)
    assert waits_for(client) == ["Export, ready: Le pont"]
    PreparedExport.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert waits_for(client) == []


def test_its_queries_do_not_grow_with_what_there_is(
    db: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    who = make_staff("administrator")
    client.force_login(who)

    def more(number: int) -> None:
        for n in range(number):
            slug = f"{Survey.objects.count()}-{n}"
            survey = make_survey(make_article(f"pont-{slug}"))
            make_opinion(survey)
            make_appeal(survey)
            make_reply(survey)
            make_draft(make_article(f"brouillon-{slug}"))
            past = timezone.now() - timedelta(microseconds=1)
            Survey.objects.filter(pk=make_survey(make_article(f"clos-{slug}")).pk).update(
                closes_at=past
            )

    more(consultations.FEW + 1)
    client.get(FRONT)
    with CaptureQueriesContext(connection) as before:
        client.get(FRONT)
    more(4)
    with django_assert_num_queries(len(before)):
        client.get(FRONT)


def test_every_list_has_its_place_in_the_table_of_contents(admin_client: Client) -> None:
    placed = {label for _heading, _name, labels in GROUPS for label in labels}
    listed = {
        model["model"]._meta.label_lower
        for group in admin_client.get(FRONT).context["app_list"]
        for model in group["models"]
    }
    ours = {label for label in listed if label.startswith(("polls.", "auth."))}
    assert ours == placed


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("polls/article/", "Articles"),
        ("polls/article/add/", "New article"),
        ("polls/survey/", "Surveys"),
        ("polls/moderationword/add/", "New word"),
        ("auth/user/", "Users"),
    ],
)
def test_lists_and_new_pages_are_headed_in_words(
    admin_client: Client, path: str, heading: str
) -> None:
    page = admin_client.get(f"/admin/{path}").content.decode()
    assert f"<h1>{heading}</h1>" in page
    assert f"<title>{heading} |" in page


def test_a_list_offers_a_new_one_in_the_same_words(admin_client: Client) -> None:
    page = admin_client.get("/admin/polls/article/").content.decode()
    assert 'class="addlink">New article</a>' in page


def test_pages_are_headed_by_what_they_show(survey: Survey, admin_client: Client) -> None:
    def heading(name: str, pk: int) -> Any:
        return admin_client.get(reverse(f"admin:polls_{name}_change", args=[pk])).context["title"]

    assert heading("article", survey.article_id) == "Article: Le pont"
    assert heading("appeal", make_appeal(survey).pk).startswith("Appeal no.")
    assert heading("reply", make_reply(survey).pk).startswith("Right of reply no.")


def test_an_event_that_nobody_of_the_newsroom_did_has_no_empty_brackets(
    survey: Survey, admin_client: Client
) -> None:
    record(survey, AuditEvent.Action.IMPORT, None, "")
    event = AuditEvent.objects.get(action="import")
    page = admin_client.get(reverse("admin:polls_auditevent_change", args=[event.pk]))
    assert "()" not in page.content.decode()
    assert page.context["title"].startswith("Import, ")


def test_what_is_deleted_is_listed_without_rows_that_have_no_name(
    admin_client: Client, db: None
) -> None:
    survey = make_draft()
    assert survey.rules.exists()
    page = admin_client.get(reverse("admin:polls_survey_delete", args=[survey.pk]))
    assert "Survey_rules" not in page.content.decode()
    assert "relationships" not in page.content.decode()
    assert "Choice: " in page.content.decode()


def test_articles_of_one_title_are_told_apart_in_a_filter(
    survey: Survey, admin_client: Client
) -> None:
    other = make_survey(make_article("pont-neuf"))
    make_survey(make_article("sans-contestation"))
    for one in (survey, other):
        make_appeal(one)
    page = admin_client.get("/admin/polls/appeal/").content.decode()
    assert "Le pont · 23 January 2025 · pont-neuf" in page
    assert "sans-contestation" not in page


def test_a_groups_rights_are_told_in_words(db: None) -> None:
    rights = rights_of(Group.objects.get(name="editor"))
    assert rights["surveys"] == [
        "see",
        "add",
        "change",
        "delete",
        "Can export responses",
        "Can publish and close a survey",
    ]


def test_the_address_of_the_app_shows_the_desk(survey: Survey, moderator: Client) -> None:
    make_opinion(survey)
    assert moderator.get("/admin/polls/").context["lines"]


def test_an_empty_list_of_escalations_says_where_one_is_recorded(moderator: Client) -> None:
    shown = moderator.get("/admin/polls/escalation/").content.decode()
    assert 'href="/admin/polls/opinion/"' in shown.partition('class="paginator"')[2]


def test_the_editors_document_calls_things_in_french_as_the_pages_do() -> None:
    document = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| (.+) \|$", document.partition("| --- | --- |")[2], re.M)
    with override("fr"):
        wrong = {en: fr for en, fr in rows if " ".join(gettext(en).split()) != fr}
    assert rows
    assert wrong == {}
