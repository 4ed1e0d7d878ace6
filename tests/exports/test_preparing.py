"""Files prepared in the background: made once, cancelled, sent to who may have them, deleted."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from errno import ENOSPC
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from polls.exports import making, preparing, tasks
from polls.exports.filters import Filter
from polls.exports.orders import Order
from polls.models import AuditEvent, PreparedExport, Survey
from polls.results.erasure import Erased
from tests.exports.helpers import make_many
from tests.factories import make_response, make_staff, make_survey

State = PreparedExport.State


@pytest.fixture(autouse=True)
def directory(settings: Any, tmp_path: Path) -> Path:
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path / "exports"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def waiting(settings: Any) -> None:
    """Orders wait for a worker, of which there is none."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def order(survey: Survey, by: User, file_format: str = "xlsx", **chosen: Any) -> PreparedExport:
    return tasks.request(order=Order(survey, "responses", file_format, Filter(**chosen)), by=by)


def state_of(export: PreparedExport) -> tuple[str, str]:
    export.refresh_from_db()
    return export.state, export.problem


def details() -> list[str]:
    found = AuditEvent.objects.filter(action="export").order_by("pk")
    return list(found.values_list("detail", flat=True))


def test_without_a_worker_the_file_is_there_at_once(
    survey: Survey, editor: User, directory: Path
) -> None:
    make_response(survey)
    make_response(survey)
    export = order(survey, editor)
    assert (export.state, export.rows, export.total) == ("done", 2, 2)
    [file] = directory.iterdir()
    content = file.read_bytes()
    assert (export.size, export.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert file.stat().st_mode & 0o777 == 0o600
    assert directory.stat().st_mode & 0o777 == 0o700
    assert details() == ["xlsx, internal, responses, 2 rows, prepared"]


def test_an_order_waits_for_the_worker_and_is_made_once(
    survey: Survey, editor: User, directory: Path, waiting: None
) -> None:
    export = order(survey, editor)
    assert state_of(export) == ("waiting", "")
    preparing.prepare(export.pk)
    [file] = directory.iterdir()
    made_at = file.stat().st_mtime_ns
    assert state_of(export) == ("done", "")
    preparing.prepare(export.pk)
    assert file.stat().st_mtime_ns == made_at
    assert len(details()) == 1


def test_the_filter_is_kept_with_the_order(survey: Survey, editor: User, waiting: None) -> None:
    make_response(survey)
    today = timezone.localdate()
    export = order(survey, editor, until=today - timedelta(days=1), channels=("page", "embed"))
    preparing.prepare(export.pk)
    export.refresh_from_db()
    assert export.rows == 0
    assert details()[0].endswith(
        f"(until={today - timedelta(days=1)}; channel=page,embed), prepared"
    )


def test_what_waits_is_cancelled_at_once(survey: Survey, editor: User, waiting: None) -> None:
    export = order(survey, editor)
    preparing.cancel(export=export)
    assert state_of(export) == ("cancelled", "")
    preparing.prepare(export.pk)
    assert state_of(export) == ("cancelled", "")
    assert details() == []


@pytest.mark.usefixtures("committed", "waiting")
def test_what_runs_is_cancelled_within_moments_and_leaves_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, editor = make_survey(), make_staff("editor")
    make_many(survey, 3000)
    monkeypatch.setattr(preparing, "BEAT", 0.05)
    export = order(survey, editor, "parquet")
    begun, seen = Event(), Event()

    def slowly(self: Any, rows: int) -> None:
        begun.set()
        seen.wait(10)
        watch(self, rows)

    watch = preparing._Heart.watch
    monkeypatch.setattr(preparing._Heart, "watch", slowly)
    worker = Thread(target=_work, args=[export.pk])
    worker.start()
    assert begun.wait(10)
    preparing.cancel(export=export)
    _wait_until(lambda: _beaten(export))
    seen.set()
    worker.join(10)
    assert state_of(export) == ("cancelled", "")
    assert list(directory.iterdir()) == []
    assert details() == []


def _work(pk: int) -> None:
    preparing.prepare(pk)
    connection.close()


def _beaten(export: PreparedExport) -> bool:
    before = PreparedExport.objects.values_list("touched_at", flat=True).get(pk=export.pk)
    return _wait_until(
        lambda: (
            PreparedExport.objects.values_list("touched_at", flat=True).get(pk=export.pk) != before
        )
    )


def _wait_until(holds: Any) -> bool:
    pause = Event()
    for _ in range(200):
        if holds():
            return True
        pause.wait(0.05)
    raise AssertionError("it never came")


@pytest.mark.usefixtures("committed", "waiting")
def test_its_progress_is_seen_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    survey, editor = make_survey(), make_staff("editor")
    make_many(survey, 4100)
    monkeypatch.setattr(preparing, "BEAT", 0.05)
    export = order(survey, editor)
    held = Event()
    watch = preparing._Heart.watch

    def slowly(self: Any, rows: int) -> None:
        watch(self, rows)
        held.wait(10)

    monkeypatch.setattr(preparing._Heart, "watch", slowly)
    worker = Thread(target=_work, args=[export.pk])
    worker.start()

    def half() -> bool:
        export.refresh_from_db()
        return 0 < export.rows < export.total == 4100

    assert _wait_until(half)
    held.set()
    worker.join(20)
    assert state_of(export) == ("done", "")


@pytest.mark.parametrize(
    ("error", "problem"),
    [(OSError(ENOSPC, "No space left on device"), "no-space"), (ValueError("odd"), "unknown")],
)
def test_what_breaks_is_said_and_leaves_nothing(
    survey: Survey,
    editor: User,
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    problem: str,
) -> None:
    def broken(*args: object) -> None:
        raise error

    monkeypatch.setattr(preparing, "make", broken)
    assert state_of(order(survey, editor)) == ("failed", problem)
    assert list(directory.iterdir()) == []
    assert details() == []


def test_a_worker_that_was_killed_is_noticed_and_the_order_can_be_given_again(
    survey: Survey, editor: User, waiting: None
) -> None:
    export = order(survey, editor)
    silent = timezone.now() - timedelta(minutes=2)
    PreparedExport.objects.filter(pk=export.pk).update(state=State.RUNNING, touched_at=silent)
    assert [each.state for each in preparing.listed(survey)] == ["failed"]
    assert state_of(export) == ("failed", "stopped")


def test_one_that_comes_back_after_it_was_given_up_doesn_t_finish(
    survey: Survey, editor: User, waiting: None, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = order(survey, editor)

    def given_up(*args: Any) -> int:
        PreparedExport.objects.filter(pk=export.pk).update(state=State.FAILED, problem="stopped")
        return making.make(*args)

    monkeypatch.setattr(preparing, "make", given_up)
    preparing.prepare(export.pk)
    assert state_of(export) == ("failed", "stopped")
    assert list(directory.iterdir()) == []


def test_a_file_goes_when_its_hours_are_over(
    survey: Survey, editor: User, directory: Path, settings: Any
) -> None:
    export = order(survey, editor)
    hours = timedelta(hours=settings.EXPORT_HOURS)
    assert preparing.expire(timezone.now() + hours - timedelta(minutes=1)) == 0
    assert preparing.expire(timezone.now() + hours + timedelta(minutes=1)) == 1
    assert list(directory.iterdir()) == []
    assert state_of(export) == ("expired", "")
    with pytest.raises(preparing.Gone):
        preparing.send(export=export, by=editor)


def test_a_file_that_is_late_is_not_sent_even_before_it_is_deleted(
    survey: Survey, editor: User
) -> None:
    export = order(survey, editor)
    PreparedExport.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    export.refresh_from_db()
    with pytest.raises(preparing.Gone):
        preparing.send(export=export, by=editor)
    assert len(details()) == 1


def test_the_daily_run_deletes_it(survey: Survey, editor: User, directory: Path) -> None:
    export = order(survey, editor)
    PreparedExport.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    call_command("apply_retention", verbosity=0)
    assert list(directory.iterdir()) == []
    assert state_of(export) == ("expired", "")


def test_answers_that_were_deleted_after_their_time_lie_in_no_file(
    survey: Survey, editor: User, directory: Path
) -> None:
    make_response(survey)
    export = order(survey, editor)
    closed = timezone.now() - timedelta(days=survey.retention_days + 1)
    Survey.objects.filter(pk=survey.pk).update(opens_at=None, closes_at=closed)
    call_command("apply_retention", verbosity=0)
    assert list(directory.iterdir()) == []
    assert state_of(export) == ("expired", "")
    with pytest.raises(Erased):
        order(survey, editor)


def test_an_order_that_waits_while_the_answers_are_deleted_fails(
    survey: Survey, editor: User, waiting: None
) -> None:
    export = order(survey, editor)
    AuditEvent.objects.create(survey=survey, action="erase")
    preparing.prepare(export.pk)
    assert state_of(export) == ("failed", "erased")


def test_what_no_order_knows_of_is_swept_away(
    survey: Survey, editor: User, directory: Path
) -> None:
    order(survey, editor)
    (directory / "stray.csv").write_text("half")
    folder = directory / "3b0c2f9e-6f0f-4f5e-9d1e-2a1b3c4d5e6f.part"  # a killed worker's
    folder.mkdir()
    (folder / "sheet").write_text("half")
    preparing.expire(timezone.now())
    assert [path.suffix for path in directory.iterdir()] == [".xlsx"]


def test_what_a_killed_worker_left_goes_when_it_is_given_up(
    survey: Survey, editor: User, waiting: None, directory: Path
) -> None:
    export = order(survey, editor)
    now = timezone.now()
    PreparedExport.objects.filter(pk=export.pk).update(state=State.RUNNING, touched_at=now)
    folder = preparing._folder_of(export)
    folder.mkdir(parents=True)
    preparing.expire(now)
    assert folder.exists()  # somebody is at work on it
    preparing.expire(now + timedelta(minutes=2))
    assert not folder.exists()
    assert state_of(export) == ("failed", "stopped")


def test_one_that_was_to_be_cancelled_when_its_worker_died_is_cancelled(
    survey: Survey, editor: User, waiting: None
) -> None:
    export = order(survey, editor)
    silent = timezone.now() - timedelta(minutes=2)
    dead = {"state": State.RUNNING, "touched_at": silent, "cancelling": True}
    PreparedExport.objects.filter(pk=export.pk).update(**dead)
    assert [each.state for each in preparing.listed(survey)] == ["cancelled"]


def test_answers_that_are_deleted_while_it_is_made_are_in_no_file(
    survey: Survey, editor: User, waiting: None, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = order(survey, editor)

    def erased(*args: Any) -> int:
        rows = making.make(*args)
        AuditEvent.objects.create(survey=survey, action="erase")
        return rows

    monkeypatch.setattr(preparing, "make", erased)
    preparing.prepare(export.pk)
    assert state_of(export) == ("failed", "erased")
    assert list(directory.iterdir()) == []


def test_a_survey_s_own_run_deletes_its_files_and_before_it_none_is_sent(
    survey: Survey, editor: User, directory: Path
) -> None:
    make_response(survey)
    export = order(survey, editor)
    AuditEvent.objects.create(survey=survey, action="erase")
    with pytest.raises(preparing.Gone):
        preparing.send(export=export, by=editor)
    call_command("apply_retention", survey.article.slug, verbosity=0)
    assert list(directory.iterdir()) == []


def test_a_file_that_can_t_be_put_in_place_is_no_ready_one(
    survey: Survey, editor: User, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert state_of(order(survey, editor)) == ("failed", "no-space")
    assert list(directory.iterdir()) == []
    assert details() == []


@pytest.mark.django_db
def test_published_texts_are_never_prepared(survey: Survey, editor: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PreparedExport.objects.create(
            survey=survey, maker=editor, content="opinions", file_format="csv"
        )


def test_each_download_is_on_record_with_who_took_it(survey: Survey, editor: User) -> None:
    export = order(survey, editor)
    preparing.send(export=export, by=make_staff("editor", name="ben"))
    events = AuditEvent.objects.filter(action="export").order_by("pk")
    assert [(event.actor_name, event.detail.split(", ")[-1]) for event in events] == [
        ("ada", "prepared"),
        ("ben", "downloaded"),
    ]


@pytest.mark.usefixtures("committed")
def test_the_worker_of_the_database_makes_what_was_ordered(settings: Any, directory: Path) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    survey, editor = make_survey(), make_staff("editor")
    make_response(survey)
    export = order(survey, editor, "sav")
    assert state_of(export) == ("waiting", "")
    call_command("db_worker", "--batch", "--no-startup-delay", "--no-reload", verbosity=0)
    assert state_of(export) == ("done", "")
    assert [file.suffix for file in directory.iterdir()] == [".sav"]
