from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from polls.answering.services import withdraw
from polls.composing.services import publish
from polls.lib.caching import forget
from polls.models import (
    AudienceShare,
    Choice,
    Edition,
    Opinion,
    Response,
    Survey,
    current_edition,
    read_edition,
)
from polls.results import tallies
from polls.results.documents import freeze, thaw
from polls.results.queries import opinions, results
from polls.results.scenario.figures import MarginCell, Reason, ScenarioItem
from polls.results.scenario.scenarios import Scenario, scenario
from tests.factories import make_draft, make_question, make_response
from tests.reader import Reader

CHOICES = "young old silent"
SOURCE: dict[str, Any] = {"audience_source": "Étude des abonnés", "audience_date": date(2024, 6, 1)}


def share_out(survey: Survey, key: str, shares: Mapping[str, float]) -> None:
    for choice, percent in shares.items():
        found = Choice.objects.get(question__survey=survey, question__key=key, key=choice)
        AudienceShare.objects.create(survey=survey, choice=found, percent=percent)


def weighted_survey(young: float = 30, old: float = 70, **values: Any) -> Survey:
    """A survey that asks for the age, with the audience's shares of two of its three choices."""
    survey = make_draft(**(SOURCE | values))
    make_question(survey, "age", "single", CHOICES, profile=True)
    make_question(survey, "media", "multiple", "press radio web")
    share_out(survey, "age", {"young": young, "old": old})
    return publish(survey=survey)


def answered(survey: Survey, number: int, **answers: Any) -> list[Response]:
    return [make_response(survey, answers=answers) for _ in range(number)]


def edition_of(survey: Survey) -> Edition:
    return read_edition(Survey.objects.select_related("article").get(pk=survey.pk))


def seen(survey: Survey) -> Scenario:
    edition = edition_of(survey)
    return scenario(edition, results(edition))


def codes(survey: Survey) -> list[str]:
    return [reason.code for reason in seen(survey).reasons]


def item(found: Scenario, key: str) -> ScenarioItem:
    return next(item for item in found.items if item.key == key)


def shares(found: ScenarioItem) -> dict[str, tuple[float, float]]:
    return {choice.key: (choice.raw, choice.weighted) for choice in found.choices}


def test_readers_are_weighted_to_the_audience(db: None) -> None:
    survey = weighted_survey(young=30, old=70)
    answered(survey, 30, age="young", credible="1", media=["press", "web"])
    answered(survey, 20, age="old", credible="5", media=["press"])
    answered(survey, 10, age="old", credible="none")
    found = seen(survey)
    assert found.reasons == ()
    assert found.is_shown
    assert (found.n, found.respondents) == (60, 60)
    assert found.converged
    assert (found.source, found.date, found.of) == (
        "Étude des abonnés", "2024-06-01", date(2024, 6, 1),
    )  # fmt: skip
    # 30 young readers weigh 0.6 and 30 old ones 1.4: 60² / (30 · 0.36 + 30 · 1.96)
    assert (found.lightest, found.heaviest) == pytest.approx((0.6, 1.4))
    assert found.effective == pytest.approx(3600 / 69.6)
    assert found.efficiency == pytest.approx(60 / 69.6)
    assert found.trimmed == 0
    assert found.deviation < 1e-8
    assert found.margins[0].cells == (
        MarginCell("young", "Young", 30, 0.5, 0.3),
        MarginCell("old", "Old", 30, 0.5, 0.7),
    )
    assert found.margins[0].left_out == ("Silent",)
    credible = item(found, "credible")
    assert credible.opinions == 50
    assert shares(credible)["1"] == pytest.approx((0.6, 18 / 46))
    assert shares(credible)["5"] == pytest.approx((0.4, 28 / 46))
    assert "none" not in shares(credible)
    assert (credible.median_raw[:7], credible.median_weighted[:12]) == ("Pas du ", "Tout à fait ")
    media = shares(item(found, "media"))
    assert media["press"] == pytest.approx((1.0, 1.0))
    assert media["radio"] == (0.0, 0.0)
    assert media["web"] == pytest.approx((0.6, 18 / 46))


def test_raw_figures_are_of_the_same_readers(db: None) -> None:
    survey = weighted_survey()
    for age in ("young", "old"):
        answered(survey, 20, age=age, credible="1")
    answered(survey, 6, credible="5")
    answered(survey, 6, age="silent", credible="5")
    found = seen(survey)
    assert (found.n, found.respondents) == (40, 52)
    assert shares(item(found, "credible"))["5"] == (0.0, 0.0)


def test_what_was_set_aside_or_withdrawn_is_not_in_it(db: None) -> None:
    survey = weighted_survey()
    for age in ("young", "old"):
        answered(survey, 20, age=age, credible="1")
    set_aside, taken_back = answered(survey, 2, age="young", credible="5")
    Response.objects.filter(pk=set_aside.pk).update(excluded=True)
    tallies.rebuild(survey.pk)
    withdraw(response=taken_back)
    found = seen(survey)
    assert (found.n, found.respondents) == (40, 40)
    assert shares(item(found, "credible"))["5"] == (0.0, 0.0)


