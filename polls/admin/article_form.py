"""The form of an article: what it asks for once readers have seen it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from polls.composing.checking import anchors
from polls.composing.corrections import changed, seen_by_readers
from polls.composing.translations import original_of, taken_languages
from polls.lib.prose import prose
from polls.lib.text import normalise_newlines
from polls.models import Article, Milestone, Survey
from polls.results.identity_wording import quoted
from polls.results.releases.claims import claims, is_an_answer

from .lengths import uncut
from .meanwhile import MeanwhileForm

MOST_OFFERED = 200
LONGEST = Milestone._meta.get_field("text").max_length


class CorrectionField(forms.CharField):
    """What was corrected, in a sentence for readers."""

    def __init__(self, help_text: Any) -> None:
        super().__init__(
            label=gettext_lazy("What was corrected?"),
            required=False,
            max_length=LONGEST,
            widget=forms.TextInput({"class": "vTextField correction"}),
            help_text=help_text,
        )


class ArticleForm(MeanwhileForm):
    correction = CorrectionField(
        gettext_lazy(
            "Readers have seen the article: this sentence stands under it, with the date. “The"
            " bridge costs 40 million, not 4.” 200 characters at most."
        )
    )
    only_a_slip = forms.BooleanField(
        label=gettext_lazy("Only a slip (spelling, layout): nothing to tell readers"),
        required=False,
        help_text=gettext_lazy("The record keeps that you said so."),
    )

    class Meta:
        model = Article
        fields = "__all__"  # (the admin's fieldsets say which)
        widgets = {
            "body": forms.Textarea(
                attrs={"rows": 30, "cols": 90, "class": "vLargeTextField prose-source"}
            )
        }
        help_texts = {
            "published_on": gettext_lazy("The date that stands on the article."),
            "kicker": gettext_lazy("One or two words above the title."),
            "standfirst": gettext_lazy("Two or three sentences below the title, and in lists."),
            "author": gettext_lazy("As it is signed."),
            "source_name": gettext_lazy("Where the text is from, if it isn’t yours."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "translation_of" in self.fields:
            self._offer_originals(self.fields["translation_of"])
        self.seen = bool(self.instance.pk) and seen_by_readers(self.instance)
        if not self.seen:
            self.fields.pop("correction", None)
            self.fields.pop("only_a_slip", None)
        uncut(self)

    def _offer_originals(self, field: Any) -> None:
        """The newest articles in other languages, and the one that was chosen; none is made or
        changed from here."""
        others = Article.objects.exclude(pk=self.instance.pk)
        if self.instance.pk and not self.is_bound:  # one that was sent is answered in words
            others = others.exclude(language=self.instance.language)
        newest = others.order_by("-pk").values("pk")[:MOST_OFFERED]
        chosen = Q(pk__in=list(newest.values_list("pk", flat=True)))
        field.queryset = others.filter(chosen | Q(pk=self.instance.translation_of_id))
        field.label_from_instance = _with_language
        for name in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{name}_related", False)

    def clean_title(self) -> str:
        """One that claims more is answered for on the survey's page first, as at publication."""
        title = str(self.cleaned_data["title"])
        words = claims(title, self.instance.language)
        published = Survey.objects.frozen().filter(article=self.instance.pk)
        answers = published.values_list("claims_answer", flat=True)
        if words and "title" in self.changed_data and not all(map(is_an_answer, answers)):
            raise ValidationError(
                _(
                    "%(words)s: that claims more than a consultation of readers can. Change it, or"
                    " say first on the survey’s page, in a sentence, why it stays."
                ),
                params={"words": quoted(words)},
            )
        return title

    def clean_body(self) -> str:
        """A published article may be corrected, but not so that readers rate what isn't there."""
        # A browser sends CRLF: what is stored, and what is said to have changed, stays as it was.
        body = normalise_newlines(self.cleaned_data["body"])
        if self.seen:
            found = prose(body, anchors(self.instance))
            if gone := sorted(found.lost + found.ambiguous):
                told = ngettext(
                    "Readers rate statement %(numbers)s, and the text no longer has its words.",
                    "Readers rate statements %(numbers)s, and the text no longer has their words.",
                    len(gone),
                )
                raise ValidationError(told, params={"numbers": ", ".join(map(str, gone))})
        return str(body)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.seen:
            self._check_correction(data)
        if "translation_of" in data:
            data["translation_of"] = self._original(data)
        return data

    def read_changes(self) -> list[str]:
        """Which of the fields that readers read were changed."""
        return changed(self.initial, {**self.initial, **self.cleaned_data})

    def _check_correction(self, data: Mapping[str, Any]) -> None:
        told, slip = data.get("correction"), data.get("only_a_slip")
        if told and slip:
            said = _("Either it is told to readers, or there is nothing to tell: choose one.")
            self.add_error("only_a_slip", said)
        # With another mistake in the form it is asked for as well, so that all stand there at once.
        if not told and not slip and "correction" not in self.errors and self.read_changes():
            said = _(
                "Readers have seen this article. Say in a sentence what was corrected, or tick that"
                " it is only a slip."
            )
            self.add_error("correction", said)

    def _original(self, data: Mapping[str, Any]) -> Article | None:
        """The original of what was chosen, of whose family the article may be."""
        chosen: Article | None = data["translation_of"]
        language = data.get("language") or self.instance.language
        own = self.instance if self.instance.pk else None
        if chosen is not None and own is not None:
            if chosen.pk == own.pk or chosen.translation_of_id == own.pk:
                self.add_error("translation_of", _("An article isn’t a translation of itself."))
                return chosen
            if own.translations.exists():
                said = _("Other articles are translations of this one: it is the original.")
                self.add_error("translation_of", said)
                return chosen
        original = original_of(chosen) if chosen else own
        if original is not None and language in taken_languages(original, but=own):
            field = "translation_of" if chosen else "language"
            said = _("There is one in this language already, or the original is in it.")
            self.add_error(field if field in self.fields else None, said)
        return original_of(chosen) if chosen else None


def _with_language(article: Article) -> str:
    return f"{article.title} ({article.get_language_display()})"
