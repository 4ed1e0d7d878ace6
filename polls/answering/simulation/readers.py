"""Simulated readers: two hidden traits give each one's answers, so that items go together.

Who trusts the speaker finds the statements credible, who is interested finds them relevant and
rates more of them; each item has an inclination of its own. Any questionnaire can be answered.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from polls.models import Answers, Edition, Item, Question

from .phrases import Stance
from .texts import compose, phrases_of

Answer: TypeAlias = str | list[str]

ANSWERS_OPTIONAL, WRITES, PUBLISHES, SHOWS_RATINGS = 0.9, 0.3, 0.85, 0.5


@dataclass(frozen=True)
class Traits:
    trust: float
    interest: float

    @property
    def stance(self) -> Stance:
        if abs(self.trust) < 0.4:
            return "wavers"
        return "doubts" if self.trust < 0 else "trusts"


@dataclass(frozen=True)
class Inclination:
    """How readers as a whole take an item: the same in every simulation, whatever its seed."""

    item: Item
    offset: float
    points: tuple[str, ...]
    apart: tuple[str, ...]
    # Per choice: how much it is liked, and how much more by those who trust.
    likings: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class SimulatedReader:
    answers: Answers
    text: str
    may_publish: bool
    show_ratings: bool
    # Where in the order of arrival, 0 to 1.
    place: float


def readers(edition: Edition, number: int, seed: int) -> Iterator[SimulatedReader]:
    """`number` readers, one at a time, the same for the same seed and questionnaire."""
    random = Random(seed)  # noqa: S311  (a simulation must be repeatable)
    inclinations = [_inclination(item) for item in edition.questionnaire.counted]
    for index in range(number):
        traits = _traits(random)
        answers = _answers(random, traits, inclinations)
        text = _text(random, traits, edition)
        may_publish = bool(text) and random.random() < PUBLISHES
        show_ratings = may_publish and random.random() < SHOWS_RATINGS
        place = (index + random.random()) / number
        yield SimulatedReader(answers, text, may_publish, show_ratings, place)


def _traits(random: Random) -> Traits:
    trust = random.gauss(-0.2, 1)
    return Traits(trust, 0.3 * trust + random.gauss(0.2, 0.95))


def _inclination(item: Item) -> Inclination:
    random = Random(item.key)  # noqa: S311
    points = [option for option in item.options if option.value is not None]
    return Inclination(
        item=item,
        offset=random.gauss(0, 0.6),
        points=tuple(option.key for option in sorted(points, key=lambda point: point.value or 0)),
        apart=tuple(option.key for option in item.options if option.value is None),
        likings=tuple((random.gauss(0, 0.8), random.gauss(0, 0.6)) for _ in item.options),
    )


def _answers(random: Random, traits: Traits, inclinations: list[Inclination]) -> Answers:
    # A third to a half of the readers rate a statement; the interested rate more of them.
    diligence = _logistic(0.5 * traits.interest - 0.45)
    rated: dict[int, bool] = {}
    answers: Answers = {}
    for inclination in inclinations:
        item = inclination.item
        if item.statement is not None and item.statement not in rated:
            rated[item.statement] = random.random() < diligence
        reached = item.statement is None or rated[item.statement]
        if not item.required and not (reached and random.random() < ANSWERS_OPTIONAL):
            continue
        if answer := ANSWERS[item.kind](random, traits, inclination):
            answers[item.key] = answer
    return answers


def _scale(random: Random, traits: Traits, inclination: Inclination) -> Answer:
    without = _logistic(-2.4 - 0.5 * traits.interest)
    if inclination.apart and (not inclination.points or random.random() < without):
        return random.choice(inclination.apart)
    lean = inclination.offset + _lean(traits, inclination.item) + random.gauss(0, 0.7)
    last = len(inclination.points) - 1
    return inclination.points[min(int(_logistic(1.2 * lean) * (last + 1)), last)]


def _lean(traits: Traits, item: Item) -> float:
    if item.aspect == Question.Aspect.CREDIBILITY:
        return traits.trust
    if item.aspect == Question.Aspect.RELEVANCE:
        return 0.3 * traits.trust + 0.8 * traits.interest
    return 0.5 * traits.trust + 0.3 * traits.interest


def _single(random: Random, traits: Traits, inclination: Inclination) -> Answer:
    weights = [math.exp(liking + slope * traits.trust) for liking, slope in inclination.likings]
    keys = [option.key for option in inclination.item.options]
    return random.choices(keys, weights)[0]


def _multiple(random: Random, traits: Traits, inclination: Inclination) -> Answer:
    """In the order of the questionnaire; a required item gets at least one choice."""
    chosen = [
        option.key
        for option, (liking, slope) in zip(
            inclination.item.options, inclination.likings, strict=True
        )
        if random.random() < _logistic(liking + slope * traits.trust - 0.3)
    ]
    if not chosen and inclination.item.required:
        chosen = [random.choice(inclination.item.options).key]
    return chosen


ANSWERS: Mapping[str, Callable[[Random, Traits, Inclination], Answer]] = {
    Question.Kind.SCALE: _scale,
    Question.Kind.SINGLE: _single,
    Question.Kind.MULTIPLE: _multiple,
}


def _text(random: Random, traits: Traits, edition: Edition) -> str:
    item = edition.questionnaire.text
    if item is None or not (item.required or random.random() < WRITES):
        return ""
    speakers = sorted({statement.speaker for statement in edition.statements})
    return compose(random, phrases_of(edition.article.language), traits.stance, speakers)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
