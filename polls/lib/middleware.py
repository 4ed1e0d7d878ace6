"""What goes around every page, and what goes around the newsroom's pages alone.

Sessions, accounts and the browser's language belong to /admin/. Readers' pages have none of them:
they vary on nothing, set no cookie of their own accord, and pay for nothing unused.
"""

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import activate
from django_otp.middleware import OTPMiddleware

STAFF = "/admin/"


class StaffOnly:
    """Mixed into a middleware of Django's: readers' requests pass by it."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(STAFF):
            response: HttpResponseBase = super().__call__(request)  # type: ignore[misc]
            return response
        passed: HttpResponseBase = self.get_response(request)
        return passed


class StaffSessionMiddleware(StaffOnly, SessionMiddleware):
    pass


class StaffAuthenticationMiddleware(StaffOnly, AuthenticationMiddleware):
    pass


class StaffSecondFactorMiddleware(StaffOnly, OTPMiddleware):  # type: ignore[misc]
    """`request.user.is_verified()`: whether this session passed the second factor."""


class StaffMessageMiddleware(StaffOnly, MessageMiddleware):
    pass


class StaffLocaleMiddleware(LocaleMiddleware):
    """The admin speaks its user's language; readers' pages speak their article's.

    Django's own middleware looks at Accept-Language everywhere and says so in Vary, which would
    make every shared cache keep one copy of the article per browser language.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(STAFF):
            return super().__call__(request)
        # Or this thread would go on in the language of the last member of staff.
        activate(settings.LANGUAGE_CODE)
        return self.get_response(request)


class FixedPolicyMiddleware(CSPMiddleware):
    """django-csp's header. Ours has no nonce, so it is built once and not for every response."""

    OWN = ("_csp_exempt", "_csp_config", "_csp_update", "_csp_replace")
    policy: str | None = None

    def process_request(self, request: HttpRequest) -> None:
        pass  # no nonce

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if settings.DEBUG or any(hasattr(response, name) for name in self.OWN):
            return super().process_response(request, response)
        if self.policy is None:
            self.policy = build_policy()
        response.headers.setdefault(HEADER, self.policy)
        return response
