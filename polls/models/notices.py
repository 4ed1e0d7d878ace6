"""What comes in from outside about a text that is public: notices, and replies of who is quoted."""

import uuid

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .articles import Statement
from .opinions import Opinion
from .surveys import Survey


class Notice(models.Model):
    """A reader's notice of a published opinion (Regulation (EU) 2022/2065, article 16).

    A decision on the opinion answers every open notice of it. Name and address of who sent it are
    optional, and deleted when their time has come.
    """

    class Claim(models.TextChoices):
        RULES = "rules", _("It breaks the rules of the consultation")
        ILLEGAL = "illegal", _("It is illegal")
        THREAT = "threat", _("It threatens somebody’s life or safety")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("notice", "open")
        UPHELD = "upheld", pgettext_lazy("notice", "upheld: the text was removed")
        DISMISSED = "dismissed", pgettext_lazy("notice", "dismissed: the text stays")
        MOOT = "moot", pgettext_lazy("notice", "settled: its author took the text back")

    public_id = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    opinion = models.ForeignKey(
        Opinion, on_delete=models.PROTECT, related_name="notices", verbose_name=_("opinion")
    )
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="notices")
    receipt_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    claim = models.CharField(_("what is wrong with it"), max_length=10, choices=Claim)
    # The rule or law that it names, in its own words.
    ground = models.CharField(_("rule or law"), max_length=200, blank=True)
    explanation = models.TextField(
        _("why"), max_length=2000, blank=True, validators=[MaxLengthValidator(2000)]
    )
    # The passage, where it isn't the whole text.
    passage = models.CharField(_("where"), max_length=300, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    good_faith = models.BooleanField(_("in good faith"), default=False)
    # Why it does not go first of itself: "rate", "trap".
    suspicion = models.CharField(max_length=40, blank=True, default="", db_default="")
    status = models.CharField(
        _("state"), max_length=10, choices=Status, default=Status.OPEN, db_default=Status.OPEN
    )
    received_at = models.DateTimeField(_("received"), db_default=Now())
    due_at = models.DateTimeField(_("to be decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    # The decision on the opinion that answered it, with its rule and its sentence.
    decision = models.ForeignKey(
        "polls.ModerationEvent", on_delete=models.PROTECT, null=True, related_name="answered"
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["due_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(good_faith=True), name="notice_in_good_faith"),
            models.CheckConstraint(
                condition=Q(claim__in=["rules", "illegal", "threat"]), name="notice_claim_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | Q(status__in=["upheld", "dismissed", "moot"], decided_at__isnull=False),
                name="notice_decided_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(status="open"), name="notice_open"),
            models.Index(fields=["received_at", "id"], name="notice_received"),
        ]

    def __str__(self) -> str:
        return str(_("notice no. %s") % self.pk)


class Reply(models.Model):
    """The right of reply of who is quoted in a statement, or concerned by it.

    Law n° 2004-575, article 1-1 III: it is inserted within three days. What it asks for is
    published beside the statement, with the name that it is signed with.
    """

    class Capacity(models.TextChoices):
        PERSON = "person", _("I am the person concerned")
        REPRESENTATIVE = "representative", _("I represent the person concerned")

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("reply", "to be decided")
        PUBLISHED = "published", pgettext_lazy("reply", "published")
        REFUSED = "refused", pgettext_lazy("reply", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("reply", "taken back by its author")

    public_id = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="replies", verbose_name=_("statement")
    )
    # The edition at the article's address when it came in.
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="replies")
    receipt_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    capacity = models.CharField(_("in what capacity"), max_length=20, choices=Capacity)
    name = models.CharField(_("signed"), max_length=120, blank=True)
    # By which the newsroom makes sure who it is; never shown to readers.
    contact = models.CharField(_("how to reach you"), max_length=200, blank=True)
    text = models.TextField(
        _("reply"), max_length=3000, blank=True, validators=[MaxLengthValidator(3000)]
    )
    status = models.CharField(
        _("state"), max_length=10, choices=Status, default=Status.PENDING, db_default=Status.PENDING
    )
    version = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(_("received"), db_default=Now())
    due_at = models.DateTimeField(_("to be inserted by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    # Why it was refused, for who asked.
    answer = models.TextField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("right of reply")
        verbose_name_plural = _("rights of reply")
        ordering = ["due_at", "pk"]
        default_permissions = ("view",)
        permissions = [("decide_reply", _("Can publish and refuse rights of reply"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "published", "refused", "withdrawn"]),
                name="reply_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", text="", name="", contact="")
                | (~Q(status="withdrawn") & ~Q(text="") & ~Q(name="")),
                name="reply_text_until_withdrawn",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(status="pending"), name="reply_open"),
        ]

    def __str__(self) -> str:
        return str(_("reply no. %s") % self.pk)
