"""The settings come from the environment, and production refuses to start without its secret."""

import os
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SECRET = "k" * 60
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "avis.example.org",
    "PUBLIC_ORIGINS": "https://avis.example.org",
}


def started(code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "surveysite.settings"}
    program = f"from django.conf import settings; settings.DEBUG; {code}"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "insecure-" + SECRET}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"PUBLIC_ORIGINS": ""}, "PUBLIC_ORIGINS"),
    ],
)
def test_production_refuses_to_start_without_what_protects_it(
    change: dict[str, str], named: str
) -> None:
    refused = started(**(PRODUCTION | change))
    assert refused.returncode != 0
    assert "ImproperlyConfigured" in refused.stderr
    assert named in refused.stderr.splitlines()[-1]


def test_production_starts_with_its_settings_and_is_closed_by_default() -> None:
    code = (
        "assert not settings.DEBUG and settings.SESSION_COOKIE_SECURE and"
        " settings.READER_COOKIES_SECURE and settings.SECURE_SSL_REDIRECT"
    )
    ran = started(code, **PRODUCTION)
    assert ran.returncode == 0, ran.stderr


def test_debug_needs_nothing() -> None:
    assert started(DEBUG="true").returncode == 0


def test_a_database_url_chooses_postgresql() -> None:
    code = "assert settings.DATABASES['default']['ENGINE'].endswith('postgresql')"
    assert started(code, **PRODUCTION, DATABASE_URL="postgres://u:p@h:5432/d").returncode == 0


def test_an_origin_that_is_none_is_a_failed_check(settings: object) -> None:
    from polls.checks import public_origins_are_origins

    settings.PUBLIC_ORIGINS = ["avis.example.org", "https://avis.example.org/"]  # type: ignore[attr-defined]
    assert [error.id for error in public_origins_are_origins(None)] == ["polls.E001"] * 2
    settings.PUBLIC_ORIGINS = ["https://avis.example.org"]  # type: ignore[attr-defined]
    assert public_origins_are_origins(None) == []


def test_a_proxy_that_is_not_named_is_a_warning_at_deployment(settings: Any) -> None:
    from polls.checks import readers_networks_can_be_told_apart

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = []
    assert [found.id for found in readers_networks_can_be_told_apart(None)] == ["polls.W001"]
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert readers_networks_can_be_told_apart(None) == []
