import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from polls.answering import taking
from polls.lib.caching import forget
from polls.lib.persistence import Unavailable
from polls.models import Opinion, Response, Survey
from polls.results import tallies
from tests.factories import make_response, make_survey
from tests.reader import ANSWER, Reader

PATH, KEY = "/embed/pont/responses/", "3f1e5f4e-7c1d-4d55-9c58-0a5b2a0f8a11"


def answer(reader: Reader, **fields: Any) -> HttpResponse:
    """Send the whole answer from the frame with some fields changed; None leaves one out."""
    changed = {name.replace("__", "-"): value for name, value in fields.items()}
    sent = {name: value for name, value in (ANSWER | changed).items() if value is not None}
    return reader.send(PATH, sent)


def code_in(response: HttpResponse) -> str:
    found = re.search(r'class="code"[^>]*>([0-9A-Z-]+)<', response.content.decode())
    assert found
    return found[1]


def test_an_answer_from_the_frame_is_stored_with_its_receipt_in_the_body(
    embedded: Survey, reader: Reader
) -> None:
    response = answer(reader, channel="page", item__opinion="Un avis.")
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    stored = Response.objects.get()
    assert stored.channel == "embed"
    assert stored.opinion.text == "Un avis."
    assert tallies.differences(embedded.pk) == {}
    page, code = response.content.decode(), code_in(response)
    link = f"http://127.0.0.1:8000/receipts/?lang=fr#{code.replace('-', '')}"
    assert f'<a href="{link}" target="_blank" rel="noopener">' in page
    assert 'data-stored="pont-1"' in page
    opened = Reader()
    opened.send("/receipts/", {"code": code})
    assert "Un avis." in opened.get("/receipts/").content.decode()


def test_the_answer_cookie_of_a_frame_is_partitioned_and_is_the_only_one(
    embedded: Survey, reader: Reader
) -> None:
    cookies = answer(reader).cookies
    assert list(cookies) == [f"answered-{embedded.pk}"]
    line = cookies[f"answered-{embedded.pk}"].OutputString()
    said = {part.strip().split("=")[0] for part in line.split(";")[1:]}
    assert said == {"expires", "HttpOnly", "Max-Age", "Partitioned", "Path", "SameSite", "Secure"}
    assert "SameSite=None" in line
    assert "Path=/;" in line


def test_the_cookie_of_the_page_is_as_it_was(embedded: Survey, reader: Reader) -> None:
    line = reader.answer().cookies[f"answered-{embedded.pk}"].OutputString()
    assert "SameSite=Lax" in line
    assert "Partitioned" not in line


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://www.journal.example"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://www.journal.example"}, False),
        ({"Origin": "http://localhost:8000"}, True),
        ({"User-Agent": "neither"}, False),
    ],
)
def test_an_answer_comes_from_our_own_frame_and_not_from_the_site_around_it(
    embedded: Survey, headers: dict[str, str], allowed: bool
) -> None:
    response = answer(Reader(**headers))
    assert response.status_code == (200 if allowed else 403)
    assert Response.objects.exists() is allowed
    if not allowed:
        assert b'class="frame"' in response.content


def test_the_same_key_and_answers_give_the_same_receipt_again(embedded: Survey) -> None:
    first, retry = answer(Reader(), client_key=KEY), answer(Reader(), client_key=KEY)
    assert first.status_code == retry.status_code == 200
    assert code_in(first) == code_in(retry)
    assert Response.objects.count() == 1


def test_a_retry_on_the_page_of_what_the_frame_stored_is_the_same_answer(
    embedded: Survey,
) -> None:
    answer(Reader(), client_key=KEY)
    assert Reader().answer(client_key=KEY).status_code == 303
    assert Response.objects.get().channel == "embed"


