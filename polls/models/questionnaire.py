"""A survey's questions as plain values: what a form offers, a count counts, an export names."""

from dataclasses import dataclass
from functools import cached_property

from .questions import Question


@dataclass(frozen=True)
class Option:
    key: str
    label: str
    value: int | None


@dataclass(frozen=True)
class Item:
    """One question. `statement` is the number of the statement that it is about."""

    key: str
    kind: str
    wording: str
    hint: str
    required: bool
    statement: int | None
    aspect: str
    options: tuple[Option, ...]
    profile: bool = False

    @property
    def is_text(self) -> bool:
        return self.kind == Question.Kind.TEXT

    @property
    def is_multiple(self) -> bool:
        return self.kind == Question.Kind.MULTIPLE

    def is_no_opinion(self, option: Option) -> bool:
        """On a scale the choice without a value stands apart and is never averaged in."""
        return self.kind == Question.Kind.SCALE and option.value is None


@dataclass(frozen=True)
class Questionnaire:
    items: tuple[Item, ...]

    @cached_property
    def counted(self) -> tuple[Item, ...]:
        """The items that have choices, in the order of the questionnaire."""
        return tuple(item for item in self.items if not item.is_text)

    @cached_property
    def text(self) -> Item | None:
        return next((item for item in self.items if item.is_text), None)

    def about(self, statement: int) -> tuple[Item, ...]:
        return tuple(item for item in self.counted if item.statement == statement)


def read_questionnaire(survey_id: int) -> Questionnaire:
    """Read it, in two queries. Once published it can't change (`polls.composing.services`)."""
    questions = (
        Question.objects.filter(survey_id=survey_id)
        .select_related("statement")
        .prefetch_related("choices")
        .order_by("position", "pk")
    )
    return Questionnaire(tuple(map(_item, questions)))


def _item(question: Question) -> Item:
    options = sorted(question.choices.all(), key=lambda choice: (choice.position, choice.pk))
    return Item(
        key=question.key,
        kind=question.kind,
        wording=question.wording,
        hint=question.hint,
        required=question.required,
        statement=question.statement.number if question.statement else None,
        aspect=question.aspect,
        options=tuple(Option(choice.key, choice.label, choice.value) for choice in options),
        profile=question.profile,
    )
