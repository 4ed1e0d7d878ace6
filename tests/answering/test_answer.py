import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from polls.answering.fields import MAX_TEXT
from polls.composing.services import publish
from polls.lib.caching import forget
from polls.models import Opinion, Response, Survey
from polls.results import tallies
from tests.factories import make_article, make_draft, make_question, make_survey
from tests.reader import FORM, Reader

KEY = "3f1e5f4e-7c1d-4d55-9c58-0a5b2a0f8a11"


def nothing_stored() -> bool:
    return not Response.objects.exists() and not Opinion.objects.exists()


def test_an_answer_is_stored_whole_and_leads_to_its_receipt(survey: Survey, reader: Reader) -> None:
    response = reader.answer(item__opinion="Un avis.\r\nEt un autre.", consent_publication="on")
    assert response.status_code == 303
    assert response["Location"] == "/receipts/?lang=fr&sent=1"
    assert response["Cache-Control"] == "private, no-store"
    stored = Response.objects.get()
    assert stored.answers == {"credible": "2", "relevant": "none", "s1-credible": "1"}
    assert stored.opinion.text == "Un avis.\nEt un autre."
    assert stored.opinion.status == "pending"
    assert tallies.read(survey.pk) == {
        ("", ""): 1,
        ("credible", "2"): 1,
        ("relevant", "none"): 1,
        ("s1-credible", "1"): 1,
    }
    assert stored.language == "fr"
    assert abs(stored.submitted_at - timezone.now()) < timedelta(minutes=1)


def test_the_cookies_of_an_answer_are_out_of_scripts_reach(survey: Survey, reader: Reader) -> None:
    cookies = reader.answer().cookies
    for name in (f"answered-{survey.pk}", "receipt"):
        assert cookies[name]["httponly"]
        assert cookies[name]["samesite"] == "Lax"
    assert cookies["receipt"]["path"] == "/receipts/"
    assert cookies["receipt"]["max-age"] == 600


@pytest.mark.parametrize("secure", [True, False])
def test_where_the_site_speaks_tls_those_cookies_travel_by_nothing_else(
    survey: Survey, reader: Reader, settings: Settings, secure: bool
) -> None:
    settings.READER_COOKIES_SECURE = secure
    for cookie in reader.answer().cookies.values():
        assert bool(cookie["secure"]) is secure
        assert ("Secure" in cookie.OutputString()) is secure


def test_only_hashes_are_stored(survey: Survey, reader: Reader) -> None:
    reader.answer(client_key=KEY)
    stored = Response.objects.values().get()
    known = {reader.code, KEY, reader.cookies[f"answered-{survey.pk}"].value}
    assert not known & {str(value) for value in stored.values()}


@pytest.mark.parametrize(
    ("change", "control"),
    [
        ({"item__credible": None}, "id_item-credible_0"),
        ({"item__credible": "6"}, "id_item-credible_0"),
        ({"item__credible": ["1", "2"]}, "id_item-credible_0"),
        ({"item__credible": ["1", "1"]}, "id_item-credible_0"),
        ({"item__s1-credible": "yes"}, "id_item-s1-credible_0"),
        ({"item__s1-credible": "1' OR 1=1"}, "id_item-s1-credible_0"),
        ({"item__opinion": "x" * (MAX_TEXT + 1)}, "id_item-opinion"),
        ({"item__opinion": "a\0b"}, "id_item-opinion"),
        ({"consent_counting": None}, "id_consent_counting"),
        ({"client_key": "nonsense"}, "response-form"),
    ],
)
def test_a_mistake_is_listed_on_top_and_linked_to_its_control(
    survey: Survey, reader: Reader, change: dict[str, Any], control: str
) -> None:
    response = reader.answer(**change)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#{control}">' in page
    assert f'id="{control}"' in page
    assert page.index('id="errors"') < page.index("<h1")
    assert nothing_stored()
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_the_page_with_mistakes_keeps_everything_that_was_typed(
    survey: Survey, reader: Reader
) -> None:
    text = 'Un <b>avis</b> "entre guillemets"\r\n\r\n& la suite 🎈'
    page = reader.answer(
        item__credible=None, item__opinion=text, consent_publication="on", item__s1__credible="4"
    ).content.decode()
    assert "Un &lt;b&gt;avis&lt;/b&gt; &quot;entre guillemets&quot;" in page
    assert "🎈" in page
    assert 'value="4" form="response-form" id="id_item-s1-credible_3" checked' in " ".join(
        page.split()
    ).replace(' aria-invalid="true"', "")
    assert page.count(" checked") == 4  # relevant, s1-credible, publication, counting


def test_every_mistake_is_named_at_once_in_the_order_of_the_page(
    survey: Survey, reader: Reader
) -> None:
    page = reader.answer(
        item__s1__credible="9", item__credible=None, item__relevant=None, consent_counting=None
    ).content.decode()
    places = [
        page.index(f'href="#id_{name}') for name in ("item-s1-c", "item-cr", "item-r", "cons")
    ]
    assert places == sorted(places)


