"""The Atom feed of published opinions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import ModerationRule, Opinion, Survey
from polls.moderation.services import Action, decide
from tests.factories import make_article, make_opinion, make_response, make_staff, make_survey
from tests.reader import Reader

FEED = "/articles/pont/opinions.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(address: str = FEED) -> ElementTree.Element:
    answer = Reader().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def said(part: ElementTree.Element, name: str) -> str:
    return part.findtext(f"{ATOM}{name}") or ""


def link(part: ElementTree.Element, rel: str) -> str:
    [found] = [each for each in part.findall(f"{ATOM}link") if each.get("rel") == rel]
    return found.get("href") or ""


def entries(address: str = FEED) -> list[ElementTree.Element]:
    return feed(address).findall(f"{ATOM}entry")


def texts() -> list[str]:
    return [said(entry, "content") for entry in entries()]


def publish(survey: Survey, text: str, **values: Any) -> Opinion:
    """A published opinion, with whatever its row should say otherwise."""
    opinion = make_opinion(survey, text)
    changed = {"status": "published", "decided_at": timezone.now()} | values
    Opinion.objects.filter(pk=opinion.pk).update(**changed)
    return opinion


def test_the_feed_has_what_the_standard_asks_for(survey: Survey) -> None:
    opinion = publish(survey, "Un avis.")
    whole = feed()
    [entry] = whole.findall(f"{ATOM}entry")
    for part in (whole, entry):
        assert all(said(part, name) for name in ("id", "title", "updated"))
        assert datetime.fromisoformat(said(part, "updated")).tzinfo
    assert link(whole, "self") == f"http://127.0.0.1:8000{FEED}"
    assert link(whole, "alternate") == "http://127.0.0.1:8000/articles/pont/results/"
    assert said(entry, "id") == f"urn:uuid:{opinion.public_id}"
    assert entry.findtext(f"{ATOM}author/{ATOM}name")
    assert entry.findall(f"{ATOM}author/") == entry.findall(f"{ATOM}author/{ATOM}name")


def test_the_feed_says_what_the_consultation_is_not(survey: Survey) -> None:
    publish(survey, "Un avis.")
    whole = feed()
    assert said(whole, "subtitle") == said(whole, "rights")
    plain = said(whole, "rights")
    Survey.objects.update(simulated=True)
    assert len(said(feed(), "rights")) > len(plain) > 80


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_feed_speaks_the_language_of_its_article(db: None, language: str) -> None:
    survey = make_survey(make_article("bridge", language))
    publish(survey, "Text.")
    xml_lang = feed("/articles/bridge/opinions.atom").get(
        "{http://www.w3.org/XML/1998/namespace}lang"
    )
    assert xml_lang == language


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<script>alert(1)</script> & ]]>", "<script>alert(1)</script> & ]]>"),
        ("deux\n\nparagraphes", "deux\n\nparagraphes"),
        ("👩🏽‍🚀 e\u0301", "👩🏽‍🚀 e\u0301"),
        ("a\x0bb\x1fc\ufffed", "a�b�c�d"),
    ],
)
def test_a_text_comes_through_as_text(survey: Survey, written: str, read: str) -> None:
    publish(survey, written)
    assert texts() == [read]
    [content] = [entry.find(f"{ATOM}content") for entry in entries()]
    assert content is not None
    assert content.get("type") == "text"


def test_a_title_with_what_xml_cannot_hold_breaks_nothing(survey: Survey) -> None:
    survey.article.title = "Le \x0bpont"
    survey.article.save()
    assert "Le �pont" in said(feed(), "title")


def test_a_date_is_a_day_and_says_nothing_of_when_it_was_sent(survey: Survey) -> None:
    day = datetime(2025, 1, 22, 23, 30, tzinfo=UTC)  # the 23rd in Paris
    publish(survey, "Un avis.", decided_at=day + timedelta(hours=3), submitted_at=day)
    [entry] = entries()
    assert said(entry, "updated") == said(feed(), "updated") == "2025-01-23T00:00:00+01:00"
    assert entry.find(f"{ATOM}published") is None


def test_the_last_decided_come_first_and_a_day_is_in_no_order_of_arrival(survey: Survey) -> None:
    day = datetime(2025, 1, 23, 9, tzinfo=UTC)
    for n in range(12):
        publish(survey, f"Jour 1, {n:02}", decided_at=day + timedelta(minutes=n))
    publish(survey, "Jour 2", decided_at=day + timedelta(days=1))
    seen = texts()
    assert seen[0] == "Jour 2"
    assert sorted(seen[1:]) == [f"Jour 1, {n:02}" for n in range(12)]
    assert seen[1:] not in (sorted(seen[1:]), sorted(seen[1:], reverse=True))
    assert texts() == seen


def test_what_is_published_at_once_is_there_before_anybody_decides(db: None) -> None:
    survey = make_survey(moderation="after")
    make_response(survey, "Aussitôt.")
    assert texts() == ["Aussitôt."]


def test_only_the_fifty_published_last_are_in_it(survey: Survey) -> None:
    # At noon: near midnight a day of 25 hours would put two of them on one day.
    noon = timezone.now().replace(hour=12) - timedelta(days=1)
    for n in range(52):
        publish(survey, f"Avis {n}", decided_at=noon - timedelta(days=n))
    assert texts() == [f"Avis {n}" for n in range(50)]


def test_an_entry_leads_to_the_opinions_among_the_results(survey: Survey) -> None:
    publish(survey, "Un avis.")
    [entry] = entries()
    page, _, anchor = link(entry, "alternate").partition("#")
    shown = Reader().get(page.removeprefix("http://127.0.0.1:8000")).content.decode()
    assert f'id="{anchor}"' in shown


def test_a_rejected_text_leaves_at_once(survey: Survey) -> None:
    opinion = make_opinion(survey, "Un avis.")
    moderator = make_staff("moderator")
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=moderator)
    assert texts() == ["Un avis."]
    rule = ModerationRule.objects.get(language="fr", key="privacy")
    decide(versions={opinion.pk: 2}, action=Action.REJECT, moderator=moderator, rule=rule)
    assert texts() == []


def test_a_withdrawn_text_leaves_at_once(survey: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="À retirer.")
    Opinion.objects.update(status="published", may_publish=True)
    assert texts() == ["À retirer."]
    reader.send("/receipts/withdraw/")
    assert texts() == []


def test_neither_pending_nor_private_texts_are_in_it(survey: Survey) -> None:
    make_response(survey, "En attente.")
    make_response(survey, "Privé.", may_publish=False)
    assert texts() == []


def test_the_feed_without_a_text_stays_the_same(survey: Survey) -> None:
    tag = Reader().get(FEED)["ETag"]
    assert Reader().get(FEED, headers={"If-None-Match": tag}).status_code == 304
    # What is asked for besides doesn't make another feed of it.
    assert Reader().get(f"{FEED}?utm_source=x")["ETag"] == tag


def test_the_feed_costs_as_much_at_forty_texts_as_at_two(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    for size in (2, 38):
        for n in range(size):
            publish(survey, f"Avis {size} {n}")
        forget()
        assert Reader().get("/articles/pont/").status_code == 200  # the edition is kept
        with django_assert_num_queries(4):
            assert Reader().get(FEED).status_code == 200
