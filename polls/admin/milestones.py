"""The dated events and corrections of an article, edited on its page."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polls.lib.numbers import moment
from polls.models import Milestone

from .meanwhile import MeanwhileForm
from .widgets import PLAIN


class MilestoneForm(MeanwhileForm):
    class Meta:
        model = Milestone
        fields = ("at", "kind", "text")
        help_texts = {
            "at": _("Marked in the course of answers over time, where somebody answered then."),
        }


class MilestoneInline(admin.StackedInline):
    """Open to changes after publication: that is when things happen."""

    model = Milestone
    form = MilestoneForm
    extra = 0
    formfield_overrides = PLAIN
    fields = (("at", "kind"), "text")


def changes(formset: Any) -> Iterator[str]:
    """What was done to the dated events of an article, in words for the record."""
    changed = [event for event, _fields in formset.changed_objects]
    for words, events in (
        (gettext("dated event added: %s"), formset.new_objects),
        (gettext("dated event changed: %s"), changed),
        (gettext("dated event removed: %s"), formset.deleted_objects),
    ):
        for event in events:
            yield words % f"{moment(event.at)}, {event.get_kind_display()}, {event.text}"
