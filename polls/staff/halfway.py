"""Between the password and the second factor: nobody is signed in, and the session says who may be.

Nothing else reads it, so that a page that forgets to ask for the second factor sees an anonymous
request and not half a member of staff.
"""

import time
from dataclasses import dataclass

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

KEPT_AS = "halfway"
SECONDS = 600


@dataclass(frozen=True)
class Halfway:
    """`key`: the secret of an authenticator that is to be enrolled; `target`: where to go then."""

    user: User
    key: str
    target: str


def begin(request: HttpRequest, user: User, *, target: str, key: str = "") -> None:
    """Remember that the password was right, in a new session."""
    request.session.flush()
    request.session[KEPT_AS] = {
        "user": user.pk,
        # Changes with the password, as a session's own does.
        "hash": user.get_session_auth_hash(),
        "until": time.time() + SECONDS,
        "key": key,
        "target": target,
    }


def read(request: HttpRequest) -> Halfway | None:
    """Who is halfway in, as long as the ten minutes last and the account is what it was."""
    kept = request.session.get(KEPT_AS)
    if not kept or kept["until"] < time.time():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return Halfway(user, kept["key"], kept["target"])


def finish(request: HttpRequest, user: User, device: object) -> None:
    """Sign in with both factors; the session gets a new key, and is the device's."""
    request.session.pop(KEPT_AS, None)
    user.otp_device = device  # type: ignore[attr-defined]  # django-otp binds the session to it
    login(request, user, backend="polls.staff.backends.StaffBackend")