@pytest.mark.parametrize(("outside", "shown"), [(0, True), (4, False), (5, True)])
def test_an_item_whose_few_outside_the_base_could_be_told_by_subtraction_is_not_shown(
    db: None, outside: int, shown: bool
) -> None:
    survey = weighted_survey()
    for age in ("young", "old"):
        answered(survey, 30, age=age, credible="1")
    answered(survey, 6)
    answered(survey, outside, credible="5")
    assert item(seen(survey), "credible").is_shown is shown


@pytest.mark.parametrize(("young", "reasons"), [(19, [Reason("thin_cell", "Young")]), (20, [])])
def test_each_cell_of_a_margin_has_twenty_readers(
    db: None, young: int, reasons: list[Reason]
) -> None:
    survey = weighted_survey()
    answered(survey, young, age="young", credible="1")
    answered(survey, 25, age="old", credible="1")
    found = seen(survey)
    assert list(found.reasons) == reasons
    assert bool(found.items) == found.is_shown == (not reasons)
    assert found.margins[0].cells[0].count == young


@pytest.mark.parametrize(("share", "reasons"), [(59, []), (61, ["inefficient"])])
def test_the_effective_size_is_at_least_half(db: None, share: int, reasons: list[str]) -> None:
    # With 20 and 80 readers it is exactly half where the 20 stand for 60 percent.
    survey = weighted_survey(young=share, old=100 - share)
    answered(survey, 20, age="young", credible="1")
    answered(survey, 80, age="old", credible="5")
    found = seen(survey)
    assert [reason.code for reason in found.reasons] == reasons
    assert (found.efficiency >= 0.5) == found.is_shown
    assert found.efficiency == pytest.approx(0.5, abs=0.02)


def test_an_item_that_few_of_them_answered_has_no_scenario(db: None) -> None:
    survey = weighted_survey()
    answered(survey, 19, age="young", credible="1", relevant="1")
    answered(survey, 1, age="young", relevant="1")
    answered(survey, 30, age="old", credible="5", relevant="5")
    found = seen(survey)
    assert found.is_shown
    assert item(found, "relevant").is_shown
    assert not item(found, "credible").is_shown
    assert item(found, "credible").opinions == 49


@pytest.mark.parametrize(("outside", "reasons"), [(0, []), (4, ["few_outside"]), (5, [])])
def test_a_few_outside_the_base_are_not_shown_by_subtraction(
    db: None, outside: int, reasons: list[str]
) -> None:
    survey = weighted_survey(minimum_group=5)
    for age in ("young", "old"):
        answered(survey, 20, age=age, credible="1")
    answered(survey, outside, credible="5")
    assert codes(survey) == reasons


def test_readers_whom_the_audience_does_not_know_are_a_reason(db: None) -> None:
    survey = weighted_survey(young=0, old=100)
    answered(survey, 20, age="young")
    answered(survey, 20, age="old")
    assert codes(survey) == ["zero_share"]


def test_a_choice_without_readers_and_without_an_audience_is_none(db: None) -> None:
    survey = weighted_survey(young=0, old=100)
    answered(survey, 20, age="old", credible="2")
    assert seen(survey).is_shown


def test_bounds_that_the_audience_does_not_fit_in_are_a_reason(db: None) -> None:
    survey = weighted_survey(young=90, old=10)
    answered(survey, 20, age="young", credible="1")
    answered(survey, 120, age="old", credible="5")
    found = seen(survey)  # 20 readers at five times the mean are 100 of 140, and not 126
    assert "not_converged" in [reason.code for reason in found.reasons]
    assert found.deviation > 0.1
    assert found.items == ()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"audience_source": ""}, "no_source"),
        ({"audience_date": None}, "no_source"),
        ({"old": 69.4}, "not_hundred"),
        ({"old": 70.6}, "not_hundred"),
        ({"old": 69.5}, ""),
    ],
)
def test_shares_have_a_source_a_date_and_a_sum(
    db: None, values: dict[str, Any], reason: str
) -> None:
    survey = weighted_survey(**values)
    for age in ("young", "old"):
        answered(survey, 20, age=age, credible="1")
    assert codes(survey) == ([reason] if reason else [])


def test_two_choices_without_a_share_are_too_many(db: None) -> None:
    survey = weighted_survey(young=30, old=70)
    AudienceShare.objects.filter(choice__key="young").delete()
    assert seen(survey).reasons == (Reason("incomplete", "Question age"),)


def test_all_points_of_a_scale_have_a_share(db: None) -> None:
    survey = make_draft(**SOURCE)
    question = make_question(survey, "near", "scale", "far near here unsure", profile=True)
    for value, key in enumerate(("far", "near", "here"), start=1):
        Choice.objects.filter(question=question, key=key).update(value=value)
    share_out(survey, "near", {"far": 50, "near": 50})
    publish(survey=survey)
    assert codes(survey) == ["incomplete"]
    share_out(survey, "near", {"here": 0})
    for key in ("far", "near"):
        answered(survey, 20, near=key, credible="1")
    assert codes(survey) == []


