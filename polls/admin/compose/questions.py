"""The rows of questions, with their choices as lines."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polls.admin.questions import check_profile
from polls.composing.choice_lines import Lines, as_lines, split_lines
from polls.models import Choice, Question

from .forms import rows
from .rows import Row, RowSet, row_set

LONGEST_LABEL = 120
LONGEST_ABOUT = 60  # characters of a statement, where it is chosen


def short(text: str, most: int) -> str:
    """Cut between two words, and seen to be cut; the script does the same."""
    cut = text[: most - 1]
    return text if len(text) <= most else f"{cut.rpartition(' ')[0] or cut}…"


class QuestionRow(Row):
    UNFINISHED = ("wording", "key")

    choices = forms.CharField(
        label=_("answers to choose from"),
        required=False,
        widget=rows(6),
        help_text=_("One a line, in their order. On a scale from the lowest to the highest."),
    )
    apart = forms.CharField(
        label=_("and apart from them"),
        required=False,
        max_length=LONGEST_LABEL,
        help_text=_("“Don’t know / no opinion”: stands apart and is never averaged in."),
    )
    about = forms.ChoiceField(label=_("about the statement"), required=False)

    class Meta:
        model = Question
        fields = ("wording", "kind", "required", "aspect", "hint", "key", "profile")
        widgets = {"wording": rows(2)}
        help_texts = {
            "hint": _("Below the question, in small print."),
            "key": _("The name of its column in exports. Empty: made from the wording."),
        }

    def __init__(self, *args: Any, about: dict[str, str], of: dict[int, str], **kwargs: Any):
        """`about` names the statements by the index of their row; `of` gives that of a pk."""
        question = kwargs.get("instance")
        self.before: list[Choice] = list(question.choices.all()) if question else []
        lines = as_lines(question.kind, self.before) if question else Lines()
        initial = {"about": of.get(question.statement_id, "")} if question else {}
        if lines:
            initial |= {"choices": "\n".join(lines.labels), "apart": lines.apart}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        offered = [(place, short(text, LONGEST_ABOUT)) for place, text in about.items()]
        self.fields["about"].choices = [("", _("the whole article")), *offered]  # type: ignore[attr-defined]
        if lines is None:  # its choices say more than lines can: they stay as they are
            del self.fields["choices"], self.fields["apart"]

    @property
    def headline(self) -> str:
        return self.shown("wording")

    @property
    def more(self) -> str:
        about = self.shown("about") if self["about"].value() else ""
        return " · ".join(filter(None, [self.shown("kind"), short(about, 50)]))

    def clean_choices(self) -> str:
        labels = split_lines(self.cleaned_data["choices"])
        if len(set(labels)) != len(labels):
            raise ValidationError(_("The same answer stands there twice."))
        if too_long := next((label for label in labels if len(label) > LONGEST_LABEL), None):
            raise ValidationError(
                _("An answer has at most %(most)s characters: %(label)s…"),
                params={"most": LONGEST_LABEL, "label": too_long[:40]},
            )
        return "\n".join(labels)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_profile(values.get("profile", False), values.get("kind"), values.get("about"))
        if values.get("apart") and values["apart"] in split_lines(values.get("choices", "")):
            self.add_error("apart", _("The same answer stands there twice."))
        return values

    @property
    def lines(self) -> Lines | None:
        """The choices to store; None: as they are."""
        if "choices" not in self.fields:
            return None
        if self.cleaned_data["kind"] == Question.Kind.TEXT:
            return Lines()
        if self.instance.pk and not {"choices", "apart", "kind"} & set(self.changed_data):
            return None
        labels = split_lines(self.cleaned_data["choices"])
        return Lines(labels, self.cleaned_data["apart"])


class QuestionRows(RowSet):
    """Names what two rows do to each other; the database would only refuse them."""

    def call(self, number: int) -> str:
        return gettext("question %(number)s") % {"number": number}

    def clean(self) -> None:
        seen: dict[Any, str] = {}
        for form in self.staying():
            values = form.cleaned_data
            for place, field, message in (
                (values["key"] and ("key", values["key"]), "key", _("Another question has it.")),
                (
                    values["about"] and (values["about"], values["aspect"]),
                    "aspect",
                    _("A statement has one question for each aspect at most."),
                ),
                (
                    values["kind"] == Question.Kind.TEXT and "text",
                    "kind",
                    _("A survey has one free text at most."),
                ),
            ):
                if place and place in seen:
                    self.mistake(form, field, str(message))
                elif place:
                    seen[place] = field


QUESTIONS = row_set(QuestionRow, QuestionRows)
