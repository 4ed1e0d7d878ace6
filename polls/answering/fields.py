"""The fields of a survey's form: one function for each kind of question, in a table."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from polls.lib.numbers import whole
from polls.models import Item, Question, Survey

FORM_ID = "response-form"
MAX_TEXT = 3000

_MANY = "\0several"


class UnseenInput(forms.TextInput):
    """A hidden field that a browser doesn't fill with what it kept: HTML lets nothing say that of
    an input of the type "hidden"."""

    is_hidden = True

    def __init__(self) -> None:
        super().__init__({"hidden": True, "autocomplete": "off"})


class OneRadio(forms.RadioSelect):
    """Radio buttons of which a submission may hold one: several are refused, not the last taken.

    `presentation` tells the template pack how to draw them.
    """

    presentation = "list"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        if len(values) > 1:
            return _MANY
        return values[0] if values else None


class ScaleRadio(OneRadio):
    """A scale: its points in a row, and what has no value apart."""

    presentation = "scale"

    def __init__(self, *args: Any, apart: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.apart = apart


class DistinctChoices(forms.MultipleChoiceField):
    """A multiple choice in which each choice may stand once."""

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(set(value)) != len(value):
            raise ValidationError(_("The same choice was sent twice."), code="repeated")


FORGED = _("This answer isn’t one of those offered.")


def _choices(item: Item) -> list[tuple[str, str]]:
    return [(option.key, option.label) for option in item.options]


def _attrs(item: Item) -> dict[str, str]:
    # A statement's control stands in the article, outside the form element it belongs to.
    return {"form": FORM_ID} if item.statement is not None else {}


def scale_field(item: Item) -> forms.Field:
    apart = frozenset(option.key for option in item.options if item.is_no_opinion(option))
    return forms.ChoiceField(
        label=item.wording,
        help_text=item.hint,
        required=item.required,
        choices=_choices(item),
        widget=ScaleRadio(attrs=_attrs(item), apart=apart),
        error_messages={
            "required": _("Choose an answer, or “no opinion”.")
            if apart
            else _("Choose an answer."),
            "invalid_choice": FORGED,
        },
    )


def single_field(item: Item) -> forms.Field:
    return forms.ChoiceField(
        label=item.wording,
        help_text=item.hint,
        required=item.required,
        choices=_choices(item),
        widget=OneRadio(attrs=_attrs(item)),
        error_messages={"required": _("Choose an answer."), "invalid_choice": FORGED},
    )


def multiple_field(item: Item) -> forms.Field:
    return DistinctChoices(
        label=item.wording,
        help_text=item.hint or _("Several answers are possible."),
        required=item.required,
        choices=_choices(item),
        widget=forms.CheckboxSelectMultiple(attrs=_attrs(item)),
        error_messages={"required": _("Choose at least one answer."), "invalid_choice": FORGED},
    )


def text_field(item: Item) -> forms.Field:
    return forms.CharField(
        label=item.wording,
        help_text=item.hint
        or _("Optional. Up to %(limit)s characters, without anybody’s address or number.")
        % {"limit": whole(MAX_TEXT)},
        required=item.required,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6, "data-limit": MAX_TEXT, "dir": "auto"}),
        error_messages={"required": _("Write your opinion.")},
    )


def counting_field(retention_days: int) -> forms.Field:
    return forms.BooleanField(
        label=_(
            "I am 15 or older, and I agree that my answers and my text, which may reveal a"
            " political opinion, are kept for %(days)s days after the survey closes and counted in"
            " its results."
        )
        % {"days": retention_days},
        error_messages={
            "required": _("Without your consent your answer can’t be kept or counted.")
        },
    )


def publication_field(moderation: str) -> forms.Field:
    """The consent to publish the text, true to when a moderator reads it."""
    before = _("Publish my text, without my name, once a moderator has read it.")
    after = _(
        "Publish my text, without my name. It appears at once and a moderator reads it afterwards."
    )
    return forms.BooleanField(
        required=False, label=after if moderation == Survey.Moderation.AFTER else before
    )


FIELDS: Mapping[str, Callable[[Item], forms.Field]] = {
    Question.Kind.SCALE: scale_field,
    Question.Kind.SINGLE: single_field,
    Question.Kind.MULTIPLE: multiple_field,
    Question.Kind.TEXT: text_field,
}
