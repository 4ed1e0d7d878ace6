"""The questionnaire: composed in a draft, and only looked at once it is published."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from polls.models import Choice, Question, Survey


def check_profile(profile: bool, kind: str | None, statement: Any) -> None:
    """What readers are told apart by is one answer of each of them, about themselves."""
    is_one_answer = kind in (Question.Kind.SCALE, Question.Kind.SINGLE)
    if profile and (not is_one_answer or statement):
        raise ValidationError(
            _("A question about the reader is a scale or a single choice, and on no statement.")
        )


class QuestionFormSet(BaseInlineFormSet):
    """Names what two new rows do to each other; the database would only refuse them."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """A question without a position comes after the others, before the free text."""
        if not form.instance.position:
            others = self.instance.questions.exclude(kind=Question.Kind.TEXT)
            last = others.order_by("position").values_list("position", flat=True).last()
            form.instance.position = (last or 0) + 10
        return super().save_new(form, commit)

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid()]
        rows = [row for row in rows if row and not row.get("DELETE")]
        if sum(row.get("kind") == Question.Kind.TEXT for row in rows) > 1:
            raise ValidationError(_("A survey has one free text at most."))
        about = [(row["statement"], row.get("aspect")) for row in rows if row.get("statement")]
        if len(set(about)) != len(about):
            raise ValidationError(_("A statement has one question for each aspect at most."))
        for form in self.initial_forms:
            question = form.instance
            check_profile(question.profile, question.kind, question.statement)


class FrozenOncePublished:
    """For the questionnaire: it can be composed in a draft, and only be looked at afterwards."""

    def _survey(self, obj: Any) -> Survey | None:
        return obj.survey if isinstance(obj, Question) else obj

    def _frozen(self, obj: Any) -> bool:
        survey = self._survey(obj)
        return survey is not None and survey.is_published

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not self._frozen(obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not self._frozen(obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._frozen(obj)  # type: ignore[misc]


class QuestionInline(FrozenOncePublished, admin.TabularInline):
    model = Question
    formset = QuestionFormSet
    extra = 0
    show_change_link = True
    fields = ("position", "key", "kind", "wording", "required", "statement", "aspect")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "statement" and (
            pk := request.resolver_match and request.resolver_match.kwargs.get("object_id")
        ):
            article = Survey.objects.filter(pk=pk).values("article")
            kwargs["queryset"] = db_field.related_model.objects.filter(article__in=article)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class QuestionForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_profile(values.get("profile", False), values.get("kind"), self.instance.statement)
        return values


class ChoiceInline(FrozenOncePublished, admin.TabularInline):
    model = Choice
    extra = 0
    fields = ("position", "key", "label", "value")


@admin.register(Question)
class QuestionAdmin(FrozenOncePublished, admin.ModelAdmin):
    """Reached from its survey: here stand the choices."""

    form = QuestionForm
    inlines = (ChoiceInline,)
    fields = ("survey", "key", "kind", "wording", "hint", "required", "profile")
    readonly_fields = ("survey",)

    def response_change(self, request: HttpRequest, obj: Question) -> HttpResponse:
        """Back to the survey that the question belongs to."""
        if "_continue" in request.POST:
            return super().response_change(request, obj)
        return redirect("admin:polls_survey_change", obj.survey_id)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
