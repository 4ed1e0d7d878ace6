"""Values derived from a secret, so that what is stored or shown leads back to nobody."""

import hmac
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.utils.encoding import force_bytes


def derived(purpose: str, value: str) -> bytes:
    """HMAC-SHA256 of a value under the site's secret; another purpose gives another result."""
    return hmac.digest(_key(purpose, settings.SECRET_KEY), value.encode(), "sha256")


@lru_cache
def _key(purpose: str, secret: str | bytes) -> bytes:
    """As Django's `salted_hmac` has it, which derives it anew for each value: three for each answer
    that is sent."""
    return sha256(f"polls.{purpose}".encode() + force_bytes(secret)).digest()


def reader_key(survey_id: int, cookie: str) -> str:
    """Who a reader is to one survey: derived from the answer cookie, which is never stored."""
    return derived("reader-key", f"{survey_id}|{cookie}").hex()
