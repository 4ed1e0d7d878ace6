from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from polls.lib import numbers


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("fr", ["4\u202f812", "53\u202f%", "<1\u202f%", "0\u202f%"]),
        ("en", ["4,812", "53%", "<1%", "0%"]),
    ],
)
def test_numbers_are_printed_as_the_language_does(language: str, shown: list[str]) -> None:
    with override(language):
        printed = [numbers.whole(4812), *map(numbers.percent, (0.531, 0.0001, 0.0))]
    assert printed == shown


def test_a_share_of_nothing_is_a_dash() -> None:
    assert numbers.percent(None) == "–"


def test_the_first_of_a_month_is_le_premier_in_french() -> None:
    with override("fr"):
        assert numbers.day(date(2025, 2, 1)) == "1er\u00a0février 2025"
        assert numbers.day(date(2025, 2, 11)) == "11\u00a0février 2025"
        late = datetime(2025, 1, 31, 23, 30, tzinfo=UTC)  # already February in Paris
        assert " ".join(numbers.moment(late).split()) == "1er février 2025 à 0 h 30"
    with override("en"):
        assert numbers.day(date(2025, 2, 1)) == "1 February 2025"
        assert numbers.moment(late) == "1 February 2025, 00:30"
