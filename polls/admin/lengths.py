"""Limits that are told instead of cutting off what is pasted (`lengths.js` counts)."""

from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _

TOO_LONG = _("{count} characters: {most} at most")


def uncut(form: BaseForm) -> None:
    """A browser cuts at `maxlength` without a word; the form says what is too long."""
    for field in form.fields.values():
        most = field.widget.attrs.pop("maxlength", None)
        if most:
            field.widget.attrs |= {"data-most": most, "data-too-long": TOO_LONG}
