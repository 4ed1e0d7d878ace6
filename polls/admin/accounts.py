"""Accounts of staff: who may give which rights, and another start for who lost theirs."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from polls.staff import second_factor

from .headed import Headed
from .people import member
from .widgets import Ticks

# Their pages would show the secrets of all colleagues.
for model in (StaticDevice, TOTPDevice):
    admin.site.unregister(model)
admin.site.unregister([User, Group])
# Django's four rights on a model, as the beginnings of their names.
VERBS = {
    "view": pgettext_lazy("right", "see"),
    "add": pgettext_lazy("right", "add"),
    "change": pgettext_lazy("right", "change"),
    "delete": pgettext_lazy("right", "delete"),
}


class PasswordLink(ReadOnlyPasswordHashWidget):
    """The way to another password; how this one is stored tells nobody anything."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "summary": []}


class AccountForm(UserChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].widget = PasswordLink()


@admin.register(User)
class StaffAdmin(Headed, UserAdmin):
    """Nobody raises their own rights, nor gets at the account of somebody who may do more."""

    heading_of_new = gettext_lazy("New account")
    change_form_template = "admin/auth/user/change_form.html"
    form = AccountForm
    # Without these two an account can't sign in, or may do nothing: they are asked for at once.
    add_form = UserCreationForm
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (gettext_lazy("What it may do"), {"fields": ("is_staff", "groups")}),
    )
    filter_horizontal = ()
    list_display = ("username", "first_name", "last_name", "is_staff", "is_active", "last_login")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Rights are given by groups; one by one, and all of them, by a superuser alone."""
        fieldsets = super().get_fieldsets(request, obj)
        if member(request).is_superuser:
            return fieldsets
        kept_back = {"is_superuser", "user_permissions"}
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f not in kept_back]})
            for title, options in fieldsets
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not _may_do_more(obj, than=member(request)))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not _may_do_more(obj, than=member(request)))

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = Ticks()
            if not request.user.is_superuser:
                kwargs["queryset"] = _groups_within(member(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:user_id>/sign-in/",
            self.admin_site.admin_view(require_POST(self.sign_in_view)),
            name="auth_user_sign_in",
        )
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if isinstance(user := self.get_object(request, object_id), User):
            context |= {"device": second_factor.device_of(user), "itself": user == request.user}
        return super().change_view(request, object_id, form_url, context)

    def sign_in_view(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Take somebody's second factor away, or unlock the name; both stand in its history."""
        user = get_object_or_404(User, pk=user_id)
        # One's own is changed with a code, on one's own page.
        if user == request.user or not self.has_change_permission(request, user):
            raise PermissionDenied
        with transaction.atomic():
            if "_forget" in request.POST:
                second_factor.forget(user=user)
                done = _("Second factor taken away")
            else:
                second_factor.unlock(user=user)
                done = _("Unlocked after failures to sign in")
            self.log_change(request, user, done)
        messages.success(request, f"{user.get_username()}: {done}")
        return redirect("admin:auth_user_change", user.pk)


@admin.register(Group)
class RightsAdmin(Headed, GroupAdmin):
    """A group with its rights in words; who may change it gets Django's chooser."""

    readonly_fields = ("rights",)

    def get_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        chooses = obj is None or self.has_change_permission(request, obj)
        return ("name", "permissions" if chooses else "rights")

    @admin.display(description=pgettext_lazy("group", "may"))
    def rights(self, group: Group) -> SafeString:
        lines = [(capfirst(on), ", ".join(rights)) for on, rights in rights_of(group).items()]
        return format_html_join("", "<p><b>{}</b> {}</p>", lines)


def rights_of(group: Group) -> dict[str, list[str]]:
    """What the members may do, by what they do it to."""
    found: dict[str, list[str]] = {}
    rights = group.permissions.select_related("content_type")
    for right in sorted(rights, key=_usual_first):
        model = right.content_type.model_class()
        on = str(model._meta.verbose_name_plural) if model else right.content_type.name
        found.setdefault(on, []).append(str(VERBS.get(_verb(right)) or _(right.name)))
    return found


def _verb(right: Permission) -> str:
    """Which of Django's four it is; "" for one of our own."""
    verb, _line, name = right.codename.partition("_")
    return verb if name == right.content_type.model and verb in VERBS else ""


def _usual_first(right: Permission) -> tuple[str, int, str]:
    """By the model, then in the order of VERBS, our own last."""
    verbs = list(VERBS)
    verb = _verb(right)
    place = verbs.index(verb) if verb else len(verbs)
    return right.content_type.model, place, right.codename


def _may_do_more(user: User, *, than: User) -> bool:
    """Whether an account, were it active, has a right that a colleague hasn't."""
    if than.is_superuser:
        return False
    own = Permission.objects.filter(Q(user=user) | Q(group__user=user))
    return user.is_superuser or not _names(own) <= than.get_all_permissions()


def _groups_within(user: User) -> QuerySet[Group]:
    held = user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    within = [
        group.pk
        for group in groups
        if {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()} <= held
    ]
    return Group.objects.filter(pk__in=within)


def _names(permissions: QuerySet[Permission]) -> set[str]:
    found = permissions.values_list("content_type__app_label", "codename")
    return {f"{label}.{codename}" for label, codename in found}
