"""The form of a notice: what article 16(2) wants to know, and no more."""

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
from polls.models import ModerationRule, Notice
from polls.moderation.settling import URGENT

from .queries import Grounds
from .services import Complaint

MAX_WHY = 2000
# A rule's title, a dash and these fit into Notice.ground.
MAX_GROUND = 110


class NoticeForm(forms.Form):
    use_required_attribute = False

    # Made with the page: the same form sent twice is one notice.
    key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput(),
        error_messages={"invalid": _("The key of this submission is damaged: reload the page.")},
    )
    claim = forms.ChoiceField(
        label=_("What is wrong with this text?"),
        choices=Notice.Claim.choices,
        widget=forms.RadioSelect(),
        error_messages={
            "required": _("Say what is wrong with this text."),
            "invalid_choice": _("This answer isn’t one of those offered."),
        },
    )
    rule = forms.ChoiceField(
        required=False,
        label=_("Which rule or which law?"),
        help_text=_("Optional."),
        error_messages={"invalid_choice": _("This answer isn’t one of those offered.")},
    )
    ground = forms.CharField(
        required=False,
        max_length=MAX_GROUND,
        label=_("Another law, or the reason in your own words"),
        help_text=_("Optional."),
    )
    explanation = forms.CharField(
        required=False,
        label=_("Why?"),
        widget=forms.Textarea(attrs={"rows": 6, "data-limit": MAX_WHY, "dir": "auto"}),
    )
    passage = forms.CharField(
        required=False,
        max_length=300,
        label=_("Where in the text?"),
        help_text=_("Optional. Copy the passage, if it isn’t the whole text."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    name = forms.CharField(
        required=False,
        max_length=120,
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This isn’t an e-mail address. You may leave it empty.")},
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is accurate and complete."),
        error_messages={"required": _("A notice is given in good faith: confirm it, please.")},
    )
    website2 = TrapField()

    def __init__(self, *args: Any, grounds: Grounds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = _choices(grounds)  # type: ignore[attr-defined]
        self.titles = {rule.key: rule.title for rule in (*grounds.rules, *grounds.laws)}
        self.fields["explanation"].help_text = _(
            "What makes it so, so that somebody who knows nothing of the matter can judge. Needed"
            " for what is illegal or dangerous; up to %(limit)s characters."
        ) % {"limit": whole(MAX_WHY)}

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("key", "claim", "rule", "ground", "explanation", "passage")
        return helper

    @cached_property
    def who(self) -> FormHelper:
        """The second part of the form, beneath the words on what becomes of name and address."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("name", "email", Div("good_faith", css_class="words"))
        return helper

    def clean_explanation(self) -> str:
        value = normalise_newlines(self.cleaned_data["explanation"])
        if excess := max(0, len(value) - MAX_WHY):
            raise forms.ValidationError(
                ngettext_lazy(
                    "Your text is %(count)d character too long.",
                    "Your text is %(count)d characters too long.",
                    "count",
                )
                % {"count": excess}
            )
        return "" if is_blank(value) else value

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("claim") in URGENT and data.get("explanation") == "":
            self.add_error("explanation", _("Say why: what is illegal or dangerous in this text?"))
        return data

    def complaint(self) -> Complaint:
        """What a valid form says."""
        data = self.cleaned_data
        named = [self.titles.get(data["rule"], ""), data["ground"]]
        return Complaint(
            claim=data["claim"],
            ground=" – ".join(filter(None, named)),
            **{key: data[key] for key in ("explanation", "passage", "name", "email")},
        )


def _choices(grounds: Grounds) -> list[Any]:
    def those(rules: tuple[ModerationRule, ...]) -> list[tuple[str, str]]:
        return [(rule.key, rule.title) for rule in rules]

    groups = [
        (_("Rules of this consultation"), those(grounds.rules)),
        (_("Laws"), those(grounds.laws)),
    ]
    return [("", _("I don’t know")), *(group for group in groups if group[1])]