def test_other_answers_under_the_same_key_are_offered_to_replace_them_in_the_frame(
    embedded: Survey,
) -> None:
    answer(Reader(), client_key=KEY)
    other = answer(Reader(), client_key=KEY, item__credible="5")
    assert other.status_code == 409
    assert f'action="{PATH}"' in other.content.decode()
    replaced = answer(Reader(), client_key=KEY, item__credible="5", replace="yes")
    assert replaced.status_code == 200
    assert code_in(replaced)
    assert Response.objects.get().answers["credible"] == "5"


def test_a_second_answer_stores_nothing_and_asks_for_the_code_in_a_page_of_its_own(
    embedded: Survey, reader: Reader
) -> None:
    answer(reader)
    second = answer(reader, client_key=str(uuid.uuid4()), item__opinion="Bis.")
    assert second.status_code == 409
    page = second.content.decode()
    assert 'action="/receipts/change/?lang=fr" target="_blank" rel="noopener"' in page
    assert 'href="/embed/pont/"' in page
    assert "Bis." in page
    assert Response.objects.count() == 1


def test_mistakes_are_listed_in_the_frame_with_everything_that_was_typed(
    embedded: Survey, reader: Reader
) -> None:
    response = answer(reader, item__credible=None, item__s1__credible="4", item__opinion="Gardé.")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'class="frame"' in page
    assert '<a href="#id_item-credible_0">' in page
    assert "Gardé." in page
    assert f'action="{PATH}"' in page
    assert not response.cookies
    assert not Response.objects.exists()


def test_a_closed_survey_gives_the_text_back_in_the_frame(embedded: Survey, reader: Reader) -> None:
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    response = answer(reader, item__opinion="Trop tard.")
    assert response.status_code == 403
    page = response.content.decode()
    assert "Trop tard." in page
    assert 'class="frame"' in page
    assert 'href="/embed/pont/"' in page
    assert not Response.objects.exists()


def test_too_much_text_is_refused_in_the_frame(embedded: Survey, reader: Reader) -> None:
    response = answer(reader, item__opinion="x" * 3_000_000)
    assert response.status_code == 413
    assert b'class="frame"' in response.content


def test_a_database_that_takes_nothing_keeps_everything_in_the_frame_to_be_sent_again(
    embedded: Survey, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_write: object) -> None:
        raise Unavailable

    monkeypatch.setattr(taking, "persist", away)
    response = answer(reader, item__opinion="À garder.", client_key=KEY)
    assert response.status_code == 503
    page = response.content.decode()
    assert f'<form method="post" action="{PATH}">' in page
    assert 'class="frame"' in page
    assert f'name="client_key" value="{KEY}"' in page
    monkeypatch.undo()
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert reader.send(PATH, sent).status_code == 200
    assert Opinion.objects.get().text == "À garder."


@pytest.mark.parametrize(
    ("rule", "least", "shown"),
    [
        ("always", 1, True),
        ("after_answering", 1, True),
        ("after_answering", 3, False),
        ("after_closing", 1, False),
        ("staff", 1, False),
    ],
)
def test_the_receipt_brings_the_results_to_who_may_see_them_now(
    db: None, rule: str, least: int, shown: bool
) -> None:
    survey = make_survey(results=rule, results_from=least)
    make_response(survey)
    page = answer(Reader()).content.decode()
    assert ('id="item-credible"' in page) is shown
    assert ('id="identity"' in page) is shown
    if shown:
        assert "2\u00a0réponses" in page  # this reader's own among them


def test_looking_at_the_address_of_answers_leads_to_the_form(
    embedded: Survey, reader: Reader
) -> None:
    response = reader.get(PATH)
    assert response.status_code == 302
    assert response["Location"] == "/embed/pont/"
    assert reader.put(PATH).status_code == 405


def test_an_answer_costs_the_same_number_of_queries_however_many_there_are(
    embedded: Survey, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        answer(Reader(), item__opinion="Un avis.")
    forget()
    answer(Reader(), item__opinion="Un avis.")  # the edition, the salt, the words are read
    with django_assert_max_num_queries(8):  # as on the page, and the figures
        answer(Reader(), item__opinion="Un avis.")
