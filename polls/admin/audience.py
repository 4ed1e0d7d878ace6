"""The paper's audience, for the weighted scenario: shares that stay open to corrections.

They are no part of the questionnaire that readers answer, so publication doesn't freeze them.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.models import (
    AudienceShare,
    AuditEvent,
    Choice,
    Question,
    Survey,
    read_questionnaire,
    record,
)
from polls.results.scenario.scenarios import can_be_margin, wrong_shares

from .meanwhile import MeanwhileForm

FIELDSET: Any = (
    gettext_lazy("The paper’s audience"),
    {
        "fields": (("audience_source", "audience_date"),),
        "classes": ("collapse",),
        "description": gettext_lazy(
            "Results can be weighted to it in a scenario. Mark a question as “about the reader”,"
            " and give below which share of the audience each of its choices stands for."
        ),
    },
)


def choices_of(survey: Survey) -> QuerySet[Choice]:
    """The choices of the survey's items about the reader, in the order of the questionnaire."""
    kinds = (Question.Kind.SCALE, Question.Kind.SINGLE)
    found = Choice.objects.filter(
        question__survey=survey, question__profile=True, question__kind__in=kinds
    )
    return found.select_related("question").order_by("question__position", "question", "position")


class ShareForm(MeanwhileForm):
    class Meta:
        model = AudienceShare
        fields = ("choice", "percent")

    def has_changed(self) -> bool:
        """A row that offers a choice and got no share is no row."""
        if self.instance._state.adding and not self["percent"].data:
            return False
        return super().has_changed()


class AudienceFormSet(BaseInlineFormSet):
    """A row for each choice: with its share, or ready to take one."""

    instance: Survey

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        survey = kwargs["instance"]
        without = choices_of(survey).filter(audience=None).values_list("pk", flat=True)
        kwargs.setdefault("initial", [{"choice": choice} for choice in without])
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data]
        shares: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for row in rows:
            if not row.get("DELETE"):
                choice: Choice = row["choice"]
                shares[choice.question.key][choice.key] = float(row["percent"])
        if shares and not (self.instance.audience_source and self.instance.audience_date):
            raise ValidationError(_("Say above where the shares are from, and of when they are."))
        self._check_sums(shares)

    def _check_sums(self, shares: dict[str, dict[str, float]]) -> None:
        """All shares of an item sum to 100. Some may still be missing, none may be too much."""
        items = [i for i in read_questionnaire(self.instance.pk).items if i.key in shares]
        for item in items:
            total = sum(shares[item.key].values())
            wrong = {reason.code for reason in wrong_shares([item], shares)}
            if "not_hundred" in wrong or total > 100.5:
                raise ValidationError(
                    _("The shares of “%(wording)s” sum to %(total)s, not to 100.")
                    % {"wording": item.wording, "total": number_format(total, 1)}
                )

    def record_changes(self, by: Any) -> None:
        """Readers may have seen a scenario of the old ones."""
        changed = [*self.new_objects, *(share for share, _fields in self.changed_objects)]
        details = [f"{_key(share)} {share.percent}" for share in changed]
        details += [f"{_key(share)} –" for share in self.deleted_objects]
        if self.instance.is_frozen and details:
            detail = _("shares of the audience: %s") % ", ".join(details)
            record(self.instance, AuditEvent.Action.CHANGE, by, detail)


def _key(share: AudienceShare) -> str:
    return f"{share.choice.question.key}.{share.choice.key}"


class AudienceInline(admin.StackedInline):
    model = AudienceShare
    form = ShareForm
    formset = AudienceFormSet
    fields = (("choice", "percent"),)
    verbose_name_plural = gettext_lazy("The paper’s audience: which share each choice stands for")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AudienceShare]:
        return super().get_queryset(request).select_related("choice__question")

    def get_extra(self, request: HttpRequest, obj: Survey | None = None, **kwargs: Any) -> int:
        return choices_of(obj).filter(audience=None).count() if obj else 0

    def get_max_num(self, request: HttpRequest, obj: Survey | None = None, **kwargs: Any) -> int:
        return choices_of(obj).count() if obj else 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The choices on offer are read once, not once for each row."""
        built = super().get_formset(request, obj, **kwargs)
        field = built.form.base_fields.get("choice")
        if isinstance(field, forms.ModelChoiceField) and obj is not None:
            field.queryset = choices_of(obj)
            field.choices = [(c.pk, f"{c.label} · {c.question.wording}") for c in choices_of(obj)]
        return built


def asked_for(inlines: Sequence[type], survey: Survey) -> tuple[type, ...]:
    """Without an item about the reader there is nothing to give a share to."""
    asks = any(can_be_margin(item) for item in read_questionnaire(survey.pk).items)
    return tuple(inline for inline in inlines if asks or inline is not AudienceInline)
