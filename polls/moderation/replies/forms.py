"""The form of a right of reply: who asks, in whose name, and what is to be published."""

from functools import cached_property
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from polls.lib.numbers import whole
from polls.lib.text import is_blank, normalise_newlines
from polls.lib.traps import TrapField
from polls.models import Reply

from .services import CONTACT_DAYS, Demand

MAX_TEXT = 3000


class OneLine(forms.CharField):
    """A line in which somebody can read something; a forged line break is a blank."""

    def to_python(self, value: object) -> str:
        text = " ".join(str(super().to_python(value)).split())
        return "" if is_blank(text) else text


class TextArea(forms.CharField):
    """A reader's plain text: line breaks count as one character, as the page's counter does."""

    def to_python(self, value: object) -> str:
        text = normalise_newlines(str(super().to_python(value)))
        return "" if is_blank(text) else text

    def validate(self, value: str) -> None:
        super().validate(value)
        if excess := max(0, len(value) - MAX_TEXT):
            raise forms.ValidationError(
                ngettext_lazy(
                    "Your text is %(count)d character too long.",
                    "Your text is %(count)d characters too long.",
                    "count",
                )
                % {"count": excess}
            )


class ReplyForm(forms.Form):
    use_required_attribute = False

    # Made with the page: the same form sent twice is one request.
    key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput(),
        error_messages={"invalid": _("The key of this submission is damaged: reload the page.")},
    )
    capacity = forms.ChoiceField(
        label=_("In what capacity do you write?"),
        choices=Reply.Capacity.choices,
        widget=forms.RadioSelect(),
        error_messages={
            "required": _("Say whether you are the person concerned."),
            "invalid_choice": _("This answer isn’t one of those offered."),
        },
    )
    text = TextArea(
        label=_("Your reply"),
        widget=forms.Textarea(attrs={"rows": 10, "data-limit": MAX_TEXT, "dir": "auto"}),
        error_messages={"required": _("Write your reply.")},
    )
    name = OneLine(
        max_length=120,
        label=_("Signed"),
        help_text=_("The name of the person or body that replies. It is published with the text."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Say by what name the reply is signed.")},
    )
    contact = OneLine(
        max_length=200,
        label=_("How to reach you"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Say how the newsroom can reach you.")},
    )
    agrees = forms.BooleanField(
        label=_("I agree that this text and this name are published beside the statement."),
        error_messages={
            "required": _("Without your agreement the text and the name can’t be published.")
        },
    )
    website2 = TrapField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _(
            "Plain text, up to %(limit)s characters; a blank line begins a paragraph."
        ) % {"limit": whole(MAX_TEXT)}
        self.fields["contact"].help_text = _(
            "An e-mail address, a telephone number or a postal address, by which the newsroom makes"
            " sure who you are. It is never published, and is deleted %(days)s days after the"
            " decision, or at once when you take your reply back."
        ) % {"days": CONTACT_DAYS}

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("key", "capacity", "text", "name", "contact", Div("agrees"))
        return helper

    def demand(self) -> Demand:
        """What a valid form asks."""
        data = self.cleaned_data
        return Demand(data["capacity"], data["name"], data["contact"], data["text"])
