"""The silence before a vote: set and lifted on the survey's page, and on the record."""

from django.test import Client

from polls.models import AuditEvent, Blackout, Survey
from tests.admin.test_compose import survey_form
from tests.reader import Reader


def save(editor: Client, survey: Survey, **fields: str) -> int:
    path = f"/admin/polls/survey/{survey.pk}/change/"
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    return editor.post(path, survey_form(editor, survey) | named).status_code


WINDOW = {
    "blackouts__TOTAL_FORMS": "1",
    "blackouts__0__starts_at": "2020-01-01T00:00",
    "blackouts__0__ends_at": "2099-01-01T00:00",
    "blackouts__0__reason": "Élection",
}


def test_a_blackout_is_set_and_lifted_and_both_are_on_the_record(
    survey: Survey, editor: Client
) -> None:
    assert save(editor, survey, **WINDOW) == 302
    assert Reader().get("/articles/pont/results/").status_code == 404
    page = f"/admin/polls/survey/{survey.pk}/results/"
    assert editor.get(page).status_code == 200  # the newsroom sees
    assert save(editor, survey, blackouts__0__DELETE="on") == 302
    assert not Blackout.objects.exists()
    assert Reader().get("/articles/pont/results/").status_code == 200
    events = AuditEvent.objects.filter(action="blackout").order_by("pk")
    assert [event.detail.split("\u00a0")[0] for event in events] == ["défini", "levé"]
    assert all("Élection" in event.detail for event in events)


def test_one_that_ends_before_it_begins_is_refused(survey: Survey, editor: Client) -> None:
    wrong = WINDOW | {"blackouts__0__ends_at": "2019-01-01T00:00"}
    assert save(editor, survey, **wrong) == 200
    assert not Blackout.objects.exists()


def test_one_of_any_edition_closes_the_address(survey: Survey, editor: Client) -> None:
    save(editor, survey, **WINDOW)
    Survey.objects.create(
        article=survey.article, edition=2, question="Et maintenant ?", results="always",
        results_from=1, status="published", published_at="2025-01-01T00:00:00Z",
    )  # fmt: skip
    assert Reader().get("/articles/pont/results/").status_code == 404