def test_a_megabyte_of_text_is_refused_and_kept_on_the_page(survey: Survey, reader: Reader) -> None:
    response = reader.answer(item__opinion="mot " * 250_000)
    assert response.status_code == 422
    assert response.content.count(b"mot mot") > 100_000
    assert nothing_stored()


def test_more_than_a_form_can_hold_is_refused_clearly(survey: Survey, reader: Reader) -> None:
    response = reader.answer(item__opinion="x" * 3_000_000)
    assert response.status_code == 413
    assert nothing_stored()


def test_bytes_that_are_not_utf8_are_refused_and_nothing_is_guessed(
    survey: Survey, reader: Reader
) -> None:
    for body in (b"item-opinion=%E9t%E9", b"item-opinion=\xe9t\xe9", b"item-opinion=%ED%A0%80"):
        response = reader.post("/articles/pont/responses/", body, content_type=FORM)
        assert response.status_code == 400, body
    assert nothing_stored()


def test_only_a_form_is_a_submission(survey: Survey, reader: Reader) -> None:
    response = reader.post("/articles/pont/responses/", "{}", content_type="application/json")
    assert response.status_code == 415
    assert reader.post("/articles/pont/responses/", {"a": "b"}).status_code == 415
    many = reader.send("/articles/pont/responses/", {f"f{n}": "x" for n in range(1100)})
    assert many.status_code == 400
    assert nothing_stored()


def test_what_a_client_may_not_decide_is_ignored(survey: Survey, reader: Reader) -> None:
    reader.answer(
        status="published",
        weight="9",
        submitted_at="2000-01-01",
        channel="simulation",
        item__opinion="Un avis.",
        consent_publication="on",
    )
    stored = Response.objects.get()
    assert stored.channel == "page"
    assert stored.submitted_at.year > 2000
    assert stored.opinion.status == "pending"


def test_looking_at_the_address_of_answers_leads_to_the_article(
    survey: Survey, reader: Reader
) -> None:
    response = reader.get("/articles/pont/responses/")
    assert response.status_code == 302
    assert response["Location"] == "/articles/pont/"
    assert reader.put("/articles/pont/responses/").status_code == 405


def test_an_unknown_or_unpublished_survey_takes_no_answer(db: None, reader: Reader) -> None:
    make_draft()
    assert reader.answer().status_code == 404
    assert reader.answer("rien").status_code == 404
    assert nothing_stored()


def test_a_closed_survey_takes_no_answer_and_gives_the_text_back(
    survey: Survey, reader: Reader
) -> None:
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    response = reader.answer(item__opinion="Trop tard <b>?")
    assert response.status_code == 403
    assert "Trop tard &lt;b&gt;?" in response.content.decode()
    assert nothing_stored()


def test_the_clock_of_the_database_closes_a_survey_that_a_process_believes_open(
    survey: Survey, reader: Reader
) -> None:
    reader.get("/articles/pont/")  # the process now remembers the survey as open
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert reader.answer(item__opinion="Trop tard.").status_code == 403
    assert nothing_stored()


def test_one_second_before_closing_is_in_time(survey: Survey, reader: Reader) -> None:
    Survey.objects.update(closes_at=timezone.now() + timedelta(seconds=5))
    assert reader.answer().status_code == 303


def test_a_survey_to_come_takes_no_answer(survey: Survey, reader: Reader) -> None:
    Survey.objects.update(opens_at=timezone.now() + timedelta(seconds=30))
    assert reader.answer().status_code == 403
    assert nothing_stored()


def test_the_same_key_and_answers_give_the_same_receipt_again(survey: Survey) -> None:
    first, retry = Reader(), Reader()  # the retry never got the cookie of the lost answer
    assert first.answer(client_key=KEY).status_code == 303
    assert retry.answer(client_key=KEY).status_code == 303
    assert first.code == retry.code
    assert Response.objects.count() == 1
    assert tallies.read(survey.pk)["", ""] == 1


def test_the_same_key_with_other_answers_shows_what_was_kept(survey: Survey) -> None:
    Reader().answer(client_key=KEY, item__opinion="Le premier.")
    other = Reader().answer(client_key=KEY, item__credible="5", item__opinion="Le second.")
    assert other.status_code == 409
    page = other.content.decode()
    assert "Peu crédibles" in page  # what counts
    assert "Le premier." in page
    assert 'name="item-credible" value="5"' in page  # what can take its place
    assert "Le second." in page
    assert Response.objects.get().answers["credible"] == "2"
    assert Opinion.objects.get().text == "Le premier."


def test_the_offer_to_replace_puts_the_new_answers_in_place(survey: Survey) -> None:
    Reader().answer(client_key=KEY)
    again = Reader()
    replaced = again.answer(client_key=KEY, item__credible="5", replace="yes")
    assert replaced.status_code == 303
    assert Response.objects.get().answers["credible"] == "5"
    assert tallies.differences(survey.pk) == {}
    assert again.get("/receipts/").status_code == 200


