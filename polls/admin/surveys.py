"""Surveys: the list, the page of one with its buttons, and the addresses of what belongs to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from polls.composing import services
from polls.composing.lifecycle import may_be_deleted
from polls.composing.scales import add_standard_items
from polls.lib.caching import forget
from polls.lib.numbers import moment, whole
from polls.models import Article, AuditEvent, ModerationRule, Question, Survey, record

from . import audience, exports
from .blackouts import BlackoutFormSet, BlackoutInline
from .compose.addresses import addresses
from .headed import Headed
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


@admin.register(Survey)
class SurveyAdmin(Headed):
    heading_of_new = _("New consultation")
    form = SurveyForm
    inlines = (audience.AudienceInline, BlackoutInline)
    list_display = ("title", "state", "respondents", "waiting", "links")
    list_filter = (StateFilter, "article__language")
    search_fields = ("article__title", "article__slug")
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
        surveys: QuerySet[Survey] = super().get_queryset(request)
        return counted(surveys.select_related("article"))

    @admin.display(description=_("article"), ordering="article__title")
    def title(self, survey: Survey) -> str:
        return str(survey)

    @admin.display(description=_("answers"))
    def respondents(self, survey: Any) -> str:
        number = whole(survey.answered or 0)
        if not survey.simulated:
            return number
        return _("%(number)s, simulated readers among them") % {"number": number}

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
    def waiting(self, survey: Any) -> str:
        return whole(survey.waiting or 0)

    @admin.display(description=_("pages"))
    def links(self, survey: Survey) -> SafeString:
        """To what an editor wants of a survey without opening its form."""
        pages = [(_("Preview"), reverse("admin:polls_survey_preview", args=[survey.pk]))]
        if survey.is_frozen:
            board = reverse("admin:polls_survey_dashboard", args=[survey.pk])
            pages = [(_("Dashboard"), board)]
        if survey.is_published:
            pages.append((_("Readers’ page"), reverse("article", args=[survey.article.slug])))
        return format_html_join(mark_safe("<br>"), '<a href="{1}">{0}</a>', pages)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Survey | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        return FROZEN if obj.is_frozen else ("article",)

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
        if not change:
            super().save_model(request, obj, form, change)
            return
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
        if not change:
            if not form.instance.rules.exists():
                services.add_usual_rules(form.instance)
            if form.cleaned_data["standard_items"]:
                add_standard_items(form.instance)
        forget()

    def response_change(self, request: HttpRequest, obj: Survey) -> HttpResponse:
        return pressed(request, obj) or super().response_change(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A survey is added from its article's page, on that article."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        asked = request.GET.get("article", "")
        if db_field.name == "article" and field and asked.isascii() and asked.isdigit():
            field.queryset = Article.objects.filter(pk=asked[:18])
        return field

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
        """A new consultation is composed; this form adds one to an article that has none."""
        begins = request.method == "GET" and "article" not in request.GET
        if begins and self.has_add_permission(request):
            return redirect("admin:polls_survey_new_compose")
        return super().add_view(request, form_url, extra_context)

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
