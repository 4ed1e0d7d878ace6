"""Rows of one kind that can be added, ordered and removed: statements, and questions."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseFormSet, formset_factory

from .forms import Part


class RowSet(BaseFormSet):
    """A formset over rows that may be gone meanwhile: what was typed in one is then a new row.

    `instances` are the stored rows in their order. Each form says in `pk` which one it was.
    """

    def __init__(self, data: Any, *, prefix: str, instances: Sequence[Model], **given: Any) -> None:
        self.instances = list(instances)
        self.by_pk = {str(row.pk): row for row in instances}
        self.given = given
        super().__init__(data, prefix=prefix, initial=[{} for _row in instances])

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**self.given, "instance": self._instance(index)}

    def _instance(self, index: int | None) -> Model | None:
        if index is None:
            return None
        if self.is_bound:
            return self.by_pk.get(self.data.get(f"{self.add_prefix(index)}-pk", ""))
        return self.instances[index] if index < len(self.instances) else None

    @property
    def in_order(self) -> list[Any]:
        """The forms as the page shows them: in the order that was asked for."""
        return sorted(self.forms, key=_place)

    @property
    def kept(self) -> list[Any]:
        """Of a valid set, the forms to be stored, in their order."""
        return list(self.ordered_forms)

    def named(self) -> list[tuple[Any, str]]:
        """The forms that are neither removed nor empty, in their order, as the page calls them."""
        shown = [form for form in self.in_order if not form.is_blank and not form.is_removed]
        return [(form, self.call(number)) for number, form in enumerate(shown, start=1)]

    def call(self, number: int) -> str:
        raise NotImplementedError

    def mistake(self, form: Any, field: str, message: str) -> None:
        """Name at its field what only shows beside other rows."""
        form.add_error(field, ValidationError(message))

    def staying(self) -> list[Any]:
        """The forms that are valid by themselves and neither removed nor empty."""
        return [
            form
            for form in self.forms
            if form.is_valid() and not form.is_blank and not form.is_removed
        ]


def _place(form: Any) -> tuple[bool, float]:
    try:
        return False, float(form["ORDER"].value())
    except (TypeError, ValueError):
        return True, 0


class Row(Part):
    """One row's form. An index that the page sent nothing of is a row that isn't there."""

    def has_changed(self) -> bool:
        is_sent = not self.is_bound or f"{self.prefix}-pk" in self.data
        return is_sent and super().has_changed()

    def _get_validation_exclusions(self) -> set[str]:
        """No column: the fields check their values, and the set what rows do to each other. The
        constraints would each ask the database, row by row, at every preview."""
        return {column.name for column in self._meta.model._meta.concrete_fields}

    @property
    def at(self) -> str:
        """The prefix of its fields, as templates call it: a statement has a field of that name."""
        return str(self.prefix)

    @property
    def is_blank(self) -> bool:
        """An extra row that nothing was typed into."""
        return self.instance.pk is None and not (self.is_bound and self.has_changed())

    @property
    def is_removed(self) -> bool:
        return bool(self["DELETE"].value())

    @property
    def is_wrong(self) -> bool:
        return self.is_bound and bool(self.errors) and not self.is_removed

    def shown(self, name: str) -> str:
        """A field's value as the row's headline names it."""
        value = self[name].value()
        options = getattr(self.fields[name], "choices", ())
        return str(dict(options).get(value, value or ""))


def row_set(form: type[Row], base: type[RowSet]) -> type[RowSet]:
    made: type[RowSet] = formset_factory(  # type: ignore[assignment]
        form, formset=base, extra=1, can_delete=True, can_order=True
    )
    return made
