"""One figure, seen through every door: they can't disagree, as they are drawn from one value.

Each door has a reader below, from its answer to the same plain numbers. A new door gets one, and a
line in `DOORS`.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from polls.lib.numbers import percent, whole
from polls.models import Response, Survey, current_edition
from polls.models.responses import Answer
from polls.results import tallies
from polls.results.identity import digest
from polls.results.postcard_text import alternative_text
from polls.results.queries import ItemResult, Results, results
from polls.results.releases.services import publish_release
from tests.exports.helpers import records
from tests.factories import make_draft, make_question, make_response, make_survey
from tests.reader import Reader

READERS = 400
SCALE = ("1", "2", "3", "4", "5", "none")


@dataclass(frozen=True)
class Number:
    """A choice's count with its shares, and both of everything received; None: not said here."""

    count: int
    share: float | None
    share_of_all: float | None
    raw_count: int
    raw_share_of_all: float | None


Figures = Mapping[tuple[str, str], Number]
"""By item and choice; the empty choice are those who didn't answer."""


@pytest.fixture
def survey(db: None) -> Survey:
    """Answers of readers who each leave out what they please; every seventh is set aside."""
    made = make_draft()
    make_question(made, "media", "multiple", "press radio web")
    make_question(made, "age", "single", "young old", profile=True)
    Survey.objects.update(status="published", published_at=timezone.now())
    chance = random.Random(3)
    for n in range(READERS):
        response = make_response(made, answers=some_answers(chance))
        if n % 7 == 0:
            Response.objects.filter(pk=response.pk).update(excluded=True)
    tallies.rebuild(made.pk)
    return made


