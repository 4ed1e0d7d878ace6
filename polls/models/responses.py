"""A reader's submission, and the running counts of what all readers answered."""

import uuid
from typing import Self, TypeAlias

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .surveys import Survey

Answer: TypeAlias = str | list[str]
"""A choice's key, or the keys of a multiple choice in the order of the questionnaire."""
Answers: TypeAlias = dict[str, Answer]
"""Answers by the key of their question; a question not answered is absent."""


class ResponseQuerySet(models.QuerySet["Response"]):
    def standing(self) -> Self:
        """Those that were not withdrawn, and so are counted."""
        return self.filter(withdrawn_at__isnull=True)


class Response(models.Model):
    """One reader's answer to one survey.

    `reader_key` says who (a pseudonym, see `polls.answering.keys`), `receipt_hash` opens it.
    Withdrawn, it stays as a mark without content, so that a retry does not bring it back.
    """

    class Channel(models.TextChoices):
        PAGE = "page", _("the article’s page")
        EMBED = "embed", _("embedded in another site")
        SIMULATION = "simulation", _("simulated reader")

    public_id = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    # Without an index of its own: `response_reader_once` begins with it.
    survey = models.ForeignKey(
        Survey,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="responses",
        verbose_name=_("survey"),
    )
    reader_key = models.CharField(max_length=64)
    # Unique by a constraint: `unique=True` would keep a second index, for LIKE, at each submission.
    receipt_hash = models.CharField(max_length=64)
    answers: "models.JSONField[Answers]" = models.JSONField(_("answers"), default=dict)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel, default=Channel.PAGE)
    language = models.CharField(_("language"), max_length=5)
    consent_version = models.PositiveSmallIntegerField(_("version of the consents"))
    # Where it came from, for the integrity rules alone (`polls.answering.traces`): pseudonyms of
    # the network address, under a salt that is deleted after two days.
    network_key = models.CharField(max_length=32, blank=True, default="")
    network_block = models.CharField(max_length=32, blank=True, default="")
    # How long the page stood open before sending, as the page's script says; without one, unknown.
    seconds = models.PositiveIntegerField(null=True)
    # What was odd about the sending (`polls.answering.guards`): keys between blanks. It is kept
    # and counted all the same, flagged for a person, and its text waits for one.
    suspicion = models.CharField(max_length=40, blank=True, default="", db_default="")
    # Set aside by a person: not in the adjusted figures.
    excluded = models.BooleanField(_("set aside"), default=False, db_default=False)
    submitted_at = models.DateTimeField(_("received"), db_default=Now())
    changed_at = models.DateTimeField(_("changed"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "reader_key"], name="response_reader_once"),
            models.UniqueConstraint(fields=["receipt_hash"], name="response_receipt_once"),
            models.CheckConstraint(condition=~Q(reader_key=""), name="response_reader_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(
                    answers={}, network_key="", network_block="", seconds__isnull=True, suspicion=""
                ),
                name="response_withdrawn_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Tally(models.Model):
    """How many standing responses gave one choice of one item.

    The empty question and choice count the respondents; a question with the empty choice counts
    those who answered a multiple choice. `excluded` counts apart what a person has set aside: raw
    figures are the sum of both, adjusted figures leave it out. `slot` splits a hot row in several:
    what is counted is the sum over slots, and one slot may be negative (a change takes from one
    what another gave).
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tallies")
    question = models.CharField(max_length=40, blank=True)
    choice = models.CharField(max_length=40, blank=True)
    excluded = models.BooleanField(default=False)
    slot = models.PositiveSmallIntegerField(default=0)
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "question", "choice", "excluded", "slot"], name="tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}={self.choice}: {self.count}"


class NetworkSalt(models.Model):
    """The random salt of one day's network pseudonyms; once deleted, they lead back to nobody."""

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("salt of network pseudonyms")
        verbose_name_plural = _("salts of network pseudonyms")

    def __str__(self) -> str:
        return str(self.day)
