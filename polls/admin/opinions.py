"""Readers' opinions in the admin: the moderators' queue, and the rules by which they decide."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from polls.models import ModerationRule, Opinion
from polls.moderation import notes

from .headed import Headed
from .people import member
from .queue import deciding, pages
from .queue.asked import Asked
from .readonly import ReadOnlyAdmin


@admin.register(ModerationRule)
class ModerationRuleAdmin(Headed):
    """The rules of the house, and the laws. A rejection keeps their words of that day."""

    heading_of_new = _("New rule")
    list_display = ("title", "language", "kind", "position", "text")
    list_filter = ("language", "kind")


@admin.register(Opinion)
class OpinionAdmin(ReadOnlyAdmin):
    """Django's list counts all rows and skips to a page; the queue's own pages do neither."""

    def get_urls(self) -> list[URLPattern]:
        own: dict[str, tuple[Callable[..., HttpResponse], str]] = {
            "": (require_safe(self.changelist_view), "changelist"),
            "decide/": (require_POST(self.decide_view), "decide"),
            "<int:pk>/note/": (require_POST(self.note_view), "note"),
        }
        return [
            *(
                path(address, self.admin_site.admin_view(view), name=f"polls_opinion_{name}")
                for address, (view, name) in own.items()
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return pages.queue(request, self.admin_site.each_context(request))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        opinion = self.get_object(request, object_id)
        if request.method == "POST" or not self.has_view_permission(request, opinion):
            raise PermissionDenied
        if opinion is None:
            raise Http404
        return pages.own_page(request, self.admin_site.each_context(request), opinion)

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Publish, reject, hold or undo: one text or many."""
        self._require_moderator(request)
        return deciding.decide_view(request)

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a note for the colleagues, and go back to where it was written."""
        self._require_moderator(request)
        try:
            notes.add(opinion=pk, author=member(request), text=request.POST.get("note", ""))
        except notes.NothingToNote:
            messages.error(request, _("No note was added: it was empty, or the text is gone."))
        if "own" in request.POST:
            base = reverse("admin:polls_opinion_change", args=[pk])
        else:
            base = reverse("admin:polls_opinion_changelist")
        return redirect(f"{base}?{Asked.again(request.POST.get('here', '')).query()}#notes")

    @staticmethod
    def _require_moderator(request: HttpRequest) -> None:
        if not request.user.has_perm("polls.moderate_opinion"):
            raise PermissionDenied
