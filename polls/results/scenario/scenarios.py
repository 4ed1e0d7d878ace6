"""A weighted scenario: the figures if readers were composed like the audience of the paper.

It answers "would it look different?", and no more: weights mend only what the profile items know,
never that those who answer chose to. Hence no margin of error, no headline, no picture, and always
the raw figures of the same readers beside it (`docs/weighting.md`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import fsum

from polls.models import Edition, Item, Question

from ..erasure import erased_since
from ..queries import Results
from .base import LEAST_EFFICIENCY, Base
from .figures import Reason, Scenario
from .items import scenario_item
from .queries import EVERYBODY, Group, Shares, audience_shares, groups

__all__ = ["Scenario", "can_be_margin", "scenario", "scenario_counted", "wrong_shares"]

OFF_HUNDRED = 0.5  # percent: what rounding may leave


def scenario(edition: Edition, figures: Results) -> Scenario:
    """The scenario of an edition, or the reasons why there is none.

    No query without profile items, one without shares, else three, of which the last reads the
    responses once for each item: keep the answer. Two looks a moment apart could show what one
    reader answered, so it may be made anew only in steps of several answers: the caller's affair.
    """
    survey = edition.survey
    day = survey.audience_date.isoformat() if survey.audience_date else ""
    empty = Scenario(survey.audience_source, day, (Reason("no_margins"),))
    profile = [item for item in edition.questionnaire.counted if can_be_margin(item)]
    shares = audience_shares(survey.pk) if profile else {}
    used = [item for item in profile if item.key in shares]
    if not used:
        return empty
    sourced = () if empty.source and empty.date else (Reason("no_source"),)
    if wrong := (*sourced, *wrong_shares(used, shares)):
        return replace(empty, reasons=wrong)
    if erased_since(survey.pk):
        return replace(empty, reasons=(Reason("erased"),))
    items = [item for item in edition.questionnaire.counted if not item.profile]
    found = groups(edition, used, items)
    base = Base(used, shares, found.pop(EVERYBODY, []))
    return scenario_counted(empty, base, figures, found, survey.minimum_group)


def scenario_counted(
    empty: Scenario,
    base: Base,
    figures: Results,
    found: Mapping[str, Sequence[Group]],
    smallest: int,
) -> Scenario:
    """The same of answers that are counted already: nothing is read.

    `empty` says where the shares are from, `found` has the groups of each item's key.
    """
    told = _told(base, empty, smallest)
    return told if told.reasons else _with_items(told, base, figures, found, smallest)


def can_be_margin(item: Item) -> bool:
    """Whether its choices divide the readers: one who chose several would be in several cells."""
    return item.profile and item.kind in (Question.Kind.SCALE, Question.Kind.SINGLE)


def wrong_shares(items: Sequence[Item], shares: Shares) -> Iterator[Reason]:
    """What is wrong with the shares of items that have some: to be mended by the editor."""
    for item in items:
        if not _is_complete(item, shares[item.key]):
            yield Reason("incomplete", item.wording)
        elif abs(fsum(shares[item.key].values()) - 100) > OFF_HUNDRED:
            yield Reason("not_hundred", item.wording)


def _is_complete(item: Item, given: Mapping[str, float]) -> bool:
    """Whether all choices have a share but the one that says nothing ("I prefer not to say")."""
    missing = [option for option in item.options if option.key not in given]
    if item.kind == Question.Kind.SCALE:
        return all(item.is_no_opinion(option) for option in missing)
    return len(missing) <= 1


def _told(base: Base, empty: Scenario, smallest_group: int) -> Scenario:
    """Who is in the base, what became of weighting it, and why it is not shown, if it isn't."""
    counted = replace(empty, n=base.n, respondents=base.respondents, margins=base.margins())
    if hindrances := tuple(base.hindrances(smallest_group)):
        return replace(counted, reasons=hindrances)
    weights = base.weights
    efficiency = weights.effective / base.n
    reasons = [] if weights.converged else [Reason("not_converged")]
    if efficiency < LEAST_EFFICIENCY:
        reasons.append(Reason("inefficient"))
    return replace(
        counted,
        reasons=tuple(reasons),
        effective=weights.effective,
        efficiency=efficiency,
        converged=weights.converged,
        iterations=weights.iterations,
        deviation=weights.deviation,
        lightest=weights.lightest,
        heaviest=weights.heaviest,
        trimmed=weights.trimmed,
    )


def _with_items(
    told: Scenario,
    base: Base,
    figures: Results,
    found: Mapping[str, Sequence[Group]],
    smallest: int,
) -> Scenario:
    weights = dict(zip(base.cells, base.weights.of_cells, strict=True))
    opinions = [item for item in figures.items if not item.profile]
    items = (
        scenario_item(base, weights, item, found.get(item.key, ()), smallest) for item in opinions
    )
    return replace(told, items=tuple(items))
