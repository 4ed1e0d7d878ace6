"""The record of moderation, and what is decided a second time: appeals and second looks."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .audit import AppendOnly, AppendOnlyQuerySet
from .notices import Notice, Reply
from .opinions import Opinion
from .rules import ModerationRule

STATES = [*Opinion.Status.choices, (Reply.Status.REFUSED.value, Reply.Status.REFUSED.label)]


class ModerationEvent(AppendOnly):
    """One step in what became of a text. It never copies what a reader wrote.

    Exactly one of `opinion` and `reply` says of which text; `notice` and `appeal` say what the
    step answered, where it did.
    """

    class Action(models.TextChoices):
        PUBLISH = "publish", _("published")
        REJECT = "reject", _("rejected")
        HOLD = "hold", _("put on hold")
        UNDO = "undo", _("decision undone")
        EDIT = "edit", _("text changed by its author")
        WITHDRAW = "withdraw", _("withdrawn by its author")
        ERASE = "erase", _("erased after its time")
        NOTICE = "notice", _("reported by a reader")
        HIDE = "hide", _("hidden until decided")
        APPEAL = "appeal", _("contested by its author")
        OVERTURN = "overturn", _("appeal upheld")
        CONFIRM = "confirm", _("appeal dismissed")
        ESCALATE = "escalate", _("told to the authorities")
        REPLY = "reply", _("right of reply asked for")
        REFUSE = "refuse", _("right of reply refused")

    opinion = models.ForeignKey(
        Opinion,
        on_delete=models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("opinion"),
    )
    reply = models.ForeignKey(
        Reply, on_delete=models.PROTECT, null=True, related_name="events", verbose_name=_("reply")
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, null=True, related_name="events", verbose_name=_("notice")
    )
    appeal = models.ForeignKey(
        "polls.Appeal",
        on_delete=models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("appeal"),
    )
    action = models.CharField(_("what"), max_length=10, choices=Action)
    before = models.CharField(_("state before"), max_length=10, choices=STATES)
    after = models.CharField(_("state after"), max_length=10, choices=STATES)
    # The version of the text that was decided on.
    version = models.PositiveIntegerField(_("version"), null=True)
    # The rule as it read on that day: a later edit of the rule must not rewrite a reason given.
    rule_key = models.CharField(_("rule"), max_length=40, blank=True)
    rule_kind = models.CharField(
        _("kind"), max_length=4, blank=True, default="", choices=ModerationRule.Kind
    )
    rule_title = models.CharField(_("rule as it read"), max_length=80, blank=True)
    reason = models.TextField(_("reason"), max_length=500, blank=True)
    automatic = models.BooleanField(_("automatic"), default=False)
    # By somebody whose own decision it was, because there was nobody else at the desk.
    alone = models.BooleanField(_("own decision reviewed"), default=False, db_default=False)
    # Seconds from when the text came, or was reported or contested, to this decision.
    waited = models.PositiveBigIntegerField(_("waited (seconds)"), null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation events")
        ordering = ["-at", "-pk"]
        permissions = [("view_transparency", _("Can read the transparency report"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(opinion__isnull=False, reply__isnull=True)
                | Q(opinion__isnull=True, reply__isnull=False),
                name="moderation_event_of_one_text",
            )
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="moderation_event_newest")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.actor_name})"


class Appeal(models.Model):
    """An author contests a decision: once, and somebody else decides."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "open")
        UPHELD = "upheld", pgettext_lazy("appeal", "upheld: the text is published")
        DISMISSED = "dismissed", pgettext_lazy("appeal", "dismissed: the decision stands")
        MOOT = "moot", pgettext_lazy("appeal", "settled: the text was changed or taken back")

    opinion = models.ForeignKey(
        Opinion, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("opinion")
    )
    decision = models.OneToOneField(
        ModerationEvent,
        on_delete=models.PROTECT,
        related_name="contested",
        verbose_name=_("decision"),
    )
    text = models.TextField(
        _("why it is contested"),
        max_length=2000,
        blank=True,
        validators=[MaxLengthValidator(2000)],
    )
    status = models.CharField(
        _("state"), max_length=10, choices=Status, default=Status.OPEN, db_default=Status.OPEN
    )
    received_at = models.DateTimeField(_("received"), db_default=Now())
    decided_at = models.DateTimeField(_("decided"), null=True)
    # What the author reads on the receipt.
    answer = models.TextField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["received_at", "pk"]
        default_permissions = ("view",)
        permissions = [("decide_appeal", _("Can decide appeals"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | Q(status__in=["upheld", "dismissed", "moot"], decided_at__isnull=False),
                name="appeal_decided_has_date",
            )
        ]
        indexes = [
            models.Index(
                fields=["received_at", "id"], condition=Q(status="open"), name="appeal_open"
            ),
            models.Index(fields=["received_at"], name="appeal_received"),
        ]

    def __str__(self) -> str:
        return str(_("appeal no. %s") % self.pk)


class SecondLook(models.Model):
    """A decision drawn at random, that somebody else takes again without knowing the first.

    It changes nothing of itself: how often the two agree says how even-handed the desk is.
    """

    decision = models.OneToOneField(
        ModerationEvent, on_delete=models.PROTECT, related_name="second_look"
    )
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="second_looks")
    drawn_at = models.DateTimeField(_("drawn"), db_default=Now())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_name = models.CharField(_("name at the time"), max_length=150, blank=True)
    looked_at = models.DateTimeField(_("looked at"), null=True)
    # What this person would have done: "publish" or "reject", and by which rule.
    outcome = models.CharField(_("would have"), max_length=10, blank=True)
    rule_key = models.CharField(_("rule"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        ordering = ["drawn_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", looked_at__isnull=True)
                | Q(outcome__in=["publish", "reject"], looked_at__isnull=False),
                name="second_look_is_whole",
            )
        ]
        indexes = [
            models.Index(
                fields=["drawn_at", "id"],
                condition=Q(looked_at__isnull=True),
                name="second_look_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Escalation(AppendOnly):
    """A threat to life or safety that was told to the authorities (article 18), and how."""

    opinion = models.ForeignKey(
        Opinion, on_delete=models.PROTECT, related_name="escalations", verbose_name=_("opinion")
    )
    facts = models.TextField(
        _("what gives rise to the suspicion"),
        max_length=1000,
        help_text=_("In your own words, without quoting the text: this record is never erased."),
    )
    authority = models.CharField(_("who was told"), max_length=120)
    told_at = models.DateTimeField(_("told on"))
    reference = models.CharField(_("their reference"), max_length=80, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(_("escalation no. %s") % self.pk)
