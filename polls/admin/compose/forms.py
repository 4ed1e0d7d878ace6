"""The article and the survey as two forms of the composer's page.

A draft may be saved unfinished: the checklist says what is missing, the form only what is wrong.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polls.admin.lengths import uncut
from polls.admin.widgets import DAY, MOMENT
from polls.composing.slugs import LONGEST, slugify
from polls.models import Article, Survey


def rows(number: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": number, **attrs})


class Part(forms.ModelForm):
    """A form of the page. Fields in `UNFINISHED` may wait until publication."""

    UNFINISHED: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.UNFINISHED:
            self.fields[name].required = False
        uncut(self)


class ArticlePart(Part):
    UNFINISHED = ("slug", "body")

    class Meta:
        model = Article
        fields = (
            "title",
            "slug",
            "language",
            "kicker",
            "standfirst",
            "body",
            "author",
            "published_on",
            "source_name",
            "source_url",
        )
        widgets = {
            "title": rows(2),
            "standfirst": rows(2),
            "body": rows(24, **{"class": "prose-source"}),
            "published_on": DAY,
        }
        help_texts = {
            "slug": _("The end of the page’s address. Empty: made from the title."),
            "kicker": _("One or two words above the title."),
            "standfirst": _("Two or three sentences below the title, and in lists."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].strip = False  # type: ignore[attr-defined]  # stored as it was typed

    @property
    def is_filled(self) -> bool:
        """Whether there is something in what is usually folded away."""
        folded = ("kicker", "standfirst", "author", "source_name", "source_url")
        return any(self[name].value() for name in folded)

    def clean_title(self) -> str:
        """On one line, which the field breaks to show it."""
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("slug") and "slug" not in self.errors and values.get("title"):
            values["slug"] = self.instance.slug or free_slug(values["title"])
        return values


def free_slug(title: str) -> str:
    """An address made from the title that no article has."""
    stem = slugify(title) or "article"
    taken = set(Article.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    short = stem[: LONGEST - 5].strip("-")
    return next(slug for n in range(2, 9999) if (slug := f"{short}-{n}") not in taken)


class SurveyPart(Part):
    UNFINISHED = ("question",)

    class Meta:
        model = Survey
        fields = ("question", "opens_at", "closes_at", "results", "results_from", "claims_answer")
        widgets = {"question": rows(2), "opens_at": MOMENT, "closes_at": MOMENT}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        opens, closes = values.get("opens_at"), values.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It closes after it opens."))
        return values
