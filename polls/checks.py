"""System checks: mistakes in the settings that `manage.py check` names before readers find them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from .lib.http import normalised_origin

# What the law wants in a legal notice; a register's number only of who is in a register.
LEGAL_SETTINGS = (
    "PUBLISHER_NAME",
    "PUBLISHER_ADDRESS",
    "LEGAL_PHONE",
    "LEGAL_CONTACT",
    "LEGAL_DIRECTOR",
    "LEGAL_HOST",
)


@register("polls")
def public_origins_are_origins(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    return [
        Error(
            f"PUBLIC_ORIGINS has {origin!r}, which is not an origin.",
            hint="Write scheme and host, and a port where it isn't the usual one: "
            "https://avis.example.org",
            id="polls.E001",
        )
        for origin in settings.PUBLIC_ORIGINS
        if normalised_origin(origin) is None
    ]


@register("polls", deploy=True)
def readers_networks_can_be_told_apart(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Behind a proxy that isn't named, all readers seem to answer from one place."""
    if settings.TRUSTED_PROXIES or getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is None:
        return []
    return [
        Warning(
            "The site stands behind a proxy (BEHIND_TLS_PROXY) and TRUSTED_PROXIES names none: all"
            " readers have the proxy's address, and the integrity rules flag them as one.",
            hint="TRUSTED_PROXIES=127.0.0.1 for a proxy on the same machine.",
            id="polls.W001",
        )
    ]


@register("polls", deploy=True)
def staff_sign_in_with_two_factors(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.SECOND_FACTOR:
        return []
    return [
        Warning(
            "SECOND_FACTOR is off: whoever learns one password of staff decides on readers’ texts.",
            hint="Leave it out: without DEBUG it is on, and each account enrols at its next"
            " sign-in.",
            id="polls.W010",
        )
    ]


@register("polls", deploy=True)
def readers_know_who_is_responsible(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    missing = [
        name for name in ("PUBLISHER_NAME", "PRIVACY_CONTACT") if not getattr(settings, name)
    ]
    if not missing:
        return []
    return [
        Warning(
            f"{', '.join(missing)}: not set. The page on personal data doesn't say who is"
            " responsible, which the law wants (GDPR, article 13).",
            hint='PUBLISHER_NAME="Le Journal SARL" PRIVACY_CONTACT=donnees@example.org',
            id="polls.W020",
        )
    ]


@register("polls", deploy=True)
def readers_know_who_publishes(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    missing = [name for name in LEGAL_SETTINGS if not getattr(settings, name)]
    if not missing:
        return []
    return [
        Warning(
            f"{', '.join(missing)}: not set. The legal notice doesn't say what the law wants in it"
            " (in France law 2004-575, article 1-1).",
            hint='LEGAL_DIRECTOR="first name and name" LEGAL_HOST="name, address, telephone"; all'
            " of them: docs/operating.md",
            id="polls.W021",
        )
    ]
