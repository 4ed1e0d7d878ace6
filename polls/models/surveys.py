"""The survey on an article: one edition, when it is open, and who sees what."""

from typing import Self

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .articles import Article

ORIGIN = RegexValidator(
    r"\A(https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?(\s+|\Z))*\Z",
    _("One origin a line, as a browser writes it: https://www.example.org"),
)


class SurveyQuerySet(models.QuerySet["Survey"]):
    def published(self) -> Self:
        """Those that readers can see."""
        return self.filter(status=Survey.Status.PUBLISHED)

    def frozen(self) -> Self:
        """Those that were published once, taken down since or not: readers may have answered."""
        return self.exclude(status=Survey.Status.DRAFT)

    def open(self) -> Self:
        """Those that take answers now, by the clock of the database."""
        return self.published().filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=Now()),
            Q(closes_at__isnull=True) | Q(closes_at__gt=Now()),
        )

    def begun(self) -> Self:
        """Those that have opened, by the clock of the database, whether closed since or not."""
        return self.published().filter(Q(opens_at__isnull=True) | Q(opens_at__lte=Now()))

    def closed(self) -> Self:
        return self.published().filter(closes_at__lte=Now())

    def newest(self) -> Self:
        """Those that their article's address means: no later edition of it is published."""
        later = Survey.objects.published().filter(
            article=OuterRef("article"), edition__gt=OuterRef("edition")
        )
        return self.published().filter(~Exists(later))

    def current(self, slug: str) -> "Survey | None":
        """The edition that the address of an article means: its newest published one."""
        found = self.published().filter(article__slug=slug).order_by("-edition")
        return found.select_related("article").first()


class Survey(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("consultation", "draft")
        PUBLISHED = "published", pgettext_lazy("consultation", "published")
        UNPUBLISHED = "unpublished", pgettext_lazy("consultation", "taken down")

    class Moderation(models.TextChoices):
        BEFORE = "before", _("before publication")
        AFTER = "after", _("after publication")

    class Visibility(models.TextChoices):
        ALWAYS = "always", _("always, to all")
        AFTER_ANSWERING = "after_answering", _("to those who have answered")
        AFTER_CLOSING = "after_closing", _("to all, once closed")
        STAFF = "staff", _("to staff only")

    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="surveys", verbose_name=_("article")
    )
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    question = models.TextField(
        _("question"), max_length=400, help_text=_("The article’s question, word for word.")
    )
    status = models.CharField(
        _("state"), max_length=11, choices=Status, default=Status.DRAFT, editable=False
    )
    opens_at = models.DateTimeField(
        _("opens"), null=True, blank=True, help_text=_("Empty: as soon as it is published.")
    )
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Empty: until it is closed by hand.")
    )
    moderation = models.CharField(
        _("opinions are moderated"), max_length=10, choices=Moderation, default=Moderation.BEFORE
    )
    hide_reported = models.BooleanField(
        _("hide at once what is reported as illegal"),
        default=False,
        db_default=False,
        help_text=_(
            "Until a moderator decides. Without it a moderator may still hide it with one press."
        ),
    )
    results = models.CharField(
        _("results are shown"),
        max_length=20,
        choices=Visibility,
        default=Visibility.AFTER_ANSWERING,
    )
    results_from = models.PositiveIntegerField(
        _("from this many responses"), default=10, help_text=_("Below it nobody sees figures.")
    )
    retention_days = models.PositiveSmallIntegerField(
        _("answers are kept (days)"), default=365, help_text=_("Counted from the closing.")
    )
    rules = models.ManyToManyField(
        "polls.ModerationRule",
        blank=True,
        verbose_name=_("moderation rules"),
        help_text=_("Readers see them beside the text field; a rejection names one of them."),
    )
    minimum_group = models.PositiveSmallIntegerField(
        _("smallest group shown"),
        default=5,
        validators=[MinValueValidator(3)],
        help_text=_("In comparisons smaller groups are left out, with what would give them away."),
    )
    reached = models.CharField(
        _("how readers were reached"),
        max_length=300,
        blank=True,
        help_text=_("Stands beside every figure: “a link under the article and the newsletter”."),
    )
    embed_origins = models.TextField(
        _("sites that may embed it"),
        blank=True,
        validators=[ORIGIN],
        help_text=_("One origin a line, as a browser writes it: https://www.example.org"),
    )
    claims_answer = models.CharField(
        _("why words that claim more stay"),
        max_length=300,
        blank=True,
        help_text=_("Asked for where the title or the question says “poll”, “the French”…"),
    )
    audience_source = models.CharField(
        _("source of the audience’s shares"),
        max_length=200,
        blank=True,
        help_text=_("What the paper knows of its audience: “study of subscribers”."),
    )
    audience_date = models.DateField(_("their date"), null=True, blank=True)
    # The rules that flag, by name: version and threshold, fixed at publication.
    integrity: "models.JSONField[dict[str, dict[str, float]]]" = models.JSONField(
        _("thresholds"), default=dict, editable=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    unpublished_at = models.DateTimeField(_("taken down at"), null=True, editable=False)
    unpublished_note = models.CharField(
        _("why it was taken down"), max_length=300, blank=True, db_default="", editable=False
    )
    # Since then there are no rows of its readers any more, and its tallies can't be rebuilt.
    erased_at = models.DateTimeField(_("answers erased at"), null=True, editable=False)
    # Set by the simulation in the transaction that adds its readers: every page that shows a
    # figure must say so, and counting them each time would cost a scan.
    simulated = models.BooleanField(_("has simulated readers"), default=False, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-pk"]
        permissions = [
            ("publish_survey", _("Can publish and close a survey")),
            ("export_survey", _("Can export responses")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "edition"], name="survey_edition_once"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False),
                name="survey_published_has_date",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "unpublished"]),
                name="survey_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="unpublished") | Q(unpublished_at__isnull=False),
                name="survey_unpublished_has_date",
            ),
            models.CheckConstraint(
                condition=Q(results__in=["always", "after_answering", "after_closing", "staff"]),
                name="survey_results_known",
            ),
            models.CheckConstraint(
                condition=Q(moderation__in=["before", "after"]), name="survey_moderation_known"
            ),
            # A threshold of two tells each of two readers what the other answered.
            models.CheckConstraint(
                condition=Q(minimum_group__gte=3), name="survey_minimum_group_protects"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article.title} ({self.edition})"

    @property
    def is_published(self) -> bool:
        """Whether readers can see it."""
        return self.status == self.Status.PUBLISHED

    @property
    def is_frozen(self) -> bool:
        """Whether it was published once: what was asked can't change any more."""
        return self.status != self.Status.DRAFT

    @property
    def origins(self) -> list[str]:
        """The sites that may show it in a frame."""
        return self.embed_origins.split()


class Blackout(models.Model):
    """A time in which no figure is shown to readers at any door: the silence before a vote."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="blackouts", verbose_name=_("survey")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("blackout")
        verbose_name_plural = _("blackouts")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="blackout_ends_after_start",
                violation_error_message=_("A blackout ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.reason
