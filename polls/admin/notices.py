"""Notices: what readers report, the most pressing first, with the clock and the decision."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from polls.lib.http import private
from polls.lib.numbers import moment
from polls.models import ModerationRule, Notice, Opinion
from polls.moderation.notices import queries, services
from polls.moderation.queue import last_decisions
from polls.moderation.services import Action, Outcome, ReasonMissing

from .notice_rows import clock, rows_of
from .people import member
from .readonly import ReadOnlyAdmin

KEEP, REJECT, HIDE = "keep", "reject", "hide"


class DecisionForm(forms.Form):
    """What was pressed, on which notice's text, in the version that was read."""

    act = forms.ChoiceField(choices=[(act, act) for act in (KEEP, REJECT, HIDE)])
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    rule = forms.ModelChoiceField(ModerationRule.objects.all(), required=False)
    reason = forms.CharField(required=False, max_length=500)


class NumberForm(forms.Form):
    """One notice by its number, or the decided ones before a number."""

    number = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        own: dict[str, tuple[Callable[..., HttpResponse], str]] = {
            "": (require_safe(self.changelist_view), "changelist"),
            "decided/": (require_safe(self.decided_view), "decided"),
            "<int:pk>/decide/": (require_POST(self.decide_view), "decide"),
        }
        return [
            *(
                path(address, self.admin_site.admin_view(view), name=f"polls_notice_{name}")
                for address, (view, name) in own.items()
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._require_reader(request)
        found = queries.open_cases()
        context = {
            "rows": rows_of(found),
            "more": len(found) == queries.MOST_TEXTS,
            "title": _("Open notices"),
        }
        return self._page(request, "list", context)

    def decided_view(self, request: HttpRequest) -> HttpResponse:
        """The decided ones, the newest first; or the page of the one whose number was typed."""
        self._require_reader(request)
        form = NumberForm(request.GET)
        asked = form.cleaned_data if form.is_valid() else {}
        if number := asked.get("number"):
            return redirect("admin:polls_notice_change", number)
        found = queries.decided(before=asked.get("before"))
        context = {
            "notices": found[: queries.MOST_DECIDED],
            "before": found[-2].pk if len(found) > queries.MOST_DECIDED else None,
            "title": _("Decided notices"),
        }
        return self._page(request, "decided", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self._require_reader(request)
        if request.method == "POST":
            raise PermissionDenied
        notice = self.get_object(request, object_id)
        if notice is None:
            raise Http404
        row = next(iter(rows_of(queries.cases([notice.opinion_id]))), None)
        context = {
            "notice": notice,
            "clock": clock(notice.due_at, timezone.now()),
            "row": row,
            # Beyond the first ones of a text it stands alone above them.
            "listed": row is not None and any(one == notice for one, _clock in row.notices),
            "own": notice.pk,
            "title": str(notice).capitalize(),
        }
        return self._page(request, "change_form", context)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("opinion__survey__article", "decision")

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave a reported text published, reject it, or hide it until that is decided."""
        if not request.user.has_perm("polls.moderate_opinion"):
            raise PermissionDenied
        notice = get_object_or_404(self.get_queryset(request), pk=pk)
        form = DecisionForm(request.POST)
        if form.is_valid():
            _decide(request, notice, **form.cleaned_data)
        else:
            messages.warning(request, _("Nothing was decided: the form was not whole."))
        if "own" in request.POST:
            return redirect("admin:polls_notice_change", pk)
        return redirect("admin:polls_notice_changelist")

    def _require_reader(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        known = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "moderates": request.user.has_perm("polls.moderate_opinion"),
            "is_nav_sidebar_enabled": False,
        }
        template = f"admin/polls/notice/{name}.html"
        return private(TemplateResponse(request, template, known | context))


def _decide(
    request: HttpRequest,
    notice: Notice,
    *,
    act: str,
    version: int,
    rule: ModerationRule | None,
    reason: str,
) -> None:
    """Call the service, and say what came of it."""
    try:
        if act == HIDE:
            services.hide(notice=notice, version=version, by=member(request))
            messages.success(request, _("The text is hidden until its notices are decided."))
            return
        rejects = act == REJECT
        outcome = services.answer(
            notice=notice,
            version=version,
            action=Action.REJECT if rejects else Action.PUBLISH,
            by=member(request),
            rule=rule if rejects else None,
            reason=reason,
        )
    except services.Changed as changed:
        outcome = Outcome(changed=[changed.opinion])
    except ReasonMissing:
        text = _(
            "Nothing was decided: a rejection needs a rule of the survey or a law, so that its"
            " author can be told why."
        )
        messages.error(request, text)
        return
    _tell(request, act, outcome)


def _tell(request: HttpRequest, act: str, outcome: Outcome) -> None:
    """A message may travel in a cookie: it names the text and doesn't quote it."""
    if outcome.decided and act == REJECT:
        messages.success(request, _("The text is removed, and its notices are answered."))
    elif outcome.decided:
        messages.success(request, _("The text is published, and its notices are answered."))
    for opinion in [*outcome.changed, *outcome.contested]:
        url = reverse("admin:polls_opinion_change", args=[opinion.pk])
        link = format_html('{} <a href="{}">{}</a>', _left_alone(opinion), url, _("Open it"))
        messages.warning(request, link)


def _left_alone(opinion: Opinion) -> str:
    """Who did what meanwhile: of two moderators the later learns what the first decided."""
    last = last_decisions([opinion]).get(opinion.pk)
    values = {"number": opinion.pk, "state": opinion.get_status_display()}
    if last is None:
        return _("Opinion no. %(number)s was left alone: it is now %(state)s.") % values
    values |= {
        "what": last.get_action_display(),
        "who": _("automatic") if last.automatic else last.actor_name,
        "when": moment(last.at),
    }
    text = _(
        "Opinion no. %(number)s was left alone: it is now %(state)s (last: %(what)s, %(who)s,"
        " %(when)s). Read it again."
    )
    return text % values
