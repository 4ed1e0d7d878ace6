"""Times in which readers see no figure: set on the survey's page, each change on the record."""

from typing import Any

from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.lib.numbers import moment
from polls.models import AuditEvent, Blackout, Survey, record

from .meanwhile import MeanwhileForm
from .widgets import PLAIN


class BlackoutFormSet(BaseInlineFormSet):
    """Lifting one before its end is an override: like all else it leaves its line in the record."""

    def record_changes(self, by: Any) -> None:
        survey: Survey = self.instance
        for window in self.new_objects:
            record(survey, AuditEvent.Action.BLACKOUT, by, _("set: %s") % _of(window))
        for window, _fields in self.changed_objects:
            record(survey, AuditEvent.Action.BLACKOUT, by, _("changed: %s") % _of(window))
        for window in self.deleted_objects:
            record(survey, AuditEvent.Action.BLACKOUT, by, _("lifted: %s") % _of(window))


def _of(window: Blackout) -> str:
    return f"{moment(window.starts_at)} – {moment(window.ends_at)}, {window.reason}"


class BlackoutInline(admin.StackedInline):
    model = Blackout
    form = MeanwhileForm
    fields = (("starts_at", "ends_at"), "reason")
    formfield_overrides = PLAIN
    formset = BlackoutFormSet
    extra = 0
    verbose_name_plural = gettext_lazy("Blackouts: no figure is shown to readers, at any door")
