"""A consultation that was taken down: its address says so, and every other door shows nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from polls.composing.lifecycle import publish_again, unpublish
from polls.lib.caching import forget
from polls.lib.codes import hashed
from polls.models import ModerationEvent, Opinion, Response, Survey
from polls.moderation.services import decide
from polls.results.releases.services import publish_release
from tests.factories import (
    make_article,
    make_draft,
    make_opinion,
    make_rejected,
    make_response,
    make_staff,
    make_survey,
)
from tests.reader import ANSWER, Reader

TITLE, TEXT = "Le pont aux secrets", "Un avis que nul autre n’a."


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def public_addresses() -> list[str]:
    """Every address outside the admin, with the article and the number 1 in it."""
    found = [route for route in routes(get_resolver().url_patterns) if route[:7] != "/admin/"]
    found = [route.replace("<slug:slug>", "pont").replace("<int:number>", "1") for route in found]
    return [route for route in found if "<" not in route and "^" not in route and "?" not in route]


@pytest.fixture
def known(db: None) -> Survey:
    """With all that a door could show: answers, a published text, a release, a frame."""
    survey = make_survey(make_article(title=TITLE), embed_origins="https://www.example.org")
    opinion = make_opinion(survey, TEXT)
    decide(
        versions={opinion.pk: opinion.version},
        action=ModerationEvent.Action.PUBLISH,
        moderator=make_staff("moderator"),
    )
    publish_release(survey=survey, by=None, title="Ce que vous répondez")
    forget()
    return survey


def test_the_doors_that_are_looked_at_would_show_it(known: Survey) -> None:
    """Or the next test would pass of itself."""
    shown = [path for path in public_addresses() if TITLE in body(path)]
    assert len(shown) >= 12
    assert {"/", "/articles/pont/", "/articles/pont/results/", "/embed/pont/"} <= set(shown)


def body(path: str) -> str:
    return Reader().get(path).content.decode(errors="replace")


def test_no_door_shows_anything_of_it(known: Survey) -> None:
    opinion = Opinion.objects.get()
    unpublish(survey=known, note="Une erreur.")
    forget()
    notice = f"/opinions/{opinion.public_id}/notice/"
    assert Reader().get(notice).status_code == 404
    for path in public_addresses():
        answer = Reader().get(path)
        page = answer.content.decode(errors="replace")
        assert TITLE not in page, path
        assert TEXT not in page, path
        if (
            "/pont/" in path
            and answer.status_code not in (404, 410)
            and not path.endswith("/stamp/")
        ):
            assert answer.status_code in (302, 405), path
            assert answer.content == b"", path
    oembed = Reader().get("/oembed?url=http://testserver/articles/pont/")
    assert oembed.status_code == 404


def test_its_address_says_since_when_and_why_in_the_articles_language(known: Survey) -> None:
    unpublish(survey=known, note="Une citation <b>était</b> fausse.")
    answer = Reader().get("/articles/pont/")
    page = answer.content.decode()
    assert answer.status_code == 410
    assert answer["Cache-Control"] == "private, no-store"
    assert '<html lang="fr"' in page
    assert "Une citation &lt;b&gt;était&lt;/b&gt; fausse." in page
    assert 'href="/receipts/?lang=fr"' in page
    assert 'content="noindex"' in page
    assert not answer.cookies


@pytest.mark.parametrize("place", ["results/", "rules/", "privacy/", "opinions.atom"])
def test_whatever_readers_had_the_address_of_says_it_too(known: Survey, place: str) -> None:
    unpublish(survey=known, note="Une citation était fausse.")
    answer = Reader().get(f"/articles/pont/{place}")
    assert answer.status_code == 410
    assert "Une citation était fausse." in answer.content.decode()


def test_a_draft_is_still_no_address(db: None) -> None:
    make_draft()
    assert Reader().get("/articles/pont/").status_code == 404
    assert Reader().answer().status_code == 404


def test_an_earlier_edition_takes_the_address_back(known: Survey) -> None:
    second = make_survey(known.article, edition=2, question="Et maintenant ?")
    make_response(second)
    publish_release(survey=second, by=None, title="La deuxième")
    unpublish(survey=second)
    forget()
    page = body("/articles/pont/")
    assert known.question in page
    assert "Et maintenant ?" not in page
    assert "La deuxième" not in body("/articles/pont/releases/")
    assert Reader().get("/articles/pont/releases/2/").status_code == 404
    assert Reader().get("/articles/pont/releases/1/").status_code == 200
    # Numbers of releases are never given twice.
    for _ in range(5):
        make_response(known)
    assert publish_release(survey=known, by=None, title="Suite").number == 3


def test_what_is_sent_to_it_is_kept_on_a_clear_page(known: Survey) -> None:
    unpublish(survey=known)
    sent = {"item__opinion": "Mon texte, long.", "consent_publication": "on"}
    answer = Reader().answer(**sent)
    assert answer.status_code == 410
    assert "Mon texte, long." in answer.content.decode()
    framed = Reader().send("/embed/pont/responses/", ANSWER | {"item-opinion": "Mon autre texte."})
    assert framed.status_code == 410
    assert "Mon autre texte." in framed.content.decode()
    assert Response.objects.count() == 1


def test_who_read_it_before_gets_the_same(known: Survey) -> None:
    """A process that read the edition a moment ago: the database decides, and the page says why."""
    reader = Reader()
    reader.get("/articles/pont/")
    Survey.objects.update(status="unpublished", unpublished_at="2026-01-01T00:00:00Z")
    answer = reader.answer(item__opinion="Mon texte, long.")
    assert answer.status_code == 410
    assert "Mon texte, long." in answer.content.decode()
    assert Response.objects.count() == 1


def test_receipts_go_on_but_answers_are_not_changed(known: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="Mon texte.")
    unpublish(survey=known, note="Une erreur.")
    receipt = reader.get("/receipts/")
    assert receipt.status_code == 200
    assert "Mon texte." in receipt.content.decode()
    assert "/receipts/change/" not in receipt.content.decode()
    looked = reader.get("/receipts/change/")
    assert looked.status_code == 410
    sent = reader.send("/receipts/change/", ANSWER | {"item-opinion": "Mon texte, changé."})
    assert sent.status_code == 410
    assert "Mon texte, changé." in sent.content.decode()
    assert Opinion.objects.filter(text="Mon texte.").exists()
    assert reader.send("/receipts/withdraw/").status_code == 200
    assert not Opinion.objects.filter(text="Mon texte.").exists()


def test_a_decision_can_still_be_contested(known: Survey) -> None:
    opinion = make_rejected(known)
    unpublish(survey=known)
    reader = Reader()
    code = "0" * 26
    Response.objects.filter(opinion=opinion).update(receipt_hash=hashed(code))
    reader.send("/receipts/", {"code": code})
    page = reader.get("/receipts/").content.decode()
    assert "/receipts/appeal/" in page
    assert "/articles/pont/rules/" not in page  # a page that isn't there any more
    assert reader.send("/receipts/appeal/", {"appeal": "C’est un avis."}).status_code == 303


def test_published_again_it_is_as_it_was(known: Survey) -> None:
    before = body("/articles/pont/")
    at = known.published_at
    unpublish(survey=known, note="Une erreur.")
    publish_again(survey=known)
    known.refresh_from_db()
    assert re.sub(r"\d\d:\d\d|\d+ h \d\d", "", body("/articles/pont/")) == re.sub(
        r"\d\d:\d\d|\d+ h \d\d", "", before
    )
    assert known.published_at == at
    assert Reader().answer().status_code == 303
    assert TITLE in body("/articles/pont/releases/")


def test_staff_still_see_answers_of_what_was_taken_down(known: Survey) -> None:
    unpublish(survey=known)
    staff = Client()
    staff.force_login(make_staff("editor"))
    path = f"/admin/polls/survey/{known.pk}"
    for page in ("results", "dashboard", "export", "preview"):
        assert staff.get(f"{path}/{page}/").status_code == 200
    asked = {"content": "responses", "file_format": "csv", "delimiter": "comma"}
    given = staff.post(f"{path}/export/", asked)
    assert given.status_code == 200
    assert TEXT in b"".join(given.streaming_content).decode()  # type: ignore[attr-defined]
    refused = staff.post(f"{path}/release/", {"title": "Une autre"})
    assert refused.status_code == 200  # with the mistake on it
    assert known.releases.count() == 1
