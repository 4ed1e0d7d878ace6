"""The dated events and corrections of an article, edited on its page."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from polls.models import Milestone


class MilestoneForm(forms.ModelForm):
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
    fields = (("at", "kind"), "text")
