"""Two people at one page: a form that knows what its page was made with.

Django's own hidden fields carry it. What the page left as it was stays as it is stored now; what
both have changed is told once, with the other's value, and replaced when the page is saved again.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from polls.lib.text import normalise_newlines

QUOTED = 120  # characters of the other's value


class MeanwhileForm(forms.ModelForm):
    """The row must be locked, or nobody else at it, while the form is checked and saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in self._own():
                self.fields[name].show_hidden_initial = True

    def _own(self) -> list[str]:
        """The form's fields that are columns of its model."""
        columns = self._meta.model._meta.concrete_fields
        return [column.name for column in columns if column.name in self.fields]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self._own() if self.instance.pk else ():
            if name not in self.changed_data:
                data[name] = getattr(self.instance, name)
            elif name in data and self._is_stale(name, data[name]):
                self._tell(name)
        return data

    def _is_stale(self, name: str, wanted: Any) -> bool:
        """Whether somebody else stored another value than the page had, and than is wanted now."""
        carried = self[name].html_initial_name
        if carried not in self.data:
            return False
        field = self.fields[name]
        before = field.hidden_widget().value_from_datadict(self.data, self.files, carried)
        now = _plain(field, self[name].initial)
        return now not in (_plain(field, before), _plain(field, wanted))

    def _tell(self, name: str) -> None:
        field, bound = self.fields[name], self[name]
        now = field.hidden_widget().format_value(field.prepare_value(bound.initial))
        # The page that is shown now carries what is stored now: saved again, it replaces it.
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[bound.html_initial_name] = now or ""
        self.data = data
        self.add_error(
            name,
            ValidationError(
                _(
                    "Somebody else has changed this meanwhile: “%(value)s”. Saved again, it is as"
                    " you have it here."
                ),
                code="meanwhile",
                params={"value": Truncator(_shown(bound)).chars(QUOTED)},
            ),
        )


def _plain(field: forms.Field, value: Any) -> Any:
    """As the field reads it, whatever a browser makes of the ends of lines."""
    try:
        read = field.to_python(value)
    except ValidationError:
        return None
    return normalise_newlines(read).strip() if isinstance(read, str) else read


def _shown(bound: forms.BoundField) -> str:
    """A stored value in the words of the page."""
    choices = dict(getattr(bound.field, "choices", ()))
    value = bound.initial
    return str(choices.get(value, "–" if value in (None, "") else value))


class OneAfterTheOther(admin.ModelAdmin):
    """Of two people who save at the same moment the second finds what the first has stored."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        row = self.model._default_manager.filter(pk=found.pk)
        list(row.select_for_update(no_key=True).values_list("pk"))
        return super().get_object(request, object_id, from_field)
