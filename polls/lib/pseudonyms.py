"""Values derived from a secret, so that what is stored or shown leads back to nobody."""

from django.utils.crypto import salted_hmac


def derived(purpose: str, value: str) -> bytes:
    """HMAC-SHA256 of a value under the site's secret; another purpose gives another result."""
    return salted_hmac(f"polls.{purpose}", value, algorithm="sha256").digest()


def reader_key(survey_id: int, cookie: str) -> str:
    """Who a reader is to one survey: derived from the answer cookie, which is never stored."""
    return derived("reader-key", f"{survey_id}|{cookie}").hex()
