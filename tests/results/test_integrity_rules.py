"""What each rule finds, and what it leaves alone because honest readers look like that too."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone, translation

from polls.models import FlagGroup, Response, Survey
from polls.results.integrity import patterns
from polls.results.integrity.finders import Found
from polls.results.integrity.rules import RULES, fix_thresholds, rules_for, thresholds
from tests.factories import make_draft, make_question, make_response, make_survey
from tests.results.integrity_rows import MINUTE, NOON, every, points, row, store

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def find(survey: Survey, name: str, since: datetime | None = None) -> list[Found]:
    rule, threshold = next(pair for pair in rules_for(survey) if pair[0].name == name)
    return rule.find(survey, threshold, since)


def found_ids(survey: Survey, name: str, since: datetime | None = None) -> list[int]:
    return sorted(member for group in find(survey, name, since) for member in group.members)


# Repeats


def test_alike_answers_from_one_address_are_repeats(survey: Survey) -> None:
    line = [1] * 10
    varied = [points(*line[:place], 2, *line[place + 1 :]) for place in range(4)]
    ids = store(
        [
            row(survey, NOON + HOUR * place, network_key="a", answers=answers)
            for place, answers in enumerate(varied)
        ]
    )
    (group,) = find(survey, "repeat")
    assert (group.key, group.score, group.members) == ("a", 4, ids)


def test_an_office_that_answers_in_its_own_ways_is_no_repeat(survey: Survey) -> None:
    random = Random(1)
    office = [points(*(random.randint(1, 5) for _ in range(10))) for _ in range(20)]
    store(
        [
            row(survey, NOON + 7 * MINUTE * place, network_key="office", answers=answers)
            for place, answers in enumerate(office)
        ]
    )
    assert find(survey, "repeat") == []


def test_an_answer_that_one_alone_gave_is_nobodys_usual_answer() -> None:
    sent = [
        patterns.Sent(person, NOON + person * HOUR, {f"{person}-{item}": "1" for item in range(8)})
        for person in range(5)
    ]
    assert patterns.linked(sent) == set()


def test_short_answers_are_repeats_only_when_many_are_exactly_the_same(survey: Survey) -> None:
    every(survey, 9, HOUR, network_key="few")
    assert find(survey, "repeat") == []
    ids = every(survey, 10, HOUR, network_key="many")
    assert found_ids(survey, "repeat") == ids


def test_three_within_seconds_from_one_address_are_repeats_whatever_they_answer(
    survey: Survey,
) -> None:
    ids = [
        *every(survey, 1, SECOND, network_key="a", answers=points(1, 5)),
        *every(survey, 1, SECOND, network_key="a", answers=points(2, 4), at=NOON + 15 * SECOND),
        *every(survey, 1, SECOND, network_key="a", answers=points(3, 3), at=NOON + 30 * SECOND),
    ]
    every(survey, 1, SECOND, network_key="a", answers=points(4, 2), at=NOON + 46 * SECOND)
    assert found_ids(survey, "repeat") == ids


def test_two_of_a_household_are_no_repeat(survey: Survey) -> None:
    every(survey, 2, SECOND, network_key="home", answers=points(*[1] * 10))
    assert find(survey, "repeat") == []


def test_responses_without_a_network_are_never_put_together(survey: Survey) -> None:
    every(survey, 40, SECOND, network_key="", network_block="", answers=points(*[1] * 10))
    assert find(survey, "repeat") == find(survey, "concentration") == []


# Concentration


def test_a_network_with_a_large_part_of_the_day_is_a_concentration(survey: Survey) -> None:
    every(survey, 568, MINUTE / 2)
    assert found_ids(survey, "concentration") == []
    ids = every(survey, 30, MINUTE, network_block="hosting")
    (group,) = find(survey, "concentration")
    assert group.members == ids
    assert group.score == pytest.approx(30 / 598)


def test_a_network_below_the_share_or_below_thirty_is_none(survey: Survey) -> None:
    every(survey, 571, MINUTE / 2)
    every(survey, 29, MINUTE, network_block="small", at=NOON + 2 * 24 * HOUR)
    every(survey, 30, MINUTE, network_block="campus")
    assert find(survey, "concentration") == []


def test_the_share_is_that_of_the_day_because_pseudonyms_change_each_day(survey: Survey) -> None:
    every(survey, 1000, SECOND)
    ids = every(survey, 30, MINUTE, network_block="next day", at=NOON + 24 * HOUR)
    assert found_ids(survey, "concentration") == ids


# Bursts


def steady(survey: Survey, hours: int = 8, each: int = 10) -> None:
    """`each` responses every ten minutes."""
    every(survey, hours * 6 * each, 10 * MINUTE / each, at=NOON)


def test_a_burst_out_of_nothing_is_found_with_its_window(survey: Survey) -> None:
    steady(survey)
    start = NOON + 4 * HOUR
    every(survey, 60, SECOND, at=start)
    (group,) = find(survey, "burst")
    assert group.key == start.isoformat()
    assert group.score == 7
    assert len(group.members) == 70


def test_a_front_page_link_that_fades_over_hours_is_no_burst(survey: Survey) -> None:
    steady(survey)
    for window in range(24):
        number = round(100 * 0.9**window)
        every(survey, number, SECOND, at=NOON + 3 * HOUR + window * 10 * MINUTE)
    assert find(survey, "burst") == []


def test_the_first_hour_has_no_usual_rate_and_the_last_one_waits(survey: Survey) -> None:
    every(survey, 200, SECOND, at=NOON)
    steady(survey)
    assert find(survey, "burst") == []
    Response.objects.all().delete()
    now = timezone.now()
    every(survey, 12, HOUR / 3, at=now - 5 * HOUR)
    every(survey, 200, SECOND / 10, at=now - 30 * MINUTE)
    assert find(survey, "burst") == []


def test_fewer_than_thirty_in_ten_minutes_are_no_burst(survey: Survey) -> None:
    every(survey, 8, HOUR, at=NOON)
    every(survey, 28, SECOND, at=NOON + 4 * HOUR)
    assert find(survey, "burst") == []
    every(survey, 1, SECOND, at=NOON + 4 * HOUR)
    assert len(found_ids(survey, "burst")) == 30


def test_a_burst_is_found_again_when_only_recent_ones_are_looked_at(survey: Survey) -> None:
    steady(survey)
    every(survey, 60, SECOND, at=NOON + 4 * HOUR)
    assert find(survey, "burst", since=NOON + 2 * HOUR) == find(survey, "burst")
    assert find(survey, "burst", since=NOON + 6 * HOUR) == []


def test_an_empty_survey_has_no_groups(survey: Survey) -> None:
    assert [find(survey, rule.name) for rule in RULES] == [[]] * len(RULES)


# The same text

TEXT = "Je n’ai jamais lu une chose pareille, et je demande à la rédaction de la retirer."


def test_the_same_text_is_found_whatever_its_dress(survey: Survey) -> None:
    texts = [TEXT, TEXT.upper() + "!!!", "  " + TEXT.replace("’", "'").replace("é", "e")]
    ids = [make_response(survey, text).pk for text in texts]
    make_response(survey, TEXT + " Vraiment.")
    (group,) = find(survey, "same-text")
    assert (group.score, group.members) == (3, ids)
    assert len(group.key) == 64


def test_short_texts_and_two_copies_are_left_alone(survey: Survey) -> None:
    for text in ["Je n’y crois pas une seconde."] * 5 + [TEXT] * 2:
        make_response(survey, text)
    assert find(survey, "same-text") == []


def test_the_key_of_a_text_cannot_be_guessed_from_it(survey: Survey, settings: Any) -> None:
    for _ in range(3):
        make_response(survey, TEXT)
    (before,) = find(survey, "same-text")
    settings.SECRET_KEY = "another secret of this site, long enough to be one"
    (after,) = find(survey, "same-text")
    assert before.key != after.key


def test_an_old_copy_counts_when_only_recent_responses_are_looked_at(survey: Survey) -> None:
    ids = [make_response(survey, TEXT).pk for _ in range(3)]
    Response.objects.filter(pk=ids[0]).update(submitted_at=NOON)
    assert found_ids(survey, "same-text", since=timezone.now() - HOUR) == ids


# Straight lines


@pytest.fixture
def scales(db: None) -> Survey:
    """A survey with ten scales, a to j, of five points and "none"."""
    survey = make_draft()
    for name in "abcdefghij":
        question = make_question(survey, name, "scale", "1 2 3 4 5 none")
        for choice in question.choices.exclude(key="none"):
            choice.value = int(choice.key)
            choice.save()
    return survey


def test_the_same_point_on_eight_scales_is_a_straight_line(scales: Survey) -> None:
    ids = [
        *every(scales, 1, SECOND, answers=points(*[3] * 8)),
        *every(scales, 1, SECOND, answers=points(*[1] * 10)),
    ]
    every(scales, 1, SECOND, answers=points(*[3] * 7))
    every(scales, 1, SECOND, answers=points(*[3] * 9, 4))
    every(scales, 1, SECOND, answers=points(*[3] * 9) | {"j": "none"})
    every(scales, 1, SECOND, answers=dict.fromkeys("abcdefghij", "none"))
    (group,) = find(scales, "straight-line")
    assert (group.key, group.score, group.members) == ("2025-01-23", 10, ids)


def test_lines_are_put_together_by_the_newsrooms_day(scales: Survey) -> None:
    late = datetime(2025, 1, 23, 23, 30, tzinfo=UTC)  # past midnight in Paris
    every(scales, 1, SECOND, answers=points(*[3] * 8), at=late)
    every(scales, 1, SECOND, answers=points(*[3] * 8))
    assert [group.key for group in find(scales, "straight-line")] == ["2025-01-24", "2025-01-23"]


def test_other_items_neither_make_nor_break_a_line(scales: Survey) -> None:
    make_question(scales, "age", "single", "young old", profile=True)
    ids = every(scales, 1, SECOND, answers=points(*[3] * 8) | {"age": "old"})
    assert found_ids(scales, "straight-line") == ids


# Speed


@pytest.mark.parametrize(
    ("seconds", "items", "flagged"),
    [(9, 5, True), (10, 5, False), (0, 2, True), (3, 2, True), (4, 2, False), (None, 5, False)],
)
def test_less_than_two_seconds_per_item_is_faster_than_anyone_reads(
    survey: Survey, seconds: int | None, items: int, flagged: bool
) -> None:
    every(survey, 1, SECOND, seconds=seconds, answers=points(*[1] * items))
    assert bool(find(survey, "speed")) is flagged


def test_the_score_of_a_day_is_its_fastest(survey: Survey) -> None:
    for seconds in (2, 1, 3):
        every(survey, 1, SECOND, seconds=seconds)
    (group,) = find(survey, "speed")
    assert (group.key, group.score) == ("2025-01-23", 0.5)


# All of them


def test_withdrawn_responses_are_in_no_group(scales: Survey) -> None:
    every(scales, 40, SECOND, network_key="a", network_block="b", seconds=1)
    Response.objects.update(
        withdrawn_at=NOON, answers={}, network_key="", network_block="", seconds=None
    )
    assert [find(scales, rule.name) for rule in RULES] == [[]] * len(RULES)


def test_other_surveys_are_left_out(survey: Survey) -> None:
    other = make_survey(survey.article, edition=2)
    every(other, 40, SECOND, network_key="a", network_block="b", seconds=1)
    assert [find(survey, rule.name) for rule in RULES] == [[]] * len(RULES)


def test_old_days_are_left_out_when_only_recent_ones_are_looked_at(scales: Survey) -> None:
    every(scales, 40, SECOND, network_key="a", network_block="b", seconds=1)
    every(scales, 1, SECOND, answers=points(*[3] * 8))
    names = ("repeat", "concentration", "straight-line", "speed")
    assert all(find(scales, name, since=NOON + 6 * HOUR) for name in names)  # the day is whole
    assert not any(find(scales, name, since=NOON + 30 * HOUR) for name in names)


def test_every_rule_is_described_in_both_languages_with_its_own_numbers() -> None:
    assert [rule.name for rule in RULES] == FlagGroup.Rule.values
    for language in ("fr", "en"):
        with translation.override(language):
            for rule in RULES:
                assert "%(" not in rule.description
                assert all(str(number) in rule.description for number in rule.numbers.values())


def test_thresholds_are_fixed_when_a_survey_is_published(db: None) -> None:
    draft = make_draft()
    assert draft.integrity == {}
    assert thresholds(draft)["repeat"] == {"version": 1, "threshold": 3}
    survey = make_survey(draft.article, edition=2)
    survey.refresh_from_db()
    assert survey.integrity == fix_thresholds(draft)
    assert set(survey.integrity) == set(FlagGroup.Rule.values)


def test_a_survey_holds_to_its_own_thresholds(survey: Survey) -> None:
    survey.integrity["speed"]["threshold"] = 10
    del survey.integrity["burst"]
    survey.integrity["repeat"]["version"] = 99
    every(survey, 1, SECOND, seconds=15)
    assert len(find(survey, "speed")) == 1
    assert {"burst", "repeat"}.isdisjoint(rule.name for rule, _ in rules_for(survey))


def test_finding_asks_as_many_queries_for_many_rows_as_for_few(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    for size in (3, 60):
        every(survey, size, SECOND, network_key=f"a{size}", network_block="b", seconds=1)
        for name, number in (("repeat", 1), ("straight-line", 2), ("speed", 3)):
            with django_assert_num_queries(number):
                find(survey, name)
