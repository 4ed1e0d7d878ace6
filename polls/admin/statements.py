"""The page of one statement, with what is known about it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.composing.corrections import correct, record_change, seen_by_readers
from polls.lib.caching import forget
from polls.models import Fact, Statement

from .article_form import CorrectionField
from .headed import Headed
from .meanwhile import MeanwhileForm, OneAfterTheOther
from .people import member


class FactInline(admin.StackedInline):
    model = Fact
    form = MeanwhileForm
    extra = 0
    fields = ("text", ("source_name", "source_url"), "position")


class FactsForm(forms.ModelForm):
    correction = CorrectionField(
        gettext_lazy(
            "If readers are to be told: this sentence stands under the article, with the date."
            " Empty: a fact was added, or only a slip mended."
        )
    )

    class Meta:
        model = Statement
        fields = ()


@admin.register(Statement)
class StatementAdmin(Headed, OneAfterTheOther):
    """Reached from its article: here stand the facts, which stay open to corrections."""

    form = FactsForm
    inlines = (FactInline,)
    readonly_fields = ("article", "number", "text")

    def get_fields(self, request: HttpRequest, obj: Statement | None = None) -> tuple[str, ...]:
        """What was corrected is asked for where readers have seen the article."""
        told = ("correction",) if obj and seen_by_readers(obj.article) else ()
        return (*self.readonly_fields, *told)

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
        statement: Statement = form.instance
        said = form.cleaned_data.get("correction", "")
        if said and seen_by_readers(statement.article):
            correct(article=statement.article, text=said)
        if said or any(formset.has_changed() for formset in formsets):
            detail = _("facts of statement %(number)d") % {"number": statement.number}
            told = _("told to readers: %(text)s") % {"text": said} if said else ""
            record_change(
                statement.article, member(request), "; ".join(filter(None, [detail, told]))
            )
        forget()
