"""Which responses a filter lets through, and where a file says so."""

from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from polls.exports.filters import Filter, Unfit
from polls.exports.rows import OpinionState, rows
from polls.models import Opinion, Response, Survey
from tests.exports.conftest import Made
from tests.exports.helpers import make_every_kind
from tests.factories import make_opinion, make_response

CHOSEN = Filter(
    since=date(2025, 1, 20),
    until=date(2025, 1, 31),
    channels=("page", "embed"),
    states=("published",),
    adjusted=True,
)
WORDS = "since=2025-01-20; until=2025-01-31; channel=page,embed; state=published; answers=adjusted"


def let_through(survey: Survey, chosen: Filter) -> list[str]:
    return [str(row[0]) for row in rows(survey, chosen=chosen)]


def at(survey: Survey, moment: str) -> str:
    """The identifier of a response that was received then, UTC."""
    response = make_response(survey)
    time = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    Response.objects.filter(pk=response.pk).update(submitted_at=time)
    return str(response.public_id)


@pytest.mark.parametrize(
    ("day", "before", "first", "last", "after"),
    [
        # Winter: Paris is an hour ahead of UTC.
        ("2025-01-23", "01-22T22:59:59", "01-22T23:00:00", "01-23T22:59:59", "01-23T23:00:00"),
        # Summer: two hours.
        ("2025-07-14", "07-13T21:59:59", "07-13T22:00:00", "07-14T21:59:59", "07-14T22:00:00"),
        # A day of 23 hours, and one of 25.
        ("2025-03-30", "03-29T22:59:59", "03-29T23:00:00", "03-30T21:59:59", "03-30T22:00:00"),
        ("2025-10-26", "10-25T21:59:59", "10-25T22:00:00", "10-26T22:59:59", "10-26T23:00:00"),
    ],
)
def test_a_day_is_a_whole_one_of_the_site_s_time_zone(
    survey: Survey, day: str, before: str, first: str, last: str, after: str
) -> None:
    early, *within, late = [at(survey, f"2025-{each}") for each in (before, first, last, after)]
    chosen = date.fromisoformat(day)
    assert let_through(survey, Filter(since=chosen, until=chosen)) == within
    assert let_through(survey, Filter(since=chosen)) == [*within, late]
    assert let_through(survey, Filter(until=chosen)) == [early, *within]


def test_the_last_fraction_of_a_day_belongs_to_it(survey: Survey) -> None:
    found = [at(survey, "2025-01-23T22:59:59.999999")]
    assert let_through(survey, Filter(until=date(2025, 1, 23))) == found


def test_a_channel_or_several(survey: Survey) -> None:
    ids = {}
    for channel in Response.Channel.values:
        response = make_response(survey)
        Response.objects.filter(pk=response.pk).update(channel=channel)
        ids[channel] = str(response.public_id)
    assert let_through(survey, Filter(channels=("embed",))) == [ids["embed"]]
    assert let_through(survey, Filter(channels=("simulation", "page"))) == [
        ids["page"],
        ids["simulation"],
    ]


@pytest.mark.django_db
def test_a_state_of_the_text_or_several() -> None:
    survey = make_every_kind()
    state = -3  # the third column from the end
    every = list(rows(survey))
    for states in (*((each,) for each in OpinionState.values), ("held", "private")):
        expected = [row[0] for row in every if row[state] in states]
        assert expected
        assert let_through(survey, Filter(states=states)) == expected


def test_a_text_that_its_author_took_back_is_of_no_state(survey: Survey) -> None:
    opinion = make_opinion(survey)
    Opinion.objects.filter(pk=opinion.pk).update(status="withdrawn", text="")
    assert let_through(survey, Filter(states=tuple(OpinionState.values))) == []
    assert len(let_through(survey, Filter())) == 1


def test_adjusted_leaves_out_what_was_set_aside(survey: Survey) -> None:
    kept, aside = make_response(survey), make_response(survey)
    Response.objects.filter(pk=aside.pk).update(excluded=True)
    assert let_through(survey, Filter(adjusted=True)) == [str(kept.public_id)]
    assert len(let_through(survey, Filter())) == 2


def test_all_at_once_must_fit(survey: Survey) -> None:
    opinion = make_opinion(survey)
    Opinion.objects.filter(pk=opinion.pk).update(status="published")
    of = Response.objects.filter(opinion=opinion)
    of.update(submitted_at=datetime(2025, 1, 31, 22, tzinfo=UTC))
    assert len(let_through(survey, CHOSEN)) == 1
    for changed in (
        {"submitted_at": datetime(2025, 1, 31, 23, tzinfo=UTC)},
        {"channel": "simulation"},
        {"excluded": True},
    ):
        before = of.values(*changed).get()
        of.update(**changed)
        assert let_through(survey, CHOSEN) == []
        of.update(**before)


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_database_s_own_way_lets_the_same_through() -> None:
    survey = make_every_kind()
    chosen = Filter(
        since=date(2000, 1, 1), channels=("page",), states=("held", "private"), adjusted=True
    )
    pieces = rows(survey, chosen=chosen).csv(",", guarded=True)
    assert pieces is not None
    found = [line.partition(",")[0] for line in b"".join(pieces).decode().splitlines()]
    assert found == let_through(survey, chosen)
    assert 0 < len(found) < len(let_through(survey, Filter()))


def test_a_file_says_what_was_chosen_in_its_name_and_inside(survey: Survey, made: Made) -> None:
    import pyreadstat

    name = (
        "pont-1-internal-responses-since-2025-01-20-until-2025-01-31"
        "-channel-page-embed-state-published-adjusted"
    )
    paths = {file_format: made(survey, file_format, CHOSEN) for file_format in FORMATS}
    assert {path.name for path in paths.values()} == {f"{name}.{each}" for each in FORMATS}
    sheet: Any = openpyxl.load_workbook(paths["xlsx"])["about"]
    assert ("filter", WORDS) in list(sheet.iter_rows(values_only=True))
    assert parquet.read_schema(paths["parquet"]).metadata[b"filter"] == WORDS.encode()
    _data, about = pyreadstat.read_sav(str(paths["sav"]))
    assert f"filter: {WORDS}" in " ".join(line.strip() for line in about.notes)


FORMATS = ("csv", "jsonl", "xlsx", "parquet", "sav")


def test_a_file_of_everything_says_of_no_filter(survey: Survey, made: Made) -> None:
    assert made(survey, "csv").name == "pont-1-internal-responses.csv"


DAYS = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(
    st.tuples(DAYS, DAYS).map(lambda days: days if None in days else tuple(sorted(days))),  # type: ignore[type-var]
    st.lists(st.sampled_from(Response.Channel.values), unique=True).map(tuple),
    st.lists(st.sampled_from(OpinionState.values), unique=True).map(tuple),
    st.booleans(),
)
def test_what_is_stored_is_read_as_it_was(
    days: tuple[date | None, date | None],
    channels: tuple[str, ...],
    states: tuple[str, ...],
    adjusted: bool,
) -> None:
    chosen = Filter(*days, channels, states, adjusted)
    assert Filter.read(chosen.words) == chosen
    assert (chosen == Filter()) == (chosen.words == {}) == (chosen.suffix == "")


def test_a_first_day_after_the_last_one_is_refused() -> None:
    with pytest.raises(Unfit):
        Filter(since=date(2025, 1, 2), until=date(2025, 1, 1))
