"""Texts that were seen before, or nearly: in numbers, on a page, and as a signal."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from polls.lib.text import folded
from polls.models import ModerationEvent, Opinion, Survey
from polls.moderation import echoes as module
from polls.moderation.echoes import SHOWN, echoes, mark_echoes
from polls.moderation.resemblance import WORD, bands, resemblance, shingles
from polls.moderation.services import Action, decide
from polls.moderation.texts import withdraw
from tests.factories import make_opinion, make_staff, make_survey

TEXT = (
    "Je ne crois pas que le pont sera gratuit, parce que l’entretien coûte dix millions par an et"
    " que personne n’a dit jusqu’ici qui les paiera."
)
OTHER = (
    "La mairie promet beaucoup et tient peu : j’attends de voir les chiffres du prochain budget"
    " avant de me faire une opinion là-dessus."
)


def of(text: str) -> set[int]:
    return shingles(WORD.findall(folded(text)))


def share(one: str, other: str) -> bool:
    first, second = bands(of(one)), bands(of(other))
    return first[0] == second[0] or first[1] == second[1]


def changed(words: list[str], random: Random) -> list[str]:
    place = random.randrange(len(words))
    return [*words[:place], f"autre{random.randrange(10**6)}", *words[place + 1 :]]


def invented(number: int, random: Random) -> list[str]:
    return [f"mot{random.randrange(3000)}" for _ in range(number)]


@pytest.mark.parametrize(
    "written",
    [str.upper, lambda text: text.replace(",", " !"), lambda text: f"👏 {text} 👏",
     lambda text: text.replace("û", "u"), lambda text: text.replace(" ", "\n\n")],
)  # fmt: skip
def test_another_way_of_writing_is_the_same_text(written: Callable[[str], str]) -> None:
    assert bands(of(TEXT)) == bands(of(written(TEXT)))


@pytest.mark.parametrize(("words", "least"), [(20, 0.8), (50, 0.95), (150, 0.97)])
def test_one_word_changed_leaves_a_number_in_common_as_the_formula_says(
    words: int, least: float
) -> None:
    random, found = Random(words), 0
    for _ in range(400):
        one = invented(words, random)
        found += share(" ".join(one), " ".join(changed(one, random)))
    assert found / 400 > least


def test_texts_that_have_nothing_to_do_with_one_another_share_nothing() -> None:
    random = Random(1)
    texts = [" ".join(invented(40, random)) for _ in range(600)]
    for band in (0, 1):
        numbers = [bands(of(text))[band] for text in texts]
        assert len(set(numbers)) > 595  # of 180,000 pairs
    assert not share(TEXT, OTHER)
    assert resemblance(of(TEXT), of(OTHER)) < 0.05


def test_numbers_fit_their_columns_and_a_text_that_says_little_has_none() -> None:
    random = Random(2)
    for _ in range(300):
        for number in bands(of(" ".join(invented(8, random)))):
            assert -(2**31) <= number < 2**31
            assert number != 0
    for text in ("", "Non.", "D’accord !", "👏👏👏", "oui oui oui"):
        assert bands(of(text)) == (0, 0)


def test_a_short_text_has_an_echo_only_where_it_is_the_same() -> None:
    assert share("Démission immédiate !", "demission, IMMÉDIATE")
    assert not share("Démission immédiate !", "Démission générale !")


# On a page


def page(opinions: list[Opinion]) -> dict[int, list[int]]:
    return echoes(Opinion.objects.filter(pk__in=[one.pk for one in opinions]))


def test_those_that_say_nearly_the_same_are_found_both_ways(survey: Survey) -> None:
    first = make_opinion(survey, TEXT)
    again = make_opinion(survey, TEXT.upper().replace(".", " !!!"))
    make_opinion(survey, OTHER)
    near = make_opinion(survey, TEXT.replace("dix", "vingt"))
    assert echoes(Opinion.objects.all()) == {
        first.pk: [again.pk, near.pk],
        again.pk: [first.pk, near.pk],
        near.pk: [first.pk, again.pk],
    }
    assert page([again]) == {again.pk: [first.pk, near.pk]}


def test_what_was_decided_is_an_echo_and_what_is_gone_is_not(survey: Survey) -> None:
    mine = make_opinion(survey, TEXT)
    rejected, gone = make_opinion(survey, TEXT), make_opinion(survey, TEXT)
    decide(versions={rejected.pk: 1}, action=Action.HOLD, moderator=make_staff("moderator"))
    withdraw(gone)
    assert page([mine]) == {mine.pk: [rejected.pk]}


def test_another_survey_is_none_of_its_business(survey: Survey) -> None:
    mine = make_opinion(survey, TEXT)
    elsewhere = make_survey(survey.article, edition=2)
    make_opinion(elsewhere, TEXT)
    assert echoes(Opinion.objects.all()) == {}
    assert page([mine]) == {}


def test_who_shares_a_number_by_chance_is_told_apart(survey: Survey) -> None:
    mine, other = make_opinion(survey, TEXT), make_opinion(survey, OTHER)
    Opinion.objects.filter(pk=other.pk).update(echo_a=mine.echo_a, echo_b=mine.echo_b)
    assert echoes(Opinion.objects.all()) == {}


def test_it_is_one_query_of_so_many_rows_however_many_there_are(
    survey: Survey, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPARED", 15)
    made = [make_opinion(survey, TEXT) for _ in range(40)]
    mine = list(Opinion.objects.filter(pk__in=[one.pk for one in made[:20]]))
    compared = []

    def counted(one: set[int], other: set[int]) -> float:
        compared.append(1)
        return resemblance(one, other)

    monkeypatch.setattr(module, "resemblance", counted)
    with django_assert_num_queries(1):
        found = echoes(mine)
    assert len(found) == 20
    assert all(len(others) == SHOWN for others in found.values())
    assert all(mine_ not in others for mine_, others in found.items())
    assert len(compared) <= 2 * 15 * 20 * 2
    with django_assert_num_queries(0):
        assert echoes([make for make in mine if make.echo_a == 0]) == {}


@pytest.mark.postgres
def test_the_database_finds_them_by_their_indexes(survey: Survey) -> None:
    from django.db import connection

    Opinion.objects.bulk_create(
        Opinion(survey=survey, text=f"x{n}", may_publish=True, echo_a=n + 1, echo_b=-n - 1)
        for n in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE polls_opinion")
        cursor.execute(
            "EXPLAIN " + module.SQL, [[1] * 50, [survey.pk] * 50, [7] * 50, [9] * 50, 20, 20]
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "opinion_echo_a" in plan
    assert "opinion_echo_b" in plan
    assert "Seq Scan" not in plan


# As a signal


def signals() -> dict[int, str]:
    return dict(Opinion.objects.order_by("pk").values_list("pk", "signals"))


def test_texts_that_wait_and_were_seen_are_marked_once(survey: Survey) -> None:
    first = make_opinion(survey, TEXT)
    again = make_opinion(survey, f"{TEXT} Voir www.exemple.fr")
    other = make_opinion(survey, OTHER)
    assert mark_echoes(survey) == 2
    assert signals() == {first.pk: " echo ", again.pk: " link echo ", other.pk: ""}
    assert mark_echoes(survey) == 0
    assert not ModerationEvent.objects.exists()
    assert set(Opinion.objects.values_list("version", flat=True)) == {1}


def test_the_first_is_marked_when_the_second_comes_and_what_is_decided_is_left(
    survey: Survey,
) -> None:
    first, held = make_opinion(survey, TEXT), make_opinion(survey, TEXT)
    decide(versions={held.pk: 1}, action=Action.HOLD, moderator=make_staff("moderator"))
    Opinion.objects.update(waits_since=timezone.now() - timedelta(days=9))
    since = timezone.now() - timedelta(days=2)
    assert mark_echoes(survey, since) == 0
    new = make_opinion(survey, TEXT)
    assert mark_echoes(survey, since) == 2
    assert signals() == {first.pk: " echo ", held.pk: "", new.pk: " echo "}


def test_marking_asks_as_many_queries_for_many_as_for_few(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    for number in (2, 30):
        for _ in range(number):
            make_opinion(survey, f"{TEXT} Oui, {number} fois.")
        with django_assert_num_queries(6):
            assert mark_echoes(survey) >= number


def test_the_timer_marks_them(survey: Survey) -> None:
    make_opinion(survey, TEXT)
    make_opinion(survey, TEXT)
    told = StringIO()
    call_command("flag_responses", stdout=told)
    assert set(signals().values()) == {" echo "}
    assert "2 texts" in told.getvalue()
    assert TEXT not in told.getvalue()


def test_a_text_that_its_author_changes_is_no_echo_any_more(survey: Survey) -> None:
    from polls.answering.services import change
    from polls.answering.submission import Submission

    make_opinion(survey, TEXT)
    mine = make_opinion(survey, TEXT)
    mark_echoes(survey)
    assert mine.response
    change(response=mine.response, submission=Submission({}, OTHER, may_publish=True))
    assert signals()[mine.pk] == ""
    assert mark_echoes(survey) == 0
