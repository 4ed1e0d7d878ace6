"""Where a submission came from, as pseudonyms that the integrity rules compare.

No address is stored. A day's salt is random and lives in the database for two days: once it is
deleted, nobody can tell which address a pseudonym was made of, nor link two days of one reader.
(`manage.py flag_responses` deletes it too, where nobody answers any more.)
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from polls.lib.caching import kept_briefly
from polls.lib.networks import block, browser_family, client_address, line
from polls.models import NetworkSalt

# How many days' salts there are at a time: today's and those before, by UTC.
SALT_DAYS = 2
LONGEST = 86_400  # seconds; who leaves a page open longer is not measured


@dataclass(frozen=True)
class Trace:
    """`network_key`: one line and browser family; `network_block`: its /24, or /48.

    `suspicion`: what was odd about the sending, as `Response.suspicion` keeps it.
    """

    network_key: str = ""
    network_block: str = ""
    seconds: int | None = None
    suspicion: str = ""


UNTRACED = Trace()


def trace(request: HttpRequest, survey_id: int) -> Trace:
    """What is kept of a submission's origin. An address that can't be told leaves no pseudonym."""
    seconds = _seconds(request.POST.get("seconds", ""))
    address = client_address(request)
    if address is None:
        return Trace(seconds=seconds)
    family = browser_family(request.headers.get("User-Agent", ""))
    salt = _salt(timezone.now().date())

    def pseudonym(value: str) -> str:
        return hmac.digest(salt, f"{survey_id}|{value}".encode(), sha256).hex()[:32]

    return Trace(pseudonym(f"{line(address)}|{family}"), pseudonym(block(address)), seconds)


def _seconds(value: str) -> int | None:
    if not re.fullmatch(r"[0-9]{1,6}", value):
        return None
    number = int(value)
    return number if number <= LONGEST else None


@kept_briefly
def _salt(day: date) -> bytes:
    """The salt of a day; the first submission of it makes it, and drops what is too old."""
    found = NetworkSalt.objects.filter(day=day).first()
    if found is None:
        NetworkSalt.objects.bulk_create(
            [NetworkSalt(day=day, salt=secrets.token_hex(32))], ignore_conflicts=True
        )
        drop_old_salts()
        found = NetworkSalt.objects.get(day=day)
    return bytes.fromhex(found.salt)


def old_salts() -> QuerySet[NetworkSalt]:
    """Those of days before the last SALT_DAYS."""
    oldest = timezone.now().date() - timedelta(days=SALT_DAYS - 1)
    return NetworkSalt.objects.filter(day__lt=oldest)


def drop_old_salts() -> int:
    """Keep those of the last SALT_DAYS; return how many went."""
    return old_salts().delete()[0]
