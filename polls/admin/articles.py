"""Articles: their text and its corrections, and the import of one with its statements."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polls.composing import services
from polls.composing.checking import anchors
from polls.composing.corrections import correct, record_change, seen_by_readers
from polls.lib.caching import forget
from polls.lib.prose import prose
from polls.models import Article, Milestone, Statement, Survey
from polls.results.releases.claims import claims

from .article_form import ArticleForm
from .headed import Headed
from .importing import ImportForm
from .meanwhile import OneAfterTheOther
from .milestones import MilestoneInline
from .milestones import changes as milestone_changes
from .people import member
from .survey_buttons import begun_on
from .survey_course import state_of
from .survey_desk import counted
from .unsaved import KeptUntilSaved

ASKED = ("correction", "only_a_slip")  # of the form, not of the article


def _differs(before: Any, now: Any) -> bool:
    """A foreign key's first value is its number."""
    return bool(before != getattr(now, "pk", now))


@admin.register(Article)
class ArticleAdmin(KeptUntilSaved, Headed, OneAfterTheOther):
    heading_of_new = _("New article")
    stays = True
    form = ArticleForm
    inlines = (MilestoneInline,)
    list_display = ("title", "language", "published_on", "state")
    list_filter = ("language",)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    change_list_template = "admin/polls/article/change_list.html"
    change_form_template = "admin/polls/article/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "slug",
                    ("language", "translation_of", "published_on"),
                    "kicker",
                    "standfirst",
                    "body",
                )
            },
        ),
        (_("Author and source"), {"fields": ("author", ("source_name", "source_url"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).prefetch_related("surveys")

    @admin.display(description=_("surveys"))
    def state(self, article: Article) -> SafeString:
        """Each edition with its state, leading to its page."""
        surveys = sorted(article.surveys.all(), key=lambda survey: survey.edition)
        lines = [
            (reverse("admin:polls_survey_change", args=[s.pk]), s.edition, state_of(s).label)
            for s in surveys
        ]
        return format_html_join(", ", '<a href="{}">{} ({})</a>', lines)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """One with a consultation is kept by it: that is taken down, or deleted, first."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.surveys.exists())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Statements go with their article: whether that may go was asked of it."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return found, counts, lacking - {Statement._meta.verbose_name}, protected

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> tuple[str, ...]:
        return ("slug", "language") if seen_by_readers(obj) else ()

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """Readers who have seen the article are told what was corrected in it."""
        found = list(super().get_fieldsets(request, obj))
        if seen_by_readers(obj):
            found.append((_("Correction"), {"fields": ("correction", "only_a_slip")}))
        return found

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The article's surveys stand above its form, with what leads on from each."""
        found = counted(Survey.objects.select_related("article").order_by("-edition"))
        is_number = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        surveys = found.filter(article=int(object_id) if is_number else 0)
        context = {
            "surveys": [(survey, state_of(survey).label) for survey in surveys],
            "statements": Statement.objects.filter(article=int(object_id) if is_number else 0),
        }
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """What readers see changed is on the record, and told to them or said to be a slip."""
        super().save_model(request, obj, form, change)
        before, now = form.initial, form.cleaned_data
        changed = [name for name in form.changed_data if _differs(before.get(name), now.get(name))]
        changed = [name for name in changed if name not in ASKED]
        told = now.get("correction", "")
        if change and told:
            correct(article=obj, text=told)
        if change and (changed or told):
            record_change(obj, member(request), self._detail(obj, changed, now))

    @staticmethod
    def _detail(article: Article, changed: list[str], data: Mapping[str, Any]) -> str:
        words = claims(article.title, article.language) if "title" in changed else ()
        claimed = f" ({', '.join(words)})" if words else ""
        found = [gettext("article: %s") % ", ".join(changed) + claimed] if changed else []
        if data.get("correction"):
            found.append(gettext("told to readers: %(text)s") % {"text": data["correction"]})
        elif changed and data.get("only_a_slip"):
            found.append(gettext("only a slip, not told to readers"))
        return "; ".join(found)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        article = form.instance
        for formset in formsets:
            if formset.model is Milestone:
                for detail in milestone_changes(formset):
                    record_change(article, member(request), detail)
        found = prose(article.body, anchors(article))
        for number in found.lost:
            messages.warning(request, _("Statement %s can’t be found in the text.") % number)
        for number in found.ambiguous:
            messages.warning(
                request, _("Statement %s stands in several places of the text.") % number
            )
        forget()

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """The button that begins a consultation; like a survey's it saves the page first."""
        if "_compose" in request.POST:
            if not request.user.has_perm("polls.add_survey"):
                raise PermissionDenied
            return redirect("admin:polls_survey_compose", begun_on(obj).pk)
        return super().response_change(request, obj)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "import/", self.admin_site.admin_view(self.import_view), name="polls_article_import"
        )
        return [own, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The import of the command line, with its report on the page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = ImportForm(request.POST, request.FILES) if posted else ImportForm()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": _("Import an article"),
        }
        if posted and form.is_valid():
            survey = services.create_draft(draft=form.draft, by=member(request))
            context |= {
                "survey": survey,
                "article": survey.article,
                "findings": form.draft.findings,
            }
        return render(request, "admin/polls/article/import.html", context)
