"""Django's admin for the newsroom: one file per aggregate."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import articles, audit, integrity, opinions, questions, releases, surveys

__all__ = ["articles", "audit", "integrity", "opinions", "questions", "releases", "surveys"]

admin.site.site_header = _("Readers’ opinions: newsroom")
admin.site.site_title = _("Readers’ opinions")
admin.site.index_title = _("Desk")