def test_two_profile_items_are_weighted_on_together(db: None) -> None:
    survey = make_draft(**SOURCE)
    for key in ("age", "12"):  # a key of digits is a key like any other
        make_question(survey, key, "single", "yes no", profile=True)
        share_out(survey, key, {"yes": 40, "no": 60})
    publish(survey=survey)
    for one, other, number in (("yes", "yes", 30), ("yes", "no", 20), ("no", "yes", 15)):
        answered(survey, number, **{"age": one, "12": other, "credible": "1"})
    answered(survey, 25, **{"age": "no", "12": "no", "credible": "5"})
    found = seen(survey)
    assert [margin.key for margin in found.margins] == ["age", "12"]
    assert [[cell.count for cell in margin.cells] for margin in found.margins] == [
        [50, 40],
        [45, 45],
    ]
    assert found.is_shown
    assert shares(item(found, "credible"))["5"][1] > shares(item(found, "credible"))["5"][0]


def test_without_shares_nothing_is_counted(db: None, django_assert_num_queries: Any) -> None:
    survey = make_draft()
    make_question(survey, "age", "single", CHOICES, profile=True)
    publish(survey=survey)
    edition = edition_of(survey)
    figures = results(edition)
    with django_assert_num_queries(1):
        assert scenario(edition, figures).reasons == (Reason("no_margins"),)


def test_without_profile_items_nothing_is_asked(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    edition = edition_of(survey)
    figures = results(edition)
    with django_assert_num_queries(0):
        assert scenario(edition, figures).reasons == (Reason("no_margins"),)


def test_a_scenario_takes_three_queries_whatever_was_answered(
    db: None, django_assert_num_queries: Any
) -> None:
    survey = weighted_survey()
    for _ in range(2):
        for age in ("young", "old"):
            answered(survey, 20, age=age, credible="1")
        edition = edition_of(survey)
        figures = results(edition)
        with django_assert_num_queries(3):
            assert scenario(edition, figures).is_shown


def test_a_release_gives_back_the_same_scenario(db: None) -> None:
    survey = weighted_survey()
    for age in ("young", "old"):
        answered(survey, 20, age=age, credible="1")
    found = seen(survey)
    assert thaw(freeze(found), Scenario) == found


def rendered(found: Scenario, language: str = "en") -> str:
    with override(language):
        return render_to_string("polls/results/_scenario.html", {"scenario": found})


def test_the_page_calls_it_a_scenario_and_draws_nothing(db: None) -> None:
    survey = weighted_survey()
    answered(survey, 30, age="young", credible="1")
    answered(survey, 20, age="old", credible="5")
    html = rendered(seen(survey))
    assert "A scenario, not a result." in html
    assert "Étude des abonnés, 1 June 2024" in html
    assert "of the same 50 readers, of 50" in html
    assert "“Silent”" in html
    assert html.count("Raw, the same readers") == 1  # one item has enough opinions
    assert "<td>60%</td><td>30%</td>" in html
    assert "Effective size (Kish): 36 of 50, 73%." in html
    for absent in ("<svg", "<img", "<h1", "margin of error", "marge d"):
        assert absent not in html.lower()


@pytest.mark.parametrize(
    "code",
    [
        "no_margins", "no_source", "incomplete", "not_hundred", "thin_cell", "zero_share",
        "few_outside", "not_converged", "inefficient",
    ],
)  # fmt: skip
def test_each_reason_is_a_sentence(code: str) -> None:
    html = rendered(Scenario("", "", (Reason(code, "moins de 25 ans"),)))
    sentence = html.split("<li>")[1].split("</li>")[0].strip()
    assert sentence.endswith(".")
    assert "<table" not in html


def test_profile_items_are_asked_last_before_the_text(db: None) -> None:
    weighted_survey()
    page = Reader().get("/articles/pont/").content.decode()
    places = [page.index(f'name="item-{key}"') for key in ("relevant", "age", "opinion")]
    assert places == sorted(places)


def test_profile_items_are_no_opinion_on_the_whole(db: None) -> None:
    survey = weighted_survey()
    figures = results(edition_of(survey))
    assert [found.key for found in figures.profile] == ["age"]
    assert [found.key for found in figures.on_the_whole] == ["credible", "relevant", "media"]


def test_a_readers_profile_never_stands_beside_the_text(db: None) -> None:
    survey = make_draft()
    make_question(survey, "age", "single", CHOICES, profile=True, aspect="relevance")
    publish(survey=survey)
    answers = {"credible": "1", "age": "young"}
    make_response(survey, "Un avis.", show_ratings=True, answers=answers)
    Opinion.objects.update(status="published")
    forget()
    edition = current_edition("pont")
    assert edition
    assert opinions(edition).opinions[0].ratings == ("Pas du tout crédibles",)
