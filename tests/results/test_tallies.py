from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from polls.models import Answers, Survey, Tally
from polls.results import tallies
from tests.factories import make_response, make_survey
from tests.reader import Reader


def test_a_contribution_counts_the_reader_each_choice_and_each_multiple_choice() -> None:
    answers: Answers = {"credible": "2", "media": ["press", "web"]}
    assert tallies.contribution(answers) == {
        ("", ""): 1,
        ("credible", "2"): 1,
        ("media", ""): 1,
        ("media", "press"): 1,
        ("media", "web"): 1,
    }


def test_a_difference_names_only_what_changes() -> None:
    before = tallies.contribution({"credible": "2", "relevant": "1"})
    after = tallies.contribution({"credible": "5", "relevant": "1"})
    assert tallies.difference(before, after) == {("credible", "2"): -1, ("credible", "5"): 1}


def test_tallies_equal_a_recount_whatever_readers_do(survey: Survey) -> None:
    readers = [Reader() for _ in range(6)]
    for number, reader in enumerate(readers):
        reader.answer(item__credible=str(number % 5 + 1))
    fields = {"item-credible": "none", "item-relevant": "3", "consent_counting": "on"}
    readers[0].send("/receipts/change/", fields)
    readers[1].send("/receipts/withdraw/")
    readers[2].answer(item__credible="5")  # refused: a second answer
    assert tallies.differences(survey.pk) == {}
    assert tallies.read(survey.pk)["", ""] == 5


def test_damage_is_found_and_mended(survey: Survey) -> None:
    make_response(survey)
    other = make_survey_beside(survey)
    Tally.objects.filter(survey=survey, question="credible").update(count=7)
    assert tallies.differences(survey.pk) == {("credible", "2", False): (7, 1)}
    out = StringIO()
    with pytest.raises(CommandError, match="1 tallies differ"):
        call_command("rebuild_tallies", "--check", stdout=out)
    assert "credible=2: tally 7, recount 1" in out.getvalue()
    call_command("rebuild_tallies", "pont", stdout=StringIO())
    assert tallies.differences(survey.pk) == {}
    assert tallies.read(other.pk)["", ""] == 1
    call_command("rebuild_tallies", "--check", stdout=StringIO())


def make_survey_beside(survey: Survey) -> Survey:
    other = make_survey(survey.article, edition=2)
    make_response(other)
    return other


def test_rows_are_written_in_key_order_so_that_no_two_writers_deadlock(survey: Survey) -> None:
    changes = {("b", "2"): 1, ("", ""): 1, ("a", "9"): -1, ("b", "1"): 1}
    with CaptureQueriesContext(connection) as queries:
        tallies.add(survey.pk, changes)
    (query,) = [query["sql"] for query in queries if "INSERT" in query["sql"]]
    places = [
        query.index(f"'{a}', '{b}'") for a, b in (("", ""), ("a", "9"), ("b", "1"), ("b", "2"))
    ]
    assert places == sorted(places)


def test_an_unknown_survey_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="rien"):
        call_command("rebuild_tallies", "rien")


def test_reading_the_tallies_is_one_query_that_adds_up_slots(
    survey: Survey, django_assert_num_queries: object
) -> None:
    make_response(survey)
    Tally.objects.create(
        survey=survey, question="credible", choice="2", slot=tallies.SLOTS, count=-3
    )
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert tallies.read(survey.pk)["credible", "2"] == -2
