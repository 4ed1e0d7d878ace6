"""The form of a survey: built once per edition, it validates every answer."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from polls.lib.numbers import whole
from polls.lib.text import is_blank, normalise_newlines
from polls.lib.traps import TrapField
from polls.models import Answers, Item, Questionnaire, Survey

from .fields import FIELDS, MAX_TEXT, UnseenInput, counting_field, publication_field
from .submission import Submission


class SharedFields(dict[str, forms.Field]):
    """Fields that all forms of a class share instead of copying them for each submission.

    Nothing changes a field once its class is built, and the copies cost more than the validation.
    """

    def __deepcopy__(self, memo: object) -> dict[str, forms.Field]:
        return dict(self)


class ResponseForm(forms.Form):
    """What all surveys share: the consents, the client key, and how answers are read out."""

    questionnaire: Questionnaire

    use_required_attribute = False

    client_key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput(),
        error_messages={"invalid": _("The key of this submission is damaged: reload the page.")},
    )
    # Filled by the page's script when it sends (`polls.answering.traces`).
    seconds = forms.CharField(required=False, widget=forms.HiddenInput())
    # Asked for by the page's script (`polls.answering.guards`). A browser that restores what was
    # typed must not bring back an old one.
    stamp = forms.CharField(required=False, widget=UnseenInput())
    website2 = TrapField()
    consent_ratings = forms.BooleanField(
        required=False, label=_("Beside my text, show my answers to the questions on the whole.")
    )

    @cached_property
    def helper(self) -> FormHelper:
        """How crispy-forms lays it out: the general items, the text, the consents."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = self._layout()
        return helper

    def _layout(self) -> Layout:
        general = [name_of(item) for item in self.questionnaire.counted if item.statement is None]
        text = self.questionnaire.text
        words = [name_of(text), "consent_publication", "consent_ratings"] if text else []
        return Layout(
            "edition",
            "client_key",
            "seconds",
            "stamp",
            *general,
            Div(*words, css_class="words"),
            "consent_counting",
        )

    def page_order(self) -> list[str]:
        """The names of the fields as a reader meets them: statements stand before the form."""
        items = self.questionnaire.items
        within = [name_of(item) for item in items if item.statement is not None]
        below = [name_of(item) for item in items if item.statement is None and not item.is_text]
        text = [name_of(item) for item in items if item.is_text]
        consents = ["consent_publication", "consent_ratings", "consent_counting"]
        return [
            NON_FIELD_ERRORS,
            "edition",
            "client_key",
            "seconds",
            "stamp",
            *within,
            *below,
            *text,
            *consents,
        ]

    def about(self, statement: int) -> list[forms.BoundField]:
        """The controls of one statement, to stand beside it in the article."""
        return [self[name_of(item)] for item in self.questionnaire.about(statement)]

    def _clean_fields(self) -> None:
        """As Django's, but without the object it makes of each field for its page (`BoundField`):
        they take as long as the rest, and a form that is valid isn't shown. No field here is
        disabled, and none has a method `clean_…` of its own: neither is looked at."""
        for name, field in self.fields.items():
            try:
                sent = field.widget.value_from_datadict(self.data, self.files, name)
                self.cleaned_data[name] = field.clean(sent)
            except ValidationError as error:
                self.add_error(name, error)

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
                ngettext(
                    "Your text is %(number)s character too long.",
                    "Your text is %(number)s characters too long.",
                    excess,
                )
                % {"number": whole(excess)},
            )
        if not is_blank(value):
            return value
        if self.fields[name].required:
            self.add_error(name, self.fields[name].error_messages["required"])
        return ""

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


def form_class(questionnaire: Questionnaire, survey: Survey) -> type[ResponseForm]:
    """A form class for one edition, in the language that is active.

    Costs a few milliseconds: build it once per edition (`pages.form_of`).
    """
    fields = {name_of(item): FIELDS[item.kind](item) for item in questionnaire.items}
    fields["edition"] = forms.CharField(
        required=False, initial=str(survey.pk), widget=forms.HiddenInput()
    )
    fields["consent_publication"] = publication_field(survey.moderation)
    fields["consent_counting"] = counting_field(survey.retention_days)
    built: type[ResponseForm] = type(
        "EditionForm", (ResponseForm,), {"questionnaire": questionnaire, **fields}
    )
    built.base_fields = SharedFields(built.base_fields)
    return built


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
