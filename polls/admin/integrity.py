"""Flagged groups: a person looks at where and when they came, and sets aside, or doesn't."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.dateparse import parse_datetime
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from polls.lib.numbers import percent, whole
from polls.models import AuditEvent, FlagGroup
from polls.results.erasure import Erased, erased_since
from polls.results.integrity import services
from polls.results.integrity.queries import HEIGHT, evidence
from polls.results.integrity.rules import BY_VERSION
from polls.results.integrity.suspicions import told

from .filters import ArticleFilter
from .people import member
from .readonly import ReadOnlyAdmin

ACTS: dict[str, Callable[..., object]] = {
    "exclude": services.exclude,
    "include": services.include,
    "keep": services.keep,
}


class WaitingFilter(admin.SimpleListFilter):
    """What waits for a decision is shown unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("aside", pgettext_lazy("flagged groups", "set aside")),
            ("counted", pgettext_lazy("flagged groups", "left counted")),
            ("all", _("all")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": pgettext_lazy("flagged groups", "to decide")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[FlagGroup]) -> QuerySet[FlagGroup]:
        match self.value():
            case "all":
                return queryset
            case "aside":
                return queryset.filter(set_aside__gt=0)
            case "counted":
                return queryset.filter(set_aside=0, decided_size__gte=F("size")).exclude(
                    decided_at=None
                )
        return queryset.filter(services.WAITING)


class DecisionForm(forms.Form):
    """The button that was pressed, the reason, and the group as the person saw it."""

    decision = forms.ChoiceField(choices=[(name, name) for name in ACTS])
    reason = forms.CharField(max_length=services.REASON)
    decided_at = forms.CharField(required=False)
    size = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    newest = forms.IntegerField(min_value=0, max_value=2**63 - 1)


@admin.register(FlagGroup)
class FlagGroupAdmin(ReadOnlyAdmin):
    list_display = ("name", "score_shown", "size", "last_at", "state")
    list_filter = (WaitingFilter, "rule", ("survey__article", ArticleFilter))
    list_select_related = ("survey__article",)
    ordering = ("-size", "-pk")
    show_full_result_count = False
    change_form_template = "admin/polls/flaggroup/change_form.html"

    class Media:
        css = {"all": ("polls/admin.css",)}

    @admin.display(description=_("group"), ordering="pk")
    def name(self, group: FlagGroup) -> str:
        kind = told(group.rule, group.key)
        return f"{group.get_rule_display()}{' · ' * bool(kind)}{kind} · {group.pk}"

    @admin.display(description=_("score"))
    def score_shown(self, group: FlagGroup) -> str:
        return shown(group, group.score)

    @admin.display(description=_("state"))
    def state(self, group: FlagGroup) -> Any:
        return _state(group)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/decide/",
            self.admin_site.admin_view(require_POST(self.decide_view)),
            name="polls_flaggroup_decide",
        )
        return [own, *super().get_urls()]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set aside, take back in or leave counted, from the buttons of the group's page."""
        if not request.user.has_perm("polls.exclude_flaggroup"):
            raise PermissionDenied
        group = get_object_or_404(FlagGroup, pk=pk)
        form = DecisionForm(request.POST)
        if form.is_valid() and _decide(request, group, **form.cleaned_data):
            return self._next(group)
        if not form.is_valid():
            messages.error(request, _no_reason())
        return redirect("admin:polls_flaggroup_change", pk)

    @staticmethod
    def _next(group: FlagGroup) -> HttpResponse:
        """To the largest group of the survey that waits, and when none does, to the list."""
        waits = services.waiting(group.survey).order_by("-size", "pk").first()
        if waits is None:
            return redirect("admin:polls_flaggroup_changelist")
        return redirect("admin:polls_flaggroup_change", waits.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        group = self.get_object(request, object_id)
        context = _context(group) if group else {}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlagGroup]:
        return super().get_queryset(request).select_related("survey__article")


def _context(group: FlagGroup) -> dict[str, Any]:
    rule = BY_VERSION.get((group.rule, group.version))
    return {
        "group": group,
        "description": rule.description if rule else "",
        "told": told(group.rule, group.key),
        "score": shown(group, group.score),
        "threshold": shown(group, group.threshold),
        "state": _state(group),
        "evidence": evidence(group),
        "newest": services.newest_flag(group),
        "height": HEIGHT,
        "decisions": [(event, _words(event)) for event in services.history(group)],
        "longest": services.REASON,
        "erased": erased_since(group.survey_id),
    }


def _state(group: FlagGroup) -> Any:
    if group.survey.erased_at:
        return pgettext_lazy("flagged groups", "answers deleted after their time")
    if group.decided_at is None:
        return pgettext_lazy("flagged groups", "to decide")
    if group.size > group.decided_size:
        return pgettext_lazy("flagged groups", "to decide: it has grown")
    if group.set_aside:
        return pgettext_lazy("flagged groups", "set aside")
    return pgettext_lazy("flagged groups", "left counted")


def shown(group: FlagGroup, value: float) -> str:
    """A score or threshold as its rule measures it, in the active language."""
    rule = BY_VERSION.get((group.rule, group.version))
    match rule.measure if rule else "":
        case "share":
            return percent(value)
        case "times":
            return _("%(number)s times the usual") % {"number": number_format(value, 1)}
        case "items":
            return ngettext("%d item", "%d items", round(value)) % round(value)
        case "seconds":
            return _("%(number)s s per item") % {"number": number_format(value, 1)}
    return whole(round(value))


def _decide(
    request: HttpRequest,
    group: FlagGroup,
    *,
    decision: str,
    reason: str,
    decided_at: str,
    size: int,
    newest: int,
) -> bool:
    """Call the service with the group as the page showed it, and say what came of it."""
    group.decided_at, group.size = _moment(decided_at), size
    try:
        ACTS[decision](group=group, by=member(request), reason=reason, newest=newest)
    except services.ReasonMissing:
        messages.error(request, _no_reason())
    except Erased:
        text = _("Nothing was decided: the answers were deleted after their time.")
        messages.error(request, text)
    except services.Changed as changed:
        messages.warning(request, _changed(changed.group, group))
    else:
        done = services.history(group).first()
        messages.success(request, f"{group}: {_words(done)}" if done else "")
        return True
    return False


def _no_reason() -> str:
    text = _("Nothing was decided: it needs a reason, of at most %(number)s characters.")
    return text % {"number": services.REASON}


def _words(event: AuditEvent) -> str:
    """What was decided and why, without the mark that names the group in the record."""
    return event.detail.split(" · ", 1)[-1]


def _moment(text: str) -> Any:
    try:
        return parse_datetime(text) if text else None
    except ValueError:
        return None


def _changed(now: FlagGroup, seen: FlagGroup) -> str:
    last = services.history(now).first()
    if last and now.decided_at != seen.decided_at:
        return _("Nothing was changed: %(who)s has decided meanwhile (%(what)s).") % {
            "who": last.actor_name,
            "what": _words(last),
        }
    return _(
        "Nothing was changed: the group has grown from %(before)s to %(now)s responses since your"
        " page was made. Look again."
    ) % {"before": whole(seen.size), "now": whole(now.size)}
