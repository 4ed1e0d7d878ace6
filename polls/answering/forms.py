"""The form of a survey: built once per edition, it validates every answer."""

from collections.abc import Callable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from polls.lib.text import is_blank, normalise_newlines
from polls.models import Answers, Item, Question, Questionnaire

from .services import Submission

FORM_ID = "response-form"
MAX_TEXT = 3000

_MANY = "\0several"


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
        % {"limit": MAX_TEXT},
        required=item.required,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6, "data-limit": MAX_TEXT, "dir": "auto"}),
        error_messages={"required": _("Write your opinion.")},
    )


FIELDS: Mapping[str, Callable[[Item], forms.Field]] = {
    Question.Kind.SCALE: scale_field,
    Question.Kind.SINGLE: single_field,
    Question.Kind.MULTIPLE: multiple_field,
    Question.Kind.TEXT: text_field,
}


class ResponseForm(forms.Form):
    """What all surveys share: the consents, the client key, and how answers are read out."""

    questionnaire: Questionnaire
    retention_days: int

    use_required_attribute = False

    client_key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput(),
        error_messages={"invalid": _("The key of this submission is damaged: reload the page.")},
    )
    consent_publication = forms.BooleanField(
        required=False,
        label=_("Publish my text, without my name, once a moderator has read it."),
    )
    consent_ratings = forms.BooleanField(
        required=False, label=_("Show my answers on the whole beside my text.")
    )
    consent_counting = forms.BooleanField(
        error_messages={"required": _("Without your consent your answer can’t be kept or counted.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent_counting"].label = _(
            "I am 15 or older, and I agree that my answers, which may reveal a political opinion,"
            " are kept for %(days)s days after the survey closes and counted in its results."
        ) % {"days": self.retention_days}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        general = [name_of(item) for item in self.questionnaire.counted if item.statement is None]
        text = self.questionnaire.text
        words = [name_of(text), "consent_publication", "consent_ratings"] if text else []
        return Layout("client_key", *general, Div(*words, css_class="words"), "consent_counting")

    def page_order(self) -> list[str]:
        """The names of the fields as a reader meets them: statements stand before the form."""
        items = self.questionnaire.items
        within = [name_of(item) for item in items if item.statement is not None]
        below = [name_of(item) for item in items if item.statement is None and not item.is_text]
        text = [name_of(item) for item in items if item.is_text]
        consents = ["consent_publication", "consent_ratings", "consent_counting"]
        return [NON_FIELD_ERRORS, "client_key", *within, *below, *text, *consents]

    def about(self, statement: int) -> list[forms.BoundField]:
        """The controls of one statement, to stand beside it in the article."""
        return [self[name_of(item)] for item in self.questionnaire.about(statement)]

    def clean(self) -> dict[str, Any]:
        text = self.questionnaire.text
        if text is not None and (name := name_of(text)) in self.cleaned_data:
            self.cleaned_data[name] = self._clean_text(name, self.cleaned_data[name])
        return self.cleaned_data

    def _clean_text(self, name: str, value: str) -> str:
        value = normalise_newlines(value)
        if len(value) > MAX_TEXT:
            excess = len(value) - MAX_TEXT
            self.add_error(
                name,
                ngettext_lazy(
                    "Your text is %(count)d character too long.",
                    "Your text is %(count)d characters too long.",
                    "count",
                )
                % {"count": excess},
            )
        return "" if is_blank(value) else value

    def submission(self) -> Submission:
        """The answers of a valid form, keyed by the questions' and choices' keys."""
        answers: Answers = {}
        for item in self.questionnaire.counted:
            value = self.cleaned_data[name_of(item)]
            if value:
                answers[item.key] = self._in_order(item, value)
        text = self.questionnaire.text
        words = self.cleaned_data[name_of(text)] if text else ""
        publish = bool(words) and self.cleaned_data["consent_publication"]
        ratings = publish and self.cleaned_data["consent_ratings"]
        return Submission(answers, words, publish, ratings)

    @staticmethod
    def _in_order(item: Item, value: str | list[str]) -> str | list[str]:
        if isinstance(value, str):
            return value
        return [option.key for option in item.options if option.key in value]


def name_of(item: Item) -> str:
    """The name of an item's field: its key, in a space of its own beside the consents."""
    return f"item-{item.key}"


def form_class(questionnaire: Questionnaire, retention_days: int) -> type[ResponseForm]:
    """A form class for one questionnaire. Costs a few milliseconds: build it once per edition."""
    fields = {name_of(item): FIELDS[item.kind](item) for item in questionnaire.items}
    attributes = {"questionnaire": questionnaire, "retention_days": retention_days, **fields}
    return type("EditionForm", (ResponseForm,), attributes)


def initial(questionnaire: Questionnaire, submission: Submission) -> dict[str, Any]:
    """What a stored response fills its form with."""
    values: dict[str, Any] = {f"item-{key}": answer for key, answer in submission.answers.items()}
    if questionnaire.text:
        values[name_of(questionnaire.text)] = submission.text
    return values | {
        "consent_publication": submission.may_publish,
        "consent_ratings": submission.show_ratings,
        "consent_counting": True,
    }
