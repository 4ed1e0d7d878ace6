"""The page on personal data says what the code does: every number of it is the one that acts."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from polls.answering import traces
from polls.checks import readers_know_who_is_responsible
from polls.lib import codes, http
from polls.lib.caching import forget
from polls.lib.numbers import day
from polls.models import Survey
from polls.moderation.notices import services as notices
from polls.moderation.replies import services as replies
from polls.privacy import notice as privacy
from tests.factories import make_article, make_draft, make_question, make_survey
from tests.reader import Reader


def page(path: str = "/articles/pont/privacy/") -> str:
    forget()
    response = Reader().get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_page_is_the_same_for_all_and_asks_again_only_for_a_change(survey: Survey) -> None:
    for path in ("/privacy/?lang=en", "/articles/pont/privacy/"):
        first = Reader().get(path)
        assert "public" in first["Cache-Control"]
        assert not first.cookies
        assert "Vary" not in first or "Cookie" not in first["Vary"]
        again = Reader().get(path, HTTP_IF_NONE_MATCH=first["ETag"])
        assert again.status_code == 304


def test_the_page_speaks_the_article_s_language_or_the_one_asked_for(db: None) -> None:
    make_survey(make_article("bridge", language="en"))
    assert '<html lang="en"' in page("/articles/bridge/privacy/")
    assert '<html lang="en"' in page("/privacy/?lang=en")
    for asked in ("", "?lang=fr", "?lang=xx"):
        assert '<html lang="fr"' in page(f"/privacy/{asked}")


def test_there_is_none_of_a_draft(db: None) -> None:
    make_draft()
    assert Reader().get("/articles/pont/privacy/").status_code == 404


def test_the_form_and_every_page_s_foot_lead_to_it(survey: Survey) -> None:
    article = page("/articles/pont/")
    assert 'href="/articles/pont/privacy/"' in article
    assert 'href="/privacy/?lang=fr"' in article
    assert 'href="/articles/pont/privacy/" target="_blank"' in page("/embed/pont/")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("NETWORK_KEY_DAYS", "4321"),
        ("NOTICE_RETENTION_DAYS", "4321"),
        ("BACKUP_DAYS", "4321"),
        ("SERVER_LOG_DAYS", "4321"),
        ("RATE_WINDOW", "4321"),
    ],
)
def test_every_number_is_a_setting(survey: Survey, settings: Any, name: str, shown: str) -> None:
    setattr(settings, name, 4321 * 60 if name == "RATE_WINDOW" else 4321)
    assert "4,321" in page("/privacy/?lang=en")


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (privacy, "SALT_DAYS", 4321),
        (privacy, "ANSWER_COOKIE_DAYS", 4321),
        (privacy, "NOTICE_CONTACT_DAYS", 4321),
        (privacy, "REPLY_CONTACT_DAYS", 4321),
        (codes, "SECONDS", 4321 * 60),
    ],
)
def test_or_a_constant_that_the_code_goes_by(
    survey: Survey, monkeypatch: Any, module: Any, name: str, value: int
) -> None:
    acting = {
        "SALT_DAYS": traces.SALT_DAYS,
        "ANSWER_COOKIE_DAYS": http.ANSWER_COOKIE_DAYS,
        "NOTICE_CONTACT_DAYS": notices.CONTACT_DAYS,
        "REPLY_CONTACT_DAYS": replies.CONTACT_DAYS,
    }
    assert {each: getattr(privacy, each) for each in acting} == acting
    assert "4,321" not in page("/privacy/?lang=en")
    monkeypatch.setattr(module, name, value)
    assert "4,321" in page("/privacy/?lang=en")


def test_the_cookies_that_an_answer_sets_are_the_ones_it_names(survey: Survey) -> None:
    reader = Reader()
    answer = reader.answer()
    shown = page()
    for name, cookie in answer.cookies.items():
        assert f">{name}</code>" in shown
        assert cookie["max-age"] in (http.ANSWER_COOKIE_DAYS * 86400, codes.SECONDS)


def test_the_survey_s_own_days_and_closing_are_said(db: None) -> None:
    closes = timezone.now() + timedelta(days=10)
    make_survey(make_article("bridge", language="en"), retention_days=77, closes_at=closes)
    due = timezone.localtime(closes + timedelta(days=77))
    shown = page("/articles/bridge/privacy/")
    assert "77 days after the closing" in shown
    with override("en"):
        assert day(due) in shown
    Survey.objects.update(erased_at=timezone.now())
    assert "were deleted on" in page("/articles/bridge/privacy/")


def test_a_survey_without_a_closing_says_so(db: None) -> None:
    make_survey(make_article("bridge", language="en"))
    assert "of which there is no date yet" in page("/articles/bridge/privacy/")


def test_what_is_asked_about_the_reader_is_named(db: None) -> None:
    draft = make_draft()
    make_question(draft, "age", "single", "young old", profile=True)
    Survey.objects.update(status="published", published_at=timezone.now())
    assert "Question age" in page()


def test_sites_that_may_show_it_are_named(db: None) -> None:
    make_survey(embed_origins="https://www.example.org")
    assert "https://www.example.org" in page()


def test_who_is_responsible_is_said_and_missing_only_where_it_is_developed(
    survey: Survey, settings: Any
) -> None:
    settings.DEBUG = True
    assert "PUBLISHER_NAME" in page()
    settings.DEBUG = False
    assert "PUBLISHER_NAME" not in page()
    settings.PUBLISHER_NAME, settings.PRIVACY_CONTACT = "Le Pont SARL", "donnees@example.org"
    shown = page()
    assert "Le Pont SARL" in shown
    assert 'href="mailto:donnees@example.org"' in shown


def test_a_publisher_that_is_not_named_is_a_warning_at_deployment(settings: Any) -> None:
    settings.PUBLISHER_NAME = settings.PRIVACY_CONTACT = ""
    assert [found.id for found in readers_know_who_is_responsible(None)] == ["polls.W020"]
    settings.PUBLISHER_NAME, settings.PRIVACY_CONTACT = "Le Pont", "donnees@example.org"
    assert readers_know_who_is_responsible(None) == []


def test_the_page_of_the_site_asks_the_database_nothing(
    db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        Reader().get("/privacy/?lang=fr")
