import json
import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from polls.embeds.snippets import snippets
from polls.lib.caching import forget
from polls.models import Article, Survey
from tests.factories import make_article, make_response, make_survey
from tests.reader import Reader

OURS = "http://127.0.0.1:8000"
PAGE = f"{OURS}/articles/pont/"


def ask(url: str = PAGE, **more: str) -> Any:
    return Reader().get("/oembed", {"url": url, **more})


def said(url: str = PAGE, **more: str) -> dict[str, Any]:
    response = ask(url, **more)
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_an_article_is_answered_with_the_frame_of_its_form(embedded: Survey) -> None:
    response = ask(format="json")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Cache-Control"].startswith("public, ")
    found = json.loads(response.content)
    assert (found["type"], found["version"]) == ("rich", "1.0")
    assert found["title"] == "Le pont"
    assert found["provider_name"] == "Avis de lecteurs"
    (tag, frame), (script, loader) = Tags(found["html"]).found
    assert (tag, frame["src"]) == ("iframe", f"{OURS}/embed/pont/")
    assert (frame["width"], frame["height"]) == (str(found["width"]), str(found["height"]))
    assert frame["title"]
    assert (script, loader["src"]) == ("script", f"{OURS}/embed.js")


@pytest.mark.parametrize(
    ("page", "frame"),
    [
        ("/articles/pont/results/", "/embed/pont/results/"),
        ("/articles/pont/#statement-2", "/embed/pont/statements/2/"),
        ("/articles/pont/#statement-9", "/embed/pont/"),
        ("/articles/pont/?utm_source=x#opinion", "/embed/pont/"),
        ("/embed/pont/", "/embed/pont/"),
        ("/embed/pont/results/", "/embed/pont/results/"),
        ("/embed/pont/statements/1/", "/embed/pont/statements/1/"),
    ],
)
def test_every_page_has_the_frame_that_shows_it(embedded: Survey, page: str, frame: str) -> None:
    make_response(embedded)
    assert f'src="{OURS}{frame}"' in said(OURS + page)["html"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pont",
        "/articles/pont/",
        "https://evil.example/articles/pont/",
        "http://127.0.0.1/articles/pont/",
        "https://127.0.0.1:8000/articles/pont/",
        "http://127.0.0.1:8000@evil.example/articles/pont/",
        "http://evil.example#http://127.0.0.1:8000/articles/pont/",
        "http://testserver/articles/pont/",
        "javascript:alert(1)",
        "http://[oops/",
        f"{OURS}/articles/rien/",
        f"{OURS}/",
        f"{OURS}/admin/",
        f"{OURS}/receipts/",
        f"{OURS}/embed/pont/statements/9/",
        f"{OURS}/articles/pont/responses/",
        f"{OURS}/articles/%70ont/../rien/",
        f"{OURS}/articles/pont/\x00",
        "http://127.0.0.1:8000/" + "a" * 5000,
    ],
)
def test_what_is_none_of_our_pages_is_not_found(embedded: Survey, url: str) -> None:
    assert ask(url).status_code == 404


def test_without_an_address_nothing_is_found(embedded: Survey) -> None:
    assert Reader().get("/oembed").status_code == 404


def test_where_no_site_may_embed_it_nothing_is_found_and_nothing_is_offered(
    survey: Survey,
) -> None:
    assert ask().status_code == 404
    assert b"oembed" not in Reader().get("/articles/pont/").content


def test_results_are_found_only_where_they_are_public(db: None) -> None:
    survey = make_survey(results="after_closing", embed_origins="https://www.journal.example")
    make_response(survey)
    assert ask(f"{PAGE}results/").status_code == 404
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    forget()
    assert ask(f"{PAGE}results/").status_code == 200


def test_only_json_is_implemented(embedded: Survey) -> None:
    assert ask(format="xml").status_code == 501


@pytest.mark.parametrize(
    ("limit", "width", "height"),
    [
        ("300", 300, 300),
        ("1", 1, 1),
        ("0100", 100, 100),
        ("999999999", 680, 1200),
        ("9" * 400, 680, 1200),
        ("0", 680, 1200),
        ("-5", 680, 1200),
        ("1e3", 680, 1200),
        ("²", 680, 1200),
        ('"><script>', 680, 1200),
        ("", 680, 1200),
    ],
)
def test_sizes_are_ours_or_less(embedded: Survey, limit: str, width: int, height: int) -> None:
    found = said(maxwidth=limit, maxheight=limit)
    assert (found["width"], found["height"]) == (width, height)


@pytest.mark.parametrize("title", ['"><script>alert(1)</script>', "' onload='x", "</iframe>", "&"])
def test_a_title_brings_no_markup_with_it(db: None, title: str) -> None:
    survey = make_survey(make_article(title=title), embed_origins="https://www.journal.example")
    found = said()
    assert found["title"] == title
    for html in (found["html"], *(html for _label, html in snippets(survey))):
        tags = Tags(html).found
        assert [tag for tag, _attributes in tags] == ["iframe", "script"]
        assert title in (tags[0][1]["title"] or "")
        assert set(tags[0][1]) == {"src", "title", "width", "height", "style", "loading"}
    head = Reader().get("/articles/pont/").content.decode().split("</head>")[0]
    links = [attributes for tag, attributes in Tags(head).found if tag == "link"]
    ours = [link for link in links if link.get("type") == "application/json+oembed"]
    assert [link["title"] for link in ours] == [title]


@pytest.mark.parametrize("path", ["/articles/pont/", "/articles/pont/results/"])
def test_the_head_of_a_page_leads_to_its_frame(embedded: Survey, path: str) -> None:
    page = Reader().get(path).content.decode()
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert found
    parts = urlsplit(unescape(found[1]))
    assert f"{parts.scheme}://{parts.netloc}" == OURS
    answer = Reader().get(parts.path, {name: v[0] for name, v in parse_qs(parts.query).items()})
    assert answer.status_code == 200
    assert path.replace("articles", "embed") in json.loads(answer.content)["html"]


def test_the_snippets_are_one_for_each_frame_in_one_query(
    embedded: Survey, django_assert_num_queries: Any
) -> None:
    survey = Survey.objects.select_related("article").get()
    with django_assert_num_queries(1):
        found = snippets(survey, "https://avis.example.org")
    sources = [Tags(html).found[0][1]["src"] for _label, html in found]
    assert sources == [
        f"https://avis.example.org/embed/pont/{end}"
        for end in ("", "results/", "statements/1/", "statements/2/")
    ]
    assert Tags(found[0][1]).found[0][1]["width"] == "100%"
    assert len({label for label, _html in found}) == 4


def test_the_loaders_address_outlives_a_release(client: Any) -> None:
    response = client.get("/embed.js")
    assert response.status_code == 302
    assert response["Location"].startswith("/static/polls/embed")
    assert response["Cache-Control"] == "public, max-age=300"


def test_an_article_without_an_author_names_none(embedded: Survey) -> None:
    assert "author_name" not in said()
    Article.objects.update(author="A. Nonyme")
    forget()
    assert said()["author_name"] == "A. Nonyme"
