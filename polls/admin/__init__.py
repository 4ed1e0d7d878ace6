"""Django's admin for the newsroom: one file per aggregate."""

from typing import cast

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from polls.staff.site import Newsroom

from . import (
    accounts,
    appeals,
    articles,
    audit,
    escalations,
    integrity,
    notices,
    opinions,
    questions,
    releases,
    replies,
    second_looks,
    statements,
    surveys,
    words,
)
from .desk.front import front

__all__ = [
    "accounts",
    "appeals",
    "articles",
    "audit",
    "escalations",
    "integrity",
    "notices",
    "opinions",
    "questions",
    "releases",
    "replies",
    "second_looks",
    "statements",
    "surveys",
    "words",
]

# How far an export is stands on its survey's page; the worker's own table tells nobody anything.
admin.site.unregister(DBTaskResult)

admin.site.site_header = _("Readers’ opinions: newsroom")
admin.site.site_title = _("Readers’ opinions")
admin.site.index_title = _("Desk")
cast(Newsroom, admin.site).front = front
