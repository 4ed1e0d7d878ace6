"""The field that no person fills."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from polls.lib.traps import TRAP, TrapField


class LetterForm(forms.Form):
    website2 = TrapField()


@pytest.mark.parametrize(
    ("sent", "filled"),
    [
        ("", False),
        ("website2=", False),
        ("website2=++", False),
        ("website2=http://x", True),
        ("website2=%00", True),
        ("website2=&website2=y", True),
        ("website2=" + "9" * 100_000, True),
    ],
)
def test_it_says_whether_it_was_filled_and_is_never_wrong(sent: str, filled: bool) -> None:
    form = LetterForm(QueryDict(sent))
    assert form.is_valid()
    assert form.cleaned_data[TRAP] is filled


def test_it_is_out_of_reach_and_says_what_to_do_where_styles_are_missing() -> None:
    html = render_to_string("polls/_trap.html", {"form": LetterForm()})
    for attribute in ('tabindex="-1"', 'autocomplete="off"', 'aria-hidden="true"', "data-lpignore"):
        assert attribute in html
    assert "<label" in html
    assert "required" not in html


def test_the_style_sheet_takes_it_away(settings: Any) -> None:
    style = (settings.BASE_DIR / "polls/static/polls/press.css").read_text(encoding="utf-8")
    assert ".moreover { display: none; }" in style
