"""The free text of a response: its state, its earlier versions and what colleagues say of it."""

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

WAITS = Q(may_publish=True, decided_at__isnull=True, status__in=["pending", "published"])


class Signal(models.TextChoices):
    """What a moderator is pointed to in a text; none of them decides anything."""

    LINK = "link", _("link")
    CAPITALS = "capitals", _("capitals")
    WORD = "word", _("word of the list")
    CONTACT = "contact", _("address or telephone number")
    LANGUAGE = "language", _("another language")
    ECHO = "echo", _("already seen")
    TRAP = "trap", _("suspicious sending")


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def published(self) -> Self:
        return self.filter(status=Opinion.Status.PUBLISHED)

    def queue(self) -> Self:
        """Those that wait for a person, before publication or after it: what readers report
        first, then the oldest."""
        return self.filter(WAITS).order_by("lane", "submitted_at", "pk")


def _random_order() -> int:
    return secrets.randbelow(Opinion.SHUFFLES)


def _signal_index(signal: str) -> models.Index:
    """A small index for each signal: only those that wait and have it are in it."""
    return models.Index(
        fields=["lane", "submitted_at", "id"],
        condition=WAITS & Q(signals__contains=signal),
        name=f"opinion_signal_{signal}",
    )


class Opinion(models.Model):
    SHUFFLES = 2**31

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        PUBLISHED = "published", _("published")
        HELD = "held", _("on hold")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ERASED = "erased", _("erased after its time")

    class Lane(models.IntegerChoices):
        """The order of the queue."""

        URGENT = 0, _("reported as illegal or dangerous")
        REPORTED = 1, _("reported")
        USUAL = 2, _("usual")

    public_id = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    # None once the response was erased after its time: what is left is a mark for the record.
    response = models.OneToOneField(
        Response,
        on_delete=models.SET_NULL,
        null=True,
        related_name="opinion",
        verbose_name=_("response"),
    )
    # The survey of the response, here too so that the queue needs no join.
    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="opinions", verbose_name=_("survey")
    )
    text = models.TextField(_("text"), blank=True)
    may_publish = models.BooleanField(_("the author agreed to publication"))
    show_ratings = models.BooleanField(_("the author’s answers may stand beside it"), default=False)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.PENDING)
    lane = models.PositiveSmallIntegerField(
        _("order"), choices=Lane, default=Lane.USUAL, db_default=Lane.USUAL
    )
    # Keys of `Signal` between blanks, found in the text when it came in: " link contact ".
    signals = models.CharField(max_length=80, blank=True, default="", db_default="")
    # Two texts that share one of these numbers are probably nearly the same; 0: too short to say.
    echo_a = models.IntegerField(default=0, db_default=0, editable=False)
    echo_b = models.IntegerField(default=0, db_default=0, editable=False)
    # Counts the texts and the decisions: who decides names the version that was read.
    version = models.PositiveIntegerField(default=1)
    # Readers see opinions in this order: random, so that being early earns no place, and stable.
    shuffle = models.IntegerField(default=_random_order, editable=False)
    submitted_at = models.DateTimeField(_("received"), db_default=Now())
    # When this version of the text came, or a reader reported it: from here its wait is measured.
    waits_since = models.DateTimeField(_("waits since"), db_default=Now())
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
                condition=Q(
                    status__in=["pending", "published", "held", "rejected", "withdrawn", "erased"]
                ),
                name="opinion_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(may_publish=True),
                name="opinion_published_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["withdrawn", "erased"], text="")
                | (~Q(status__in=["withdrawn", "erased"]) & ~Q(text="")),
                name="opinion_text_until_withdrawn",
            ),
            models.CheckConstraint(condition=Q(lane__in=[0, 1, 2]), name="opinion_lane_known"),
        ]
        indexes = [
            models.Index(
                fields=["lane", "submitted_at", "id"],
                condition=WAITS,
                name="opinion_queue",
            ),
            models.Index(
                fields=["survey", "lane", "submitted_at", "id"],
                condition=WAITS,
                name="opinion_queue_of_survey",
            ),
            models.Index(fields=["status", "submitted_at", "id"], name="opinion_state"),
            models.Index(
                fields=["survey", "shuffle", "id"],
                condition=Q(status="published"),
                name="opinion_published",
            ),
            models.Index(fields=["echo_a"], condition=~Q(echo_a=0), name="opinion_echo_a"),
            models.Index(fields=["echo_b"], condition=~Q(echo_b=0), name="opinion_echo_b"),
            *(_signal_index(signal) for signal in Signal.values),
        ]

    def __str__(self) -> str:
        # Never the text: what is printed of an object ends in logs, error pages and cookies.
        return str(_("opinion no. %s") % self.pk)

    @property
    def waits(self) -> bool:
        """Whether it stands in the queue (`OpinionQuerySet.queue`)."""
        open_states = (self.Status.PENDING, self.Status.PUBLISHED)
        return self.may_publish and self.decided_at is None and self.status in open_states

    @property
    def signal_keys(self) -> list[str]:
        return self.signals.split()


class OpinionVersion(models.Model):
    """A text as it was before its author changed it: for moderators, as long as there is a text."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    status = models.CharField(max_length=10, choices=Opinion.Status)
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")
        ordering = ["-version"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["opinion", "version"], name="opinion_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id}: {self.version}"


class ModerationNote(models.Model):
    """What one moderator tells the others. It may quote the text, and goes when the text goes."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    author_name = models.CharField(_("name at the time"), max_length=150)
    text = models.TextField(_("note"), max_length=1000)
    at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.opinion_id}: {self.author_name}"
