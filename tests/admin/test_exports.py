"""The page of a survey's exports: what an editor orders, sees and takes."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from polls.models import AuditEvent, Blackout, PreparedExport, Survey
from tests.admin.conftest import signed_in
from tests.exports.helpers import records
from tests.factories import make_article, make_opinion, make_response, make_staff, make_survey


@pytest.fixture(autouse=True)
def directory(settings: Any, tmp_path: Path) -> Path:
    settings.EXPORTS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def waiting(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def page(survey: Survey, *what: str, export: PreparedExport | None = None) -> str:
    name = "_".join(["admin:polls_survey_export", *what])
    return reverse(name, args=[survey.pk, *([export.public_id] if export else [])])


def post(client: Client, survey: Survey, **fields: Any) -> Any:
    return client.post(page(survey), fields)


def ordered(client: Client, survey: Survey, **fields: Any) -> PreparedExport:
    answer = post(client, survey, **{"file_format": "xlsx"} | fields)
    assert answer.status_code == 302
    return PreparedExport.objects.order_by("-pk")[0]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_csv_is_sent_at_once_with_what_the_form_says(survey: Survey, editor: Client) -> None:
    make_opinion(survey, "Oui")
    make_response(survey)
    answer = post(editor, survey, file_format="csv", delimiter="semicolon", state=["pending"])
    assert [row["opinion"] for row in records(body(answer), ";")] == ["Oui"]
    name = "pont-1-internal-responses-state-pending.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert PreparedExport.objects.count() == 0


def test_nothing_said_means_every_response_as_csv(survey: Survey, editor: Client) -> None:
    make_response(survey)
    assert len(records(body(post(editor, survey)))) == 1


def test_a_workbook_is_prepared_and_downloaded(survey: Survey, editor: Client) -> None:
    make_response(survey)
    export = ordered(editor, survey)
    assert "Download" in text(_english(editor, page(survey)))
    answer = editor.post(page(survey, "download", export=export))
    assert answer["Content-Disposition"].endswith('"pont-1-internal-responses.xlsx"')
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    book = openpyxl.load_workbook(io.BytesIO(body(answer)))
    assert book["responses"].max_row == 2


def _english(client: Client, address: str) -> Any:
    return client.get(address, headers={"Accept-Language": "en"})


def test_the_list_says_which_files_are_internal(survey: Survey, editor: Client) -> None:
    make_response(survey)
    mark = '<em class="internal">'
    ordered(editor, survey, content="figures")
    assert mark not in text(editor.get(page(survey, "list")))
    ordered(editor, survey, content="responses")
    assert text(editor.get(page(survey, "list"))).count(mark) == 1


def test_another_editor_may_download_it_and_is_on_record(survey: Survey, editor: Client) -> None:
    export = ordered(editor, survey)
    other = signed_in("editor")
    assert other.post(page(survey, "download", export=export)).status_code == 200
    names = AuditEvent.objects.filter(action="export").values_list("actor_name", flat=True)
    assert len(set(names)) == 2


def test_whoever_may_not_export_gets_nothing(survey: Survey, editor: Client) -> None:
    export = ordered(editor, survey)
    for client in (Client(), signed_in("moderator"), signed_in()):
        for what in ("download", "cancel", "again"):
            answer = client.post(page(survey, what, export=export))
            assert answer.status_code in (302, 403)
            assert not answer.streaming
        assert client.get(page(survey, "list")).status_code in (302, 403)
    assert AuditEvent.objects.filter(action="export").count() == 1


def test_an_identifier_of_another_survey_leads_to_nothing(survey: Survey, editor: Client) -> None:
    export = ordered(editor, survey)
    other = make_survey(make_article("port"))
    assert editor.post(page(other, "download", export=export)).status_code == 404


def test_what_waits_can_be_cancelled_and_prepared_again(
    survey: Survey, editor: Client, waiting: None
) -> None:
    export = ordered(editor, survey, channel=["page"])
    assert "data-under-way" in text(editor.get(page(survey)))
    editor.post(page(survey, "cancel", export=export))
    assert "data-under-way" not in text(editor.get(page(survey, "list")))
    editor.post(page(survey, "again", export=export))
    again = PreparedExport.objects.order_by("-pk")[0]
    assert (again.state, again.chosen, again.pk == export.pk) == (
        "waiting",
        {"channel": "page"},
        False,
    )


def test_an_order_that_nobody_takes_up_asks_after_the_worker(
    survey: Survey, editor: Client, waiting: None
) -> None:
    ordered(editor, survey)
    question = "does the worker run?"
    assert question not in text(_english(editor, page(survey)))
    PreparedExport.objects.update(ordered_at=timezone.now() - timedelta(minutes=1))
    assert question in text(_english(editor, page(survey)))


def test_an_expired_file_is_said_to_be_gone(survey: Survey, editor: Client) -> None:
    export = ordered(editor, survey)
    PreparedExport.objects.update(expires_at=timezone.now())
    answer = editor.post(page(survey, "download", export=export), follow=True)
    assert "not there any more" in text(answer) or "n’est plus là" in text(answer)


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "opinions", "file_format": "xlsx"},
        {"content": "responses", "file_format": "package", "channel": ["page"]},
        {"content": "figures", "since": "2025-01-01"},
        {"since": "2025-02-01", "until": "2025-01-01"},
        {"since": "yesterday"},
        {"channel": ["fax"]},
        {"content": "everything"},
        {"delimiter": "="},
    ],
)
def test_what_can_t_be_is_refused_and_the_form_kept(
    survey: Survey, editor: Client, fields: dict[str, Any]
) -> None:
    answer = post(editor, survey, **fields)
    assert answer.status_code == 400
    assert 'class="errornote"' in text(answer)
    assert not AuditEvent.objects.filter(action="export").exists()
    assert PreparedExport.objects.count() == 0


def test_erased_answers_are_said_to_be_gone(survey: Survey, editor: Client) -> None:
    AuditEvent.objects.create(survey=survey, action="erase")
    answer = post(editor, survey)
    assert answer.status_code == 400
    assert 'class="errornote"' in text(answer)


def test_the_list_shows_the_progress_of_what_is_under_way(
    survey: Survey, editor: Client, waiting: None
) -> None:
    ordered(editor, survey)
    PreparedExport.objects.update(state="running", rows=25, total=100, touched_at=timezone.now())
    assert '<progress max="100" value="25"' in text(editor.get(page(survey, "list")))


def test_a_blackout_is_pointed_out(survey: Survey, editor: Client) -> None:
    warning = 'class="errornote"'
    assert warning not in text(editor.get(page(survey)))
    now = timezone.now()
    Blackout.objects.create(survey=survey, starts_at=now, ends_at=now + timedelta(days=1))
    assert warning in text(editor.get(page(survey)))


def test_the_page_is_kept_by_nobody(survey: Survey, editor: Client) -> None:
    for address in (page(survey), page(survey, "list")):
        assert "no-store" in editor.get(address)["Cache-Control"]


def test_the_number_of_queries_does_not_grow_with_the_list(
    survey: Survey, editor: Client, django_assert_max_num_queries: Any
) -> None:
    maker: User = make_staff("editor")
    for _ in range(15):
        PreparedExport.objects.create(
            survey=survey, maker=maker, content="responses", file_format="sav"
        )
    with django_assert_max_num_queries(8):
        assert text(editor.get(page(survey, "list"))).count("<li") == 15
