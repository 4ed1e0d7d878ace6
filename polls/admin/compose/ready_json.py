"""The ready-made questions for the page's script."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.translation import override

from polls.composing.ready import ready_made


def by_language() -> dict[str, list[dict[str, Any]]]:
    """The menu's questions in each language that an article may be in."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = [asdict(ready) for ready in ready_made()]
    return found
