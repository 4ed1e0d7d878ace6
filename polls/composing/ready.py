"""Ready-made questions to pick from, worded in the language that is active.

An ellipsis stands where an editor says what the question is about. The labels are worded so that
they agree with it whatever it is (`polls.composing.scales`, for those that judge statements).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from polls.models import Question

from .profile import SILENT, ready_items
from .scales import KEYS, ON_THE_WHOLE, PER_STATEMENT, Aspect

Each = Literal["", "statement", "claim"]
Kind = Question.Kind


@dataclass(frozen=True)
class Ready:
    """One question of the menu. `each`: it is asked once for every statement, or every claim."""

    group: str
    name: str
    kind: str
    wording: str = ""
    labels: tuple[str, ...] = ()
    apart: str = ""
    key: str = ""
    aspect: str = ""
    required: bool = False
    profile: bool = False
    each: Each = ""
    standard: bool = False
    """Whether it is one of the standard items (`polls.composing.scales`)."""


def ready_made() -> list[Ready]:
    """The menu, in its order."""
    return [*_standard(), *_scales(), *_choices(), *_text(), *_profile()]


def ready_keys(question: str) -> dict[str, str]:
    """The keys that the ready-made choices of a question have everywhere, by their labels."""
    return {
        label: key
        for name, _wording, choices in ready_items()
        for key, label in [*choices, (SILENT, _("I’d rather not say"))]
        if name == question
    }


def _standard() -> Iterator[Ready]:
    apart = _("Don’t know / no opinion")
    names = {
        Aspect.CREDIBILITY: (_("Credible on the whole"), _("Each claim: credible?")),
        Aspect.RELEVANCE: (_("Relevant on the whole"), _("Each statement: relevant?")),
    }
    for scales, each in ((ON_THE_WHOLE, False), (PER_STATEMENT, True)):
        for scale in scales:
            aspect = Aspect(scale.aspect)
            asked: Each = "claim" if aspect == Aspect.CREDIBILITY else "statement"
            yield Ready(
                group=_("On the statements"),
                name=names[aspect][each],
                kind=Kind.SCALE,
                wording=scale.wording(),
                labels=tuple(scale.labels()),
                apart=apart,
                key="" if each else KEYS[aspect],
                aspect=aspect.value,
                required=not each,
                each=asked if each else "",
                standard=True,
            )


def _scales() -> Iterator[Ready]:
    usual = Ready(group=_("Scales"), name="", kind=Kind.SCALE, apart=_("Don’t know / no opinion"))
    yield replace(
        usual,
        name=_("Agreement"),
        wording=_("Do you agree that …?"),
        labels=(
            _("Not at all"),
            _("Rather not"),
            _("Neither yes nor no"),
            _("Rather yes"),
            _("Entirely"),
        ),
    )
    yield replace(
        usual,
        name=_("Importance"),
        wording=_("How important is … to you?"),
        labels=(
            _("Not at all important"),
            _("Not very important"),
            _("Moderately important"),
            _("Very important"),
            _("Extremely important"),
        ),
    )
    yield replace(
        usual,
        name=_("Trust"),
        wording=_("How much do you trust …?"),
        labels=(
            _("No trust at all"),
            _("Little trust"),
            _("Moderate trust"),
            _("Quite a lot of trust"),
            _("Complete trust"),
        ),
    )
    yield replace(
        usual,
        name=_("Likelihood"),
        wording=_("How likely is it that …?"),
        labels=(
            _("Very unlikely"),
            _("Rather unlikely"),
            _("As likely as not"),
            _("Rather likely"),
            _("Very likely"),
        ),
    )


def _choices() -> Iterator[Ready]:
    usual = Ready(
        group=pgettext("kinds of questions", "Choices and texts"), name="", kind=Kind.SINGLE
    )
    yes_no = (pgettext("answer", "Yes"), pgettext("answer", "No"))
    yield replace(usual, name=_("Yes or no"), labels=yes_no)
    yield replace(
        usual, name=_("Yes, no, don’t know"), labels=yes_no, apart=pgettext("answer", "Don’t know")
    )
    yield replace(usual, name=_("One of several answers"))
    yield replace(usual, name=_("Several answers at once"), kind=Kind.MULTIPLE)


def _text() -> Iterator[Ready]:
    yield Ready(
        group=pgettext("kinds of questions", "Choices and texts"),
        name=_("Free text"),
        kind=Kind.TEXT,
        wording=_("What do you think about it?"),
        key="opinion",
        standard=True,
    )


def _profile() -> Iterator[Ready]:
    names = {"age": _("Age"), "follows": _("Interest in the subject")}
    for key, wording, choices in ready_items():
        yield Ready(
            group=_("About the reader"),
            name=names.get(key, wording),
            kind=Kind.SINGLE,
            wording=wording,
            labels=tuple(label for _key, label in choices),
            apart=_("I’d rather not say"),
            key=key,
            profile=True,
        )
