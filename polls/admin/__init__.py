"""Django's admin for the newsroom: one file per aggregate."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

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
    surveys,
    words,
)

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
    "surveys",
    "words",
]

admin.site.site_header = _("Readers’ opinions: newsroom")
admin.site.site_title = _("Readers’ opinions")
admin.site.index_title = _("Desk")
