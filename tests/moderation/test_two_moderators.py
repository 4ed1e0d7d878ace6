"""Two moderators at once, each with a browser and a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client

from polls.models import ModerationEvent, ModerationRule, Opinion
from polls.moderation.services import Action, Outcome, decide
from tests.admin.conftest import signed_in
from tests.factories import make_opinion, make_staff, make_survey

ROUNDS = 5


def together(*acts: Callable[[], object]) -> list[object]:
    """Begin all acts at the same moment; what each returned."""
    ready = Barrier(len(acts))

    def begun(act: Callable[[], object]) -> object:
        ready.wait(timeout=10)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begun, acts))


@pytest.fixture
def opinion(committed: None) -> Opinion:
    return make_opinion(make_survey(), "Disputé.")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_opposite_decisions_at_once_one_stands_and_the_other_is_told_of_it(
    opinion: Opinion, _round: int
) -> None:
    rule = ModerationRule.objects.get(language="fr", key="privacy")
    text = f"{opinion.pk}:{opinion.version}"
    asked = ({"act": "publish"}, {"rule": str(rule.pk)})
    clients = [signed_in("moderator") for _ in asked]

    def press(client: Client, fields: dict[str, str]) -> list[str]:
        answer = client.post("/admin/polls/opinion/decide/", {"text": text, **fields})
        return [message.level_tag for message in get_messages(answer.wsgi_request)]

    told = together(*(lambda c=c, f=f: press(c, f) for c, f in zip(clients, asked, strict=True)))
    assert sorted(told, key=str) == [["success"], ["warning"]]
    event = ModerationEvent.objects.get()
    opinion.refresh_from_db()
    assert (opinion.status, opinion.version) == (event.after, 2)
    winner = told.index(["success"])
    assert event.action == ("publish", "reject")[winner]
    loser = clients[1 - winner].get("/admin/polls/opinion/").content.decode()
    assert event.actor_name in loser


def test_bulk_decisions_that_overlap_the_other_way_round_share_the_texts(committed: None) -> None:
    """Each text is decided once, by one of them, and neither waits for the other for ever."""
    survey = make_survey()
    opinions = [make_opinion(survey, f"Avis {n}") for n in range(12)]
    first, second = make_staff("moderator"), make_staff("moderator")
    versions = {one.pk: one.version for one in opinions}
    turned = dict(reversed(versions.items()))
    outcomes = together(
        lambda: decide(versions=versions, action=Action.PUBLISH, moderator=first),
        lambda: decide(versions=turned, action=Action.HOLD, moderator=second),
    )
    done = [one for one in outcomes if isinstance(one, Outcome)]
    assert sum(len(outcome.decided) for outcome in done) == 12
    assert sum(len(outcome.changed) for outcome in done) == 12
    assert ModerationEvent.objects.count() == 12
