"""What each address of the API answers, and how it refuses."""

from typing import Any

import pytest
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import Opinion, Survey, current_edition
from polls.results.queries import opinions
from tests.factories import make_article, make_response, make_survey
from tests.reader import Reader

API = "/api/v1/"
SURVEY = f"{API}surveys/pont/"
PAGED = [f"{API}surveys/", f"{SURVEY}opinions.json"]


def read(address: str) -> Any:
    answer = Reader().get(address)
    assert answer.status_code == 200, address
    return answer.json()


def path(link: str) -> str:
    assert link.startswith("http://127.0.0.1:8000/")
    return link.removeprefix("http://127.0.0.1:8000")


def test_everything_is_found_from_the_first_address(published: Survey) -> None:
    index = read(API)
    [entry] = read(path(index["surveys"]))["surveys"]
    for name, link in entry["links"].items():
        assert Reader().get(path(link)).status_code == 200, name
    assert read(path(index["openapi"]))["openapi"].startswith("3.1")


def test_the_list_has_each_consultation_in_its_newest_edition(published: Survey) -> None:
    now = timezone.now()
    second = make_survey(published.article, edition=2, question="Et maintenant ?", opens_at=now)
    make_survey(make_article("tunnel", "en", title="The tunnel"))
    forget()
    entries = read(f"{API}surveys/")["surveys"]
    assert [(entry["survey"], entry["edition"], entry["title"]) for entry in entries] == [
        ("tunnel", 1, "The tunnel"),
        ("pont", 2, "Le pont"),
    ]
    assert entries[1]["question"] == second.question
    assert [entry["phase"] for entry in entries] == ["open", "open"]


def test_the_list_comes_in_pages(published: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polls.api.views.PER_PAGE", 2)
    for n in range(2):
        make_survey(make_article(f"pont-{n}"))
    first = read(f"{API}surveys/")
    assert (len(first["surveys"]), first["page"], first["previous"]) == (2, 1, None)
    second = read(path(first["next"]))
    assert [entry["survey"] for entry in second["surveys"]] == ["pont"]
    assert second["next"] is None
    assert read(path(second["previous"])) == first


def test_the_definition_is_that_of_the_questionnaire(survey: Survey) -> None:
    found = read(SURVEY)
    edition = current_edition("pont")
    assert edition
    assert [(item["key"], item["wording"]) for item in found["items"]] == [
        (item.key, item.wording) for item in edition.questionnaire.items
    ]
    first = found["items"][0]
    assert [choice["key"] for choice in first["choices"]] == ["1", "2", "3", "4", "5", "none"]
    said, reported = found["statements"]
    assert (said["form"], said["said_on"], said["source"]) == (
        "verbatim",
        "2025-01-21",
        "Conseil municipal",
    )
    assert [fact["text"] for fact in said["facts"]] == ["Le budget prévoit un péage."]
    assert (reported["form"], reported["kind"], reported["facts"]) == ("reported", "judgement", [])
    assert found["representative"] is False
    assert found["notice"]


def test_opinions_are_the_published_ones_in_the_order_of_the_page(survey: Survey) -> None:
    for n in range(25):
        make_response(survey, f"Avis {n}.", show_ratings=n % 2 == 0)
    Opinion.objects.update(status="published")
    Opinion.objects.filter(text="Avis 7.").update(status="rejected")
    edition = current_edition("pont")
    assert edition
    first, second = (opinions(edition, page=n).opinions for n in (1, 2))
    found = read(f"{SURVEY}opinions.json")
    more = read(path(found["next"]))
    told = found["opinions"] + more["opinions"]
    assert [each["id"] for each in told] == [each.id for each in (*first, *second)]
    assert more["next"] is None
    assert "Avis 7." not in {each["text"] for each in told}
    assert {bool(each["ratings"]) for each in told} == {True, False}
    assert found["identity"]["received"] == 25
    assert {key for each in told for key in each} == {"id", "text", "ratings", "report"}


def test_a_withdrawn_text_leaves_at_once(survey: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="À retirer.", consent_publication="on")
    Opinion.objects.update(status="published", may_publish=True)
    assert len(read(f"{SURVEY}opinions.json")["opinions"]) == 1
    reader.send("/receipts/withdraw/")
    assert read(f"{SURVEY}opinions.json")["opinions"] == []


@pytest.mark.parametrize("address", PAGED)
@pytest.mark.parametrize(
    "number", ["0", "-1", "x", "²", "٣", "9" * 5000, "1.5", "", "1\0", "01", "1\n", "10000"]
)
def test_a_page_number_that_is_none_is_a_400(published: Survey, address: str, number: str) -> None:
    answer = Reader().get(address, {"page": number})
    assert answer.status_code == 400
    assert answer.json() == {"error": "page must be a whole number from 1 to 9999"}


@pytest.mark.parametrize("address", PAGED)
def test_a_page_beyond_the_last_is_a_404(published: Survey, address: str) -> None:
    for number in (2, 9999):
        answer = Reader().get(address, {"page": number})
        assert answer.status_code == 404
        assert answer.json() == {"error": "not found"}


def test_the_first_page_of_nothing_is_empty(survey: Survey) -> None:
    assert read(f"{SURVEY}opinions.json")["opinions"] == []


@pytest.mark.parametrize(
    "address",
    [
        "surveys",
        "surveys/rien/",
        "surveys/é/",
        "surveys/pont%00/",
        "surveys/pont/responses.json",
        "surveys/pont/releases/1.json",
        "surveys/pont/releases/0.json",
        "surveys/pont/releases/-1.json",
        f"surveys/pont/releases/{10**30}.json",
        f"surveys/pont/releases/{'9' * 5000}.json",
        "surveys/rien/releases/",
        "../admin",
        "%0a",
    ],
)
def test_every_address_that_is_not_there_is_the_same_404(survey: Survey, address: str) -> None:
    answer = Reader().get(API + address)
    assert answer.status_code == 404
    assert answer.json() == {"error": "not found"}
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("address", ["", "surveys/", "surveys/pont/results.json", "rien"])
def test_only_reading_is_possible(survey: Survey, method: str, address: str) -> None:
    answer = getattr(Reader(), method)(API + address)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert answer.json() == {"error": "method not allowed"}


@pytest.mark.parametrize("address", ["", "surveys/", "surveys/pont/", "openapi.json"])
def test_any_site_may_read_and_an_unchanged_answer_is_not_sent_again(
    survey: Survey, address: str
) -> None:
    answer = Reader().get(API + address)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    again = Reader().get(API + address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    head = Reader().head(API + address)
    assert (head.status_code, head["ETag"]) == (200, answer["ETag"])


def test_no_address_costs_more_with_more_rows(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    cost = {"surveys/": 1, "surveys/pont/": 0, "surveys/pont/opinions.json": 3}
    for size in (2, 30):
        for n in range(size):
            make_response(survey, f"Avis {size} {n}.", show_ratings=True)
            make_survey(make_article(f"pont-{size}-{n}"))
        Opinion.objects.update(status="published")
        forget()
        current_edition("pont")
        for address, queries in cost.items():
            with django_assert_num_queries(queries):
                assert Reader().get(API + address).status_code == 200
