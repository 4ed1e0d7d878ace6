"""Two at once, each with a connection of their own: one appeal a decision, one answer an appeal."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from polls.models import Appeal, ModerationEvent, SecondLook
from polls.moderation import appeals, services
from polls.moderation.appeals import NotContestable, Settled, contest, decide_appeal
from polls.moderation.second_looks import Gone, look
from tests.factories import make_appeal, make_rejected, make_staff, make_survey
from tests.moderation.test_two_moderators import together


def slowly(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let some time pass between what the service has found and what it writes."""
    quick: Callable[..., Any] = getattr(appeals, name)

    def slow(*arguments: Any) -> Any:
        found = quick(*arguments)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(appeals, name, slow)


def tried(act: Callable[[], object], told: type[Exception]) -> Callable[[], str]:
    """What came of an act, in a word."""

    def call() -> str:
        try:
            act()
        except told:
            return "told"
        return "done"

    return call


@pytest.mark.postgres
def test_of_two_who_judge_an_appeal_one_decides_and_the_other_is_told(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, "may_decide")
    appeal = make_appeal(make_survey())
    judges = [make_staff("moderator"), make_staff("moderator")]
    outcomes = together(
        *(
            tried(
                partial(decide_appeal, appeal=appeal.pk, upheld=upheld, by=by, answer="Voilà."),
                Settled,
            )
            for by, upheld in zip(judges, (True, False), strict=True)
        )
    )
    assert sorted(map(str, outcomes)) == ["done", "told"]
    event = ModerationEvent.objects.get(action__in=["overturn", "confirm"])
    appeal.refresh_from_db()
    appeal.opinion.refresh_from_db()
    upheld = event.action == "overturn"
    assert appeal.status == ("upheld" if upheld else "dismissed")
    assert appeal.opinion.status == event.after == ("published" if upheld else "rejected")
    assert judges[outcomes.index("done")] == event.actor


@pytest.mark.postgres
def test_two_devices_of_an_author_contest_a_decision_once(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, "contestable")
    opinion = make_rejected(make_survey())
    words = ("Du téléphone.", "De l’ordinateur.")
    outcomes = together(
        *(tried(partial(contest, opinion=opinion, text=text), NotContestable) for text in words)
    )
    assert sorted(map(str, outcomes)) == ["done", "told"]
    assert Appeal.objects.get().text == words[outcomes.index("done")]
    assert ModerationEvent.objects.filter(action="appeal").count() == 1


@pytest.mark.postgres
def test_two_who_look_a_second_time_take_it_once(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "random", lambda: 0.0)
    make_rejected(make_survey())
    one = SecondLook.objects.get()
    people = [make_staff("moderator"), make_staff("moderator")]
    outcomes = together(
        *(tried(partial(look, second_look=one.pk, by=by, outcome="publish"), Gone) for by in people)
    )
    assert sorted(map(str, outcomes)) == ["done", "told"]
    one.refresh_from_db()
    assert one.actor == people[outcomes.index("done")]
