"""Surveys: compose, check, preview, publish, close, export."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from polls.composing import services
from polls.composing.checking import problems
from polls.composing.profile import add_profile_items
from polls.composing.scales import Frozen, add_standard_items
from polls.lib.caching import forget
from polls.lib.numbers import whole
from polls.models import AuditEvent, Survey, Tally, record
from polls.results.erasure import erased_since, locked

from . import audience, exports
from .blackouts import BlackoutFormSet, BlackoutInline
from .people import member
from .questions import QuestionInline
from .releases import release_view
from .survey_pages import codebook, dashboard, preview, results_for_staff

FROZEN = ("article", "edition", "question", "moderation", "retention_days")


# What may change while readers answer. The page carries the value that it was made with, so that a
# page that stood open for an hour doesn't put back what somebody else has changed since.
LIVE = (
    "hide_reported",
    "opens_at",
    "closes_at",
    "results",
    "results_from",
    "minimum_group",
    "reached",
    "embed_origins",
    "claims_answer",
    "audience_source",
    "audience_date",
)


class SurveyForm(forms.ModelForm):
    standard_items = forms.BooleanField(
        label=_("add the standard items"),
        required=False,
        initial=True,
        help_text=_("Credible and relevant on the whole and per statement, and a free text."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # offered once, when the survey is made
            self.fields.pop("standard_items", None)
        for name in LIVE:
            if name in self.fields:
                self.fields[name].show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        moves = self.instance.pk and {"opens_at", "closes_at"} & set(self.changed_data)
        # Under the lock that the deletion begins with: it can't begin while this is saved.
        if moves and erased_since(locked(self.instance.pk).pk):
            raise ValidationError(
                _(
                    "The answers were deleted after their time: this edition stays closed. A new"
                    " edition asks anew."
                )
            )
        return data

    class Meta:
        model = Survey
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets say which)


SurveyView = Callable[..., HttpResponseBase]


@admin.register(Survey)
class SurveyAdmin(admin.ModelAdmin):
    form = SurveyForm
    inlines = (QuestionInline, audience.AudienceInline, BlackoutInline)
    list_display = ("title", "edition", "status", "opens_at", "closes_at", "respondents")
    list_filter = ("status", "article__language")
    search_fields = ("article__title", "article__slug")
    autocomplete_fields = ("article",)
    filter_horizontal = ("rules",)
    change_form_template = "admin/polls/survey/change_form.html"
    fieldsets = (
        (None, {"fields": ("article", "edition", "question", "standard_items")}),
        (_("When"), {"fields": (("opens_at", "closes_at"),)}),
        (
            _("Results"),
            {"fields": (("results", "results_from", "minimum_group"), "reached", "claims_answer")},
        ),
        (_("Embedding"), {"fields": ("embed_origins",), "classes": ("collapse",)}),
        (_("Opinions"), {"fields": ("moderation", "hide_reported", "rules", "retention_days")}),
        audience.FIELDSET,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Survey]:
        answered = Tally.objects.filter(
            survey=OuterRef("pk"), question="", choice="", excluded=False
        )
        summed = answered.values("survey").annotate(total=Sum("count")).values("total")
        counts = Subquery(summed, output_field=IntegerField())
        surveys: QuerySet[Survey] = super().get_queryset(request)
        return surveys.select_related("article").annotate(answered=counts)

    @admin.display(description=_("article"), ordering="article__title")
    def title(self, survey: Survey) -> str:
        return survey.article.title

    @admin.display(description=_("answers"))
    def respondents(self, survey: Any) -> str:
        number = whole(survey.answered or 0)
        if not survey.simulated:
            return number
        return _("%(number)s, simulated readers among them") % {"number": number}

    def get_readonly_fields(
        self, request: HttpRequest, obj: Survey | None = None
    ) -> tuple[str, ...]:
        return FROZEN if obj and obj.is_published else ()

    def get_fieldsets(self, request: HttpRequest, obj: Survey | None = None) -> Any:
        """The standard items are offered once, when the survey is made."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        return [
            (name, {**options, "fields": [f for f in options["fields"] if f != "standard_items"]})
            for name, options in fieldsets
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_published)

    def get_inlines(self, request: HttpRequest, obj: Survey | None) -> Any:
        return audience.asked_for(self.inlines, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: Survey, form: Any, change: bool) -> None:
        """Write what was changed on the page and nothing else, and say so on the record."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {column.name for column in Survey._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        if changed:
            obj.save(update_fields=changed)
        if obj.is_published and changed:
            was = (_shown(form.initial.get(name)) for name in changed)
            now = (_shown(form.cleaned_data[name]) for name in changed)
            details = [f"{name}: {a} → {b}" for name, a, b in zip(changed, was, now, strict=True)]
            record(obj, AuditEvent.Action.CHANGE, member(request), "; ".join(details))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if isinstance(formset, BlackoutFormSet | audience.AudienceFormSet):
                formset.record_changes(member(request))
        if not change:
            if not form.instance.rules.exists():
                services.add_usual_rules(form.instance)
            if form.cleaned_data["standard_items"]:
                add_standard_items(form.instance)
        forget()

    def response_change(self, request: HttpRequest, obj: Survey) -> HttpResponse:
        for name, (permission, act) in BUTTONS.items():
            if name in request.POST:
                if not request.user.has_perm(permission):
                    raise PermissionDenied
                act(request, obj)
                return redirect("admin:polls_survey_change", obj.pk)
        return super().response_change(request, obj)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        survey = (
            Survey.objects.select_related("article").filter(pk=object_id).first()
            if object_id.isascii() and object_id.isdigit()
            else None
        )
        found = problems(survey) if survey and not survey.is_published else []
        context = {
            "survey": survey,
            "problems": found,
            "blocked": any(p.blocking for p in found),
            "queue": reverse("admin:polls_opinion_changelist"),
        }
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def get_urls(self) -> list[URLPattern]:
        own = {
            "results": (
                require_safe(self._view(results_for_staff, "polls.view_survey")),
                "results",
            ),
            "preview": (require_safe(self._view(preview, "polls.view_survey")), "preview"),
            "dashboard": (require_safe(self._view(dashboard, "polls.view_survey")), "dashboard"),
            "release": (self._view(release_view, "polls.publish_survey"), "release"),
            "export": (self._view(exports.export_page, "polls.export_survey"), "export"),
            "export/list": (
                require_safe(self._view(exports.export_list, "polls.export_survey")),
                "export_list",
            ),
            "export/<uuid:export>/download": (self._acts(exports.download), "export_download"),
            "export/<uuid:export>/cancel": (self._acts(exports.cancel), "export_cancel"),
            "export/<uuid:export>/again": (self._acts(exports.again), "export_again"),
            "codebook": (require_POST(self._view(codebook, "polls.export_survey")), "codebook"),
        }
        return [
            *(
                path(
                    f"<int:pk>/{address}/",
                    self.admin_site.admin_view(view),
                    name=f"polls_survey_{name}",
                )
                for address, (view, name) in own.items()
            ),
            *super().get_urls(),
        ]

    def _view(self, view: SurveyView, permission: str) -> Callable[..., HttpResponseBase]:
        """A view on one survey for those who have the permission."""

        def guarded(request: HttpRequest, pk: int, **named: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            survey = get_object_or_404(Survey.objects.select_related("article"), pk=pk)
            return view(request, survey, **named)

        return guarded

    def _acts(self, view: SurveyView) -> Callable[..., HttpResponseBase]:
        return require_POST(self._view(view, "polls.export_survey"))


def _shown(value: Any) -> str:
    """A value of the form as the record keeps it, on one line."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="minutes")
    return " ".join(str(value).split()) if value not in (None, "") else "–"


