"""The form of an export: content, format, filters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from polls.exports.filters import Filter, Unfit
from polls.exports.orders import PACKAGE, Content, Order
from polls.exports.rows import OpinionState
from polls.models import Response, Survey

FORMAT_NAMES = {
    "csv": gettext_lazy("CSV"),
    "xlsx": gettext_lazy("Excel"),
    "sav": gettext_lazy("SPSS"),
    "parquet": gettext_lazy("Parquet"),
    "jsonl": gettext_lazy("JSON Lines"),
    PACKAGE: gettext_lazy("Data package"),
}
DELIMITERS = (
    ("comma", gettext_lazy("comma (English Excel, programs)")),
    ("semicolon", gettext_lazy("semicolon (French Excel)")),
)
ANSWERS = (
    ("raw", gettext_lazy("everything received")),
    ("adjusted", gettext_lazy("without what was set aside")),
)


class ExportForm(forms.Form):
    """What is wanted; whatever is left out has its usual value."""

    content = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=Content.choices,
        widget=forms.RadioSelect,
        initial=Content.RESPONSES,
        required=False,
    )
    file_format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=list(FORMAT_NAMES.items()),
        widget=forms.RadioSelect,
        initial="csv",
        required=False,
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Delimiter of CSV"),
        choices=DELIMITERS,
        initial="comma",
        required=False,
    )
    since = forms.DateField(
        label=gettext_lazy("Received from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    until = forms.DateField(
        label=gettext_lazy("to"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    channel = forms.MultipleChoiceField(
        label=gettext_lazy("Channel"),
        choices=Response.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    state = forms.MultipleChoiceField(
        label=gettext_lazy("State of the text"),
        choices=OpinionState.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    answers = forms.ChoiceField(
        label=gettext_lazy("Answers"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        initial="raw",
        required=False,
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey = survey

    @property
    def groups(self) -> list[forms.BoundField]:
        """The filters that are boxes to tick, each with a heading."""
        return [self[name] for name in ("channel", "state", "answers")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                data["order"] = self._order(data)
            except Unfit as unfit:
                raise forms.ValidationError(str(unfit)) from unfit
        return data

    def _order(self, data: dict[str, Any]) -> Order:
        chosen = Filter(
            since=data["since"],
            until=data["until"],
            channels=tuple(data["channel"]),
            states=tuple(data["state"]),
            adjusted=data["answers"] == "adjusted",
        )
        usual = {name: data[name] or self.fields[name].initial for name in ("content", "delimiter")}
        file_format = data["file_format"] or self.fields["file_format"].initial
        return Order(
            self.survey, str(usual["content"]), file_format, chosen, str(usual["delimiter"])
        )
