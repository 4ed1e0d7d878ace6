"""A reader takes an answer back: what it said is nowhere any more, and the record never had it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import (
    Appeal,
    Flag,
    FlagGroup,
    ModerationEvent,
    ModerationNote,
    Notice,
    Opinion,
    OpinionVersion,
    Response,
    Survey,
)
from polls.moderation import notes
from polls.moderation.notices.services import Complaint, give
from polls.moderation.services import Action, decide
from polls.results import tallies
from tests.factories import make_response, make_staff
from tests.reader import Reader

FIRST, TEXT = "Un premier avis zinzolin.", "Un avis zinzolin."


@pytest.fixture
def author(survey: Survey) -> Reader:
    """Somebody with everything that there may be of an author."""
    reader = Reader()
    reader.answer(item__opinion=FIRST, consent_publication="on", seconds="60", website2="x")
    fields = {"item-credible": "2", "item-relevant": "4", "consent_counting": "on",
              "item-opinion": TEXT, "consent_publication": "on"}  # fmt: skip
    reader.send("/receipts/change/", fields)
    Response.objects.update(network_key="k" * 32, network_block="b" * 32)
    opinion = Opinion.objects.get()
    moderator = make_staff("moderator")
    decide(versions={opinion.pk: opinion.version}, action=Action.PUBLISH, moderator=moderator)
    notes.add(opinion=opinion.pk, author=moderator, text="Il dit « zinzolin ».")
    complaint = Complaint(claim="rules", passage="zinzolin")
    give(opinion=opinion, complaint=complaint, receipt_hash="a" * 64)
    event = ModerationEvent.objects.filter(action="publish").get()
    Appeal.objects.create(opinion=opinion, decision=event, text="Zinzolin !")
    group = FlagGroup.objects.create(
        survey=survey, rule="repeat", version=1, key="k" * 32, score=3, threshold=3, size=1,
        first_at=timezone.now(), last_at=timezone.now(), decided_at=timezone.now(),
    )  # fmt: skip
    Flag.objects.create(group=group, response=Response.objects.get())
    return reader


def everywhere() -> list[str]:
    """Every model of ours that has the word in any column."""
    found = []
    for model in apps.get_app_config("polls").get_models():
        rows = model._default_manager.values()
        if any("zinzolin" in str(value).lower() for row in rows for value in row.values()):
            found.append(model.__name__)
    return found


def test_the_word_is_nowhere_in_the_database(author: Reader, survey: Survey) -> None:
    assert set(everywhere()) == {
        "Opinion", "OpinionVersion", "ModerationNote", "Notice", "Appeal",
    }  # fmt: skip
    assert author.send("/receipts/withdraw/").status_code == 200
    assert everywhere() == []


def test_only_a_mark_is_left_of_the_response(author: Reader, survey: Survey) -> None:
    before = Response.objects.get()
    author.send("/receipts/withdraw/")
    mark = Response.objects.get()
    assert mark.answers == {}
    assert (mark.network_key, mark.network_block, mark.suspicion) == ("", "", "")
    assert mark.seconds is None
    assert mark.reader_key != before.reader_key
    assert mark.withdrawn_at is not None
    assert not any(tallies.read(survey.pk).values())
    assert not OpinionVersion.objects.exists()
    assert not ModerationNote.objects.exists()
    assert not Flag.objects.exists()
    assert FlagGroup.objects.get().key.startswith("gone ")


def test_what_was_open_is_settled_and_the_events_stay(author: Reader) -> None:
    events = set(ModerationEvent.objects.values_list("pk", flat=True))
    author.send("/receipts/withdraw/")
    assert events < set(ModerationEvent.objects.values_list("pk", flat=True))
    assert Notice.objects.get().status == "moot"
    assert Appeal.objects.get().status == "moot"


def test_the_cookies_of_the_answer_go(author: Reader, survey: Survey) -> None:
    answer = author.send("/receipts/withdraw/")
    for name in (f"answered-{survey.pk}", "receipt"):
        assert answer.cookies[name]["max-age"] == 0


def test_no_door_shows_it_any_more(author: Reader, survey: Survey, tmp_path: Any) -> None:
    make_response(survey)
    doors = ("/articles/pont/results/", "/articles/pont/opinions.atom", "/embed/pont/results/",
             "/api/v1/surveys/pont/opinions.json")  # fmt: skip
    shown = [path for path in doors if "zinzolin" in Reader().get(path).content.decode()]
    assert len(shown) >= 3
    author.send("/receipts/withdraw/")
    forget()  # what other processes do within some seconds
    for path in doors:
        page = Reader().get(path)
        assert page.status_code == 200, path
        assert "zinzolin" not in page.content.decode()
        # No cache keeps it longer than a minute.
        kept = page["Cache-Control"]
        ages = [int(part.split("=")[1]) for part in kept.split(", ") if "max" in part]
        assert max(ages) <= 60
    call_command("export", "pont", "--output", str(tmp_path / "a.csv"), stdout=StringIO())
    assert "zinzolin" not in (tmp_path / "a.csv").read_text()
    figures = json.loads(Reader().get("/api/v1/surveys/pont/results.json").content)
    assert figures["respondents"] == 1
