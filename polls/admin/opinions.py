"""The moderators' queue: read, decide one by one or in bulk, undo."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from polls.models import WAITS, ModerationRule, Opinion, read_questionnaire
from polls.moderation.services import Action, Outcome, ReasonMissing, decide

from .people import member
from .readonly import ReadOnlyAdmin

Status = Opinion.Status

# The value of a decision's button: the opinion, the version that was read, the rule to reject by.
BUTTON = re.compile(r"([0-9]{1,18}):([0-9]{1,9})(?::([0-9]{1,18}))?")


class QueueFilter(admin.SimpleListFilter):
    """What waits for a decision is shown unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("published", _("published")),
            ("rejected", _("rejected")),
            ("private", _("not for publication")),
            ("withdrawn", _("withdrawn")),
            ("all", _("all")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("to decide")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Opinion]) -> QuerySet[Opinion]:
        match self.value():
            case "all":
                return queryset
            case "private":
                return queryset.filter(may_publish=False).exclude(status=Status.WITHDRAWN)
            case "published" | "rejected" | "withdrawn" as state:
                return queryset.filter(status=state)
        if request.resolver_match and request.resolver_match.url_name == "polls_opinion_changelist":
            return queryset.filter(WAITS)
        return queryset


@admin.register(ModerationRule)
class ModerationRuleAdmin(admin.ModelAdmin):
    """The house's rules. A rejection keeps the words of its rule as they were on that day."""

    list_display = ("title", "language", "position", "text")
    list_filter = ("language",)


class RuleField(forms.ModelChoiceField):
    def label_from_instance(self, obj: ModerationRule) -> str:
        return f"{obj.language} · {obj.title}"


class DecisionForm(helpers.ActionForm):
    """Beside the bulk actions: a rejection needs its rule, and may say more to the authors."""

    rule = RuleField(ModerationRule.objects.all(), required=False, label=_("Rule:"))
    reason = forms.CharField(required=False, max_length=500, label=_("A sentence to the author:"))


@admin.register(Opinion)
class OpinionAdmin(ReadOnlyAdmin):
    list_display = ("reading", "decision")
    list_display_links = None
    list_filter = (QueueFilter, "survey__article")
    list_select_related = ("survey__article",)
    list_per_page = 50
    search_fields = ("text",)
    ordering = ("submitted_at", "pk")
    show_full_result_count = False
    action_form = DecisionForm
    actions = ("publish_selected", "reject_selected", "undo_selected")
    actions_on_bottom = True
    change_form_template = "admin/polls/opinion/change_form.html"

    class Media:
        css = {"all": ("polls/admin.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Opinion]:
        return super().get_queryset(request).prefetch_related("survey__rules")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("polls.moderate_opinion")

    @admin.display(description=_("text"))
    def reading(self, opinion: Opinion) -> str:
        return render_to_string("admin/polls/opinion/_reading.html", {"opinion": opinion})

    @admin.display(description=_("decision"))
    def decision(self, opinion: Opinion) -> str:
        return render_to_string("admin/polls/opinion/_decision.html", {"opinion": opinion})

    @admin.action(description=_("Publish the selected texts"), permissions=["moderate"])
    def publish_selected(self, request: HttpRequest, opinions: QuerySet[Opinion]) -> None:
        self._decide(request, self._read(request, opinions), Action.PUBLISH)

    @admin.action(
        description=_("Reject the selected texts (choose a rule)"), permissions=["moderate"]
    )
    def reject_selected(self, request: HttpRequest, opinions: QuerySet[Opinion]) -> None:
        self._decide(request, self._read(request, opinions), Action.REJECT)

    @admin.action(
        description=_("Undo the decision on the selected texts"), permissions=["moderate"]
    )
    def undo_selected(self, request: HttpRequest, opinions: QuerySet[Opinion]) -> None:
        self._decide(request, self._read(request, opinions), Action.UNDO)

    @staticmethod
    def _read(request: HttpRequest, opinions: QuerySet[Opinion]) -> dict[int, int]:
        """The version of each selected text that stood on the moderator's page."""
        versions = {}
        for pk in opinions.values_list("pk", flat=True):
            if version := _number(request.POST.get(f"version-{pk}")):
                versions[pk] = version
        return versions

    def _decide(
        self, request: HttpRequest, versions: dict[int, int], action: str, rule_id: str = ""
    ) -> None:
        chosen = _number(rule_id or request.POST.get("rule"))
        rule = ModerationRule.objects.filter(pk=chosen).first()
        reason = request.POST.get("reason", "").strip()[:500]
        rejects = action == Action.REJECT
        try:
            outcome = decide(
                versions=versions,
                action=action,
                moderator=member(request),
                rule=rule if rejects else None,
                reason=reason if rejects else "",
            )
        except ReasonMissing:
            messages.error(
                request,
                _(
                    "Nothing was decided: a rejection needs a rule of the survey, so that its"
                    " author can be told why."
                ),
            )
            return
        _tell(request, action, outcome)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "decide/",
            self.admin_site.admin_view(require_POST(self.decide_view)),
            name="polls_opinion_decide",
        )
        return [own, *super().get_urls()]

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """One decision, from a button of the list or of the text's own page.

        The button's name is the action, its value `id:version` or, to reject, `id:version:rule`.
        """
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        for action in (Action.PUBLISH, Action.REJECT, Action.UNDO):
            if button := BUTTON.fullmatch(request.POST.get(f"_{action}", "")):
                pk, version, rule = button.groups(default="")
                self._decide(request, {int(pk): int(version)}, action, rule)
        return redirect(_safe_back(request))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        opinion = self.get_object(request, object_id)
        context = {"opinion": opinion}
        if opinion:
            context |= {"events": opinion.events.all(), "answers": _answers(opinion)}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else 0


def _safe_back(request: HttpRequest) -> str:
    """Back to the list as it was filtered; the address is ours, only its query is the reader's."""
    query = urlsplit(request.headers.get("Referer", "")).query
    base = reverse("admin:polls_opinion_changelist")
    return f"{base}?{query}" if query else base


def _answers(opinion: Opinion) -> list[tuple[str, str]]:
    questionnaire = read_questionnaire(opinion.survey_id)
    given = opinion.response.answers if opinion.response else {}
    return [
        (item.wording, option.label)
        for item in questionnaire.counted
        for option in item.options
        if option.key in (given.get(item.key) or ())
    ]


def _tell(request: HttpRequest, action: str, outcome: Outcome) -> None:
    done = len(outcome.decided)
    said = {
        Action.PUBLISH: ngettext("%d text published.", "%d texts published.", done),
        Action.REJECT: ngettext("%d text rejected.", "%d texts rejected.", done),
        Action.UNDO: ngettext("%d decision undone.", "%d decisions undone.", done),
    }
    if done:
        messages.success(request, said[Action(action)] % done)
    for opinion in outcome.changed:
        last = opinion.events.first()
        who = last.actor_name if last and not last.automatic else _("its author")
        told = _(
            "%(opinion)s was left alone: it was changed since you read it, and is now %(state)s"
            " (last by %(who)s)."
        ) % {
            "opinion": str(opinion).capitalize(),
            "state": opinion.get_status_display(),
            "who": who,
        }
        own_page = reverse("admin:polls_opinion_change", args=[opinion.pk])
        # A message may travel in a cookie: it names the text and doesn't quote it.
        messages.warning(
            request, format_html('{} <a href="{}">{}</a>', told, own_page, _("Open it"))
        )