def some_answers(chance: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {
        key: chance.choice(SCALE)
        for key in ("credible", "relevant", "s1-credible", "s1-relevant", "s2-relevant")
        if chance.random() < 0.8
    }
    media = [key for key in ("press", "radio", "web") if chance.random() < 0.5]
    if media:
        answers["media"] = media
    if chance.random() < 0.6:
        answers["age"] = chance.choice(("young", "old"))
    return answers


def of_results() -> Figures:
    """The values that all doors are drawn from."""
    edition = current_edition("pont")
    assert edition
    found = results(edition)
    return {key: value for item in found.items for key, value in _of_item(found, item)}


def _of_item(found: Results, item: ItemResult) -> list[tuple[tuple[str, str], Number]]:
    raw = found.raw_of(item)
    assert raw
    counts = [
        (
            (item.key, choice.key),
            Number(
                choice.count, choice.share, choice.share_of_all,
                received.count, received.share_of_all,
            ),
        )
        for choice, received in zip(item.choices, raw.choices, strict=True)
    ]  # fmt: skip
    missing = Number(
        item.not_answered, None, item.share_not_answered, raw.not_answered, raw.share_not_answered
    )
    return [*counts, ((item.key, ""), missing)]


def in_csv(path: str = "/articles/pont/results/figures.csv") -> Figures:
    def share(cell: str) -> float | None:
        return float(cell) if cell else None

    return {
        (row["item"], row["choice"]): Number(
            int(row["count"]),
            share(row["share"]),
            share(row["share_of_all"]),
            int(row["raw_count"]),
            share(row["raw_share_of_all"]),
        )
        for row in records(Reader().get(path).content)
    }


def in_json(path: str = "/api/v1/surveys/pont/results.json") -> Figures:
    """The JSON says the raw shares by their counts, and those who didn't answer by item."""
    told = Reader().get(path).json()
    assert told["respondents"] == told["received"] - told["identity"]["set_aside"]
    found = {}
    for item in told["items"]:
        assert item["answered"] + item["not_answered"] == told["respondents"]
        for choice in item["choices"]:
            found[item["key"], choice["key"]] = Number(
                choice["count"],
                choice["share"],
                choice["share_of_all"],
                choice["raw_count"],
                choice["raw_count"] / told["received"],
            )
    return found


class Tables(HTMLParser):
    """The rows of the results page's tables, by the identifier of their figure."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self._item = ""
        self._in_cell = False
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        identifier = dict(attrs).get("id") or ""
        if tag == "figure" and identifier.startswith("item-"):
            self._item = identifier.removeprefix("item-")
            self.rows[self._item] = []
        elif tag == "tr" and self._item:
            self.rows[self._item].append([])
        elif tag in ("th", "td", "small") and self._item and self.rows[self._item]:
            self.rows[self._item][-1].append("")
            self._in_cell = True
        elif tag == "span" and (dict(attrs).get("class") or "") == "unseen":
            self._unseen = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._in_cell = False
        elif tag == "span":
            self._unseen = False
        elif tag == "figure":
            self._item = ""

    def handle_data(self, data: str) -> None:
        if self._in_cell and not self._unseen:
            self.rows[self._item][-1][-1] += data


def page_rows(path: str = "/articles/pont/results/") -> dict[str, list[list[str]]]:
    """The cells of the page's tables, without their heads."""
    tables = Tables()
    tables.feed(Reader().get(path).content.decode())
    return {item: rows[1:] for item, rows in tables.rows.items()}


RELEASED = "/articles/pont/releases/1/"
DOORS: Mapping[str, Callable[[], Figures]] = {
    "csv": in_csv,
    "json": in_json,
    "release, csv": lambda: in_csv(f"{RELEASED}figures.csv"),
    "release, json": lambda: in_json("/api/v1/surveys/pont/releases/1.json"),
}


@pytest.fixture
def released(survey: Survey) -> Survey:
    """The same with a release of its figures."""
    publish_release(survey=survey, by=None, title="Ce que vous répondez")
    return survey


@pytest.mark.parametrize("door", DOORS)
def test_every_door_says_the_same_numbers(released: Survey, door: str) -> None:
    expected, told = of_results(), DOORS[door]()
    assert {key: expected[key] for key in told} == dict(told)
    assert {item for item, _choice in told} == {item for item, _choice in expected}
    assert len(told) >= len([choice for _item, choice in expected if choice])


def test_the_json_says_the_same_of_each_scale_as_the_page_draws(survey: Survey) -> None:
    edition = current_edition("pont")
    assert edition
    told = Reader().get("/api/v1/surveys/pont/results.json").json()
    for item, said in zip(results(edition).items, told["items"], strict=True):
        median = item.median.key if item.median else None
        assert (said["median"], said["mean"]) == (median, item.mean)
        sides = (said["below"], said["middle"], said["above"])
        assert sides == (item.sides or (None, None, None))


@pytest.mark.parametrize(
    "path",
    [
        "/articles/pont/results/",
        RELEASED,
        "/embed/pont/results/",
    ],
)
def test_the_page_prints_the_same_numbers_rounded(released: Survey, path: str) -> None:
    printed = page_rows(path)
    expected = of_results()
    assert set(printed) == {item for item, _choice in expected}
    with override("fr"):
        for item, rows in printed.items():
            numbers = [number for (of, _choice), number in expected.items() if of == item]
            # Each adjusted number with the raw one below it; the shares of opinions left out.
            shown = [[cell.strip() for cell in row[1:] if cell.strip()] for row in rows]
            assert [[*row[:2], *row[-2:]] for row in shown] == [
                [
                    whole(number.count),
                    whole(number.raw_count),
                    percent(number.share_of_all),
                    percent(number.raw_share_of_all),
                ]
                for number in numbers
            ]
            assert [row[2] for row in shown] == [percent(number.share) for number in numbers]


def test_what_was_set_aside_is_in_the_raw_numbers_alone(survey: Survey) -> None:
    aside = len(range(0, READERS, 7))
    figures = of_results()
    for item in ("credible", "age"):
        numbers = [number for (of, _choice), number in figures.items() if of == item]
        assert sum(number.count for number in numbers) == READERS - aside
        assert sum(number.raw_count for number in numbers) == READERS


def chosen(answer: Answer | None) -> list[str]:
    return answer if isinstance(answer, list) else [answer or ""]


def test_the_numbers_are_those_of_the_answers_themselves(survey: Survey) -> None:
    """Counted once more from the rows, by other means than the tallies."""
    standing = list(Response.objects.standing().values_list("answers", "excluded"))
    for (item, choice), number in of_results().items():
        if choice:
            gave = [aside for answers, aside in standing if choice in chosen(answers.get(item))]
        else:
            gave = [aside for answers, aside in standing if item not in answers]
        assert (number.count, number.raw_count) == (gave.count(False), len(gave))


def test_the_picture_says_the_same_numbers_in_words(survey: Survey) -> None:
    edition = current_edition("pont")
    assert edition
    with override("fr"):
        figures = results(edition)
        text = alternative_text(figures)
        for item in figures.on_the_whole[:2]:
            assert all(percent(point.share) in text for point in item.points)
        assert whole(figures.respondents) in text


@pytest.mark.parametrize(("aside", "told"), [(0, True), (1, False), (4, False), (5, True)])
def test_the_few_who_were_set_aside_are_not_told_by_subtraction(
    db: None, aside: int, told: bool
) -> None:
    made = make_survey()
    for _ in range(20):
        make_response(made)
    few = Response.objects.filter(pk__in=Response.objects.values("pk")[:aside])
    few.update(excluded=True)
    tallies.rebuild(made.pk)
    item = Reader().get("/api/v1/surveys/pont/results.json").json()["items"][0]
    assert (item["choices"][0]["raw_count"] is not None) is told
    [row, *_] = records(Reader().get("/articles/pont/results/figures.csv").content)
    assert (row["raw_count"] != "", row["raw_share_of_all"] != "") == (told, told)
    page = Reader().get("/articles/pont/results/").content.decode()
    assert ("<small>" in page) is (told and aside > 0)


def test_the_digest_does_not_tell_how_the_few_set_aside_answered(db: None) -> None:
    """Their answers are few enough to be tried one by one against a digest that held them."""
    made = make_survey()
    for point in ("1", "5", *["2"] * 20):
        make_response(made, answers={"credible": point})
    digests = set()
    for number in range(2):
        Response.objects.update(excluded=False)
        aside = Response.objects.order_by("pk")[number]
        Response.objects.filter(pk=aside.pk).update(excluded=True)
        tallies.rebuild(made.pk)
        edition = current_edition("pont")
        assert edition
        standing = tallies.standing(made.pk)
        # What counts made equal, the digests may differ in nothing but who was set aside.
        digests.add(digest(edition, tallies.Standing({("", ""): 21}, standing.excluded)))
    assert len(digests) == 1
