"""One reader, one answer, of this survey's questions: at every door by which an answer comes in."""

from typing import Any

import pytest

from polls.models import FlagGroup, Opinion, Response, Survey
from polls.results import tallies
from polls.results.integrity.services import flag_by_rule
from tests.reader import ANSWER, Reader

KEY = "3f1e5f4e-7c1d-4d55-9c58-0a5b2a0f8a11"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"

WRONG: list[dict[str, Any]] = [
    {"item-credible": "6"},  # beyond the scale
    {"item-credible": "-1"},
    {"item-credible": "young"},  # of another question
    {"item-foreign": "alien", "item-media": "alien"},  # of another survey
    {"item-age": "robot"},
    {"item-credible": ["1", "2"]},  # several of one
    {"item-credible": ["2", "2"]},
    {"item-age": ["young", "old"]},
    {"item-media": ["press", "press"]},  # the same one twice
    {"item-media": ["press", "PRESS"]},
]


def replace(reader: Reader, fields: dict[str, Any]) -> Any:
    """Put other answers in place of those that were sent under the same key."""
    fields = fields | {"client_key": KEY, "replace": "yes"}
    return Reader().send("/articles/pont/responses/", fields)


def change(reader: Reader, fields: dict[str, Any]) -> Any:
    return reader.send("/receipts/change/", fields)


def answer(reader: Reader, fields: dict[str, Any]) -> Any:
    return Reader().send("/articles/pont/responses/", fields)


def embedded(reader: Reader, fields: dict[str, Any]) -> Any:
    return Reader().send("/embed/pont/responses/", fields)


@pytest.mark.parametrize("door", [answer, embedded, change, replace])
@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_choice_that_is_not_offered_is_refused_at_every_door(
    attacked: Survey, door: Any, wrong: dict[str, Any]
) -> None:
    reader = Reader()
    reader.answer(client_key=KEY)
    before = [*Response.objects.values()]
    assert door(reader, ANSWER | wrong).status_code == 422
    assert [*Response.objects.values()] == before
    assert tallies.differences(attacked.pk) == {}


@pytest.mark.parametrize("door", [answer, embedded, change, replace])
def test_a_choice_that_is_offered_is_taken_at_every_door(attacked: Survey, door: Any) -> None:
    """Without this the test above would prove nothing."""
    reader = Reader()
    reader.answer(client_key=KEY)
    right = {"item-credible": "5", "item-age": "old", "item-media": ["web", "press"]}
    assert door(reader, ANSWER | right).status_code in (200, 303)
    newest = Response.objects.latest("pk").answers
    assert (newest["credible"], newest["age"], newest["media"]) == ("5", "old", ["press", "web"])


def from_network(family: str, **fields: Any) -> Any:
    reader = Reader(**{"Sec-Fetch-Site": "same-origin", "User-Agent": family})
    reader.defaults["REMOTE_ADDR"] = "203.0.113.9"
    return reader.answer(**fields)


def test_without_the_cookie_a_probable_repeat_is_kept_counted_and_flagged(survey: Survey) -> None:
    """Of one line and one browser's family, at once; another family there is another reader."""
    for choice in "245":
        assert from_network(FIREFOX, item__credible=choice).status_code == 303
    assert from_network(CHROME).status_code == 303
    list(flag_by_rule(survey))
    [group] = FlagGroup.objects.filter(rule="repeat")
    flagged = Response.objects.filter(flags__group=group).order_by("pk")
    assert [response.answers["credible"] for response in flagged] == ["2", "4", "5"]
    assert tallies.read(survey.pk)["", ""] == 4
    assert not Response.objects.filter(excluded=True).exists()


def test_readers_of_one_network_all_answer(survey: Survey) -> None:
    """An office, a campus: nobody is turned away for the address that others share."""
    for _ in range(12):
        assert from_network(FIREFOX, item__opinion="Un avis.").status_code == 303
    assert Response.objects.count() == Opinion.objects.count() == 12