def publish(request: HttpRequest, survey: Survey) -> None:
    try:
        services.publish(survey=survey, by=member(request))
    except services.NotPublishable as error:
        for problem in error.problems:
            messages.error(request, problem.message)
    else:
        messages.success(
            request, _("Published: readers can answer, and the questionnaire is frozen.")
        )


def close(request: HttpRequest, survey: Survey) -> None:
    try:
        services.close(survey=survey, by=member(request))
    except services.NotOpen:
        messages.error(request, _("Nothing was closed: the survey takes no answers now."))
    else:
        messages.success(request, _("Closed: no more answers are taken."))


def standard_items(request: HttpRequest, survey: Survey) -> None:
    try:
        added = add_standard_items(survey)
        messages.success(request, ngettext("%d item added.", "%d items added.", added) % added)
    except Frozen as frozen:
        raise PermissionDenied from frozen


def profile_items(request: HttpRequest, survey: Survey) -> None:
    try:
        added = add_profile_items(survey)
        messages.success(request, ngettext("%d item added.", "%d items added.", added) % added)
    except Frozen as frozen:
        raise PermissionDenied from frozen


# Buttons of the survey's page. Each saves the page first, so that nothing typed is lost.
BUTTONS: dict[str, tuple[str, Callable[[HttpRequest, Survey], None]]] = {
    "_publish": ("polls.publish_survey", publish),
    "_close": ("polls.publish_survey", close),
    "_standard": ("polls.change_survey", standard_items),
    "_profile": ("polls.change_survey", profile_items),
}
