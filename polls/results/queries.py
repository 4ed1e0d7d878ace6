"""What readers answered, as figures: one set of frozen values for the page, the API and the rest.

Figures come from the tallies, so a results page costs the same at a million responses as at ten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Sum
from django.utils import timezone

from polls.models import Edition, FlagGroup, Item, Opinion, Option, Questionnaire, Survey

from . import tallies
from .identity import IdentityCard, identity_card, tells_raw
from .statistics import median_value, share

PER_PAGE = 20


@dataclass(frozen=True)
class ChoiceCount:
    """One choice with its count.

    `share` is of those who gave an opinion on a scale, and of those who answered otherwise;
    None for "no opinion", which has no part in that base, and where nobody gave one.
    `share_of_all` is of all respondents. Both between 0 and 1.
    """

    key: str
    label: str
    value: int | None
    count: int
    share: float | None
    share_of_all: float | None


@dataclass(frozen=True)
class ItemResult:
    """One item in full: those with an opinion, those without, and those who didn't answer."""

    key: str
    kind: str
    wording: str
    statement: int | None
    aspect: str
    choices: tuple[ChoiceCount, ...]
    answered: int
    with_opinion: int
    not_answered: int
    profile: bool = False

    @property
    def no_opinion(self) -> int:
        return self.answered - self.with_opinion

    @property
    def share_answered(self) -> float | None:
        return share(self.answered, self.answered + self.not_answered)

    @property
    def share_not_answered(self) -> float | None:
        return share(self.not_answered, self.answered + self.not_answered)

    @cached_property
    def points(self) -> tuple[ChoiceCount, ...]:
        """The points of a scale, in its order; without "no opinion"."""
        return tuple(choice for choice in self.choices if choice.value is not None)

    @cached_property
    def sides(self) -> tuple[float, float, float] | None:
        """Shares below, on and above the middle of the scale; None without an opinion."""
        if not self.with_opinion or not self.points:
            return None
        values = [point.value for point in self.points if point.value is not None]
        middle = (min(values) + max(values)) / 2
        counts = [0, 0, 0]
        for point, value in zip(self.points, values, strict=True):
            counts[(value > middle) - (value < middle) + 1] += point.count
        below, on, above = (count / self.with_opinion for count in counts)
        return below, on, above

    @cached_property
    def median(self) -> ChoiceCount | None:
        """The point that half of those with an opinion don't exceed (`statistics`)."""
        value = median_value({p.value: p.count for p in self.points if p.value is not None})
        return next((point for point in self.points if point.value == value), None)

    @cached_property
    def mean(self) -> float | None:
        """The mean of the scale's values; never shown alone, an ordinal scale has no distances."""
        total = sum(p.value * p.count for p in self.points if p.value is not None)
        return total / self.with_opinion if self.points and self.with_opinion else None


@dataclass(frozen=True)
class SetAside:
    """How many responses a person has set aside by one rule; one may be in several rules."""

    rule: str
    version: int
    count: int


@dataclass(frozen=True)
class Results:
    """All figures of one edition at one moment.

    `items` are the adjusted figures, without what was set aside, and what every headline and
    picture shows; `raw` are those of everything received, and equal where nothing was. There are
    none where so few were set aside that the difference would tell how they answered.
    """

    slug: str
    edition: int
    language: str
    question: str
    respondents: int
    items: tuple[ItemResult, ...]
    raw: tuple[ItemResult, ...]
    set_aside: tuple[SetAside, ...]
    identity: IdentityCard
    at: datetime

    @property
    def received(self) -> int:
        return self.identity.received

    @property
    def simulated(self) -> bool:
        return self.identity.simulated

    def raw_of(self, item: ItemResult) -> ItemResult | None:
        """The same item with everything received; None where that may not be told."""
        return next((raw for raw in self.raw if raw.key == item.key), None)

    def find(self, key: str) -> ItemResult | None:
        return next((item for item in self.items if item.key == key), None)

    @cached_property
    def on_the_whole(self) -> tuple[ItemResult, ...]:
        return tuple(item for item in self.items if item.statement is None and not item.profile)

    @cached_property
    def profile(self) -> tuple[ItemResult, ...]:
        """The items about the reader, which are no opinions."""
        return tuple(item for item in self.items if item.profile)

    def about(self, statement: int) -> tuple[ItemResult, ...]:
        return tuple(item for item in self.items if item.statement == statement)


