"""What a member of staff sees of the own account, and does with the second factor."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as bind

from polls.lib.networks import browser_family

from . import second_factor, views
from .forms import CodeForm
from .places import shortened

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "FxiOS": "Firefox", "CriOS": "Chrome"}
SHOWN = 20
KEPT_AS = "new-authenticator"


@dataclass(frozen=True)
class SignIn:
    at: datetime
    browser: str
    place: str
    ended: datetime | None
    here: bool


@dataclass(frozen=True)
class Failures:
    """Of the last `days`; `after_password`: the password was right and the code wasn't."""

    days: int
    number: int
    after_password: int


@sensitive_post_parameters()
def page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The second factor and the recent sign-ins."""
    user = _member(request)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and (answer := _act(request, site, user, form)):
        return answer
    context = {
        "title": _("My sign-in"),
        "form": form,
        "device": second_factor.device_of(user),
        "codes_left": second_factor.recovery_codes_left(user),
        "sign_ins": sign_ins(user, request.session.session_key or ""),
        "failures": failures(user),
    }
    return render(request, "admin/second_factor/account.html", site.each_context(request) | context)


def _act(request: HttpRequest, site: AdminSite, user: User, form: CodeForm) -> HttpResponse | None:
    """Do what was asked. Changing the second factor takes a code of the present one."""
    if "_elsewhere" in request.POST:
        return _sign_out_elsewhere(request, user)
    if second_factor.device_of(user) and not (
        form.is_valid() and views.checked_code(request, user, form).device
    ):
        return None
    if "_codes" in request.POST and second_factor.device_of(user):
        codes = second_factor.new_recovery_codes(user=user)
        return views.recovery_codes(request, site, codes, reverse("admin:account"))
    request.session[KEPT_AS] = second_factor.new_key()
    return redirect("admin:account_enrol")


def _sign_out_elsewhere(request: HttpRequest, user: User) -> HttpResponse:
    closed = second_factor.close_sessions(user=user, but=request.session.session_key)
    told = ngettext("Signed out in %d other place.", "Signed out in %d other places.", closed)
    messages.success(request, told % closed)
    return redirect("admin:account")


@sensitive_post_parameters()
def enrol(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Another authenticator in place of the one that there is, or a first one."""
    user = _member(request)
    key = request.session.get(KEPT_AS)
    if not key:
        return redirect("admin:account")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if enrolled := second_factor.enrol(user=user, key=key, code=code, replace=True):
            del request.session[KEPT_AS]
            request.session.cycle_key()
            bind(request, enrolled.device)
            target = reverse("admin:account")
            return views.recovery_codes(request, site, enrolled.recovery_codes, target)
        form.refuse(second_factor.Checked())
    return views.to_scan(request, site, user, key, form)


def sign_ins(user: User, session_key: str) -> list[SignIn]:
    """The last sign-ins, the newest first: one query."""
    here = hashlib.sha256(session_key.encode()).hexdigest()
    found = AccessLog.objects.filter(username=user.get_username()).order_by("-attempt_time")
    return [
        SignIn(
            at=entry.attempt_time,
            browser=_browser(entry.user_agent),
            place=shortened(entry.ip_address),
            ended=entry.logout_time,
            here=entry.session_hash == here,
        )
        for entry in found[:SHOWN]
    ]


def failures(user: User) -> Failures:
    """How often somebody failed with this name. Their addresses aren't a colleague's to see."""
    since = timezone.now() - timedelta(days=settings.SIGN_IN_LOG_DAYS)
    found = AccessFailureLog.objects.filter(username=user.get_username(), attempt_time__gte=since)
    codes = found.exclude(path_info=reverse("admin:login"))
    return Failures(settings.SIGN_IN_LOG_DAYS, found.count(), codes.count())


def _browser(agent: str) -> str:
    family = browser_family(agent)
    return _("another browser") if family == "other" else BROWSERS.get(family, family)


def _member(request: HttpRequest) -> User:
    user: Any = request.user
    assert isinstance(user, User)  # noqa: S101  (the site lets nobody else in)
    return user
