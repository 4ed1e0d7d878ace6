"""Who may sign in. An unknown name, a wrong password, a name that is locked, an account that is
closed or isn't staff's: the same refusal for all, and the same work before it."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest


class LockOutBackend(AxesStandaloneBackend):  # type: ignore[misc]
    """Refuses a name after repeated failures from one place; no account is looked up for it."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        try:
            super().authenticate(request, **credentials)
        except AxesBackendPermissionDenied:
            make_password(credentials.get("password") or "")  # takes the time of a real look
            raise


class StaffBackend(ModelBackend):
    """Accounts of staff alone: this site has no others. Refusing here, and not in the form, counts
    as a failure, so that such an account is locked as any other name is."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and bool(user.is_staff)
