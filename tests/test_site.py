"""What every page has, and what the machines that watch ask for."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import InterfaceError, connection
from django.test import Client

from polls.models import Survey
from surveysite import disk


def test_livez_asks_nobody(client: Client, django_assert_num_queries: object) -> None:
    response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_says_whether_the_database_is_ready(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_says_when_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations"
            " WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'polls')"
        )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"migrations" in response.content


@pytest.mark.django_db
def test_readyz_says_when_the_database_does_not_answer(client: Client, monkeypatch: Any) -> None:
    def fails(*args: Any) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr("surveysite.health.MigrationExecutor", fails)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


class Usage(NamedTuple):
    free: int


@pytest.mark.django_db
@pytest.mark.parametrize(("free", "ready"), [(disk.LOW, True), (disk.LOW - 1, False)])
def test_readyz_says_when_the_disk_of_sqlite_is_nearly_full(
    client: Client, monkeypatch: Any, tmp_path: Path, free: int, ready: bool
) -> None:
    database = connection.settings_dict | {"NAME": str(tmp_path / "survey.sqlite3")}
    monkeypatch.setattr(disk, "connection", Connection("sqlite", database))
    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage(free))
    response = client.get("/readyz")
    assert response.status_code == (200 if ready else 503)
    assert (b"disk of the database" in response.content) is not ready


class Connection(NamedTuple):
    vendor: str
    settings_dict: dict[str, Any]


@pytest.mark.django_db
def test_a_full_disk_of_the_exports_takes_nothing_from_readers(
    client: Client, monkeypatch: Any, settings: Any, tmp_path: Path
) -> None:
    settings.EXPORTS_DIR = tmp_path / "not" / "made" / "yet"
    monkeypatch.setattr(disk, "connection", Connection("postgresql", {}))
    # The folder is made with the first of them: its disk is that of the one above.
    monkeypatch.setattr("shutil.disk_usage", {tmp_path: Usage(1)}.__getitem__)
    response = client.get("/readyz")
    assert (response.status_code, response.content.split(b"\n")[0]) == (200, b"ok")
    assert b"disk of the exports" in response.content


@pytest.mark.parametrize(
    "path", ["/", "/articles/pont/", "/articles/pont/results/", "/receipts/", "/admin/login/", "/x"]
)
def test_every_page_is_strict_about_scripts_and_frames(
    survey: Survey, client: Client, path: str
) -> None:
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/articles/pont/", "/articles/pont/results/", "/receipts/"])
def test_readers_pages_have_no_inline_code_and_no_third_party(
    survey: Survey, client: Client, settings: Any, path: str
) -> None:
    html = client.get(path).content.decode()
    assert "<script>" not in html
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    # Whole addresses of our own in the head, and names that nobody fetches.
    for known in (settings.PUBLIC_ORIGINS[0], "https://schema.org", "http://www.w3.org/2000/svg"):
        html = html.replace(known, "")
    assert "//" not in html


@pytest.mark.parametrize("tail", ["x.css", ";a.js", "page/"])
def test_an_invented_end_of_an_address_is_no_page(
    survey: Survey, client: Client, tail: str
) -> None:
    assert client.get(f"/articles/pont/results/{tail}").status_code == 404


def test_readers_pages_keep_their_language_after_a_member_of_staff(
    survey: Survey, client: Client
) -> None:
    for path in ("/", "/receipts/", "/rien/"):
        client.get("/admin/login/", headers={"Accept-Language": "en"})
        assert '<html lang="fr">' in client.get(path).content.decode()


@pytest.mark.django_db
def test_the_admin_speaks_its_users_language(client: Client) -> None:
    for accepted, language in (("fr", "fr"), ("en", "en"), ("de", "fr")):
        page = client.get("/admin/login/", headers={"Accept-Language": accepted})
        assert f'<html lang="{language}"' in page.content.decode()
        assert "Accept-Language" in page["Vary"]
