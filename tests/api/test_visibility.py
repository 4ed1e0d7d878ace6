"""Where results may not be seen, every door that can't know a reader is the same 404."""

from datetime import timedelta

import pytest
from django.utils import timezone

from polls.models import Survey
from tests.api.conftest import Hide, black_out, change
from tests.factories import make_draft, make_response, make_survey
from tests.reader import Reader, headers_of

DOORS = [
    "/articles/pont/results/",
    "/articles/pont/results/figures.csv",
    "/articles/pont/results/picture.png",
    "/articles/pont/results/statements/1/picture.png",
    "/embed/pont/results/",
    "/articles/pont/opinions.atom",
    "/api/v1/surveys/pont/results.json",
    "/api/v1/surveys/pont/opinions.json",
]
PAST = timezone.now() - timedelta(days=1)
HIDDEN: dict[str, Hide] = {
    "after answering, while it is open": change(results="after_answering"),
    "after closing, while it is open": change(results="after_closing"),
    "staff only": change(results="staff"),
    "staff only, once closed": change(results="staff", closes_at=PAST),
    "too few answers": change(results_from=4),
    "a blackout": black_out,
    "a draft": change(status="draft"),
}
SHOWN: dict[str, Hide] = {
    "always": change(results="always"),
    "after answering, once closed": change(results="after_answering", closes_at=PAST),
    "after closing, once closed": change(results="after_closing", closes_at=PAST),
    "just enough answers": change(results_from=3),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", HIDDEN)
def test_what_may_not_be_seen_answers_as_what_is_not_there(
    published: Survey, door: str, case: str
) -> None:
    HIDDEN[case](published)
    hidden, nothing = Reader().get(door), Reader().get(door.replace("pont", "rien"))
    assert hidden.status_code == nothing.status_code == 404
    assert hidden.content == nothing.content
    assert headers_of(hidden) == headers_of(nothing)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", SHOWN)
def test_what_is_public_is_shown_and_kept_briefly(published: Survey, door: str, case: str) -> None:
    SHOWN[case](published)
    answer = Reader().get(door)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=20"
    assert "Vary" not in answer


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", HIDDEN)
def test_an_old_tag_opens_nothing(published: Survey, door: str, case: str) -> None:
    tag = Reader().get(door)["ETag"]
    assert Reader().get(door, headers={"If-None-Match": tag}).status_code == 304
    HIDDEN[case](published)
    for sent in (tag, "*"):
        hidden = Reader().get(door, headers={"If-None-Match": sent})
        assert hidden.status_code == 404
        assert "ETag" not in hidden


@pytest.mark.parametrize("case", HIDDEN)
def test_whether_a_page_is_asked_for_makes_no_difference_to_what_is_hidden(
    published: Survey, case: str
) -> None:
    HIDDEN[case](published)
    for page in ("1", "2", "x"):
        assert Reader().get(f"{DOORS[-1]}?page={page}").status_code == 404


def test_who_has_answered_sees_the_figures_and_other_sites_do_not(db: None) -> None:
    survey = make_survey(results="after_answering")
    make_response(survey)
    reader = Reader()
    reader.answer()
    seen = {door: reader.get(door) for door in DOORS}
    # The others can't know a reader, and behave as after closing.
    know = {"/articles/pont/results/", "/api/v1/surveys/pont/results.json"}
    assert {door for door in DOORS if seen[door].status_code == 200} == know
    figures = seen["/api/v1/surveys/pont/results.json"]
    assert figures["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in figures


@pytest.mark.parametrize("case", [*HIDDEN, *SHOWN])
def test_what_is_asked_stays_readable_without_any_count(published: Survey, case: str) -> None:
    (HIDDEN | SHOWN)[case](published)
    answer = Reader().get("/api/v1/surveys/pont/")
    if case == "a draft":
        assert answer.status_code == 404
        return
    assert answer.json()["results"]["public"] is (case in SHOWN)
    keys = ("count", "respondents", "received", "identity", "Avis 0.")
    assert not [key for key in keys if key in answer.content.decode()]


def test_a_draft_is_in_no_list(db: None) -> None:
    make_draft()
    assert Reader().get("/api/v1/surveys/").json()["surveys"] == []
