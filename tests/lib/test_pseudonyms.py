"""Values derived from the site's secret: what a reader holds must open what was stored long ago."""

import pytest
from django.utils.crypto import salted_hmac
from pytest_django import Settings

from polls.lib.pseudonyms import derived


@pytest.mark.parametrize("value", ["", "1|clé", "x" * 200])
def test_derived_is_djangos_salted_hmac(value: str) -> None:
    expected = salted_hmac("polls.receipt-code", value, algorithm="sha256").digest()
    assert derived("receipt-code", value) == expected


def test_another_secret_gives_another_value(settings: Settings) -> None:
    before = derived("receipt-code", "value")
    settings.SECRET_KEY = "another" * 10
    assert derived("receipt-code", "value") != before
