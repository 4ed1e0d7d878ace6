"""The form of a survey: what is fixed once readers may have answered, and what may still change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from polls.models import Survey
from polls.results.erasure import erased_since, locked

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

    def changes(self, names: Iterable[str]) -> str:
        """What became of these fields, as the record keeps it."""
        return "; ".join(
            f"{name}: {_shown(self.initial.get(name))} → {_shown(self.cleaned_data[name])}"
            for name in names
        )

    class Meta:
        model = Survey
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets say which)
        help_texts = {
            "edition": _(
                "The article’s address shows its newest published edition. “New edition” on an"
                " edition’s page makes the next one, with the same questions."
            ),
            "opens_at": _(
                "Ahead: readers see the article from publication on, and answer from then on."
                " Empty: they answer as soon as it is published."
            ),
            "closes_at": _(
                "No answer is taken after it. Empty: until it is closed by hand. A later time opens"
                " it again."
            ),
        }


def _shown(value: Any) -> str:
    """A value of the form on one line."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="minutes")
    return " ".join(str(value).split()) if value not in (None, "") else "–"
