import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import Blackout, Survey, current_edition
from tests.factories import make_article, make_draft, make_opinion, make_response, make_survey
from tests.reader import Reader, headers_of

FORM, RESULTS, CARD = "/embed/pont/", "/embed/pont/results/", "/embed/pont/statements/1/"
FRAMES = [FORM, RESULTS, CARD]
RESPONSES = "/embed/pont/responses/"


def ancestors(response: Any) -> str:
    found = re.search(r"frame-ancestors ([^;]+)", response["Content-Security-Policy"])
    assert found
    return found[1]


@pytest.mark.parametrize("path", FRAMES)
def test_only_the_surveys_sites_may_frame_it(embedded: Survey, path: str) -> None:
    response = Reader().get(path)
    assert response.status_code == 200
    assert ancestors(response) == "https://www.journal.example https://m.journal.example:8443"
    assert "X-Frame-Options" not in response
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", FRAMES)
def test_without_sites_a_frame_answers_and_nobody_may_frame_it(survey: Survey, path: str) -> None:
    response = Reader().get(path)
    assert response.status_code == 200
    assert ancestors(response) == "'none'"


@pytest.mark.parametrize(
    "path", ["/", "/articles/pont/", "/articles/pont/results/", "/receipts/", "/admin/login/"]
)
def test_no_other_page_may_be_framed(embedded: Survey, path: str) -> None:
    response = Reader().get(path)
    assert ancestors(response) == "'none'"
    assert response["X-Frame-Options"] == "DENY"


def test_what_answers_a_submission_may_be_framed_by_the_same_sites(embedded: Survey) -> None:
    for response in (
        Reader().send(RESPONSES),
        Reader().send(RESPONSES, {"edition": "0"}),
        Reader().post(RESPONSES, "x" * 3_000_000, content_type="text/plain"),
        Reader(**{"Sec-Fetch-Site": "cross-site"}).send(RESPONSES),
        Reader().get(RESPONSES),
        Reader().put(RESPONSES),
    ):
        assert "https://www.journal.example" in ancestors(response), response.status_code


def test_a_site_that_is_taken_off_the_list_is_off_with_the_next_question_to_us(
    embedded: Survey,
) -> None:
    """A cache may keep its copy's headers beside a 304: the tag changes with the sites."""
    for path in FRAMES:
        before = Reader().get(path)
        assert Reader().get(path, headers={"If-None-Match": before["ETag"]}).status_code == 304
    tags = {path: Reader().get(path)["ETag"] for path in FRAMES}
    Survey.objects.update(embed_origins="https://www.journal.example")
    forget()
    for path, tag in tags.items():
        after = Reader().get(path, headers={"If-None-Match": tag})
        assert after.status_code == 200
        assert ancestors(after) == "https://www.journal.example"


@pytest.mark.parametrize("path", FRAMES)
def test_a_frame_is_the_same_for_all_and_sets_no_cookie(embedded: Survey, path: str) -> None:
    response = Reader().get(path)
    kept = {FORM: "public, max-age=60, stale-while-revalidate=60"}
    assert response["Cache-Control"] == kept.get(path, "public, max-age=0, s-maxage=20")
    assert "Vary" not in response
    assert not response.cookies


@pytest.mark.parametrize(
    "path", ["/embed/rien/", "/embed/rien/results/", "/embed/pont/statements/9/"]
)
def test_what_is_not_there_is_a_404_that_shows_in_any_frame(embedded: Survey, path: str) -> None:
    response = Reader().get(path)
    assert response.status_code == 404
    assert response["Cache-Control"] == "private, no-store"
    assert ancestors(response) == "*"
    assert Reader().send("/embed/rien/responses/").status_code == 404


def test_a_draft_has_no_frame(db: None) -> None:
    make_draft(embed_origins="https://www.journal.example")
    for path in FRAMES:
        assert Reader().get(path).status_code == 404


def test_the_form_asks_what_the_article_asks_and_sends_it_to_the_frame(embedded: Survey) -> None:
    frame, article = (Reader().get(path).content.decode() for path in (FORM, "/articles/pont/"))
    fields = r'name="(item-[^"]+|consent_[^"]+|edition|client_key|seconds)"'
    assert re.findall(fields, frame) == re.findall(fields, article)
    assert f'action="{RESPONSES}"' in frame
    assert "Le pont sera gratuit" in frame
    assert "L’opposition n’en croit rien" not in frame  # the article's text


def test_every_link_that_leaves_a_frame_opens_outside_it(embedded: Survey) -> None:
    embedded.article.statements.update(source_url="https://source.example/")
    make_opinion(embedded)
    forget()
    reader = Reader()
    pages: list[Any] = [reader.get(path) for path in FRAMES]
    pages += [reader.send(RESPONSES), reader.send(RESPONSES, {"edition": "0"})]
    for page in pages:
        links = re.findall(r"<a [^>]+>", page.content.decode())
        assert links
        for link in links:
            stays = re.search(r'href="(#|/embed/)', link)
            assert stays or 'target="_blank" rel="noopener"' in link or "_top" in link, link


def test_a_card_leads_to_its_statement_in_the_article(embedded: Survey) -> None:
    page = Reader().get("/embed/pont/statements/2/").content.decode()
    assert 'href="/articles/pont/#statement-2" target="_top"' in page
    assert "Personne ne dit qui paiera." in page
    assert "«" not in page.split("<blockquote>")[1].split("</blockquote>")[0]  # reported


