"""What an editor has published of the results: dated, numbered, never changed."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .audit import AppendOnly, AppendOnlyQuerySet
from .surveys import Survey


class Release(AppendOnly):
    """The figures of one moment with the editor's words. A later one supersedes it.

    It freezes aggregates, never rows: `figures` is the document that the JSON of the results is
    (`polls.results.documents`), and `digest` is taken over it.
    """

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="releases", verbose_name=_("survey")
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    commentary = models.TextField(
        _("commentary"), max_length=10_000, blank=True, help_text=_("Markdown, as in an article.")
    )
    claims_answer = models.CharField(
        _("why words that claim more stay"), max_length=300, blank=True
    )
    figures: "models.JSONField[dict[str, Any]]" = models.JSONField(_("figures"))
    digest = models.CharField(_("digest"), max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="release_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="release_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
