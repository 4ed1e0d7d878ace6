"""The free text of a response, and the rules by which it may be rejected."""

import secrets
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .responses import Response
from .surveys import Survey


class ModerationRule(models.Model):
    """One published rule. A rejection names it, and the author reads it on the receipt."""

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    key = models.SlugField(_("key"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what it says"), max_length=400)

    class Meta:
        verbose_name = _("moderation rule")
        verbose_name_plural = _("moderation rules")
        ordering = ["language", "position"]
        constraints = [
            models.UniqueConstraint(fields=["language", "key"], name="moderation_rule_once")
        ]

    def __str__(self) -> str:
        return self.title


WAITS = Q(may_publish=True, decided_at__isnull=True, status__in=["pending", "published"])


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def published(self) -> Self:
        return self.filter(status=Opinion.Status.PUBLISHED)

    def queue(self) -> Self:
        """Those that no person has decided on, oldest first: before publication, or after it."""
        return self.filter(WAITS).order_by("submitted_at", "pk")


def _random_order() -> int:
    return secrets.randbelow(Opinion.SHUFFLES)


class Opinion(models.Model):
    SHUFFLES = 2**31

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        PUBLISHED = "published", _("published")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    response = models.OneToOneField(
        Response, on_delete=models.PROTECT, related_name="opinion", verbose_name=_("response")
    )
    # The survey of the response, here too so that the queue needs no join.
    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="opinions", verbose_name=_("survey")
    )
    text = models.TextField(_("text"), blank=True)
    may_publish = models.BooleanField(_("the author agreed to publication"))
    show_ratings = models.BooleanField(_("the author's answers may stand beside it"), default=False)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.PENDING)
    # Counts the texts and the decisions: who decides names the version that was read.
    version = models.PositiveIntegerField(default=1)
    # Readers see opinions in this order: random, so that being early earns no place, and stable.
    shuffle = models.IntegerField(default=_random_order, editable=False)
    submitted_at = models.DateTimeField(_("received"), db_default=Now())
    # By a person; a text that is published at once, to be read afterwards, has none yet.
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["submitted_at", "pk"]
        default_permissions = ("view",)
        permissions = [("moderate_opinion", _("Can publish and reject opinions"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "published", "rejected", "withdrawn"]),
                name="opinion_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(may_publish=True),
                name="opinion_published_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", text="") | (~Q(status="withdrawn") & ~Q(text="")),
                name="opinion_text_until_withdrawn",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                condition=WAITS,
                name="opinion_queue",
            ),
            models.Index(fields=["status", "submitted_at", "id"], name="opinion_state"),
            models.Index(
                fields=["survey", "shuffle", "id"],
                condition=Q(status="published"),
                name="opinion_published",
            ),
        ]

    def __str__(self) -> str:
        # Never the text: what is printed of an object ends in logs, error pages and cookies.
        return str(_("opinion no. %s") % self.pk)

    @property
    def waits(self) -> bool:
        """Whether it stands in the queue (`OpinionQuerySet.queue`)."""
        open_states = (self.Status.PENDING, self.Status.PUBLISHED)
        return self.may_publish and self.decided_at is None and self.status in open_states
