"""Fairness in words and bars, for the newsroom's page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polls.lib.numbers import percent, whole

from .fairness import HIGH, LOW, MIDDLE, NONE, SILENT, Fairness, Group

NAMES = {
    LOW: _("Low on the scale"),
    MIDDLE: _("In the middle"),
    HIGH: _("High on the scale"),
    NONE: _("No opinion"),
    SILENT: _("Did not answer"),
}
# Below, a difference as large comes about by chance in fewer than one of twenty such periods.
SELDOM = 0.05


@dataclass(frozen=True)
class GroupFigure:
    name: str
    decided: str
    rejected: str
    share: str
    width: float
    """Of its bar, in percent."""


@dataclass(frozen=True)
class ScaleFigure:
    wording: str
    sentence: str
    groups: tuple[GroupFigure, ...]
    has_hidden: bool


def figures_of(scales: Iterable[Fairness]) -> list[ScaleFigure]:
    return [
        ScaleFigure(
            scale.wording,
            _sentence(scale),
            tuple(map(_group, scale.shown)),
            any(group.decided is None for group in scale.groups),
        )
        for scale in scales
    ]


def _group(group: Group) -> GroupFigure:
    if group.decided is None:
        return GroupFigure(str(NAMES[group.key]), "", "", "", 0)
    return GroupFigure(
        str(NAMES[group.key]),
        whole(group.decided),
        whole(group.rejected or 0),
        percent(group.share),
        round(100 * (group.share or 0), 2),
    )


def _sentence(scale: Fairness) -> str:
    if not any(group.decided for group in scale.groups):
        return gettext("Too few texts were decided on to be compared.")
    if scale.chance is None:
        return gettext("Low and high can’t be compared: too few texts were decided on.")
    by_key = {group.key: group for group in scale.groups}
    shares = {"low": percent(by_key[LOW].share), "high": percent(by_key[HIGH].share)}
    seen = gettext(
        "Rejected were %(low)s of the texts whose authors answered low, and %(high)s of those whose"
        " authors answered high."
    )
    return f"{seen % shares} {_chance(scale.chance)}"


def _chance(chance: float) -> str:
    if chance >= SELDOM:
        words = gettext(
            "Chance alone makes such a difference, or a larger one, %(times)s times in 100."
        )
    else:
        words = gettext(
            "Chance alone seldom makes such a difference (%(times)s times in 100). It may lie in"
            " the texts, or in how they are read: look at some of both."
        )
    return words % {"times": "<1" if chance < 0.01 else str(round(100 * chance))}
