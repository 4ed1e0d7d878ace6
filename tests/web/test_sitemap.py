"""The sitemap, the feed and robots.txt name what anybody may find, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from polls.lib.caching import forget
from polls.models import Blackout, Milestone, Survey
from polls.results.releases.services import publish_release
from tests.factories import make_article, make_draft, make_response, make_survey
from tests.reader import Reader
from tests.web.pages import OURS, head, text

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = {
    f"{OURS}/{page}/{tail}"
    for page in ("transparency", "privacy", "legal")
    for tail in ("", *(f"?lang={code}" for code, _name in settings.LANGUAGES if code != "fr"))
}
ARTICLE = f"{OURS}/articles/pont/"
RESULTS = f"{ARTICLE}results/"


def sitemap() -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(text("/sitemap.xml"))
    return {str(url.findtext(f"{MAP}loc")): url for url in root}


def changed(url: ElementTree.Element) -> datetime | None:
    return parse_datetime(url.findtext(f"{MAP}lastmod") or "")


def entries() -> list[ElementTree.Element]:
    return ElementTree.fromstring(text("/consultations.atom")).findall(f"{ATOM}entry")


def titles() -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in entries()]


def test_it_names_the_pages_of_the_site_and_of_each_consultation(survey: Survey) -> None:
    make_response(survey)
    publish_release(survey=survey, by=None, title="Les réponses")
    releases = {f"{ARTICLE}releases/", f"{ARTICLE}releases/1/"}
    assert set(sitemap()) == {f"{OURS}/", *SITE, ARTICLE, RESULTS, *releases}


def test_every_address_of_it_is_a_page_that_calls_itself_so(survey: Survey) -> None:
    make_survey(make_article("bridge", language="en", translation_of=survey.article))
    make_response(survey)
    publish_release(survey=survey, by=None, title="Les réponses")
    for address, url in sitemap().items():
        found = head(address)
        assert found.canonical == address
        links = {link.attrib["hreflang"]: link.attrib["href"] for link in url.findall(LINK)}
        assert links == found.hreflang, address


@pytest.mark.parametrize("state", ["draft", "unpublished", "upcoming"])
def test_what_readers_can_t_open_yet_or_any_more_is_named_nowhere(
    survey: Survey, state: str
) -> None:
    day = timedelta(days=1)
    article = make_article("secret", title="Encore secret")
    hidden = make_draft(article) if state == "draft" else make_survey(article)
    if state == "unpublished":
        now = timezone.now()
        Survey.objects.filter(pk=hidden.pk).update(status=state, unpublished_at=now)
    if state == "upcoming":
        Survey.objects.filter(pk=hidden.pk).update(opens_at=timezone.now() + day)
    for path in ("/sitemap.xml", "/consultations.atom", "/"):
        assert "ecret" not in text(path)
    assert "ecret" not in text("/rien/", status=404)


def test_a_closed_consultation_stays(survey: Survey) -> None:
    Survey.objects.update(closes_at=timezone.now() - timedelta(days=1))
    assert ARTICLE in sitemap()
    assert titles() == ["Le pont"]


@pytest.mark.parametrize(
    "values",
    [
        {"results": "staff"},
        {"results": "after_answering"},
        {"results": "after_closing"},
        {"results_from": 2},
    ],
)
def test_results_are_named_only_where_anybody_may_see_them(
    survey: Survey, values: dict[str, Any]
) -> None:
    make_response(survey)
    Survey.objects.update(**values)
    assert RESULTS not in sitemap()
    assert Reader().get("/articles/pont/results/").status_code == 404
    if values == {"results_from": 2}:
        make_response(survey)
    else:
        Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert (RESULTS in sitemap()) == (values != {"results": "staff"})


def test_a_blackout_takes_results_and_releases_from_it(survey: Survey) -> None:
    make_response(survey)
    publish_release(survey=survey, by=None, title="Les réponses")
    now, hour = timezone.now(), timedelta(hours=1)
    Blackout.objects.create(survey=survey, starts_at=now - hour, ends_at=now + hour)
    assert {address for address in sitemap() if "pont" in address} == {ARTICLE}


def test_the_date_of_an_article_is_of_what_changed_in_it_last(survey: Survey) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    day = timedelta(days=1)
    Survey.objects.update(published_at=start, opens_at=start + day)
    assert changed(sitemap()[ARTICLE]) == start + day
    for kind, at in (("event", start + 3 * day), ("correction", start + 2 * day)):
        Milestone.objects.create(article=survey.article, kind=kind, at=at, text="Un montant.")
    assert changed(sitemap()[ARTICLE]) == start + 2 * day
    Survey.objects.update(closes_at=start + 4 * day)
    assert changed(sitemap()[ARTICLE]) == start + 4 * day
    Survey.objects.update(closes_at=timezone.now() + day)
    assert changed(sitemap()[ARTICLE]) == start + 2 * day
    assert changed(sitemap()[RESULTS]) is None


def test_the_feed_tells_what_has_opened_the_newest_first(survey: Survey) -> None:
    early = make_survey(make_article("bridge", language="en", title="A <bridge> & more"))
    opened = timezone.now() - timedelta(days=9)
    before = opened - timedelta(days=9)
    Survey.objects.filter(pk=early.pk).update(published_at=before, opens_at=opened)
    first, second = entries()
    assert (first.findtext(f"{ATOM}title"), second.findtext(f"{ATOM}title")) == (
        "Le pont",
        "A <bridge> & more",
    )
    assert first.findtext(f"{ATOM}summary") == "Un pont, deux avis."
    assert second.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "en"
    published = parse_datetime(second.findtext(f"{ATOM}published") or "")
    assert published
    assert abs(published - opened) < timedelta(seconds=1)
    link = second.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib["href"] == f"{OURS}/articles/bridge/"


def test_a_feed_without_entries_is_the_same_at_each_look(db: None) -> None:
    assert text("/consultations.atom") == text("/consultations.atom")


@pytest.mark.parametrize("path", ["/sitemap.xml", "/consultations.atom", "/robots.txt", "/legal/"])
def test_caches_may_keep_it_and_ask_again_only_for_a_change(survey: Survey, path: str) -> None:
    first = Reader().get(path)
    assert "public" in first["Cache-Control"]
    assert not first.cookies
    again = Reader().get(path, headers={"If-None-Match": first["ETag"], "Host": "localhost"})
    assert again.status_code == 304


@pytest.mark.parametrize(("path", "queries"), [("/sitemap.xml", 6), ("/consultations.atom", 3)])
def test_the_queries_do_not_grow_with_the_consultations(
    survey: Survey, django_assert_num_queries: Any, path: str, queries: int
) -> None:
    Survey.objects.update(results_from=2)
    for number in range(4):
        forget()
        with django_assert_num_queries(queries):
            Reader().get(path)
        with django_assert_num_queries(0):  # kept for a while, however many robots ask
            Reader().get(path)
        made = make_survey(make_article(f"pont-{number}"), results_from=2)
        Milestone.objects.create(
            article=made.article, kind="correction", at=timezone.now(), text="Un montant."
        )


def test_robots_are_told_of_the_sitemap_and_kept_from_what_is_private(survey: Survey) -> None:
    lines = text("/robots.txt").splitlines()
    assert f"Sitemap: {OURS}/sitemap.xml" in lines
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")]
    assert {"/admin/", "/receipts/", "/opinions/"} <= set(closed)
    for address in sitemap():
        path = address.removeprefix(OURS)
        assert not any(path.startswith(start) for start in closed if "*" not in start)


def test_the_icon_is_where_browsers_look_for_it(client: Any) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/polls/favicon.ico")
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
