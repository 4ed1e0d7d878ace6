"""The rows of statements."""

from typing import Any

from django.utils.translation import gettext as _

from polls.admin.widgets import DAY
from polls.models import Statement

from .forms import rows
from .rows import Row, RowSet, row_set


class StatementRow(Row):
    UNFINISHED = ("speaker", "source_name")
    passage = ""
    """What became of its words in the text: found, lost or ambiguous; "" while nobody looked."""

    class Meta:
        model = Statement
        fields = (
            "text",
            "form",
            "kind",
            "speaker",
            "said_on",
            "source_name",
            "source_url",
            "original",
            "original_language",
            "exact",
            "prefix",
            "suffix",
        )
        widgets = {"text": rows(2), "original": rows(2), "exact": rows(2), "said_on": DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("instance") is None:
            # All but what was really said is reported: verbatim is chosen on purpose.
            kwargs["initial"] = {"form": Statement.Form.REPORTED} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    @property
    def headline(self) -> str:
        return self.shown("text")

    @property
    def more(self) -> str:
        return self.shown("speaker")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        typed = {"exact", "text"} & set(self.changed_data)
        if typed and values.get("exact") == values.get("text"):
            values["exact"] = ""
        return values


class StatementRows(RowSet):
    def call(self, number: int) -> str:
        return _("statement %(number)s") % {"number": number}


STATEMENTS = row_set(StatementRow, StatementRows)
