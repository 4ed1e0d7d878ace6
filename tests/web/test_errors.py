"""What isn't there, and what broke: in the paper's design, with a way on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.template import Engine
from django.test import Client, RequestFactory

from polls.answering import errors
from polls.lib.caching import forget
from polls.models import Survey
from tests.factories import make_article, make_draft, make_survey
from tests.web.pages import head, text


def test_below_an_article_it_is_said_in_the_article_s_language(survey: Survey) -> None:
    make_survey(make_article("bridge", language="en"))
    paths = ("/articles/bridge/nothing/", "/articles/bridge/releases/9/", "/articles/bridge/x.css")
    for path in paths:
        assert head(path, status=404).language == "en"
    assert head("/articles/pont/rien/", status=404).language == "fr"
    assert head("/rien/", status=404).language == "fr"


def test_a_draft_is_not_told_from_nothing_at_all(survey: Survey) -> None:
    make_draft(make_article("secret", language="en", title="Encore secret"))
    for tail in ("", "rien/", "results/"):
        draft = text(f"/articles/secret/{tail}", status=404)
        assert draft == text(f"/articles/nowhere/{tail}", status=404)


def test_a_few_open_consultations_in_the_language_are_offered(survey: Survey) -> None:
    for number in range(5):
        make_survey(make_article(f"pont-{number}", title=f"Pont {number}"))
    make_survey(make_article("bridge", language="en", title="The bridge"))
    french, english = text("/rien/", status=404), text("/articles/bridge/rien/", status=404)
    assert [f"Pont {number}" in french for number in range(5)] == [False, False, True, True, True]
    assert "The bridge" not in french
    assert "The bridge" in english


def test_guessing_addresses_costs_no_queries(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    text("/rien/", status=404)
    client = Client()
    with django_assert_num_queries(0):
        for number in range(20):
            assert client.get(f"/rien-{number}/").status_code == 404


def test_without_the_database_it_is_still_a_404(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object) -> None:
        raise OperationalError("gone")

    forget()
    monkeypatch.setattr(errors, "current_edition", away)
    monkeypatch.setattr(errors, "_open_now", away)
    assert Client().get("/articles/pont/rien/").status_code == 404
    assert Client().get("/rien/").status_code == 404


def test_a_fault_of_ours_asks_neither_the_database_nor_the_request(
    django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: object) -> dict[str, object]:
        raise RuntimeError("a context processor")

    engine = Engine.get_default()
    monkeypatch.setattr(engine, "template_context_processors", (broken,))
    with django_db_blocker.block():
        answer = errors.server_error(RequestFactory().get("/articles/pont/"))
    assert answer.status_code == 500
    assert "private" in answer["Cache-Control"]
    assert "L’erreur vient de nous" in answer.content.decode()


def test_a_page_that_breaks_is_the_page_for_a_fault(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("polls.answering.views.current_edition", broken)
    answer = Client(raise_request_exception=False).get("/articles/pont/")
    assert answer.status_code == 500
    assert "L’erreur vient de nous" in answer.content.decode()


@pytest.mark.parametrize("status", [400, 403])
def test_other_refusals_are_pages_of_the_paper_too(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def refuse(error: type[Exception]) -> Callable[..., None]:
        def view(*_arguments: object) -> None:
            raise error

        return view

    error = {400: SuspiciousOperation, 403: PermissionDenied}[status]
    monkeypatch.setattr("polls.answering.views.current_edition", refuse(error))
    answer = Client(raise_request_exception=False).get("/articles/pont/")
    assert answer.status_code == status
    page = answer.content.decode()
    assert f'<p class="kicker">{status}</p>' in page
    assert 'class="foot page"' in page
