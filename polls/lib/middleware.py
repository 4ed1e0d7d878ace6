"""What goes around every page, and what goes around the newsroom's pages alone.

Sessions, accounts and the browser's language belong to /admin/. Readers' pages have none of them:
they vary on nothing, set no cookie of their own accord, and pay for nothing unused.
"""

import logging
from collections.abc import Callable

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

from . import metrics, requests

STAFF = "/admin/"
SLOW = 1.0  # seconds from which a request has a line in the log

logger = logging.getLogger(__name__)


class RequestMiddleware:
    """Around everything: gives each request its id, counts what became of it, and times it.

    Not of pages that caches keep: how many were read only the proxy knows, and the id on a copy
    would be that of whoever asked first. So those pay for next to nothing here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = requests.begin(request)
        response = self.get_response(request)
        seconds = asked.seconds
        kept = response.headers.get("Cache-Control", "")
        if "public" not in kept:
            self._count(request, response, asked.outcome, seconds)
        if "no-store" in kept or response.status_code >= 500:
            response.headers["X-Request-ID"] = asked.id
        if seconds > SLOW:
            known = {"request": request, "status_code": response.status_code}
            logger.info("slow", extra=known)
        return response

    @staticmethod
    def _count(
        request: HttpRequest, response: HttpResponseBase, outcome: str, seconds: float
    ) -> None:
        match, code = request.resolver_match, response.status_code
        route = match.view_name if match else ""
        metrics.count_request(route, code)
        if request.method == "POST" and route in metrics.SUBMITTED:
            metrics.count_submission(code, outcome, seconds)


class StaffMiddleware:
    """Sessions, accounts, the second factor, messages and the user's own language, for /admin/.

    Readers' pages speak their article's language and pass by, in one step: Django would go through
    each of these for every reader, too, and its `LocaleMiddleware` would say in Vary that it looked
    at Accept-Language, so that shared caches kept one copy of the article per browser's language.
    None of them has more than what goes around a view (`process_view` would not be called here).
    """

    AROUND = (
        SessionMiddleware,
        LocaleMiddleware,
        AuthenticationMiddleware,
        OTPMiddleware,
        MessageMiddleware,
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.readers = self.staff = get_response
        for middleware in reversed(self.AROUND):
            self.staff = middleware(self.staff)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(STAFF):
            return self.staff(request)
        # Or this thread would go on in the language of the last member of staff.
        activate(settings.LANGUAGE_CODE)
        return self.readers(request)


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
