"""The grounds on which a text may be rejected, and the words that a moderator is pointed to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ModerationRule(models.Model):
    """One published ground. A rejection names it, and the author reads it on the receipt.

    A rule of the house holds in the surveys that name it; a law holds in all of its language.
    """

    class Kind(models.TextChoices):
        RULE = "rule", _("rule of the house")
        LAW = "law", _("law")

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    key = models.SlugField(_("key"), max_length=40)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind, default=Kind.RULE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what it says"), max_length=400)

    class Meta:
        verbose_name = _("moderation rule")
        verbose_name_plural = _("moderation rules")
        ordering = ["language", "-kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["language", "key"], name="moderation_rule_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["rule", "law"]), name="moderation_rule_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ModerationWord(models.Model):
    """A word that moderators want to be shown. It rejects nothing of itself."""

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    word = models.CharField(
        _("word"),
        max_length=40,
        help_text=_("One word. Capitals and accents don’t matter; its plural is another word."),
    )

    class Meta:
        verbose_name = _("word to point out")
        verbose_name_plural = _("words to point out")
        ordering = ["language", "word"]
        constraints = [
            models.UniqueConstraint(fields=["language", "word"], name="moderation_word_once")
        ]

    def __str__(self) -> str:
        return self.word
