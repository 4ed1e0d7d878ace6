"""The running counts: they change in the transaction that changes the answers.

A tally is a sum that anybody can check: `recount` reads every standing response, `rebuild` puts
its result in place of the tallies, `differences` compares the two. What a person has set aside
is counted apart, so that raw and adjusted figures can stand side by side.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import Sum

from polls.models import Answers, Response, Tally

from .erasure import locked, require_rows

TallyKey: TypeAlias = tuple[str, str]
"""The keys of a question and of a choice; both empty: the respondents."""
Counts: TypeAlias = Mapping[TallyKey, int]

StateKey: TypeAlias = tuple[str, str, bool]
"""The same with whether it counts what was set aside."""

RESPONDENTS: TallyKey = ("", "")
SLOTS = 8


def contribution(answers: Answers) -> Counter[TallyKey]:
    """What one response adds: itself, each choice, and once each multiple choice it answers."""
    keys = [RESPONDENTS]
    for question, answer in answers.items():
        if isinstance(answer, str):
            keys.append((question, answer))
        elif answer:
            keys.append((question, ""))
            keys.extend((question, choice) for choice in answer)
    return Counter(keys)


def difference(before: Counts, after: Counts) -> dict[TallyKey, int]:
    """What to add to go from one contribution to another; keys that don't change are absent."""
    keys = before.keys() | after.keys()
    changes = {key: after.get(key, 0) - before.get(key, 0) for key in keys}
    return {key: change for key, change in changes.items() if change}


def a_slot() -> int:
    """The slot that one submission counts in: any, so that two rarely wait for the same rows.

    A row's lock is held until the commit has reached the disk. With one slot submissions reached
    0.28 of the reference of `bench/`, with eight 0.39. SQLite has one writer at a time anyway.
    """
    if connection.vendor != "postgresql":
        return 0
    return random.randrange(SLOTS)  # noqa: S311  (no secret)


def add(survey_id: int, changes: Counts, *, excluded: bool = False) -> None:
    """Add to the tallies in one statement, to be called in the transaction of the response.

    `excluded`: to those of the responses that were set aside.

    The rows are in key order, so that two submissions lock them in the same order and can't
    deadlock. (The ORM's upsert can only overwrite, hence the SQL.)
    """
    if not changes:
        return
    slot = a_slot()
    rows = [(survey_id, *key, excluded, slot, change) for key, change in sorted(changes.items())]
    values = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO polls_tally (survey_id, question, choice, excluded, slot, count)"  # noqa: S608
            f" VALUES {values}"
            " ON CONFLICT (survey_id, question, choice, excluded, slot)"
            " DO UPDATE SET count = polls_tally.count + EXCLUDED.count",
            [value for row in rows for value in row],
        )


@dataclass(frozen=True)
class Standing:
    """The tallies of one moment: what counts, and what was set aside."""

    counted: dict[TallyKey, int]
    excluded: dict[TallyKey, int]

    @property
    def raw(self) -> dict[TallyKey, int]:
        """All that was received, as if nothing had been set aside."""
        keys = self.counted.keys() | self.excluded.keys()
        return {key: self.counted.get(key, 0) + self.excluded.get(key, 0) for key in keys}


def standing(survey_id: int) -> Standing:
    """The tallies as they stand, in one query whose cost doesn't grow with the responses."""
    rows = Tally.objects.filter(survey_id=survey_id).values_list("question", "choice", "excluded")
    found = Standing({}, {})
    for question, choice, excluded, count in rows.annotate(Sum("count")):
        (found.excluded if excluded else found.counted)[question, choice] = count
    return found


def read(survey_id: int) -> dict[TallyKey, int]:
    """The adjusted counts: without what was set aside."""
    return standing(survey_id).counted


def respondents(survey_id: int) -> int:
    """How many standing responses count, from the tallies: one query."""
    found = Tally.objects.filter(survey_id=survey_id, question="", choice="", excluded=False)
    return found.aggregate(total=Sum("count"))["total"] or 0


def respondents_of(survey_ids: Iterable[int]) -> dict[int, int]:
    """The same of many surveys, without those that nobody has answered: one query."""
    found = Tally.objects.filter(survey__in=survey_ids, question="", choice="", excluded=False)
    return dict(found.values("survey").annotate(total=Sum("count")).values_list("survey", "total"))


def recount(survey_id: int) -> Standing:
    """Count every standing response anew, in constant memory."""
    counts: dict[bool, Counter[TallyKey]] = {False: Counter(), True: Counter()}
    found = Response.objects.standing().filter(survey_id=survey_id)
    for excluded, answers in found.values_list("excluded", "answers").iterator(chunk_size=5000):
        counts[excluded].update(contribution(answers))
    return Standing(counts[False], counts[True])


@transaction.atomic
def differences(survey_id: int) -> dict[StateKey, tuple[int, int]]:
    """Where the tallies and a recount disagree: key to (tally, recount). Writes may go on.

    Raises Erased where the answers were deleted after their time: there is nothing to recount.
    """
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:  # one snapshot for both readings
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    require_rows(survey_id)
    tallies, counts = _by_state(standing(survey_id)), _by_state(recount(survey_id))
    keys = tallies.keys() | counts.keys()
    pairs = {key: (tallies.get(key, 0), counts.get(key, 0)) for key in keys}
    return {key: pair for key, pair in sorted(pairs.items()) if pair[0] != pair[1]}


def _by_state(found: Standing) -> dict[StateKey, int]:
    counted = {(*key, False): count for key, count in found.counted.items()}
    return counted | {(*key, True): count for key, count in found.excluded.items()}


@transaction.atomic
def rebuild(survey_id: int) -> None:
    """Put a recount in place of the tallies while submissions go on.

    They wait for the table's lock with their response written but not committed: the recount
    doesn't see it, and its tallies are added afterwards. SQLite has one writer at a time anyway.
    Raises Erased where the answers were deleted after their time: the tallies are all that is left.
    """
    locked(survey_id)
    require_rows(survey_id)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE polls_tally IN SHARE ROW EXCLUSIVE MODE")
    Tally.objects.filter(survey_id=survey_id).delete()
    counts = recount(survey_id)
    add(survey_id, counts.counted)
    add(survey_id, counts.excluded, excluded=True)
