"""The page of one question: choices with values of their own, which the composer leaves alone."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from polls.models import Choice, Question, Survey

from .headed import Headed
from .meanwhile import MeanwhileForm, OneAfterTheOther


def check_profile(profile: bool, kind: str | None, statement: Any) -> None:
    """What readers are told apart by is one answer of each of them, about themselves."""
    is_one_answer = kind in (Question.Kind.SCALE, Question.Kind.SINGLE)
    if profile and (not is_one_answer or statement):
        raise ValidationError(
            _("A question about the reader is a scale or a single choice, and on no statement.")
        )


class FrozenOncePublished:
    """For the questionnaire: it can be composed in a draft, and only be looked at afterwards."""

    def _survey(self, obj: Any) -> Survey | None:
        return obj.survey if isinstance(obj, Question) else obj

    def _frozen(self, obj: Any) -> bool:
        survey = self._survey(obj)
        return survey is not None and survey.is_frozen

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not self._frozen(obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not self._frozen(obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._frozen(obj)  # type: ignore[misc]


class QuestionForm(MeanwhileForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean()
        check_profile(values.get("profile", False), values.get("kind"), self.instance.statement)
        self._check_others(values)
        return values

    def _check_others(self, values: dict[str, Any]) -> None:
        """What the database would refuse: without the survey in the form nobody else asks."""
        others = Question.objects.filter(survey=self.instance.survey).exclude(pk=self.instance.pk)
        if values.get("key") and others.filter(key=values["key"]).exists():
            self.add_error("key", _("Another question of this survey has this key."))
        is_text = values.get("kind") == Question.Kind.TEXT
        if is_text and others.filter(kind=Question.Kind.TEXT).exists():
            self.add_error("kind", _("There is a free text already, and one is all there can be."))


class ChoiceInline(FrozenOncePublished, admin.StackedInline):
    model = Choice
    form = MeanwhileForm
    extra = 0
    fields = (("position", "key", "label", "value"),)


@admin.register(Question)
class QuestionAdmin(FrozenOncePublished, Headed, OneAfterTheOther):
    """Reached from the composer: here stand the choices with their values."""

    form = QuestionForm
    inlines = (ChoiceInline,)
    fields = ("survey", "key", "kind", "wording", "hint", "required", "profile")
    readonly_fields = ("survey",)

    def response_change(self, request: HttpRequest, obj: Question) -> HttpResponse:
        """Back to where the question was composed."""
        if "_continue" in request.POST:
            return super().response_change(request, obj)
        return redirect("admin:polls_survey_compose", obj.survey_id)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
