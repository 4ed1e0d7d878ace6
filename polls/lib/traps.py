"""A field that no person fills: programs that fill in every field do.

    class NoticeForm(forms.Form):
        website2 = TrapField()

    {% include "polls/_trap.html" %}          (inside the <form>; the form is `form`)

    form.cleaned_data[TRAP]                   True: it was filled

It never makes a form invalid. What was sent with it filled is kept, and waits for a person: a
browser's extension may have filled it for somebody who saw nothing of it.

The style sheet takes it away (`display: none`): from the eye, from the keyboard and from screen
readers alike. A program that reads the page without its style sheet sees an ordinary field; so
does a reader in a browser without styles, whom the label tells to leave it empty. The name is none
that browsers and password managers fill by themselves.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

TRAP = "website2"

# `autocomplete` for browsers, the others for 1Password, Bitwarden, LastPass and Dashlane.
ATTRIBUTES = {
    "autocomplete": "off",
    "tabindex": "-1",
    "data-1p-ignore": "",
    "data-bwignore": "",
    "data-lpignore": "true",
    "data-form-type": "other",
}


class TrapField(forms.Field):
    """Cleaned, it is True where it was filled. Nothing that is sent in it is an error."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("Leave this field empty"),
            widget=forms.TextInput(attrs=ATTRIBUTES),
        )

    def clean(self, value: Any) -> bool:
        return bool(str(value or "").strip())
