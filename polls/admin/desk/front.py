"""What the front page shows to whoever opens it, by their permissions."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from polls.admin.people import member

from .consultations import FEW, MOST, drafts, exports, running, unreleased
from .waiting import waiting

COMPOSES = ("polls.change_survey", "polls.change_article")
BEGINS = ("polls.add_survey", "polls.add_article")
ACTS = 5  # of one's own, the last


def front(request: HttpRequest) -> dict[str, Any]:
    """The context of `admin/index.html`; its queries don't grow with what there is."""
    user, now = member(request), timezone.now()
    lines = waiting(user, now)
    if user.has_perm("polls.publish_survey"):
        lines += unreleased(user, now)
    if user.has_perm("polls.export_survey"):
        lines += exports(user, now)
    sees_surveys = user.has_perm("polls.view_survey")
    surveys = running(now) if sees_surveys else []
    composed = drafts() if user.has_perms(COMPOSES) else []
    return {
        "lines": lines,
        "running": surveys[:MOST],
        "sees_surveys": sees_surveys,
        "more_running": len(surveys) > MOST,
        "drafts": composed[:FEW],
        "more_drafts": len(composed) > FEW,
        "may_begin": user.has_perms(BEGINS),
        "acts": last_acts(user),
    }


def last_acts(user: User) -> list[LogEntry]:
    own = LogEntry.objects.filter(user=user).select_related("content_type")
    return list(own.order_by("-action_time")[:ACTS])