def test_a_second_answer_with_the_cookie_stores_nothing_and_offers_a_change(
    survey: Survey, reader: Reader
) -> None:
    reader.answer(client_key=KEY)
    code = reader.code
    second = reader.answer(client_key=str(uuid.uuid4()), item__credible="5", item__opinion="Bis.")
    assert second.status_code == 409
    page = second.content.decode()
    assert 'action="/receipts/change/' in page
    assert "Bis." in page
    assert Response.objects.count() == 1
    assert Response.objects.get().answers["credible"] == "2"
    reader.send("/receipts/change/", {"code": code, **dict_of_hidden(page)})
    assert Response.objects.get().answers["credible"] == "5"
    assert Opinion.objects.get().text == "Bis."


def dict_of_hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_an_answer_to_another_edition_is_not_counted_in_this_one(
    survey: Survey, reader: Reader
) -> None:
    """The page may come from a cache that is older than the new edition."""
    make_survey(survey.article, edition=2, question="Tout autre chose ?")
    response = reader.answer(edition=str(survey.pk), item__opinion="À garder.")
    assert response.status_code == 409
    assert "À garder." in response.content.decode()
    assert nothing_stored()
    page = reader.get("/articles/pont/").content.decode()
    edition = re.search(r'name="edition" value="(\d+)"', page)
    assert edition
    assert reader.answer(edition=edition[1]).status_code == 303


def test_the_code_of_another_survey_changes_nothing_in_it(survey: Survey, reader: Reader) -> None:
    other = make_survey(make_article("autre"))
    reader.answer()
    code = reader.code
    sent = {"code": code, "edition": str(other.pk), "item-credible": "5", "item-relevant": "5"}
    response = Reader().send("/receipts/change/", sent | {"consent_counting": "on"})
    assert response.status_code == 409
    assert Response.objects.get().answers["credible"] == "2"


def test_a_required_text_of_invisible_characters_is_missing(db: None, reader: Reader) -> None:
    survey = make_draft()
    survey.questions.filter(kind="text").update(required=True)
    publish(survey=survey)
    assert reader.answer(item__opinion="\u200b").status_code == 422
    assert nothing_stored()


def test_without_a_script_the_cookie_alone_prevents_a_second_answer(
    survey: Survey, reader: Reader
) -> None:
    reader.answer()
    assert reader.answer().status_code == 409
    assert Response.objects.count() == 1


def test_a_damaged_cookie_is_as_none(survey: Survey, reader: Reader) -> None:
    reader.cookies[f"answered-{survey.pk}"] = "x" * 5000
    assert reader.answer().status_code == 303


def test_readers_of_two_surveys_answer_both(survey: Survey, reader: Reader) -> None:
    make_survey(make_article("autre"))
    assert reader.answer(client_key=KEY).status_code == 303
    assert reader.answer("autre", client_key=KEY).status_code == 303
    assert Response.objects.count() == 2


def test_a_text_of_blanks_and_invisible_characters_is_no_opinion(
    survey: Survey, reader: Reader
) -> None:
    reader.answer(item__opinion=" \u200b\u2060\u202e \r\n ", consent_publication="on")
    assert Response.objects.count() == 1
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("text", ["مرحبا", "a\u202eb", "e\u0301", "👩‍👩‍👧", "x" * MAX_TEXT])
def test_every_character_comes_back_exactly(survey: Survey, reader: Reader, text: str) -> None:
    assert reader.answer(item__opinion=text).status_code == 303
    assert Opinion.objects.get().text == text


def test_the_limit_counts_what_a_reader_counts(survey: Survey, reader: Reader) -> None:
    lines = "\r\n".join(["é"] * 1499) + "\r\n🎈"
    assert len(lines) > MAX_TEXT
    assert reader.answer(item__opinion=lines).status_code == 303


def test_a_text_without_consent_is_kept_for_the_newsroom_alone(
    survey: Survey, reader: Reader
) -> None:
    reader.answer(item__opinion="Entre nous.", consent_ratings="on")
    opinion = Opinion.objects.get()
    assert not opinion.may_publish
    assert not opinion.show_ratings  # nothing to show it beside
    assert not Opinion.objects.queue().exists()


def test_choices_of_every_kind_are_stored_by_key(db: None, reader: Reader) -> None:
    survey = make_draft()
    make_question(survey, "age", "single", "young old", required=True)
    make_question(survey, "media", "multiple", "press radio web")
    publish(survey=survey)
    assert reader.answer().status_code == 422
    assert reader.answer(item__age="old", item__media=["radio", "radio"]).status_code == 422
    assert reader.answer(item__age="old", item__media=["radio", "tv"]).status_code == 422
    assert nothing_stored()
    assert reader.answer(item__age="old", item__media=["web", "press"]).status_code == 303
    answers = Response.objects.get().answers
    assert answers["age"] == "old"
    assert answers["media"] == ["press", "web"]  # in the order of the questionnaire
    counts = tallies.read(survey.pk)
    assert counts["media", ""] == counts["media", "web"] == 1


def test_a_submission_costs_the_same_number_of_queries_however_many_there_are(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        Reader().answer(item__opinion="Un avis.")
    forget()
    Reader().answer(item__opinion="Un avis.")  # the edition, the day's salt, the words are read
    with django_assert_max_num_queries(6):  # savepoints of the test included
        Reader().answer(item__opinion="Un avis.")
