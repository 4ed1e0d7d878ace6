"""Every page that anybody may find says what it is, where it is, and in which language."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from polls.models import Opinion, Survey
from polls.results.grid import FEWEST
from polls.results.releases.services import publish_release
from tests.factories import make_opinion, make_response, make_staff
from tests.reader import Reader
from tests.web.pages import OURS, Head, head, text

PUBLIC = [
    "/",
    "/articles/pont/",
    "/articles/pont/results/",
    "/articles/pont/releases/",
    "/articles/pont/releases/1/",
    "/articles/pont/rules/",
    "/articles/pont/privacy/",
    "/privacy/",
    "/privacy/?lang=en",
    "/transparency/",
    "/transparency/?lang=en",
    "/legal/",
    "/legal/?lang=en",
]


@pytest.fixture
def released(survey: Survey) -> Survey:
    make_response(survey)
    publish_release(survey=survey, by=None, title="Les réponses")
    return survey


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_has_a_title_a_description_and_its_one_address(
    released: Survey, path: str
) -> None:
    found = head(path)
    assert len(found.title.removesuffix(" · Avis de lecteurs")) > 5
    assert len(found.meta("description")) > 15
    assert found.canonical == OURS + path
    assert "robots" not in found.metas


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_says_to_networks_what_it_says_to_readers(
    released: Survey, path: str
) -> None:
    found = head(path)
    assert found.meta("og:url") == found.canonical
    assert found.meta("og:description") == found.meta("description")
    assert found.meta("og:site_name") == "Avis de lecteurs"
    assert found.meta("og:type") in ("article", "website")
    assert found.meta("og:locale") == {"fr": "fr_FR", "en": "en_GB"}[found.language]
    assert len(found.meta("og:title")) > 5
    picture = found.meta("og:image")
    card = "summary_large_image" if picture.endswith("/picture.png") else "summary"
    assert found.meta("twitter:card") == card


def test_results_and_releases_have_their_picture_and_the_article_what_readers_answered(
    released: Survey,
) -> None:
    for _ in range(FEWEST):
        make_response(released, answers={"credible": "2", "s1-credible": "1"})
    mark = [f"{OURS}/static/polls/apple-touch-icon.png"]
    pictures = {path: head(path).metas.get("og:image") for path in PUBLIC[:5]}
    assert pictures == {
        "/": mark,
        "/articles/pont/": [f"{OURS}/articles/pont/results/picture.png"],
        "/articles/pont/results/": [f"{OURS}/articles/pont/results/picture.png"],
        "/articles/pont/releases/": mark,
        "/articles/pont/releases/1/": [f"{OURS}/articles/pont/releases/1/picture.png"],
    }


@pytest.mark.parametrize("path", PUBLIC)
def test_the_head_is_the_same_under_another_name_of_the_host(released: Survey, path: str) -> None:
    other = Head(Reader().get(path, headers={"Host": "localhost"}).content.decode())
    assert (other.canonical, other.hreflang) == (head(path).canonical, head(path).hreflang)
    assert "localhost" not in other.html


def test_the_description_of_an_article_without_a_standfirst_is_its_question(
    survey: Survey,
) -> None:
    survey.article.standfirst = ""
    survey.article.save()
    assert head("/articles/pont/").meta("description") == survey.question


def test_an_unknown_parameter_is_no_part_of_the_address(survey: Survey) -> None:
    results = f"{OURS}/articles/pont/results/"
    assert head("/articles/pont/?utm_source=x").canonical == f"{OURS}/articles/pont/"
    assert head("/articles/pont/results/?sort=new&page=1").canonical == results
    assert head("/privacy/?lang=fr&x=y").canonical == f"{OURS}/privacy/"


def test_a_further_page_of_opinions_is_a_page_of_its_own(survey: Survey) -> None:
    for number in range(60):
        make_opinion(survey, f"Avis {number}.")
    Opinion.objects.update(status="published")
    found = head("/articles/pont/results/?x=y&page=2")
    assert found.canonical == f"{OURS}/articles/pont/results/?page=2"


def test_pages_of_one_reader_ask_not_to_be_listed_and_have_no_address_to_be_found_at(
    survey: Survey,
) -> None:
    opinion = make_opinion(survey, "Un avis.", may_publish=True)
    Opinion.objects.update(status="published")
    reader = Reader()
    reader.answer(item__opinion="Un avis.", consent_publishing="on")
    pages: list[Any] = [
        reader.get("/receipts/"),
        reader.get("/receipts/change/"),
        reader.get(f"/opinions/{opinion.public_id}/notice/"),
        reader.get("/articles/pont/statements/1/reply/"),
        reader.get("/embed/pont/"),
        reader.get("/embed/pont/results/"),
        reader.get("/embed/pont/statements/1/"),
        Reader().get("/receipts/"),
        reader.send("/receipts/withdraw/"),
        Reader().answer(item__credible=None, consent_counting=None),
    ]
    for page in pages:
        found = Head(page.content.decode())
        assert found.meta("robots") == "noindex", found.title
        assert not {"canonical"} & found.links.keys(), found.title
        assert not found.documents


def test_the_newsroom_s_previews_are_no_public_page(released: Survey, client: Client) -> None:
    client.force_login(make_staff("editor"))
    for name in ("preview", "results"):
        page = client.get(f"/admin/polls/survey/{released.pk}/{name}/")
        assert page.status_code == 200
        found = Head(page.content.decode())
        assert found.meta("robots") == "noindex"
        assert "canonical" not in found.links


def test_a_title_is_text_wherever_it_stands_in_the_head(survey: Survey) -> None:
    wild = 'Le "pont" </script><script>alert(1)</script> <b>&amp; l’eau</b> <!-- '
    survey.article.title = survey.article.standfirst = wild
    survey.article.save()
    found = head("/articles/pont/")
    assert found.meta("og:title") == found.meta("description") == wild
    assert found.documents[0]["@graph"][0]["headline"] == wild
    assert "<script>" not in found.html
    assert found.html.count("</html>") == 1


def test_every_page_leads_to_the_feed_and_to_the_legal_notice(released: Survey) -> None:
    for path in [*PUBLIC, "/receipts/"]:
        page = text(path)
        feeds = [
            link["href"]
            for link in Head(page).links["alternate"]
            if link.get("type") == "application/atom+xml"
        ]
        assert "/consultations.atom" in feeds
        assert f'href="/legal/?lang={Head(page).language}"' in page


def test_icons_are_there_and_the_browser_s_frame_has_the_colour_of_the_paper(
    survey: Survey,
) -> None:
    found = head("/")
    (drawn,), (touch,) = found.links["icon"], found.links["apple-touch-icon"]
    drawing = Path(str(finders.find("polls/icon.svg"))).read_text(encoding="utf-8")
    assert unquote(drawn["href"]) == f"data:image/svg+xml,{drawing.strip()}"
    assert finders.find(touch["href"].removeprefix("/static/"))
    css = Path(str(finders.find("polls/press.css"))).read_text(encoding="utf-8")
    assert found.metas["theme-color"] == re.findall(r"--paper: (#\w+);", css)[:2]


def test_what_is_not_public_has_no_page_to_be_found(survey: Survey) -> None:
    Survey.objects.update(opens_at=timezone.now() + timedelta(days=1), results="staff")
    assert "picture.png" not in head("/articles/pont/").meta("og:image")
    text("/articles/pont/results/", status=404)
