"""The article, what the public figure said in it, and what is known about each statement."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Article(models.Model):
    slug = models.SlugField(
        _("address"), max_length=80, unique=True, help_text=_("The end of the page’s address.")
    )
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=settings.LANGUAGES,
        default="fr",
        help_text=_("The language of the article is the language of all its pages."),
    )
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
        help_text=_("The same article in another language: each page leads to the other."),
    )
    title = models.CharField(_("title"), max_length=200)
    kicker = models.CharField(_("kicker"), max_length=60, blank=True)
    standfirst = models.TextField(_("standfirst"), max_length=400, blank=True)
    author = models.CharField(_("author"), max_length=120, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    source_name = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    body = models.TextField(
        _("text"),
        help_text=_(
            "Markdown: a blank line between paragraphs, ## before a subheading, > before a"
            " quotation. HTML is shown as typed."
        ),
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Statement(models.Model):
    """What the public figure said, and where it stands in the article's text.

    The place is kept as in the W3C's TextQuoteSelector (Web Annotation Data Model, 4.2.4): the
    exact text with a prefix and a suffix, so that it survives edits or is reported as lost.
    """

    class Form(models.TextChoices):
        VERBATIM = "verbatim", _("verbatim")
        REPORTED = "reported", pgettext_lazy("statement", "reported")

    class Kind(models.TextChoices):
        CLAIM = "claim", _("claim (credible? relevant?)")
        JUDGEMENT = "judgement", _("judgement (relevant?)")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="statements", verbose_name=_("article")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("statement"), max_length=600)
    form = models.CharField(
        _("form"),
        max_length=10,
        choices=Form,
        help_text=_("Only words that were really said are verbatim; all else is reported."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CLAIM)
    speaker = models.CharField(_("speaker"), max_length=120)
    said_on = models.DateField(_("said on"), null=True, blank=True)
    source_name = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("address of the source"), blank=True)
    original = models.TextField(
        _("original wording"),
        max_length=600,
        blank=True,
        help_text=_("For a translated quotation: the words as they were said."),
    )
    original_language = models.CharField(_("original language"), max_length=5, blank=True)
    exact = models.TextField(
        _("passage in the text"),
        max_length=600,
        blank=True,
        help_text=_("The words of the article that carry the statement; empty: the statement."),
    )
    prefix = models.CharField(_("words before"), max_length=120, blank=True)
    suffix = models.CharField(_("words after"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["article", "number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="statement_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def anchor(self) -> str:
        """The passage to look for in the article's text."""
        return self.exact or self.text


class Fact(models.Model):
    """One thing that is known about a statement, with its source."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="facts", verbose_name=_("statement")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.TextField(_("fact"), max_length=600)
    source_name = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("address of the source"), blank=True)

    class Meta:
        verbose_name = _("known fact")
        verbose_name_plural = _("known facts")
        ordering = ["statement", "position", "pk"]

    def __str__(self) -> str:
        return self.text


class Milestone(models.Model):
    """Something dated that a trend marks: an event, or a correction of the article."""

    class Kind(models.TextChoices):
        EVENT = "event", _("event")
        CORRECTION = "correction", _("correction of the article")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("article")
    )
    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.EVENT)
    text = models.CharField(
        _("what happened"),
        max_length=200,
        help_text=_("A correction is shown under the article."),
    )

    class Meta:
        verbose_name = _("dated event")
        verbose_name_plural = _("dated events")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["event", "correction"]), name="milestone_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.text
