"""The form of a survey: what is fixed once readers may have answered, and what may still change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from polls.models import Survey
from polls.results.erasure import erased_since, locked

from .meanwhile import MeanwhileForm

FROZEN = ("question", "moderation", "retention_days")


class SurveyForm(MeanwhileForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean()
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It closes before it opens: choose a later moment."))
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
        fields = "__all__"  # (the admin's fieldsets say which)
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
            "results_from": _(
                "Below it nobody sees figures. Below five, figures tell what single readers"
                " answered to whoever knows that they did."
            ),
        }


def _shown(value: Any) -> str:
    """A value of the form on one line."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="minutes")
    return " ".join(str(value).split()) if value not in (None, "") else "–"
