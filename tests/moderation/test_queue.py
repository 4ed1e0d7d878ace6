from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from polls.models import Opinion, Survey
from polls.moderation import queue
from polls.moderation.queue import Filters, State
from tests.factories import make_opinion

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def walked(filters: Filters, size: int) -> list[int]:
    """All texts of the filters, page by page; a walk in circles ends."""
    found, page = [], queue.page(filters, size=size)
    for _ in range(20):
        found += [opinion.pk for opinion in page.opinions]
        if not page.after:
            break
        page = queue.page(filters, size=size, after=page.after)
    return found


@pytest.mark.parametrize("size", [1, 2, 3])
def test_paging_shows_every_text_once_to_the_last_microsecond(survey: Survey, size: int) -> None:
    """Moments that the database's clock wrote, and such that were set, with and without digits."""
    moments = [NOON, NOON, NOON + timedelta(microseconds=1), NOON + timedelta(milliseconds=5)]
    for moment in moments:
        opinion = make_opinion(survey)
        Opinion.objects.filter(pk=opinion.pk).update(submitted_at=moment)
    for _ in range(3):
        make_opinion(survey)  # of the database's clock
    Opinion.objects.filter(pk=opinion.pk).update(lane=Opinion.Lane.URGENT)
    expected = list(Opinion.objects.queue().values_list("pk", flat=True))
    assert walked(Filters(), size) == expected
    newest = Opinion.objects.order_by("-submitted_at", "-pk")
    Opinion.objects.update(status="published", decided_at=F("submitted_at"))
    assert walked(Filters(state=State.PUBLISHED), size) == [opinion.pk for opinion in newest]
    assert sorted(walked(Filters(state=State.ALL), size), reverse=True) == walked(
        Filters(state=State.ALL), size
    )


def test_going_back_shows_the_page_before(survey: Survey) -> None:
    pks = [make_opinion(survey).pk for _ in range(7)]
    second = queue.page(Filters(), size=3, after=queue.page(Filters(), size=3).after)
    third = queue.page(Filters(), size=3, after=second.after)
    back = queue.page(Filters(), size=3, before=third.before)
    assert [opinion.pk for opinion in back.opinions] == pks[3:6]
    first = queue.page(Filters(), size=3, before=back.before)
    assert [opinion.pk for opinion in first.opinions] == pks[:3]
    assert first.before == ""
    assert first.after


@pytest.mark.postgres
def test_a_word_of_some_texts_is_read_on_for_and_a_rare_one_is_looked_up(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "WINDOW", 4)
    monkeypatch.setattr(queue, "SOME", 1)
    for n in range(16):
        make_opinion(survey, "commun" + (" moyen" if n in (2, 5, 8) else " rare" * (n == 14)))
    for term, number, looked_up in (("moyen", 3, False), ("rare", 1, True)):
        with CaptureQueriesContext(connection) as asked:
            found = queue.page(Filters(term=term), size=2 if term == "moyen" else 1)
        assert len(found.opinions) == min(number, 2)
        direct = [one for one in asked if 'UPPER("polls_opinion"."text")' in one["sql"]]
        assert bool(direct) is looked_up, term


@pytest.mark.parametrize("term", ["rare", "COMMUN", "Éclair"])
def test_a_search_finds_the_same_near_and_far(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    """Whether the first texts fill the page, the index of words must help, or all was read."""
    for n in range(12):
        words = "commun " + ("rare " if n in (3, 11) else "") + ("Éclair" if n == 10 else "")
        make_opinion(survey, words)
    for window, some in ((3, 5), (4, 1), (1000, 5)):
        monkeypatch.setattr(queue, "WINDOW", window)
        monkeypatch.setattr(queue, "SOME", some)
        expected = Opinion.objects.queue().filter(text__icontains=term)
        assert walked(Filters(term=term), 2) == [opinion.pk for opinion in expected]


@pytest.mark.parametrize("window", [1, 1000])
@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("l'essentiel", True), ("l’essentiel", True), ("L'ESSENTIEL", True),
        ("CRÉDIBLE", True), ("credible", True), ("crédible ?", True), ("coeur", True),
        ("cœur", True), ("Œuvre", True), ("a+b", True), ("100 %", True), ("[crédible]", False),
        ("l.essentiel", False), ("cr.dible", False), ("%", False), ("a\\d", False),
    ],
)  # fmt: skip
def test_a_search_minds_no_apostrophe_accent_or_capital_and_takes_every_sign_for_itself(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, term: str, found: bool, window: int
) -> None:
    monkeypatch.setattr(queue, "WINDOW", window)
    make_opinion(survey, "Autre chose.")
    make_opinion(survey, "Rien.")
    make_opinion(
        survey, "l'essentiel, et l’essentiel : est-ce Crédible\u202f? Au cœur, a+b, 100\u00a0%."
    )
    make_opinion(survey, "À l’ŒUVRE.")
    assert bool(queue.page(Filters(term=term), size=1).opinions) is found


def test_a_search_shows_signs_of_expressions_as_texts_have_them(survey: Survey) -> None:
    signs = '^$.*+?()[]{}|\\/-~#&@!=<>:;,"€…ß'
    make_opinion(survey, f"« {signs} »")
    for start in range(len(signs) - 2):
        part = signs[start : start + 3]
        assert queue.page(Filters(term=part), size=1).opinions, part