def test_a_card_shows_its_own_statements_answers_with_what_they_are(embedded: Survey) -> None:
    make_response(embedded, answers={"s1-credible": "2", "s2-relevant": "5"})
    page = Reader().get(CARD).content.decode()
    assert 'id="item-s1-credible"' in page
    assert 'id="item-s2-relevant"' not in page
    assert page.count('class="notice"') == 1
    assert 'id="identity"' in page
    assert "Le budget prévoit un péage." in page


def test_a_card_without_public_results_shows_the_statement_alone(db: None) -> None:
    make_response(make_survey(results="after_answering"))
    reader = Reader()
    reader.answer()  # nor for who has answered: a card can't know
    page = reader.get(CARD)
    assert page.status_code == 200
    assert b"<svg" not in page.content
    assert b"<table" not in page.content
    assert "#statement-1" in page.content.decode()


def test_results_alone_are_the_figures_with_their_identity_and_no_texts(embedded: Survey) -> None:
    make_opinion(embedded, "Mon avis à moi.")
    make_response(embedded, answers={"s1-credible": "2"})
    page = Reader().get(RESULTS).content.decode()
    for part in ('id="item-credible"', 'id="item-s1-credible"', 'id="identity"', 'class="notice"'):
        assert part in page
    assert "Mon avis" not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("rule", "now", "once_closed"),
    [
        ("always", 200, 200),
        ("after_answering", 404, 200),
        ("after_closing", 404, 200),
        ("staff", 404, 404),
    ],
)
def test_results_alone_are_there_where_a_stranger_may_see_them(
    db: None, rule: str, now: int, once_closed: int
) -> None:
    make_survey(results=rule)
    reader = Reader()
    reader.answer()
    assert reader.get(RESULTS).status_code == now
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    forget()
    assert reader.get(RESULTS).status_code == once_closed


def test_a_refusal_is_the_same_as_for_a_survey_that_is_not_there(db: None) -> None:
    make_survey(results="staff", embed_origins="https://www.journal.example")
    hidden, nothing = Reader().get(RESULTS), Reader().get("/embed/rien/results/")
    assert hidden.status_code == nothing.status_code == 404
    assert hidden.content == nothing.content
    assert headers_of(hidden) == headers_of(nothing)


def test_in_a_blackout_a_frame_takes_answers_and_shows_no_figure(embedded: Survey) -> None:
    make_response(embedded)
    now = timezone.now()
    Blackout.objects.create(
        survey=embedded,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        reason="Veille de vote",
    )
    forget()
    assert Reader().get(RESULTS).status_code == 404
    for path in (FORM, CARD):
        page = Reader().get(path)
        assert page.status_code == 200
        assert b"<svg" not in page.content
        assert b"/results/" not in page.content


def test_results_wait_for_the_editors_number_of_answers(db: None) -> None:
    survey = make_survey(results_from=2)
    make_response(survey, answers={"s1-credible": "2"})
    assert Reader().get(RESULTS).status_code == 404
    assert b"<svg" not in Reader().get(CARD).content
    make_response(survey)
    forget()
    assert Reader().get(RESULTS).status_code == 200
    assert b"<svg" in Reader().get(CARD).content


def test_once_closed_the_form_gives_way_to_public_results(embedded: Survey) -> None:
    make_response(embedded)
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    forget()
    page = Reader().get(FORM)
    assert b"response-form" not in page.content
    assert b'id="item-credible"' in page.content
    assert page["Cache-Control"] == "public, max-age=0, s-maxage=20"
    Survey.objects.update(results="staff")
    forget()
    page = Reader().get(FORM)
    assert page.status_code == 200
    assert b"response-form" not in page.content
    assert b"<svg" not in page.content


def test_simulated_readers_are_labelled_in_every_frame_with_figures(embedded: Survey) -> None:
    make_response(embedded, answers={"s1-credible": "1"})
    Survey.objects.update(simulated=True)
    for path in (RESULTS, CARD):
        assert b"notice simulated" in Reader().get(path).content


def test_an_english_survey_speaks_english_in_its_frames(db: None) -> None:
    make_survey(make_article("bridge", language="en"))
    for path in ("/embed/bridge/", "/embed/bridge/results/", "/embed/bridge/statements/1/"):
        assert '<html lang="en">' in Reader().get(path).content.decode()


def test_a_database_that_is_away_leaves_a_page_in_the_frame(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_slug: str) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("polls.embeds.frames.current_edition", away)
    looked, sent = Reader().get(FORM), Reader().send(RESPONSES, {"item-opinion": "À garder."})
    for response in (looked, sent):
        assert response.status_code == 503
        assert ancestors(response) == "*"
        assert int(response["Retry-After"]) > 0
    assert "À garder." in sent.content.decode()
    assert f'action="{RESPONSES}"' in sent.content.decode()


@pytest.mark.parametrize("path", FRAMES)
def test_a_frame_costs_as_much_at_sixty_answers_as_at_three(
    embedded: Survey, django_assert_max_num_queries: Any, path: str
) -> None:
    for size in (3, 60):
        for _ in range(size):
            make_response(embedded, answers={"s1-credible": "1"})
        forget()
        current_edition("pont")
        with django_assert_max_num_queries(2):
            assert Reader().get(path).status_code == 200
