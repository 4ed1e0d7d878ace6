"""The article in schema.org's words: it says what the page says, and judges nobody."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from polls.models import Article, Milestone, Survey
from tests.factories import make_article, make_response, make_survey
from tests.web.pages import OURS, head

ARTICLE = f"{OURS}/articles/pont/"


def graph(slug: str = "pont") -> list[dict[str, Any]]:
    (document,) = head(f"/articles/{slug}/").documents
    assert document["@context"] == "https://schema.org"
    found: list[dict[str, Any]] = document["@graph"]
    return found


def test_the_article_is_a_news_article_with_what_is_known_of_it(survey: Survey) -> None:
    values = {"author": "Service politique", "source_name": "Conseil municipal"}
    Article.objects.update(source_url="https://example.org/seance", **values)
    assert graph()[0] == {
        "@type": "NewsArticle",
        "@id": f"{ARTICLE}#article",
        "url": ARTICLE,
        "mainEntityOfPage": ARTICLE,
        "headline": "Le pont",
        "description": "Un pont, deux avis.",
        "inLanguage": "fr",
        "datePublished": "2025-01-23",
        "author": {"@type": "Person", "name": "Service politique"},
        "publisher": {"@type": "Organization", "name": "Avis de lecteurs", "url": f"{OURS}/"},
        "citation": {
            "@type": "CreativeWork",
            "name": "Conseil municipal",
            "url": "https://example.org/seance",
        },
    }


def test_what_nobody_said_of_the_article_is_left_out(db: None) -> None:
    make_survey(make_article(standfirst=""))
    Article.objects.update(published_on=None)
    Survey.objects.update(published_at=datetime(2025, 3, 1, 23, 30, tzinfo=UTC))
    article = graph()[0]
    assert {"author", "citation", "description", "dateModified", "correction"}.isdisjoint(article)
    # Of the day on which it was published here, by the paper's clock.
    assert article["datePublished"] == "2025-03-02"


def test_a_byline_that_names_the_house_is_no_person(survey: Survey, settings: Any) -> None:
    settings.PUBLISHER_NAME = "Le Journal"
    make_survey(make_article("bridge", language="en"))
    for slug, byline in (("bridge", "The newsroom"), ("pont", "LE JOURNAL")):
        Article.objects.filter(slug=slug).update(author=byline)
        assert graph(slug)[0]["author"] == {"@type": "Organization", "name": byline}
        assert graph(slug)[0]["publisher"]["name"] == "Le Journal"


def test_each_statement_is_a_claim_with_who_said_it_when_and_where(survey: Survey) -> None:
    survey.article.statements.filter(number=1).update(
        original="The bridge will be free", original_language="en"
    )
    _article, first, second = graph()
    assert first == {
        "@type": "Claim",
        "@id": f"{ARTICLE}#statement-1",
        "url": f"{ARTICLE}#statement-1",
        "position": 1,
        "isPartOf": {"@id": f"{ARTICLE}#article"},
        "text": "Le pont sera gratuit",
        "inLanguage": "fr",
        "translationOfWork": {
            "@type": "Claim",
            "text": "The bridge will be free",
            "inLanguage": "en",
        },
        "author": {"@type": "Person", "name": "La maire"},
        "datePublished": "2025-01-21",
        "appearance": {"@type": "CreativeWork", "name": "Conseil municipal"},
    }
    assert second["position"] == 2
    assert {"datePublished", "translationOfWork"}.isdisjoint(second)


def test_the_place_of_a_claim_is_in_the_page(survey: Survey) -> None:
    page = head("/articles/pont/").html
    for claim in graph()[1:]:
        assert f'id="{claim["url"].split("#")[1]}"' in page


def test_what_readers_think_is_no_verdict_and_no_rating(survey: Survey) -> None:
    for _ in range(3):
        make_response(survey, answers={"credible": "0", "s1-credible": "0"})
    found = str(graph())
    assert "Review" not in found
    assert "ating" not in found


def test_a_correction_is_said_with_its_date_and_an_event_is_none(survey: Survey) -> None:
    now, day = timezone.now(), timedelta(days=1)
    for kind, days in (("correction", 2), ("correction", 1), ("event", 0)):
        values = {"kind": kind, "text": f"{kind} {days}", "at": now - days * day}
        Milestone.objects.create(article=survey.article, **values)
    article = graph()[0]
    assert [each["text"] for each in article["correction"]] == ["correction 2", "correction 1"]
    assert {each["@type"] for each in article["correction"]} == {"CorrectionComment"}
    assert datetime.fromisoformat(article["dateModified"]) == now - day
    assert article["correction"][1]["datePublished"] == article["dateModified"]


def test_original_and_translation_name_each_other(survey: Survey) -> None:
    make_survey(make_article("bridge", language="en", translation_of=survey.article))
    translation = {"@type": "NewsArticle", "@id": f"{OURS}/articles/bridge/#article"}
    original = {"@type": "NewsArticle", "@id": f"{ARTICLE}#article"}
    assert graph()[0]["workTranslation"] == [translation | {"inLanguage": "en"}]
    assert graph("bridge")[0]["translationOfWork"] == [original | {"inLanguage": "fr"}]
    assert "translationOfWork" not in graph()[0]
    assert date.fromisoformat(graph("bridge")[0]["datePublished"])


def test_two_translations_are_each_of_the_original_and_not_of_each_other(survey: Survey) -> None:
    for slug, language in (("bridge", "en"), ("bruecke", "de")):
        make_survey(make_article(slug, language="en", translation_of=survey.article))
        Article.objects.filter(slug=slug).update(language=language)
    assert [one["@id"] for one in graph("bridge")[0]["translationOfWork"]] == [f"{ARTICLE}#article"]
    assert [one["inLanguage"] for one in graph()[0]["workTranslation"]] == ["de", "en"]