def results(edition: Edition) -> Results:
    """The figures as the tallies stand, in two queries, three where answers were set aside.

    Whether simulated readers are among them is read after the counts: the edition may be some
    seconds old, and no figure of theirs may stand without its label.
    """
    standing = tallies.standing(edition.survey.pk)
    simulated = Survey.objects.filter(pk=edition.survey.pk, simulated=True).exists()
    card = identity_card(edition, standing, simulated=simulated)
    adjusted = items_of(edition, standing.counted)
    return Results(
        slug=edition.article.slug,
        edition=edition.survey.edition,
        language=edition.article.language,
        question=edition.survey.question,
        respondents=card.counted,
        items=adjusted,
        raw=items_of(edition, standing.raw) if tells_raw(edition, card.set_aside) else (),
        set_aside=_set_aside(edition.survey) if card.set_aside else (),
        identity=card,
        at=timezone.now(),
    )


def _set_aside(survey: Survey) -> tuple[SetAside, ...]:
    groups = FlagGroup.objects.filter(survey=survey, set_aside__gt=0).order_by("rule", "version")
    counts = groups.values_list("rule", "version").annotate(Sum("set_aside"))
    return tuple(SetAside(rule, version, count) for rule, version, count in counts)


def items_of(edition: Edition, counts: tallies.Counts) -> tuple[ItemResult, ...]:
    respondents = counts.get(tallies.RESPONDENTS, 0)
    return tuple(_item(item, counts, respondents) for item in edition.questionnaire.counted)


def _item(item: Item, counts: Mapping[tuple[str, str], int], respondents: int) -> ItemResult:
    given = {option.key: counts.get((item.key, option.key), 0) for option in item.options}
    answered = counts.get((item.key, ""), 0) if item.is_multiple else sum(given.values())
    apart = sum(given[option.key] for option in item.options if item.is_no_opinion(option))
    with_opinion = answered - apart

    def choice(option: Option) -> ChoiceCount:
        count = given[option.key]
        base = None if item.is_no_opinion(option) else share(count, with_opinion)
        return ChoiceCount(
            option.key, option.label, option.value, count, base, share(count, respondents)
        )

    return ItemResult(
        key=item.key,
        kind=item.kind,
        wording=item.wording,
        statement=item.statement,
        aspect=item.aspect,
        choices=tuple(map(choice, item.options)),
        answered=answered,
        with_opinion=with_opinion,
        not_answered=respondents - answered,
        profile=item.profile,
    )


@dataclass(frozen=True)
class PublishedOpinion:
    """A text that readers see. `ratings`: its author's opinions on the whole, if agreed."""

    id: str
    text: str
    ratings: tuple[str, ...]


@dataclass(frozen=True)
class OpinionPage:
    opinions: tuple[PublishedOpinion, ...]
    number: int
    has_next: bool


def opinions(edition: Edition, *, page: int = 1) -> OpinionPage:
    """A page of published opinions in their stable random order: one query, no count."""
    found = Opinion.objects.published().filter(survey=edition.survey).order_by("shuffle", "pk")
    start = (page - 1) * PER_PAGE
    rows = list(found.select_related("response")[start : start + PER_PAGE + 1])
    seen = tuple(_opinion(row, edition.questionnaire) for row in rows[:PER_PAGE])
    return OpinionPage(seen, page, has_next=len(rows) > PER_PAGE)


def _opinion(opinion: Opinion, questionnaire: Questionnaire) -> PublishedOpinion:
    ratings: list[str] = []
    if opinion.show_ratings and opinion.response:
        for item in questionnaire.counted:
            given = opinion.response.answers.get(item.key)
            if item.statement is None and item.aspect and not item.profile:
                ratings += [
                    option.label
                    for option in item.options
                    if option.key == given and not item.is_no_opinion(option)
                ]
    return PublishedOpinion(str(opinion.public_id), opinion.text, tuple(ratings))
