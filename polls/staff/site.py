"""The admin's doors: nothing of it opens before the second factor where one is required."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _

from . import account, second_factor, views
from .contents import grouped


class Newsroom(AdminSite):
    """Django's admin site, with our way in. Its pages' permissions are Django's and the models'."""

    # What the front page says besides the table of contents. `polls.admin` sets it: it knows what
    # waits, and stands above.
    front: Callable[[HttpRequest], dict[str, Any]] | None = None
    # The desk lists everything; beside a list or a form there would be no room for its columns.
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Asked by `admin_view` before each page; `is_verified` is of django-otp's middleware."""
        if not super().has_permission(request):
            return False
        verified: Callable[[], bool] | None = getattr(request.user, "is_verified", None)
        return not second_factor.required() or (verified is not None and verified())

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = {**self.each_context(request), "title": _("Sign in"), "subtitle": None}
        if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        return views.password(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        return grouped(super().get_app_list(request, app_label))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        known = self.front(request) if self.front else {}
        return super().index(request, {**known, **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The desk: a page of one app would list its models, and leave out what waits."""
        super().app_index(request, app_label)  # 404 where nothing of it is this person's
        return self.index(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        def own(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
            return self.admin_view(partial(view, site=self))

        # What stands before the second factor can't ask for it.
        before = [
            path("login/code/", partial(views.code, site=self), name="sign_in_code"),
            path("login/enrol/", partial(views.enrol, site=self), name="sign_in_enrol"),
        ]
        after = [
            path("account/", own(account.page), name="account"),
            path("account/enrol/", own(account.enrol), name="account_enrol"),
        ]
        return [*before, *after, *super().get_urls()]
