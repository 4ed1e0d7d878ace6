"""Rights of reply: their own queue with its clock, decided one by one on a page of their own."""

import re
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from polls.lib.text import normalise_newlines
from polls.models import Reply
from polls.moderation.replies import services
from polls.moderation.replies.queries import is_late, last_day, passage, with_suspicion

from .filters import ArticleFilter
from .people import member
from .readonly import ReadOnlyAdmin

Status = Reply.Status
LONGEST = 500  # characters of the sentence to who asked
OTHERS = 20
BUTTONS = {"_publish", "_refuse", "_undo"}


class WaitingFilter(admin.SimpleListFilter):
    """What waits for a decision is shown unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        decided = (Status.PUBLISHED, Status.REFUSED, Status.WITHDRAWN)
        return [*((status.value, status.label) for status in decided), ("all", gettext_lazy("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": pgettext_lazy("reply", "to be decided")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reply]) -> QuerySet[Reply]:
        asked = self.value()
        if asked == "all":
            return queryset
        return queryset.filter(status=asked or Status.PENDING)


@admin.register(Reply)
class ReplyAdmin(ReadOnlyAdmin):
    list_display = ("reading", "clock")
    list_display_links = None
    list_filter = (WaitingFilter, ("statement__article", ArticleFilter))
    ordering = ("due_at", "pk")
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/polls/reply/change_form.html"

    class Media:
        css = {"all": ("polls/admin.css",)}

    def heading(self, obj: Any) -> str:
        return _("Right of reply no. %(number)s") % {"number": obj.pk}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reply]:
        known = super().get_queryset(request).select_related("statement__article")
        return with_suspicion(known)

    @admin.display(description=gettext_lazy("right of reply"))
    def reading(self, reply: Reply) -> str:
        return render_to_string("admin/polls/reply/_reading.html", _known(reply))

    @admin.display(description=gettext_lazy("clock"), ordering="due_at")
    def clock(self, reply: Reply) -> str:
        return render_to_string("admin/polls/reply/_clock.html", _timed(reply))

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/decide/",
            self.admin_site.admin_view(require_POST(self.decide_view)),
            name="polls_reply_decide",
        )
        return [own, *super().get_urls()]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish, refuse or undo, from the buttons of the reply's page."""
        if not request.user.has_perm("polls.decide_reply"):
            raise PermissionDenied
        reply = get_object_or_404(Reply, pk=pk)
        if not BUTTONS & set(request.POST):
            return redirect("admin:polls_reply_change", pk)
        if not _decide(request, reply) or "_undo" in request.POST:
            return redirect("admin:polls_reply_change", pk)
        following = Reply.objects.filter(status=Status.PENDING).order_by("due_at", "pk").first()
        if following is None:
            return redirect("admin:polls_reply_changelist")
        return redirect("admin:polls_reply_change", following.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        reply = self.get_object(request, object_id)
        context = _page(reply) if reply else {}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )


def _known(reply: Reply) -> dict[str, Any]:
    """What the list and the page show of a reply, its statement and the marks that it bears."""
    article = reply.statement.article
    return {
        "reply": reply,
        "s": reply.statement,
        "article": article,
        "late": is_late(reply.received_at, article.published_on),
        "suspicious": getattr(reply, "suspicious", False),
    }


def _timed(reply: Reply) -> dict[str, Any]:
    """The clock: how long is left, or by how much the time is over."""
    now = timezone.now()
    overdue = reply.due_at < now
    left = (timesince if overdue else timeuntil)(reply.due_at, now, depth=1)
    return {"reply": reply, "overdue": overdue, "left": left}


def _page(reply: Reply) -> dict[str, Any]:
    published_on = reply.statement.article.published_on
    others = Reply.objects.filter(statement=reply.statement_id).exclude(pk=reply.pk)
    return {
        **_known(reply),
        **_timed(reply),
        "last_day": last_day(published_on) if published_on else None,
        "passage": passage(reply.statement),
        "others": others.order_by("-received_at", "-pk")[:OTHERS],
        "events": reply.events.all(),
        "longest": LONGEST,
    }


def _decide(request: HttpRequest, reply: Reply) -> bool:
    """Call the service with the version that the page showed, and say what came of it."""
    pk, editor, posted = reply.pk, member(request), request.POST
    number = posted.get("version", "")
    version = int(number) if re.fullmatch(r"[0-9]{1,9}", number) else 0
    try:
        if "_publish" in posted:
            services.publish(reply=pk, version=version, editor=editor)
            said = _("Reply no. %(number)s is published beside its statement.")
        elif "_refuse" in posted:
            answer = normalise_newlines(posted.get("answer", "")).strip()[:LONGEST]
            services.refuse(reply=pk, version=version, editor=editor, answer=answer)
            said = _("Reply no. %(number)s is refused; who asked reads why.")
        else:
            services.undo(reply=pk, version=version, editor=editor)
            said = _("The decision on reply no. %(number)s is undone: it waits again.")
    except services.AnswerMissing:
        messages.error(request, _("Nothing was decided: say in a sentence why it is refused."))
        return False
    except services.Changed as changed:
        messages.warning(request, _changed(changed.reply))
        return False
    messages.success(request, said % {"number": reply.pk})
    return True


def _changed(reply: Reply) -> str:
    """What the second of two editors is told: who was first, and what became of it."""
    last = reply.events.first()
    who = last.actor_name if last and not last.automatic else pgettext("reply", "its author")
    return _(
        "Nothing was changed: %(who)s was first. Reply no. %(number)s is now in the state"
        " “%(state)s”."
    ) % {
        "who": who,
        "number": reply.pk,
        "state": reply.get_status_display(),
    }
