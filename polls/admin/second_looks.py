"""A second look at decisions drawn at random: one text at a time, without the first decision."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from polls.models import SecondLook
from polls.moderation import second_looks as services
from polls.moderation.grounds import grounds_of
from polls.moderation.services import Action

from .people import member
from .readonly import ReadOnlyAdmin


@admin.register(SecondLook)
class SecondLookAdmin(ReadOnlyAdmin):
    """Its list is the next text to look at."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        waits = services.waiting(member(request)).select_related("opinion__survey__article")
        found = waits.first()
        survey = found.opinion.survey if found else None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext_lazy("Second looks"),
            "opts": self.model._meta,
            "look": found,
            "grounds": grounds_of([survey])[survey.pk] if survey else [],
        }
        return TemplateResponse(request, "admin/polls/secondlook/page.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """No page of a single one: it would show the first decision."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:polls_secondlook_changelist")

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/look/",
            self.admin_site.admin_view(require_POST(self.look_view)),
            name="polls_secondlook_look",
        )
        return [own, *super().get_urls()]

    def look_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("polls.moderate_opinion"):
            raise PermissionDenied
        rule = request.POST.get("rule", "")[:40]
        outcome = Action.REJECT if rule else Action.PUBLISH
        if not rule and "publish" not in request.POST:
            return redirect("admin:polls_secondlook_changelist")
        try:
            look = services.look(second_look=pk, by=member(request), outcome=outcome, rule_key=rule)
        except (services.Gone, services.UnknownGround):
            told = _("Nothing was kept: somebody has looked at it, or the text has changed.")
            messages.warning(request, told)
        else:
            _tell(request, look)
        return redirect("admin:polls_secondlook_changelist")


def _tell(request: HttpRequest, look: SecondLook) -> None:
    """Only now what the first decided; on a difference, where to look again together."""
    first = look.decision
    if first.action == look.outcome:
        messages.success(request, _("You would decide as %(who)s did.") % {"who": first.actor_name})
        return
    what = first.get_action_display()
    told = _(
        "You would decide otherwise than %(who)s (%(what)s). Talk about it; nothing has changed."
    ) % {
        "who": first.actor_name,
        "what": f"{what}: {first.rule_title}" if first.rule_title else what,
    }
    page = reverse("admin:polls_opinion_change", args=[look.opinion_id])
    messages.warning(request, format_html('{} <a href="{}">{}</a>', told, page, _("Open it")))
