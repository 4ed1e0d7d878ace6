"""The words that moderators want to be shown in readers' texts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from polls.lib.caching import forget
from polls.lib.text import folded
from polls.models import ModerationWord
from polls.moderation.resemblance import WORD

from .headed import Headed


class WordForm(forms.ModelForm):
    """One word, that isn't listed already but for capitals and accents."""

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if not WORD.fullmatch(folded(word)):
            raise ValidationError(
                _("One word, of letters and digits alone: no blank, hyphen or apostrophe."),
                code="several",
            )
        return word

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        word, language = cleaned.get("word"), cleaned.get("language")
        if word and language:
            known = self._same(word, language)
            if known is not None:
                message = _("“%(known)s” is on the list already, and finds this word too.")
                self.add_error(
                    "word", ValidationError(message, code="known", params={"known": known})
                )
        return cleaned

    def _same(self, word: str, language: str) -> str | None:
        others = ModerationWord.objects.filter(language=language).exclude(pk=self.instance.pk)
        plain = folded(word)
        words = others.values_list("word", flat=True)
        return next((other for other in words if folded(other) == plain), None)


@admin.register(ModerationWord)
class ModerationWordAdmin(Headed):
    """A change takes effect for the texts that come afterwards, within seconds."""

    heading_of_new = _("New word")
    form = WordForm
    list_display = ("word", "language")
    list_filter = ("language",)
    search_fields = ("word",)
    list_per_page = 200

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        forget()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        forget()
