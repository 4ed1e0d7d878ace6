"""Contested rejections: the oldest first, decided by somebody else than who rejected the text."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from polls.lib.text import normalise_newlines
from polls.models import Appeal
from polls.moderation import appeals as services

from .filters import ArticleFilter
from .people import member
from .readonly import ReadOnlyAdmin

Status = Appeal.Status
LONGEST = 500  # characters of the answer
BUTTONS = {"_uphold", "_dismiss"}


class OpenFilter(admin.SimpleListFilter):
    """What waits for a decision is shown unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        decided = (Status.UPHELD, Status.DISMISSED, Status.MOOT)
        return [*((status.value, status.label) for status in decided), ("all", gettext_lazy("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": pgettext_lazy("appeal", "open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appeal]) -> QuerySet[Appeal]:
        asked = self.value()
        if asked == "all":
            return queryset
        return queryset.filter(status=asked or Status.OPEN)


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("reading", "received_at", "status")
    list_display_links = None
    list_filter = (OpenFilter, ("opinion__survey__article", ArticleFilter))
    list_select_related = ("opinion__survey__article", "decision")
    ordering = ("received_at", "pk")
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/polls/appeal/change_form.html"

    class Media:
        css = {"all": ("polls/admin.css",)}

    def heading(self, obj: Any) -> str:
        return capfirst(str(obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        known = super().get_queryset(request)
        return known.select_related("opinion__survey__article", "decision")

    @admin.display(description=gettext_lazy("appeal"))
    def reading(self, appeal: Appeal) -> str:
        return render_to_string("admin/polls/appeal/_reading.html", {"appeal": appeal})

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/decide/",
            self.admin_site.admin_view(require_POST(self.decide_view)),
            name="polls_appeal_decide",
        )
        return [own, *super().get_urls()]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Uphold or dismiss, from the buttons of the appeal's page."""
        if not request.user.has_perm(services.PERMISSION):
            raise PermissionDenied
        appeal = get_object_or_404(Appeal, pk=pk)
        if not BUTTONS & set(request.POST) or not _decide(request, appeal):
            return redirect("admin:polls_appeal_change", pk)
        waiting = Appeal.objects.filter(status=Status.OPEN).exclude(decision__actor=member(request))
        following = waiting.order_by("received_at", "pk").first()
        if following is None:
            return redirect("admin:polls_appeal_changelist")
        return redirect("admin:polls_appeal_change", following.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        appeal = self.get_object(request, object_id)
        context = _page(request, appeal) if appeal else {}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )


def _page(request: HttpRequest, appeal: Appeal) -> dict[str, Any]:
    """The text, the decision and the author's word against it; the ratings are left out."""
    own = appeal.decision.actor_id == request.user.pk
    return {
        "appeal": appeal,
        "opinion": appeal.opinion,
        "decision": appeal.decision,
        "own": own,
        "may_decide": services.may_decide(appeal, member(request)) if own else True,
        "events": appeal.events.all(),
        "longest": LONGEST,
    }


def _decide(request: HttpRequest, appeal: Appeal) -> bool:
    """Call the service and say what came of it."""
    answer = normalise_newlines(request.POST.get("answer", "")).strip()[:LONGEST]
    upheld = "_uphold" in request.POST
    try:
        services.decide_appeal(appeal=appeal.pk, upheld=upheld, by=member(request), answer=answer)
    except services.OwnDecision:
        told = _("Nothing was decided: it is your own decision, and a colleague may judge it.")
        messages.error(request, told)
        return False
    except services.AnswerMissing:
        messages.error(request, _("Nothing was decided: say in a sentence why it stands."))
        return False
    except services.Settled as settled:
        told = _("Nothing was changed: meanwhile the appeal is in the state “%(state)s”.")
        messages.warning(request, told % {"state": settled.appeal.get_status_display()})
        return False
    if upheld:
        done = _("Appeal no. %(number)s is decided: the text is published.")
    else:
        done = _("Appeal no. %(number)s is decided: the rejection stands.")
    messages.success(request, done % {"number": appeal.pk})
    return True
