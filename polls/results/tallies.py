"""The running counts: they change in the transaction that changes the answers.

A tally is a sum that anybody can check: `recount` reads every standing response, `rebuild` puts
its result in place of the tallies, `differences` compares the two.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import Sum

from polls.models import Answers, Response, Tally

TallyKey: TypeAlias = tuple[str, str]
"""The keys of a question and of a choice; both empty: the respondents."""
Counts: TypeAlias = Mapping[TallyKey, int]

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
    return secrets.randbelow(SLOTS) if connection.vendor == "postgresql" else 0


def add(survey_id: int, changes: Counts) -> None:
    """Add to the tallies in one statement, to be called in the transaction of the response.

    The rows are in key order, so that two submissions lock them in the same order and can't
    deadlock. (The ORM's upsert can only overwrite, hence the SQL.)
    """
    if not changes:
        return
    slot = a_slot()
    rows = [(survey_id, *key, slot, change) for key, change in sorted(changes.items())]
    values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO polls_tally (survey_id, question, choice, slot, count) VALUES {values}"  # noqa: S608
            " ON CONFLICT (survey_id, question, choice, slot)"
            " DO UPDATE SET count = polls_tally.count + EXCLUDED.count",
            [value for row in rows for value in row],
        )


def read(survey_id: int) -> dict[TallyKey, int]:
    """The tallies as they stand, in one query whose cost doesn't grow with the responses."""
    rows = Tally.objects.filter(survey_id=survey_id).values_list("question", "choice")
    return {(question, choice): count for question, choice, count in rows.annotate(Sum("count"))}


def respondents(survey_id: int) -> int:
    """How many standing responses there are, from the tallies: one query."""
    found = Tally.objects.filter(survey_id=survey_id, question="", choice="")
    return found.aggregate(total=Sum("count"))["total"] or 0


def recount(survey_id: int) -> Counter[TallyKey]:
    """Count every standing response anew, in constant memory."""
    counts: Counter[TallyKey] = Counter()
    standing = Response.objects.standing().filter(survey_id=survey_id)
    for answers in standing.values_list("answers", flat=True).iterator(chunk_size=5000):
        counts.update(contribution(answers))
    return counts


@transaction.atomic
def differences(survey_id: int) -> dict[TallyKey, tuple[int, int]]:
    """Where the tallies and a recount disagree: key to (tally, recount). Writes may go on."""
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:  # one snapshot for both readings
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    tallies, counts = read(survey_id), recount(survey_id)
    keys = tallies.keys() | counts.keys()
    pairs = {key: (tallies.get(key, 0), counts.get(key, 0)) for key in keys}
    return {key: pair for key, pair in sorted(pairs.items()) if pair[0] != pair[1]}


@transaction.atomic
def rebuild(survey_id: int) -> None:
    """Put a recount in place of the tallies while submissions go on.

    They wait for the table's lock with their response written but not committed: the recount
    doesn't see it, and its tallies are added afterwards. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE polls_tally IN SHARE ROW EXCLUSIVE MODE")
    Tally.objects.filter(survey_id=survey_id).delete()
    add(survey_id, recount(survey_id))
