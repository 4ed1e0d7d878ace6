from axes.helpers import get_cool_off
from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .second_factor import Checked


class SignInForm(AdminAuthenticationForm):
    """One answer to everything that is wrong, a lock included: it says nothing of any account."""

    error_messages = {"invalid_login": "", "inactive": ""}

    def get_invalid_login_error(self) -> ValidationError:
        told = _(
            "Nobody signs in with this name and this password. After %(failures)d failures from one"
            " place, a name is refused there for %(minutes)d minutes, whether it exists or not."
        )
        values = {"failures": settings.AXES_FAILURE_LIMIT, "minutes": minutes_locked()}
        return ValidationError(told, code="invalid_login", params=values)


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code: the field takes either."""

    code = forms.CharField(max_length=40, label=_("Code"))

    def refuse(self, checked: Checked) -> None:
        wrong = _("This code is wrong, or was used already. An authenticator shows a new one every"
                  " thirty seconds.")  # fmt: skip
        self.add_error("code", wrong)
        if checked.wait > 1:
            text = ngettext(
                "The next one is looked at in %(seconds)d second.",
                "The next one is looked at in %(seconds)d seconds.",
                checked.wait,
            )
            self.add_error("code", text % {"seconds": checked.wait})

    def lock(self) -> None:
        text = _("Too many failures from this place: nothing is looked at for %(minutes)d minutes.")
        self.add_error("code", text % {"minutes": minutes_locked()})


def minutes_locked() -> int:
    return int(get_cool_off().total_seconds() // 60)
