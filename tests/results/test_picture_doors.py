"""Who may fetch the picture for social networks, how long it is kept, how often it is drawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import Article, Statement, Survey, current_edition
from polls.results import postcard as pictures
from polls.results.postcard import drawn
from polls.results.postcard_text import card_meta, picture_url
from polls.results.postcards.content import postcard
from polls.results.postcards.layout import Layout, layout
from polls.results.queries import Results, results
from tests.factories import make_response, make_survey
from tests.reader import Reader, headers_of

PICTURE = "/articles/pont/results/picture.png"
FIRST = "/articles/pont/results/statements/1/picture.png"
SECOND = "/articles/pont/results/statements/2/picture.png"


@pytest.fixture(autouse=True)
def no_picture_is_kept() -> Iterator[None]:
    drawn.cache_clear()
    yield
    drawn.cache_clear()


def figures() -> Results:
    forget()
    edition = current_edition("pont")
    assert edition
    return results(edition)


def test_a_statement_has_a_picture_once_somebody_has_an_opinion_of_it(survey: Survey) -> None:
    make_response(survey, answers={"s1-credible": "none", "s2-relevant": "4"})
    forget()
    assert Reader().get(FIRST).status_code == 404
    assert Reader().get(SECOND).status_code == 200
    for number in ("3", "0", "99999999999999999999"):
        assert Reader().get(FIRST.replace("/1/", f"/{number}/")).status_code == 404


@pytest.mark.parametrize(
    ("results_rule", "anybody", "once_closed"),
    [
        ("always", 200, 200),
        ("after_answering", 404, 200),
        ("after_closing", 404, 200),
        ("staff", 404, 404),
    ],
)
def test_a_picture_is_for_everybody_or_for_nobody(
    db: None, results_rule: str, anybody: int, once_closed: int
) -> None:
    survey = make_survey(results=results_rule)
    reader = Reader()
    reader.answer()
    for door in (PICTURE, FIRST):
        assert Reader().get(door).status_code == anybody
        assert reader.get(door).status_code == anybody
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    forget()
    for door in (PICTURE, FIRST):
        assert Reader().get(door).status_code == once_closed
    assert survey.results == results_rule


def test_no_picture_is_shown_in_a_blackout_or_below_the_number_of_the_editor(
    survey: Survey,
) -> None:
    make_response(survey, answers={"s1-credible": "1"})
    now = timezone.now()
    blackout = survey.blackouts.create(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1), reason="Vote"
    )
    forget()
    assert [Reader().get(door).status_code for door in (PICTURE, FIRST)] == [404, 404]
    blackout.delete()
    Survey.objects.update(results_from=2)
    forget()
    assert [Reader().get(door).status_code for door in (PICTURE, FIRST)] == [404, 404]
    Survey.objects.update(results_from=1)
    forget()
    assert [Reader().get(door).status_code for door in (PICTURE, FIRST)] == [200, 200]


def test_a_refusal_is_the_same_as_for_a_picture_that_is_not_there(db: None) -> None:
    survey = make_survey(results="staff")
    make_response(survey, answers={"s1-credible": "1"})
    for door in (PICTURE, FIRST):
        hidden, nothing = Reader().get(door), Reader().get(door.replace("pont", "rien"))
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.content == nothing.content
        assert headers_of(hidden) == headers_of(nothing)


def test_a_picture_is_kept_by_shared_caches_alone_and_for_less_than_a_minute(
    survey: Survey, reader: Reader
) -> None:
    response = reader.get(PICTURE)
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=20"
    assert "Vary" not in response
    assert not response.cookies
    assert reader.post(PICTURE).status_code == 405


def test_who_has_the_picture_is_told_so_until_figures_change_or_are_hidden(
    survey: Survey, reader: Reader
) -> None:
    make_response(survey, answers={"credible": "1", "s1-credible": "2"})
    for door in (PICTURE, FIRST):
        tag = reader.get(door)["ETag"]
        again = reader.get(door, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        make_response(survey, answers={"credible": "5", "s1-credible": "5"})
        changed = reader.get(door, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert changed["ETag"] != tag
    tag = reader.get(PICTURE)["ETag"]
    Survey.objects.update(results="staff")
    forget()
    for door in (PICTURE, FIRST):
        assert reader.get(door, headers={"If-None-Match": tag}).status_code == 404


def test_what_changes_the_picture_changes_its_tag(survey: Survey, reader: Reader) -> None:
    make_response(survey, answers={"credible": "1", "s1-credible": "2"})
    tags = {reader.get(PICTURE)["ETag"]}
    Survey.objects.update(question="Et vous ?")
    forget()
    tags.add(reader.get(PICTURE)["ETag"])
    Survey.objects.update(simulated=True)
    tags.add(reader.get(PICTURE)["ETag"])
    Article.objects.update(language="en")
    forget()
    tags.add(reader.get(PICTURE)["ETag"])
    assert len(tags) == 4


def test_a_picture_is_drawn_once(
    survey: Survey, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_response(survey, answers={"credible": "1", "s1-credible": "2"})
    times = 0

    def counting(card: Any) -> Layout:
        nonlocal times
        times += 1
        return layout(card)

    monkeypatch.setattr(pictures, "layout", counting)
    first = reader.get(PICTURE)
    second = reader.get(PICTURE)
    assert (times, first.content) == (1, second.content)
    drawn.cache_clear()
    assert reader.get(PICTURE, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert times == 1
    make_response(survey)
    reader.get(PICTURE)
    assert times == 2


def test_pictures_in_memory_have_a_bound(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "layout", lambda card: Layout((), ()))
    card = postcard(figures())
    for number in range(pictures.KEPT + 2):
        drawn(replace(card, headline=str(number)))
    assert drawn.cache_info().currsize == pictures.KEPT


def test_a_picture_costs_as_much_at_sixty_answers_as_at_three(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    for size in (3, 60):
        for _n in range(size):
            make_response(survey, answers={"credible": "1", "s1-credible": "2"})
        forget()
        current_edition("pont")
        for door in (PICTURE, FIRST):
            with django_assert_num_queries(2):
                assert Reader().get(door).status_code == 200


def test_a_page_names_its_picture_with_the_whole_address(survey: Survey, settings: Any) -> None:
    settings.PUBLIC_ORIGINS = ["https://avis.example.org", "https://other.example.org"]
    Survey.objects.update(question='Dit-il "vrai" ?')
    make_response(survey, answers={"s1-credible": "1"})
    meta = card_meta(figures())
    html = render_to_string("polls/results/_card_meta.html", vars(meta))
    assert f'property="og:image" content="https://avis.example.org{PICTURE}"' in html
    assert 'property="og:image:width" content="1200"' in html
    assert 'property="og:image:height" content="630"' in html
    assert "Dit-il &quot;vrai&quot; ?" in html
    assert picture_url("pont", 1) == f"https://avis.example.org{FIRST}"
    statement = Statement.objects.get(number=1)
    assert card_meta(figures(), statement).picture_url == f"https://avis.example.org{FIRST}"
