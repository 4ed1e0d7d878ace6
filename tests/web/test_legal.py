"""The legal notice says who answers for the site, and how to ask for a correction."""

from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from polls.checks import LEGAL_SETTINGS, readers_know_who_publishes
from tests.web.pages import text

FILLED = {
    "PUBLISHER_NAME": "Le Pont SARL",
    "PUBLISHER_ADDRESS": "1 quai du Pont, 69001 Lyon",
    "LEGAL_PHONE": "01 00 00 00 00",
    "LEGAL_CONTACT": "ecrire@example.org",
    "LEGAL_REGISTRATION": "RCS Lyon 000 000 000",
    "LEGAL_DIRECTOR": "Qui dirige",
    "LEGAL_HOST": "L’hébergeur, 2 quai du Pont, 69001 Lyon, 02 00 00 00 00",
}


def page(path: str = "/legal/?lang=en") -> str:
    return unescape(text(path))


@pytest.fixture
def filled(db: None, settings: Any) -> None:
    for name, value in (FILLED | {"PRIVACY_CONTACT": "donnees@example.org"}).items():
        setattr(settings, name, value)


@pytest.mark.parametrize("path", ["/legal/", "/legal/?lang=en"])
def test_it_says_everything_that_was_filled_in(filled: None, path: str) -> None:
    found = page(path)
    for value in FILLED.values():
        assert value in found
    assert 'href="mailto:ecrire@example.org"' in found
    assert 'href="mailto:donnees@example.org"' in found


def test_it_leads_to_the_page_on_personal_data_and_to_the_other_language(filled: None) -> None:
    assert 'href="/privacy/?lang=en"' in page("/legal/?lang=en")
    assert 'href="/privacy/"' in page("/legal/")
    assert 'href="?lang=en" lang="en" hreflang="en"' in page("/legal/")
    assert 'href="?lang=en" lang="en" hreflang="en"' not in page("/legal/?lang=en")


def test_what_is_missing_is_named_where_the_site_is_developed_and_to_no_reader(
    db: None, settings: Any
) -> None:
    settings.DEBUG = True
    assert "LEGAL_DIRECTOR" in page()
    settings.DEBUG = False
    assert "LEGAL_" not in page()
    assert "Director of publication" not in page()


def test_a_contact_in_words_is_no_mail_address(filled: None, settings: Any) -> None:
    settings.LEGAL_CONTACT = "by post, or @lepont elsewhere"
    assert "mailto:by" not in page()
    assert settings.LEGAL_CONTACT in page()


def test_deployment_warns_of_each_thing_that_the_law_wants(filled: None, settings: Any) -> None:
    settings.LEGAL_REGISTRATION = ""
    assert readers_know_who_publishes(None) == []
    for name in LEGAL_SETTINGS:
        value = getattr(settings, name)
        setattr(settings, name, "")
        (warning,) = readers_know_who_publishes(None)
        assert warning.msg.startswith(f"{name}: not set")
        setattr(settings, name, value)


def test_who_finds_a_hole_learns_whom_to_tell(db: None, settings: Any) -> None:
    text("/.well-known/security.txt", status=404)
    settings.SECURITY_CONTACT = "mailto:securite@example.org"
    lines = dict(line.split(": ", 1) for line in text("/.well-known/security.txt").splitlines())
    assert lines["Contact"] == "mailto:securite@example.org"
    expires = datetime.fromisoformat(lines["Expires"])
    assert 30 < (expires - timezone.now()).days < 365
