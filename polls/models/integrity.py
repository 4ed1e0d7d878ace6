"""What the integrity rules flag: groups of responses, which a person may set aside."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .responses import Response
from .surveys import Survey


class FlagGroup(models.Model):
    """Responses that one rule put together: the same network, the same burst, the same text.

    A flag never removes anything. A person sets a group aside (and takes it back) without seeing
    how it answered; what joins the group afterwards waits for the next look.
    """

    class Rule(models.TextChoices):
        REPEAT = "repeat", _("repeats from one network")
        CONCENTRATION = "concentration", _("concentration on one network")
        BURST = "burst", _("burst")
        SAME_TEXT = "same-text", _("the same text again")
        STRAIGHT_LINE = "straight-line", _("the same answer to every scale")
        SPEED = "speed", _("faster than anyone reads")
        TRAP = "trap", _("suspicious sending")

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="flag_groups", verbose_name=_("survey")
    )
    rule = models.CharField(_("rule"), max_length=20, choices=Rule)
    version = models.PositiveSmallIntegerField(_("version of the rule"))
    # What the group has in common, as the rule names it: a pseudonym, an hour, a text's digest.
    key = models.CharField(max_length=64)
    score = models.FloatField(_("score"))
    threshold = models.FloatField(_("threshold"))
    size = models.PositiveIntegerField(_("responses"), default=0)
    set_aside = models.PositiveIntegerField(_("set aside"), default=0)
    first_at = models.DateTimeField(_("first response"))
    last_at = models.DateTimeField(_("last response"))
    found_at = models.DateTimeField(_("found"), db_default=Now())
    # A person has looked; `size` says how many there were to look at.
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_size = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("flagged group")
        verbose_name_plural = _("flagged groups")
        ordering = ["-last_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("exclude_flaggroup", _("Can set flagged responses aside"))]
        constraints = [
            models.UniqueConstraint(fields=["survey", "rule", "key"], name="flag_group_once"),
            models.CheckConstraint(
                condition=Q(
                    rule__in=[
                        "repeat",
                        "concentration",
                        "burst",
                        "same-text",
                        "straight-line",
                        "speed",
                        "trap",
                    ]
                ),
                name="flag_group_rule_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()} ({self.pk})"


class Flag(models.Model):
    """One response in one flagged group. Set aside as long as any of its flags is."""

    group = models.ForeignKey(FlagGroup, on_delete=models.CASCADE, related_name="flags")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="flags")
    excluded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["group", "response"], name="flag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.response_id}"
