"""Threats to life or safety that were told to the authorities: the record, and the form for it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from polls.models import Escalation, Opinion
from polls.moderation.escalations import escalate

from .people import member
from .readonly import ReadOnlyAdmin


class EscalationForm(forms.Form):
    facts = forms.CharField(
        label=gettext_lazy("What gives rise to the suspicion"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "In your own words, without quoting the text: this record is never erased."
        ),
    )
    authority = forms.CharField(label=gettext_lazy("Who was told"), max_length=120)
    told_at = forms.DateTimeField(
        label=gettext_lazy("Told on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reference = forms.CharField(
        label=gettext_lazy("Their reference"), max_length=80, required=False
    )

    def clean_told_at(self) -> Any:
        told_at = self.cleaned_data["told_at"]
        if told_at > timezone.now():
            raise forms.ValidationError(_("This lies in the future."))
        return told_at


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_name", "authority", "told_at", "reference", "opinion")
    list_select_related = ("opinion",)
    ordering = ("-at", "-pk")
    show_full_result_count = False

    class Media:
        css = {"all": ("polls/admin.css",)}

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "of/<int:opinion>/",
            self.admin_site.admin_view(require_POST(self.escalate_view)),
            name="polls_escalation_of",
        )
        return [own, *super().get_urls()]

    def escalate_view(self, request: HttpRequest, opinion: int) -> HttpResponse:
        """Record from the text's page that somebody was told; with mistakes, nothing is kept."""
        if not request.user.has_perm("polls.moderate_opinion"):
            raise PermissionDenied
        found = get_object_or_404(Opinion, pk=opinion)
        form = EscalationForm(request.POST)
        if form.is_valid():
            escalate(opinion=found, by=member(request), **form.cleaned_data)
            messages.success(request, _("It is on record who was told."))
            return redirect("admin:polls_opinion_change", opinion)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext_lazy("Told to the authorities"),
            "opts": self.model._meta,
            "opinion": found,
            "form": form,
        }
        return TemplateResponse(request, "admin/polls/escalation/page.html", context, status=422)
