"""Releases as the API gives them: public whatever the rule for live figures is, never changing."""

import hashlib
import json
from typing import Any

import pytest

from polls.lib.caching import forget
from polls.models import Release, Survey
from polls.results.releases.services import publish_release
from tests.api.conftest import Hide, black_out, change
from tests.factories import make_response, make_survey
from tests.reader import Reader, headers_of

RELEASES = "/api/v1/surveys/pont/releases/"


def read(address: str) -> Any:
    answer = Reader().get(address)
    assert answer.status_code == 200, address
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.json()


def release(survey: Survey, title: str) -> Release:
    made = publish_release(survey=survey, by=None, title=title, commentary="Un *mot*.")
    forget()
    return made


def test_the_list_has_the_newest_first_and_says_what_is_superseded(published: Survey) -> None:
    release(published, "Premiers résultats")
    release(published, "Résultats corrigés")
    found = read(RELEASES)["releases"]
    assert [(each["number"], each["title"], each["superseded_by"]) for each in found] == [
        (2, "Résultats corrigés", None),
        (1, "Premiers résultats", 2),
    ]
    for each in found:
        told = read(each["links"]["self"].removeprefix("http://127.0.0.1:8000"))["release"]
        assert {key: told[key] for key in ("number", "title", "published", "digest")} == {
            key: each[key] for key in ("number", "title", "published", "digest")
        }
        assert told["superseded_by"] == each["superseded_by"]


def test_a_later_edition_supersedes_nothing(published: Survey) -> None:
    release(published, "Première édition")
    second = make_survey(published.article, edition=2)
    make_response(second)
    forget()
    release(second, "Seconde édition")
    assert [each["superseded_by"] for each in read(RELEASES)["releases"]] == [None, None]
    assert read(f"{RELEASES}1.json")["edition"] == 1


def test_a_release_stays_as_it_was_when_answers_come(published: Survey) -> None:
    before = Reader().get("/api/v1/surveys/pont/results.json").json()
    release(published, "Résultats")
    make_response(published)
    forget()
    told = read(f"{RELEASES}1.json")
    assert told["release"]["commentary"] == "Un *mot*."
    before.pop("as_of")
    assert {key: told[key] for key in before} == before
    assert told.keys() - before.keys() == {"release", "comparisons", "trends", "scenario", "as_of"}


@pytest.mark.parametrize("hide", [change(results="staff"), change(results_from=99)])
def test_a_release_is_public_whatever_the_rule_for_live_figures(
    published: Survey, hide: Hide
) -> None:
    release(published, "Résultats")
    hide(published)
    assert Reader().get("/api/v1/surveys/pont/results.json").status_code == 404
    assert len(read(RELEASES)["releases"]) == 1
    assert read(f"{RELEASES}1.json")["respondents"] == 3


@pytest.mark.parametrize("hide", [black_out, change(status="draft")])
@pytest.mark.parametrize("door", [RELEASES, f"{RELEASES}1.json"])
def test_a_blackout_closes_the_doors_to_releases_too(
    published: Survey, hide: Hide, door: str
) -> None:
    release(published, "Résultats")
    tag = Reader().get(door)["ETag"]
    hide(published)
    nothing = Reader().get(door.replace("pont", "rien"))
    for headers in ({}, {"If-None-Match": tag}):
        hidden = Reader().get(door, headers=headers)
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.content == nothing.content
        assert headers_of(hidden) == headers_of(nothing)


def test_the_list_costs_as_much_with_nine_releases_as_with_one(
    published: Survey, django_assert_num_queries: Any
) -> None:
    for more in (1, 8):
        for n in range(more):
            release(published, f"Résultats {n}")
        assert Reader().get("/articles/pont/").status_code == 200  # the edition is kept
        with django_assert_num_queries(1):
            assert Reader().get(RELEASES).status_code == 200


def test_its_digest_is_that_of_the_bytes_that_anybody_can_fetch(published: Survey) -> None:
    made = release(published, "Résultats")
    body = Reader().get(f"{RELEASES}1/frozen.json").content
    assert hashlib.sha256(body).hexdigest() == made.digest
    assert read(f"{RELEASES}1.json")["release"]["digest"] == made.digest
    told = json.loads(body)
    assert (told["title"], told["commentary"], told["number"]) == ("Résultats", "Un *mot*.", 1)
