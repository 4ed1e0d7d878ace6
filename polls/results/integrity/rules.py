"""The rules that flag: name, version, threshold, and what a person is told about each.

`docs/integrity.md` gives the reasons. A survey keeps the versions and thresholds that held when
it was published; who changes a rule, or a number in `patterns`, adds a version and leaves the old
one in RULES: a survey that holds to a version that isn't there goes without the rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from django.utils.translation import gettext_lazy as _

from polls.models import FlagGroup, Survey

from . import finders, patterns
from .finders import Found

Name = FlagGroup.Rule
Thresholds: TypeAlias = dict[str, dict[str, float]]
"""By rule: {"version": 1, "threshold": 3}, as `Survey.integrity` stores them."""


@dataclass(frozen=True)
class Rule:
    """One version of a rule. `find` returns the groups whose score reaches the threshold.

    `measure` says what a score counts, and so how it is printed. A score reaches the threshold
    from below, but that of `seconds` from above.
    """

    name: str
    version: int
    threshold: float
    measure: Literal["responses", "share", "times", "items", "seconds"]
    find: Callable[[Survey, float, datetime | None], list[Found]]
    text: Any
    numbers: Mapping[str, int]

    @property
    def description(self) -> str:
        """What it looks for and what else looks like that, in the active language."""
        return str(self.text) % self.numbers


RULES = (
    Rule(
        Name.REPEAT,
        version=1,
        threshold=3,
        measure="responses",
        find=finders.repeats,
        text=_(
            "Responses from one network address and one kind of browser on one day, which in"
            " addition are alike (%(alike)d of 100 answers the same, of at least %(items)d), or"
            " short and exactly the same (%(same)d of them), or followed one another within"
            " %(gap)d seconds. The address alone says nothing: an office, a school or a mobile"
            " network lends one to many people. The score is the number of responses."
        ),
        numbers={
            "alike": round(patterns.ALIKE_SHARE * 100),
            "items": patterns.ALIKE_ITEMS,
            "same": patterns.SHORT_SAME,
            "gap": int(patterns.RUN_GAP.total_seconds()),
        },
    ),
    Rule(
        Name.CONCENTRATION,
        version=1,
        threshold=0.05,
        measure="share",
        find=finders.concentrations,
        text=_(
            "Neighbouring network addresses from which a large part of a day’s responses came (at"
            " least %(fewest)d). A hosting company looks like that, and so do a campus, a large"
            " employer and a mobile network: look at the hours. The score is the share of the"
            " day’s responses."
        ),
        numbers={"fewest": finders.FEWEST_OF_A_NETWORK},
    ),
    Rule(
        Name.BURST,
        version=1,
        threshold=4,
        measure="times",
        find=finders.bursts,
        text=_(
            "Ten minutes with far more responses than usual in the two hours before and in the two"
            " hours after, and at least %(fewest)d. A link on a front page lifts what follows too,"
            " and isn’t found. Honest readers answer during a burst as well: a score of ten says"
            " that about one in ten would have come anyway. The score is how many times the usual"
            " number came."
        ),
        numbers={"fewest": patterns.FEWEST},
    ),
    Rule(
        Name.SAME_TEXT,
        version=1,
        threshold=3,
        measure="responses",
        find=finders.same_texts,
        text=_(
            "The same free text, but for capitals, accents, blanks and punctuation, with at least"
            " %(letters)d letters. People who copy a text that was passed around look like that:"
            " each of them may be a reader. The score is the number of responses."
        ),
        numbers={"letters": patterns.LETTERS},
    ),
    Rule(
        Name.STRAIGHT_LINE,
        version=1,
        threshold=8,
        measure="items",
        find=finders.straight_lines,
        text=_(
            "The same point on every scale that was answered, on a day. A firm opinion looks like"
            " that, at the ends of a scale above all: of itself it is no reason to set anything"
            " aside. The score is the number of items of the longest."
        ),
        numbers={},
    ),
    Rule(
        Name.SPEED,
        version=1,
        threshold=2,
        measure="seconds",
        find=finders.speeds,
        text=_(
            "Sent, on a day, in fewer seconds per answered item than reading and choosing takes."
            " The page’s own script reports the seconds: a program can claim any number or none."
            " The score is the seconds per item of the fastest."
        ),
        numbers={},
    ),
    Rule(
        Name.TRAP,
        version=1,
        threshold=1,
        measure="responses",
        find=finders.suspicious,
        text=_(
            "Sent, on a day, as programs send: a field was filled that nobody sees, or the form’s"
            " time stamp was wrong or a second old, or very many answers came from one network."
            " A browser’s extension may fill that field, a form that was kept open for days has an"
            " old stamp, and a lecture hall is one network. The score is the number of responses."
        ),
        numbers={},
    ),
)

BY_VERSION = {(rule.name, rule.version): rule for rule in RULES}


def rule_of(name: str, version: int) -> Rule:
    """The rule as it was in that version. Raises KeyError for one that was taken out of RULES."""
    return BY_VERSION[name, version]


def thresholds(survey: Survey) -> Thresholds:
    """What holds for a survey: fixed at its publication, or today's for one published before."""
    newest: Thresholds = {
        str(rule.name): {"version": rule.version, "threshold": rule.threshold}
        for rule in sorted(RULES, key=lambda rule: rule.version)
    }
    return survey.integrity or newest


def fix_thresholds(survey: Survey) -> Thresholds:
    """What to store when a survey is published, so that no later change of the code moves it."""
    return thresholds(survey)


def rules_for(survey: Survey) -> list[tuple[Rule, float]]:
    """The rules of a survey with its own thresholds, in the order of RULES."""
    fixed = thresholds(survey)
    return [
        (rule, fixed[rule.name]["threshold"])
        for rule in RULES
        if rule.name in fixed and fixed[rule.name]["version"] == rule.version
    ]
