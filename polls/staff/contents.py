"""The newsroom's table of contents: Django's models in the order in which people look for them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

# Heading, name in the page's classes, and the models under it. One that nobody put in its place
# comes last, under the name of its app.
GROUPS = (
    (_("Surveys"), "consultations", ("polls.survey", "polls.article")),
    (
        _("Opinions and letters"),
        "opinions",
        (
            "polls.opinion",
            "polls.notice",
            "polls.appeal",
            "polls.reply",
            "polls.secondlook",
            "polls.escalation",
            "polls.moderationrule",
            "polls.moderationword",
        ),
    ),
    (_("Figures"), "figures", ("polls.flaggroup", "polls.release")),
    (
        _("Accounts and records"),
        "records",
        ("auth.user", "auth.group", "polls.auditevent", "polls.moderationevent"),
    ),
)


def grouped(apps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Django's list of apps as a list of the same form, of groups; an empty one is left out."""
    rest = [{**app, "models": list(app["models"])} for app in apps]
    found = {model["model"]._meta.label_lower: model for app in rest for model in app["models"]}
    groups = []
    for heading, name, labels in GROUPS:
        models = [found.pop(label) for label in labels if label in found]
        groups.append({"name": heading, "app_label": name, "app_url": "", "models": models})
    for app in rest:
        app["models"] = [m for m in app["models"] if m["model"]._meta.label_lower in found]
    return [group for group in [*groups, *rest] if group["models"]]
