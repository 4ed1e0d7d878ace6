"""From the password to the desk: the password, then a code, or an authenticator to enrol."""

from typing import Any

import segno
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import halfway, second_factor
from .forms import CodeForm, SignInForm


class PasswordView(LoginView):
    """The first step. Where a second one follows, nobody is signed in by this one."""

    next_page = "admin:index"

    def form_valid(self, form: Any) -> HttpResponse:
        user, target = form.get_user(), self.get_success_url()
        if second_factor.device_of(user):
            halfway.begin(self.request, user, target=target)
            return redirect("admin:sign_in_code")
        if second_factor.required():
            halfway.begin(self.request, user, target=target, key=second_factor.new_key())
            return redirect("admin:sign_in_enrol")
        return super().form_valid(form)


@sensitive_post_parameters()
@never_cache
def code(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The second step of who has an authenticator."""
    waiting = halfway.read(request)
    if waiting is None or waiting.key:
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        checked = checked_code(request, waiting.user, form)
        if checked.device:
            halfway.finish(request, waiting.user, checked.device)
            tell_what_is_left(request, waiting.user, checked)
            return redirect(waiting.target)
    context = {"title": _("Second step"), "form": form}
    return render(request, "admin/second_factor/code.html", site.each_context(request) | context)


@sensitive_post_parameters()
@never_cache
def enrol(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The second step of who has none yet."""
    waiting = halfway.read(request)
    if waiting is None or not waiting.key:
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        user = waiting.user
        if enrolled := second_factor.enrol(
            user=user, key=waiting.key, code=form.cleaned_data["code"]
        ):
            halfway.finish(request, user, enrolled.device)
            return recovery_codes(request, site, enrolled.recovery_codes, waiting.target)
        form.refuse(second_factor.Checked())
    return to_scan(request, site, waiting.user, waiting.key, form)


def checked_code(request: HttpRequest, user: User, form: CodeForm) -> second_factor.Checked:
    """Look at the form's code; a wrong one counts with the failures of the name and place."""
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        form.lock()
        return second_factor.Checked()
    checked = second_factor.check(user=user, code=form.cleaned_data["code"])
    if not checked.device:
        # Django's own word for it, which django-axes hears.
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        form.refuse(checked)
    return checked


def tell_what_is_left(request: HttpRequest, user: User, checked: second_factor.Checked) -> None:
    if not checked.recovery:
        return
    left = second_factor.recovery_codes_left(user)
    told = ngettext(
        "That recovery code is used up; %(left)d is left.",
        "That recovery code is used up; %(left)d are left.",
        left,
    )
    messages.warning(request, told % {"left": left})


def to_scan(
    request: HttpRequest, site: AdminSite, user: User, key: str, form: CodeForm
) -> HttpResponse:
    """The page with the secret of an authenticator, as a picture and as text."""
    url = TOTPDevice(user=user, key=key).config_url
    drawn = segno.make(url, micro=False).svg_inline(dark="#000", light="#fff", omitsize=True)
    context = {
        "title": _("Set up the second factor"),
        "form": form,
        # Made of squares alone: nothing of the address stands in it as text.
        "picture": SafeString(drawn),
        "secret": second_factor.secret_of(key),
        "account": user.get_username(),
    }
    return render(request, "admin/second_factor/enrol.html", site.each_context(request) | context)


def recovery_codes(
    request: HttpRequest, site: AdminSite, codes: list[str], target: str
) -> HttpResponse:
    """The codes, this once: they stand in no session and no address, and are stored as hashes."""
    context = {"title": _("Recovery codes"), "codes": codes, "target": target}
    return render(request, "admin/second_factor/codes.html", site.each_context(request) | context)


@never_cache
def password(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The first step, whose page the site's own context goes to."""
    answer = PasswordView.as_view(
        extra_context=context, authentication_form=SignInForm, template_name="admin/login.html"
    )(request)
    assert isinstance(answer, HttpResponse)  # noqa: S101
    return answer
