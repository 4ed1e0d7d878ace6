"""Articles with their statements, and the import of both."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from polls.composing import services
from polls.composing.checking import anchors
from polls.lib.caching import forget
from polls.lib.prose import prose
from polls.lib.text import normalise_newlines
from polls.models import Article, AuditEvent, Fact, Milestone, Statement, Survey, record
from polls.results.identity_wording import quoted
from polls.results.releases.claims import claims, is_an_answer

from .importing import ImportForm
from .milestones import MilestoneInline
from .milestones import changes as milestone_changes
from .people import member


def has_published_survey(article: Article | None) -> bool:
    return article is not None and Survey.objects.published().filter(article=article).exists()


class ArticleForm(forms.ModelForm):
    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets say which)
        widgets = {
            "body": forms.Textarea(
                attrs={"rows": 30, "cols": 90, "class": "vLargeTextField prose-source"}
            )
        }

    def clean_title(self) -> str:
        """One that claims more is answered for on the survey's page first, as at publication."""
        title = str(self.cleaned_data["title"])
        words = claims(title, self.instance.language)
        published = Survey.objects.published().filter(article=self.instance.pk)
        answers = published.values_list("claims_answer", flat=True)
        if words and "title" in self.changed_data and not all(map(is_an_answer, answers)):
            raise ValidationError(
                _(
                    "%(words)s: that claims more than a consultation of readers can. Change it, or"
                    " say first on the survey’s page, in a sentence, why it stays."
                ),
                params={"words": quoted(words)},
            )
        return title

    def clean_body(self) -> str:
        """A published article may be corrected, but not so that readers rate what isn't there."""
        # A browser sends CRLF: what is stored, and what is said to have changed, stays as it was.
        body = normalise_newlines(self.cleaned_data["body"])
        if self.instance.pk and has_published_survey(self.instance):
            found = prose(body, anchors(self.instance))
            if gone := sorted(found.lost + found.ambiguous):
                raise ValidationError(
                    _("Readers rate these statements and the text no longer has them: %(numbers)s"),
                    params={"numbers": ", ".join(map(str, gone))},
                )
        return str(body)


class StatementForm(forms.ModelForm):
    """A statement without a number is the next one."""

    class Meta:
        model = Statement
        fields = "__all__"  # noqa: DJ007  (the inline's fieldsets say which)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False


class StatementFormSet(forms.BaseInlineFormSet):
    def save_new(self, form: Any, commit: bool = True) -> Any:
        if not form.instance.number:
            numbers = self.instance.statements.order_by("number").values_list("number", flat=True)
            form.instance.number = (numbers.last() or 0) + 1
        return super().save_new(form, commit)


class StatementInline(admin.StackedInline):
    model = Statement
    form = StatementForm
    formset = StatementFormSet
    extra = 0
    show_change_link = True
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "kind", "form"),
                    "text",
                    ("speaker", "said_on"),
                    ("source_name", "source_url"),
                )
            },
        ),
        (
            _("Translated quotation"),
            {"classes": ("collapse",), "fields": ("original", "original_language")},
        ),
        (
            _("Its place in the text"),
            {"classes": ("collapse",), "fields": ("exact", ("prefix", "suffix"))},
        ),
    )

    def _frozen(self, article: Article | None) -> bool:
        return has_published_survey(article)

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_add_permission(request, obj) and not self._frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not self._frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._frozen(obj)


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    inlines = (StatementInline, MilestoneInline)
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
                    ("language", "published_on"),
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
    def state(self, article: Article) -> str:
        return ", ".join(
            f"{survey.edition} ({survey.get_status_display()})" for survey in article.surveys.all()
        )

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> tuple[str, ...]:
        return ("slug", "language") if has_published_survey(obj) else ()

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """What readers of an open consultation see changed is on its record."""
        super().save_model(request, obj, form, change)
        before, now = form.initial, form.cleaned_data
        changed = [name for name in form.changed_data if before.get(name) != now.get(name)]
        if change and changed:
            words = claims(obj.title, obj.language) if "title" in changed else ()
            claimed = f" ({', '.join(words)})" if words else ""
            self._record(request, obj, _("article: %s") % ", ".join(changed) + claimed)

    @staticmethod
    def _record(request: HttpRequest, article: Article, detail: str) -> None:
        for survey in Survey.objects.published().filter(article=article):
            record(survey, AuditEvent.Action.CHANGE, member(request), detail)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        article = form.instance
        for formset in formsets:
            if formset.model is Milestone:
                for detail in milestone_changes(formset):
                    self._record(request, article, detail)
        found = prose(article.body, anchors(article))
        for number in found.lost:
            messages.warning(request, _("Statement %s can’t be found in the text.") % number)
        for number in found.ambiguous:
            messages.warning(
                request, _("Statement %s stands in several places of the text.") % number
            )
        forget()

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


class FactInline(admin.TabularInline):
    model = Fact
    extra = 0


@admin.register(Statement)
class StatementAdmin(admin.ModelAdmin):
    """Reached from its article: here stand the facts, which stay open to corrections."""

    inlines = (FactInline,)
    fields = ("article", "number", "text")
    readonly_fields = fields

    def response_change(self, request: HttpRequest, obj: Statement) -> HttpResponse:
        """Back to the article that the statement stands in."""
        if "_continue" in request.POST:
            return super().response_change(request, obj)
        return redirect("admin:polls_article_change", obj.article_id)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        forget()
