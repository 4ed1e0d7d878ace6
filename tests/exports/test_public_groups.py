"""No small group can be worked out from public files: by brute force, on surveys of few readers."""

import random
from collections import Counter
from typing import Any

import pytest

from polls.exports.filters import Filter
from polls.exports.orders import Order
from polls.exports.writers import STREAMED, Options
from polls.lib.caching import forget
from polls.models import Choice, Response, Survey, Tally
from tests.exports.attacker import NOBODY, Cell, Item, Published
from tests.exports.helpers import records
from tests.factories import make_draft, make_question
from tests.results.answers import received

CHANNELS = ("page", "embed", "simulation")
Row = dict[str, str]


@pytest.fixture
def survey(db: None) -> Survey:
    """A scale of three points with "no opinion", and a multiple choice of three options."""
    survey = make_draft(items=False)
    scale = make_question(survey, "scale", "scale", "one two three none")
    for value, key in enumerate(("one", "two", "three"), start=1):
        Choice.objects.filter(question=scale, key=key).update(value=value)
    make_question(survey, "media", "multiple", "press radio web")
    return survey


def file(survey: Survey, *channels: str) -> list[Row]:
    table = Order(survey, "figures", "csv", Filter(channels=channels)).table()
    return records(b"".join(STREAMED["csv"](table, Options())))


def some_readers(survey: Survey, draw: random.Random) -> list[tuple[str, dict[str, Any]]]:
    """Few, mostly by one channel, some set aside: who they are and what they answered."""
    Response.objects.filter(survey=survey).delete()
    Tally.objects.filter(survey=survey).delete()
    forget()
    survey.minimum_group = draw.choice([3, 4, 5])
    survey.save()
    weights = draw.choice([(6, 3, 1), (5, 5, 0), (9, 1, 0), (4, 4, 4), (1, 0, 0)])
    found: list[tuple[str, dict[str, Any]]] = []
    aside = draw.choice([0, 0, 2, 6])
    for number in range(draw.randint(1, 14) + aside):
        [channel] = draw.choices(CHANNELS, weights)
        answers: dict[str, Any] = {}
        if draw.random() < 0.8:
            answers["scale"] = draw.choice(["one", "one", "two", "three", "none"])
        if ticked := [key for key in ("press", "radio", "web") if draw.random() < 0.4]:
            answers["media"] = ticked
        received(survey, 1, answers, channel=channel, excluded=number < aside)
        if number >= aside:
            found.append((channel, answers))
    return found


def truth(readers: list[tuple[str, dict[str, Any]]], item: str) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for channel, answers in readers:
        given = answers.get(item) or NOBODY
        found.update((channel, key) for key in (given if isinstance(given, list) else [given]))
    return found


def published(survey: Survey, readers: list[tuple[str, dict[str, Any]]]) -> Published:
    """What the file of all and those of each channel say."""
    every, by_channel = file(survey), [row for each in CHANNELS for row in file(survey, each)]
    came = Counter(channel for channel, _answers in readers)
    hidden = {
        each
        for each in CHANNELS
        if all(row["hidden"] == "1" for row in by_channel if row["channel"] == each)
    }
    items = []
    for key in ("scale", "media"):
        shown = {
            (row["channel"], row["choice"]): int(row["count"]) if row["count"] else None
            for row in by_channel
            if row["item"] == key
        }
        whole = {row["choice"]: int(row["count"]) for row in every if row["item"] == key}
        items.append(Item(key == "media", whole, shown))
    totals = {each: None if each in hidden else came[each] for each in CHANNELS}
    return Published(len(readers), totals, items)


@pytest.mark.parametrize("seed", range(12))
def test_no_count_that_is_hidden_can_be_worked_out(survey: Survey, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(12):
        readers = some_readers(survey, draw)
        told = published(survey, readers)
        for key, item in zip(("scale", "media"), told.items, strict=True):
            counts = truth(readers, key)
            for cell, count in item.shown.items():
                # Of what nobody chose, or everybody, the cells are known without any file.
                if count is None and 0 < item.whole[cell[1]] < told.readers:
                    assert told.second_value(item, cell, counts[cell]), (readers, key, cell)
                elif count is not None:
                    assert count == counts[cell]


def test_what_all_of_a_channel_chose_does_not_tell_who_did_not_answer(survey: Survey) -> None:
    """All five of the embed ticked the press: the two without an answer would be of the page."""
    survey.minimum_group = 3
    survey.save()
    received(survey, 2, {"media": ["press"]}, channel="embed")
    received(survey, 3, {"media": ["press", "radio"]}, channel="embed")
    received(survey, 1, {"media": ["radio"]})
    received(survey, 2, {})
    rows = [row for row in file(survey, "page", "embed") if row["item"] == "media"]
    assert {(row["count"], row["hidden"]) for row in rows} == {("", "1")}


def test_the_only_channel_is_all_and_hides_nothing(survey: Survey) -> None:
    received(survey, 7, {"scale": "one"})
    received(survey, 1, {"scale": "two"})
    counts = [row["count"] for row in file(survey, "page")]
    assert counts == [row["count"] for row in file(survey)]
    assert {row["hidden"] for row in file(survey, *CHANNELS)} == {"0"}


def test_where_all_are_few_no_channel_says_that_nobody_came_by_it(survey: Survey) -> None:
    received(survey, 3, {"scale": "one"})
    assert {(row["count"], row["hidden"]) for row in file(survey, *CHANNELS)} == {("", "1")}


def test_two_channels_in_one_file_are_what_each_says_by_itself(survey: Survey) -> None:
    """Never their sum, which less one of them would be the other."""
    for channel, times in (("page", 30), ("embed", 9), ("simulation", 3)):
        received(survey, times, {"scale": "one"}, channel=channel)
    both = file(survey, "page", "embed")
    assert [row for row in both if row["channel"] == "page"] == file(survey, "page")
    assert [row for row in both if row["channel"] == "embed"] == file(survey, "embed")
    assert len(both) == 2 * len(file(survey, "page"))


def test_a_channel_stands_until_five_more_have_answered(survey: Survey) -> None:
    received(survey, 30, {"scale": "one"})
    received(survey, 9, {"scale": "two"}, channel="embed")
    before = file(survey, "embed")
    received(survey, 4, {"scale": "two"}, channel="embed")
    assert [row["count"] for row in file(survey, "embed")] == [row["count"] for row in before]
    received(survey, 1, {"scale": "two"}, channel="embed")
    [row] = [row for row in file(survey, "embed") if row["choice"] == "two"]
    assert (row["count"], row["share_of_all"]) == ("14", "1.0")


def test_what_was_set_aside_is_in_no_channel(survey: Survey) -> None:
    received(survey, 30, {"scale": "one"})
    received(survey, 9, {"scale": "two"}, channel="embed")
    received(survey, 8, {"scale": "two"}, channel="embed", excluded=True)
    [row] = [row for row in file(survey, "embed") if row["choice"] == "two"]
    assert (row["count"], row["raw_count"], row["share"]) == ("9", "", "")
