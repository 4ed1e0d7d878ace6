"""Plain fields in place of the admin's own for times and choices: one labelled field each, which a
browser and a screen reader know, instead of two with a calendar made by a script."""

from typing import Any

from django import forms
from django.db import models

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
# With its seconds, or a page that is saved unchanged would cut them off.
EXACT = forms.DateTimeInput(
    attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
)

# For `formfield_overrides`.
PLAIN: Any = {
    models.DateField: {"widget": DAY},
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": EXACT},
}


class Ticks(forms.CheckboxSelectMultiple):
    """Choices to tick. The admin gives the help text of such a field no id to be referred to by."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        told = {key: said for key, said in (attrs or {}).items() if key != "aria-describedby"}
        return super().get_context(name, value, told)
