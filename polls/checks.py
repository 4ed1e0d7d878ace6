"""System checks: mistakes in the settings that `manage.py check` names before readers find them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .lib.http import normalised_origin


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
