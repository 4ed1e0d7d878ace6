"""The second factor: an authenticator's code (TOTP, RFC 6238), or one of ten recovery codes.

The authenticator's secret must be readable by the server. A recovery code needn't be: django-otp
would store it as it is; we store 96 bits of an HMAC of it under SECRET_KEY, in the same column.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from polls.lib.codes import grouped, new_code, normalised

NUMBER = 10
LENGTH = 12  # characters of five bits each
RECOVERY = "recovery"
SIX_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Checked:
    """`device`: what accepted the code. `wait`: seconds in which no other code is looked at."""

    device: Any = None
    wait: int = 0
    recovery: bool = False


@dataclass(frozen=True)
class Enrolled:
    device: Any
    recovery_codes: list[str]


def required() -> bool:
    return bool(settings.SECOND_FACTOR)


def device_of(user: User) -> Any:
    """The authenticator of a person; None where there is none yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def new_key() -> str:
    """A secret of 160 bits, as RFC 4226 recommends, in hexadecimal digits."""
    return str(random_hex(20))


@transaction.atomic
def enrol(*, user: User, key: str, code: str, replace: bool = False) -> Enrolled | None:
    """Make the authenticator that shows `code` the person's own; None if the code is wrong.

    Without `replace`, also None where the person has one: who knows a password and has the page
    still open can't add a second authenticator to the first.
    """
    User.objects.select_for_update().get(pk=user.pk)
    existing = TOTPDevice.objects.filter(user=user)
    totp = TOTP(bytes.fromhex(key))
    digits = _without_blanks(code)
    right = SIX_DIGITS.fullmatch(digits) and totp.verify(int(digits), tolerance=1)
    if not right or (existing.exists() and not replace):
        return None
    existing.delete()
    # last_t: the code that confirmed it opens nothing else.
    device = TOTPDevice.objects.create(
        user=user, name="authenticator", key=key, drift=totp.drift, last_t=totp.t()
    )
    return Enrolled(device, new_recovery_codes(user=user))


@transaction.atomic
def check(*, user: User, code: str) -> Checked:
    """Look at a code and use it up. A wrong one makes the next wait: 1, 2, 4… seconds."""
    digits = _without_blanks(code)
    recovery = not SIX_DIGITS.fullmatch(digits)
    model = StaticDevice if recovery else TOTPDevice
    device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return Checked()
    if device.verify_token(_stored(user, code) if recovery else digits):
        # The session is bound to the authenticator: when that is taken away, the session ends.
        return Checked(device_of(user) if recovery else device, recovery=recovery)
    return Checked(wait=_wait(device))


@transaction.atomic
def new_recovery_codes(*, user: User) -> list[str]:
    """Ten new codes in place of the old ones, to be shown once."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=RECOVERY)
    codes = [new_code()[:LENGTH] for _ in range(NUMBER)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_stored(user, code)) for code in codes
    )
    return [grouped(code) for code in codes]


def recovery_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


@transaction.atomic
def forget(*, user: User) -> None:
    """Take the second factor away: the person signs out everywhere and enrols another one."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()
    close_sessions(user=user)


@transaction.atomic
def unlock(*, user: User) -> None:
    """Look at the person's password and codes again at once, after failures from anywhere."""
    AccessAttempt.objects.filter(username=user.get_username()).delete()
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).update(
            throttling_failure_count=0, throttling_failure_timestamp=None
        )


def close_sessions(*, user: User, but: str | None = None) -> int:
    """Sign a person out everywhere, `but` in one session. Reads all sessions, which are staff's."""
    running: Iterable[Session] = Session.objects.filter(expire_date__gt=timezone.now())
    closing = [
        session.pk
        for session in running
        if session.pk != but and session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    return Session.objects.filter(pk__in=closing).delete()[0]


def secret_of(key: str) -> str:
    """The secret as an authenticator wants it typed: base 32, in groups of four."""
    return " ".join(re.findall(".{1,4}", base64.b32encode(bytes.fromhex(key)).decode()))


def _stored(user: User, code: str) -> str:
    digest = salted_hmac(
        "polls.staff.recovery", f"{user.pk}:{normalised(code)}", algorithm="sha256"
    )
    return base64.urlsafe_b64encode(digest.digest())[:16].decode()


def _without_blanks(code: str) -> str:
    return re.sub(r"\s", "", code)


def _wait(device: Any) -> int:
    allowed, told = device.verify_is_allowed()
    if allowed:
        return 0
    remaining: timedelta = told["locked_until"] - timezone.now()
    return max(1, ceil(remaining.total_seconds()))
