"""Store the people of the attack, flag, set the script's groups aside, and say what that did."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.models import User

from polls.answering.submission import CONSENT_VERSION
from polls.composing.scales import add_standard_items
from polls.composing.services import add_usual_rules, publish
from polls.models import Flag, FlagGroup, Opinion, Option, Response, Survey, read_edition
from polls.results import tallies
from polls.results.integrity import services as integrity
from polls.results.queries import results

from .people import CLOSES, OPENS, Person, Role, people

ROLES: tuple[Role, ...] = ("script", "honest", "campus")
NAMES = {"script": "script", "honest": "honest readers", "campus": "campus"}
SEED = 20250124
FIGURE = "credible"
BATCH = 2000


@dataclass(frozen=True)
class Caught:
    """Responses flagged by one rule, or set aside, by who sent them."""

    name: str
    groups: int
    by_role: Counter[Role]


@dataclass(frozen=True)
class Report:
    """`low`: the share of opinions below the middle of FIGURE, in percent; `seconds`: by task."""

    sent: Counter[Role]
    rules: tuple[Caught, ...]
    any_rule: Caught
    set_aside: Caught
    low: dict[str, float]
    seconds: dict[str, float]


def attack(
    survey: Survey, by: User, *, scale: int = 1, seed: int = SEED, patient: bool = False
) -> Report:
    """All of it, on a survey without other answers."""
    sent = people(read_edition(survey), scale=scale, seed=seed, patient=patient)
    roles = store(survey, sent)
    before = _low(survey)
    watch = Watch()
    for flagged in integrity.flag_by_rule(survey):
        watch.lap(flagged.rule)
    members = _members(survey)
    rules = tuple(_caught(rule, members, roles) for rule in FlagGroup.Rule.values)
    chosen = _of_the_script(members, roles)
    watch.lap("")
    for group in chosen:
        integrity.exclude(group=group, by=by, reason="Simulated script.")
    watch.lap("setting aside")
    return Report(
        sent=Counter(roles.values()),
        rules=rules,
        any_rule=_total("any of them", list(members), members, roles),
        set_aside=_total("set aside", chosen, members, roles),
        low={"raw": before, "adjusted": _low(survey), "without the script": _truth(survey, roles)},
        seconds={task: taken for task, taken in watch.laps.items() if task},
    )


class Watch:
    def __init__(self) -> None:
        self._last = time.monotonic()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name], self._last = now - self._last, now


def another_edition(survey: Survey) -> Survey:
    """A new edition of the same article with the standard items alone, and without answers."""
    newest = Survey.objects.filter(article=survey.article).latest("edition")
    edition = Survey.objects.create(
        article=survey.article, edition=newest.edition + 1, question=survey.question
    )
    add_usual_rules(edition)
    add_standard_items(edition)
    return publish(survey=edition)


def store(survey: Survey, sent: list[Person]) -> dict[int, Role]:
    """Write responses, texts and tallies; return who sent each response."""
    survey.opens_at, survey.closes_at, survey.simulated = OPENS, CLOSES, True
    survey.save(update_fields=["opens_at", "closes_at", "simulated"])
    rows = [_row(survey, number, person) for number, person in enumerate(sent)]
    Response.objects.bulk_create(rows, batch_size=BATCH)
    Opinion.objects.bulk_create(
        (
            Opinion(response=row, survey=survey, text=person.text, may_publish=True)
            for row, person in zip(rows, sent, strict=True)
            if person.text
        ),
        batch_size=BATCH,
    )
    counts: Counter[tallies.TallyKey] = Counter()
    for person in sent:
        counts.update(tallies.contribution(person.answers))
    tallies.add(survey.pk, counts)
    return {row.pk: person.role for row, person in zip(rows, sent, strict=True)}


def _row(survey: Survey, number: int, person: Person) -> Response:
    key = sha256(f"{survey.pk}|{number}".encode()).hexdigest()
    return Response(
        survey=survey,
        reader_key=key,
        receipt_hash=key,
        answers=person.answers,
        channel=Response.Channel.SIMULATION,
        language=survey.article.language,
        consent_version=CONSENT_VERSION,
        network_key=person.network.key(person.at),
        network_block=person.network.block_key(person.at),
        seconds=person.seconds,
        submitted_at=person.at,
    )


Members = dict[FlagGroup, list[int]]


def _members(survey: Survey) -> Members:
    by_group: defaultdict[int, list[int]] = defaultdict(list)
    flags = Flag.objects.filter(group__survey=survey).order_by("response_id")
    for group_id, response_id in flags.values_list("group_id", "response_id"):
        by_group[group_id].append(response_id)
    return {group: by_group[group.pk] for group in FlagGroup.objects.filter(survey=survey)}


def _caught(rule: str, members: Members, roles: dict[int, Role]) -> Caught:
    return _total(rule, [group for group in members if group.rule == rule], members, roles)


def _total(name: str, groups: list[FlagGroup], members: Members, roles: dict[int, Role]) -> Caught:
    ids = {member for group in groups for member in members[group]}
    return Caught(name, len(groups), Counter(roles[member] for member in ids))


def _of_the_script(members: Members, roles: dict[int, Role]) -> list[FlagGroup]:
    """Those most of whose responses came from the script: an editor can only guess them."""
    return [
        group
        for group, ids in members.items()
        if sum(roles[member] == "script" for member in ids) * 2 > len(ids)
    ]


def _low(survey: Survey) -> float:
    item = results(read_edition(survey)).find(FIGURE)
    if item is None or item.sides is None:
        raise LookupError(f"the survey has no opinions on {FIGURE}")
    return round(item.sides[0] * 100, 1)


def _truth(survey: Survey, roles: dict[int, Role]) -> float:
    """The figure that there would have been without the script."""
    counts: Counter[str] = Counter()
    for pk, answers in Response.objects.filter(survey=survey).values_list("pk", "answers"):
        if roles[pk] != "script":
            counts[str(answers.get(FIGURE, ""))] += 1
    points = {option.key: option.value for option in _options(survey) if option.value is not None}
    middle = sum(points.values()) / len(points)
    low = sum(counts[key] for key, value in points.items() if value < middle)
    return round(100 * low / sum(counts[key] for key in points), 1)


def _options(survey: Survey) -> tuple[Option, ...]:
    items = read_edition(survey).questionnaire.counted
    return next(item.options for item in items if item.key == FIGURE)


def table(report: Report) -> str:
    """The Markdown table of `docs/integrity.md`."""
    head = " | ".join(f"{NAMES[role]} ({report.sent[role]:,})" for role in ROLES)
    lines = [f"| rule | groups | {head} |", "| --- | ---: | ---: | ---: | ---: |"]
    for caught in (*report.rules, report.any_rule, report.set_aside):
        cells = " | ".join(_cell(caught.by_role[role], report.sent[role]) for role in ROLES)
        lines.append(f"| {caught.name} | {caught.groups} | {cells} |")
    return "\n".join(lines)


def _cell(number: int, whole: int) -> str:
    return f"{number:,} ({100 * number / whole:.1f} %)"


def figures(report: Report) -> str:
    """The Markdown table of the figure's three values."""
    lines = ["| below the middle of “credible, on the whole” | % of opinions |", "| --- | ---: |"]
    lines += [f"| {name} | {low} |" for name, low in report.low.items()]
    return "\n".join(lines)
