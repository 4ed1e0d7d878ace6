"""Who answers: honest readers with plausible networks, a script, and one campus.

Everything follows from the seed. The networks are invented names: pseudonyms of the day are made
of them as `polls.answering.traces` makes them of addresses.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Literal, TypeAlias

from polls.answering.simulation.readers import SimulatedReader, readers
from polls.answering.simulation.times import moments
from polls.models import Answers, Edition, Question

Role: TypeAlias = Literal["script", "honest", "campus"]

OPENS = datetime(2025, 1, 23, 6, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=2)
FRONT_PAGE = datetime(2025, 1, 24, 11, 5, tzinfo=UTC)
ATTACK = datetime(2025, 1, 24, 14, 20, tzinfo=UTC)
CAMPUS = datetime(2025, 1, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)

FAMILIES = {
    "home": {"Chrome": 48, "Safari": 22, "Firefox": 16, "Edg": 10, "other": 4},
    "mobile": {"Safari": 42, "Chrome": 42, "SamsungBrowser": 10, "Firefox": 6},
    "office": {"Chrome": 50, "Edg": 40, "Firefox": 10},
    "relay": {"Safari": 100},
    "campus": {"Chrome": 45, "Safari": 30, "Firefox": 18, "Edg": 7},
    "script": {"Chrome": 70, "other": 30},
}
NETWORKS = {"home": 55, "mobile": 32, "office": 8, "relay": 5}
SLOGANS = (
    "Ces déclarations sont une honte, et votre journal ferait mieux de ne pas les relayer.",
    "Personne ne croit plus un mot de tout cela, il faut le dire une bonne fois.",
    "On nous ment depuis le début sur cet argent : il n’existe pas, tout simplement.",
)


@dataclass(frozen=True)
class Network:
    address: str
    block: str
    family: str

    def key(self, at: datetime) -> str:
        return _pseudonym(f"{at.date()}|{self.address}|{self.family}")

    def block_key(self, at: datetime) -> str:
        return _pseudonym(f"{at.date()}|{self.block}")


def _pseudonym(value: str) -> str:
    return sha256(value.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Person:
    role: Role
    at: datetime
    network: Network
    answers: Answers
    text: str
    seconds: int | None


def people(edition: Edition, *, scale: int, seed: int, patient: bool) -> list[Person]:
    """5,000 honest readers, 1,000 from a script and 300 from a campus, times `scale`, by time."""
    random = Random(seed)  # noqa: S311  (an attack must be repeatable)
    found = [
        *_honest(random, readers(edition, 5000 * scale, seed), scale),
        *(_patient_script if patient else _script)(random, edition, 1000 * scale),
        *_campus(random, readers(edition, 300 * scale, seed + 1)),
    ]
    return sorted(found, key=lambda person: person.at)


def _honest(random: Random, sent: Iterator[SimulatedReader], scale: int) -> Iterator[Person]:
    """Evening peaks, one link on a front page, offices by day; one in twenty skips the article."""
    when = moments(OPENS, CLOSES)
    for number, reader in enumerate(sent):
        kind = _one_of(random, NETWORKS)
        network = _network(random, kind, number, scale)
        at = _moment(random, kind, when, reader.place)
        yield Person("honest", at, network, reader.answers, reader.text, _seconds(random, reader))


def _moment(random: Random, kind: str, when: Callable[[float], datetime], place: float) -> datetime:
    if kind == "office":
        day = OPENS + timedelta(days=random.randrange(2))
        return day + 2 * HOUR + random.betavariate(2, 2) * 9 * HOUR
    if random.random() < 0.15:
        return min(FRONT_PAGE + random.expovariate(1) * HOUR, CLOSES - HOUR)
    return when(place)


def _network(random: Random, kind: str, number: int, scale: int) -> Network:
    """An own line, now and then shared by a household; or an address that many share."""
    family = _one_of(random, FAMILIES[kind])
    if kind == "home":
        line = number - number % 2 if random.random() < 0.1 else number
        return Network(f"home-{line}", f"home-block-{line % (1500 * scale)}", family)
    # Carriers put a few dozen of their readers behind each address; so do relays and offices.
    blocks, addresses = {"mobile": (12, 3), "office": (30, 1), "relay": (4, 12)}[kind]
    block = random.randrange(blocks * scale)
    return Network(f"{kind}-{block}-{random.randrange(addresses)}", f"{kind}-{block}", family)


def _seconds(random: Random, reader: SimulatedReader) -> int | None:
    """A few have no script. Most read for some minutes, some come back only to answer."""
    if random.random() < 0.04:
        return None
    reading = 0.0 if random.random() < 0.05 else random.lognormvariate(math.log(150), 0.7)
    choosing = sum(random.lognormvariate(math.log(5), 0.5) for _ in reader.answers)
    return round(3 + reading + choosing)


def _script(random: Random, edition: Edition, number: int) -> Iterator[Person]:
    """One hostile line with slight variations, mostly within forty minutes, the rest before."""
    for index in range(number):
        late = timedelta(minutes=40) * random.random()
        yield Person(
            "script",
            ATTACK + late if random.random() < 0.8 else ATTACK - 10 * HOUR * random.random(),
            _machine(random, index),
            _hostile(random, edition, stray=0.08),
            _slogan(random) if random.random() < 0.4 else "",
            _claimed(random),
        )


def _patient_script(random: Random, edition: Edition, number: int) -> Iterator[Person]:
    """What a careful hand would write: it knows the rules and keeps away from each of them."""
    when = moments(OPENS, CLOSES)
    for index in range(number):
        yield Person(
            "script",
            when(random.random()),
            Network(f"proxy-{index}", f"proxy-block-{index}", _one_of(random, FAMILIES["home"])),
            _hostile(random, edition, stray=0.4),
            "",
            random.randint(60, 240),
        )


def _machine(random: Random, index: int) -> Network:
    """Six in ten from three rented networks, the others each from an address of its own."""
    family = _one_of(random, FAMILIES["script"])
    if random.random() < 0.6:
        block = random.randrange(3)
        return Network(f"hosting-{block}-{random.randrange(4)}", f"hosting-{block}", family)
    return Network(f"proxy-{index}", f"proxy-block-{index}", family)


def _hostile(random: Random, edition: Edition, *, stray: float) -> Answers:
    """The lowest point on every scale, and the next one with the probability of `stray`."""
    answers: Answers = {}
    for item in edition.questionnaire.counted:
        if item.kind == Question.Kind.SCALE:
            points = sorted(
                (option.value, option.key) for option in item.options if option.value is not None
            )
            answers[item.key] = points[int(random.random() < stray)][1]
    return answers


def _slogan(random: Random) -> str:
    """The same few texts, dressed differently."""
    text = random.choice(SLOGANS)
    dress = random.randrange(4)
    if dress == 0:
        return text.upper()
    if dress == 1:
        return text.replace(",", " ").replace("’", "'")
    return text + "!" * dress


def _claimed(random: Random) -> int | None:
    """Half run no script at all, most others send at once, a few claim a plausible time."""
    draw = random.random()
    if draw < 0.5:
        return None
    return random.randint(1, 12) if draw < 0.85 else random.randint(60, 240)


def _campus(random: Random, sent: Iterator[SimulatedReader]) -> Iterator[Person]:
    """Students between ten and four, behind the six addresses of their university."""
    for reader in sent:
        at = CAMPUS + 6 * HOUR * random.betavariate(2, 2)
        family = _one_of(random, FAMILIES["campus"])
        network = Network(f"campus-{random.randrange(6)}", "campus", family)
        yield Person("campus", at, network, reader.answers, reader.text, _seconds(random, reader))


def _one_of(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
