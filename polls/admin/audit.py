"""The two records, to read: what became of texts, and what staff did to surveys."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.models import AuditEvent, ModerationEvent, ModerationRule

from . import transparency
from .records import RecordAdmin, Who


class GroundFilter(admin.SimpleListFilter):
    """By the rule's or law's key, the same in all languages."""

    title = gettext_lazy("ground")
    parameter_name = "ground"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rules = ModerationRule.objects.order_by("-kind", "position", "pk")
        titles: dict[str, list[str]] = {}
        for key, title in rules.values_list("key", "title"):
            titles.setdefault(key, []).append(title)
        return [(key, " / ".join(dict.fromkeys(words))) for key, words in titles.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(rule_key=self.value()) if self.value() else queryset


@admin.register(ModerationEvent)
class ModerationEventAdmin(RecordAdmin):
    list_display = ("at", "who", "act", "text", "why", "remarks")
    list_filter = ("action", "automatic", "at", Who, GroundFilter, "alone")
    fields = (
        "at",
        ("actor", "actor_name", "automatic"),
        "action",
        ("text", "version"),
        ("before", "after"),
        ("rule_key", "rule_kind", "rule_title"),
        "reason",
        ("notice", "appeal"),
        ("waited", "alone"),
    )

    @admin.display(description=gettext_lazy("who"))
    def who(self, event: ModerationEvent) -> str:
        if event.automatic and not event.actor_name:
            return _("(automatic)")
        return event.actor_name

    @admin.display(description=gettext_lazy("text"))
    def text(self, event: ModerationEvent) -> SafeString:
        if event.reply_id:
            url = reverse("admin:polls_reply_change", args=[event.reply_id])
            return format_html('<a href="{}">{} {}</a>', url, _("reply"), event.reply_id)
        url = reverse("admin:polls_opinion_change", args=[event.opinion_id])
        return format_html('<a href="{}">{} {}</a>', url, _("opinion"), event.opinion_id)

    @admin.display(description=gettext_lazy("what"))
    def act(self, event: ModerationEvent) -> SafeString:
        before, after = event.get_before_display(), event.get_after_display()
        states = f"{before} → {after}" if event.before != event.after else after
        return format_html("{}<br><small>{}</small>", event.get_action_display(), states)

    @admin.display(description=gettext_lazy("why"))
    def why(self, event: ModerationEvent) -> SafeString:
        return format_html("<b>{}</b> {}", event.rule_title, event.reason)

    @admin.display(description=gettext_lazy("remarks"))
    def remarks(self, event: ModerationEvent) -> str:
        found = [
            _("notice no. %s") % event.notice_id if event.notice_id else "",
            _("appeal no. %s") % event.appeal_id if event.appeal_id else "",
            _("version %s") % event.version if event.version else "",
            _("after %s") % _waited(event) if event.waited is not None else "",
            _("own decision reviewed") if event.alone else "",
        ]
        return " · ".join(part for part in found if part)

    def get_urls(self) -> list[URLPattern]:
        return [*transparency.urls(), *super().get_urls()]


def _waited(event: ModerationEvent) -> str:
    """As the queue said it on the day: whole days that are over."""
    return timesince(event.at - timedelta(seconds=event.waited or 0), event.at, depth=1)


@admin.register(AuditEvent)
class AuditEventAdmin(RecordAdmin):
    list_display = ("at", "actor_name", "action", "detail", "survey")
    list_filter = ("action", "at", Who)
    list_select_related = ("survey__article",)
