"""The two records, to read."""

from django.contrib import admin

from polls.models import AuditEvent, ModerationEvent

from .readonly import ReadOnlyAdmin


@admin.register(ModerationEvent)
class ModerationEventAdmin(ReadOnlyAdmin):
    list_display = (
        "at",
        "actor_name",
        "action",
        "before",
        "after",
        "rule_title",
        "reason",
        "opinion_link",
    )
    list_filter = ("action", "automatic", "at")
    search_fields = ("actor_name", "reason", "rule_title")
    date_hierarchy = "at"
    show_full_result_count = False

    @admin.display(description="№", ordering="opinion_id")
    def opinion_link(self, event: ModerationEvent) -> str:
        return str(event.opinion_id)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_name", "action", "survey", "detail")
    list_filter = ("action", "at")
    list_select_related = ("survey__article",)
    search_fields = ("actor_name", "detail")
    show_full_result_count = False
