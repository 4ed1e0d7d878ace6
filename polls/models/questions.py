"""A survey's questions and their choices, and what share of the audience a choice stands for."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .articles import Statement
from .surveys import Survey

KEY = RegexValidator(r"^[a-z0-9]+([_-][a-z0-9]+)*$", _("Lower-case letters, digits, - and _ only."))


class Question(models.Model):
    """One item of a survey. Its key is what answers are stored under, for ever."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("scale")
        SINGLE = "single", _("single choice")
        MULTIPLE = "multiple", _("multiple choice")
        TEXT = "text", _("free text")

    class Aspect(models.TextChoices):
        CREDIBILITY = "credibility", _("credibility")
        RELEVANCE = "relevance", _("relevance")

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="questions", verbose_name=_("survey")
    )
    key = models.CharField(_("key"), max_length=40, validators=[KEY])
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    wording = models.CharField(_("wording"), max_length=400)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    required = models.BooleanField(_("an answer is required"), default=False)
    statement = models.ForeignKey(
        Statement,
        on_delete=models.PROTECT,
        related_name="questions",
        null=True,
        blank=True,
        verbose_name=_("about the statement"),
    )
    aspect = models.CharField(_("aspect"), max_length=12, choices=Aspect, blank=True)
    profile = models.BooleanField(
        _("about the reader"),
        default=False,
        help_text=_("An age band, say. Results can be told apart by it, and weighted."),
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["survey", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="question_key_once"),
            # The empty key counts the respondents in the tallies.
            models.CheckConstraint(condition=~Q(key=""), name="question_key_given"),
            models.CheckConstraint(
                condition=Q(kind__in=["scale", "single", "multiple", "text"]),
                name="question_kind_known",
            ),
            # A second free text would have no place: an opinion is the text of a response.
            models.UniqueConstraint(
                fields=["survey"], condition=Q(kind="text"), name="question_one_text"
            ),
            models.UniqueConstraint(
                fields=["survey", "statement", "aspect"],
                condition=Q(statement__isnull=False),
                name="question_statement_aspect_once",
            ),
        ]

    def __str__(self) -> str:
        return self.wording


class Choice(models.Model):
    """One answer that may be given. On a scale it has a value; "no opinion" has none."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="choices", verbose_name=_("question")
    )
    key = models.CharField(_("key"), max_length=40, validators=[KEY])
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label = models.CharField(_("label"), max_length=120)
    value = models.SmallIntegerField(
        _("value"), null=True, blank=True, help_text=_("On a scale; empty for “no opinion”.")
    )

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["question", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "key"], name="choice_key_once"),
            models.CheckConstraint(condition=~Q(key=""), name="choice_key_given"),
            models.UniqueConstraint(fields=["question", "value"], name="choice_value_once"),
        ]

    def __str__(self) -> str:
        return self.label


class AudienceShare(models.Model):
    """How much of the paper's audience a choice of a profile item stands for, in percent.

    The editor supplies it, with its source and date on the survey: results can then be weighted to
    it in a scenario (`polls.results.scenario.scenarios`).
    """

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="audience", verbose_name=_("survey")
    )
    choice = models.OneToOneField(
        Choice, on_delete=models.CASCADE, related_name="audience", verbose_name=_("choice")
    )
    percent = models.DecimalField(
        _("percent of the audience"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("share of the audience")
        verbose_name_plural = _("shares of the audience")
        ordering = ["choice__question__position", "choice__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="audience_percent_in_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.choice}: {self.percent} %"
