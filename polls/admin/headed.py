"""Headings in words. Django makes its own of a verb and a model's name, wrong in French."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .widgets import PLAIN


class Headed(admin.ModelAdmin):
    """A list is headed by what it lists, a page by what it shows."""

    formfield_overrides = PLAIN

    # With the model's own gender: "New article".
    heading_of_new: Any = gettext_lazy("New entry")
    # Whether whoever saves a page looks at it again, and not at the list.
    stays = False

    def heading(self, obj: Any) -> str:
        """Of the page of one."""
        values = {"kind": capfirst(self.opts.verbose_name), "name": obj}
        return _("%(kind)s: %(name)s") % values

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        found = super().get_changelist_instance(request)
        found.title = capfirst(str(self.opts.verbose_name_plural))
        return found

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        named = self.heading(obj) if obj else self.heading_of_new
        context |= {"title": named, "subtitle": None}
        if self.stays:
            context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        return self._to_page(obj) if self.stays else answer

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        answer = super().response_change(request, obj)
        return self._to_page(obj) if self.stays else answer

    def _to_page(self, obj: Any) -> HttpResponse:
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", obj.pk)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Where nothing was changed, nothing is said to have been."""
        return super().log_change(request, obj, message) if message else None

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Without the rows that only tie two things together: they have no name of their own."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ties = [model._meta for model in _ties()]
        beginnings = tuple(f"{capfirst(tie.verbose_name)}: " for tie in ties)
        names = {tie.verbose_name_plural for tie in ties}
        kept = {name: number for name, number in counts.items() if name not in names}
        return _without(listed, beginnings), kept, lacking, protected


def _ties() -> list[type[Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created
    ]


def _without(listed: list[Any], beginnings: tuple[str, ...]) -> list[Any]:
    """A nested list of lines without those that begin so."""
    nested = [_without(line, beginnings) if isinstance(line, list) else line for line in listed]
    return [line for line in nested if line and not str(line).startswith(beginnings)]
