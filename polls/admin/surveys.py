"""Surveys: the list, the page of one with its buttons, and the addresses of what belongs to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from polls.composing.lifecycle import may_be_deleted
from polls.lib.caching import forget
from polls.lib.numbers import moment, whole
from polls.models import AuditEvent, ModerationRule, Question, Survey, record

from . import audience, exports
from .blackouts import BlackoutFormSet, BlackoutInline
from .compose.addresses import CHANGES, addresses
from .headed import Headed
from .meanwhile import OneAfterTheOther
from .people import member
from .releases import release_view
from .survey_acts import ACTS, PUBLISH, ask_back
from .survey_buttons import pressed
from .survey_course import state_of
from .survey_desk import StateFilter, counted, desk
from .survey_form import FROZEN, SurveyForm
from .survey_pages import codebook, dashboard, preview, results_for_staff
from .widgets import Ticks

SurveyView = Callable[..., HttpResponseBase]


def _named(column: Any, number: str) -> SafeString:
    """With its column's name, which is shown where a phone shows no headings."""
    return format_html('<span class="column">{} </span>{}', column, number)


@admin.register(Survey)
class SurveyAdmin(Headed, OneAfterTheOther):
    heading_of_new = _("New survey")
    stays = True
    form = SurveyForm
    inlines = (audience.AudienceInline, BlackoutInline)
    list_display = ("title", "state", "respondents", "waiting", "links")
    list_filter = (StateFilter, "article__language")
    search_fields = ("article__title", "article__slug")
    change_form_template = "admin/polls/survey/change_form.html"
    fieldsets = (
        (None, {"fields": ("article", "edition", "question")}),
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
        surveys: QuerySet[Survey] = super().get_queryset(request)
        composes = Value(request.user.has_perms(CHANGES))
        return counted(surveys.select_related("article")).annotate(composes=composes)

    @admin.display(description=_("article"), ordering="article__title")
    def title(self, survey: Survey) -> str:
        return str(survey)

    @admin.display(description=_("answers"))
    def respondents(self, survey: Any) -> SafeString:
        number = whole(survey.answered or 0)
        if survey.simulated:
            number = _("%(number)s, simulated readers among them") % {"number": number}
        return _named(_("answers"), number)

    @admin.display(description=_("state"), ordering="opens_at")
    def state(self, survey: Survey) -> SafeString:
        """In a word, with its times."""
        times = ((_("from %(moment)s"), survey.opens_at), (_("until %(moment)s"), survey.closes_at))
        lines = [words % {"moment": moment(at)} for words, at in times if at]
        found = format_html_join(
            "", '<br><span class="help">{}</span>', [(line,) for line in lines]
        )
        return format_html("{}{}", state_of(survey).label, found)

    @admin.display(description=pgettext_lazy("texts", "waiting"))
    def waiting(self, survey: Any) -> SafeString:
        return _named(pgettext_lazy("texts", "waiting"), whole(survey.waiting or 0))

    @admin.display(description=_("pages"))
    def links(self, survey: Any) -> SafeString:
        """To what an editor wants of a survey without opening its form."""
        names = {"preview": _("Preview")}
        if survey.is_frozen:
            names = {"dashboard": _("Dashboard")}
        elif survey.composes:
            names = {"compose": _("Compose"), **names}
        pages: list[tuple[Any, str]] = [
            (name, reverse(f"admin:polls_survey_{page}", args=[survey.pk]))
            for page, name in names.items()
        ]
        if survey.is_frozen:
            pages.append((_("Readers’ page"), reverse("article", args=[survey.article.slug])))
        return format_html_join(mark_safe("<br>"), '<a href="{1}">{0}</a>', pages)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Survey | None = None
    ) -> tuple[str, ...]:
        given = ("article", "edition")
        return (*given, *FROZEN) if obj and obj.is_frozen else given

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or may_be_deleted(obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Questions go with their survey: whether that may go was asked of it."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return found, counts, lacking - {Question._meta.verbose_name}, protected

    def get_inlines(self, request: HttpRequest, obj: Survey | None) -> Any:
        return audience.asked_for(self.inlines, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: Survey, form: Any, change: bool) -> None:
        """Write what was changed on the page and nothing else, and say so on the record."""
        columns = {column.name for column in Survey._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        if changed:
            obj.save(update_fields=changed)
        if obj.is_frozen and changed:
            record(obj, AuditEvent.Action.CHANGE, member(request), form.changes(changed))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if isinstance(formset, BlackoutFormSet | audience.AudienceFormSet):
                formset.record_changes(member(request))
        forget()

    def response_change(self, request: HttpRequest, obj: Survey) -> HttpResponse:
        return pressed(request, obj) or super().response_change(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The house's rules in the article's language; the laws hold everywhere."""
        pk = request.resolver_match and request.resolver_match.kwargs.get("object_id")
        if db_field.name == "rules" and pk and str(pk).isdigit():
            language = Survey.objects.filter(pk=pk).values("article__language")
            kwargs["queryset"] = ModerationRule.objects.filter(
                kind=ModerationRule.Kind.RULE, language__in=language
            )
            kwargs["widget"] = Ticks()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new consultation is composed; on an article that has none, from the article's page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("admin:polls_survey_new_compose")

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
        context = desk(survey) if survey else {}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Beside it stands the record, which says more and is nobody's to change."""
        known: dict[str, Any] = {}
        if request.user.has_perm("polls.view_auditevent"):
            every = reverse("admin:polls_auditevent_changelist")
            known["record"] = f"{every}?survey__id__exact={object_id}"
        return super().history_view(request, object_id, known | (extra_context or {}))

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
            **{name: (self._view(ask_back(act), PUBLISH), name) for name, act in ACTS.items()},
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
            *addresses(self),
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
