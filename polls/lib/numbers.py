"""Numbers, days and times as the active language prints them (`polls/locale/*/formats.py`)."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language

from . import languages

NARROW = "\u202f"


def whole(number: int) -> str:
    """4 812 in French (narrow no-break space), 4,812 in English."""
    grouped = number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)
    return grouped.replace("\u00a0", NARROW)


def percent(share: float | None) -> str:
    """A share as a whole percentage: a dash for a share of nothing, "<1" and ">99" at the ends."""
    if share is None:
        return "–"
    # Halves up, as readers round, of the decimal number: 0.575 is a little less in binary.
    whole_number = (Decimal(str(share)) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    number = "<1" if 0 < share < 0.005 else ">99" if 0.995 <= share < 1 else str(whole_number)
    return f"{number}{languages.of(get_language()).percent}"


def day(on: date) -> str:
    """A day as a newspaper prints it; in French the first of a month is the "1er"."""
    return _first(date_format(on, "DATE_FORMAT"))


def moment(at: datetime) -> str:
    """A day and time as a newspaper prints it: 24 novembre 2026 à 18 h 40."""
    return _first(date_format(timezone.localtime(at), "DATETIME_FORMAT"))


def _first(text: str) -> str:
    is_first = text[:1] == "1" and not text[1].isdigit()
    return f"{languages.of(get_language()).first}{text[1:]}" if is_first else text
