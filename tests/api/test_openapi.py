"""The API answers as its OpenAPI document says, and says nothing else."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings

from polls.api.openapi import DOCUMENT, EXAMPLE
from polls.api.schemas import SCHEMAS
from polls.lib.caching import forget
from polls.models import Opinion, Survey
from polls.results.releases.services import publish_release
from tests.factories import make_article, make_draft, make_question, make_response
from tests.reader import Reader

WORDS = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
# The document is the same whoever asks (tested below), so that its operations can be known when
# tests are collected. The site is its real handler, form tokens included.
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = WSGIHandler()


@pytest.fixture
def sample(db: None) -> Survey:
    """A survey at the address that the document gives as an example, with an item of each kind."""
    survey = make_draft(make_article(EXAMPLE), reached="Un lien sous l’article.")
    make_question(survey, "media", "multiple", "press radio web")
    make_question(survey, "age", "single", "young old", profile=True)
    Survey.objects.update(status="published", published_at=timezone.now())
    for n in range(3):
        answers = {"credible": "2", "relevant": "none", "media": ["press", "web"], "age": "old"}
        make_response(survey, f"Avis {n}.", show_ratings=True, answers=answers)
    Opinion.objects.update(status="published")
    publish_release(survey=survey, by=None, title="Premiers résultats")
    forget()
    return survey


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """A real handler closes its connection after each answer, and the test's data with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_schemathesis_finds_nothing_to_say(case: Any, sample: Survey, one_connection: None) -> None:
    case.call_and_validate()


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Each address with the values that the document gives as examples, and its answers."""
    examples = {
        name: str(parameter["example"])
        for name, parameter in DOCUMENT["components"]["parameters"].items()
    }
    return [
        (re.sub(r"{(\w+)}", lambda found: examples[found[1]], address), methods["get"]["responses"])
        for address, methods in DOCUMENT["paths"].items()
    ]


def faults(shape: dict[str, Any], answer: Any) -> list[str]:
    whole = {**shape, "components": DOCUMENT["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [str(error) for error in validator.iter_errors(answer)]


@pytest.mark.parametrize(("address", "responses"), operations())
def test_the_examples_lead_to_answers_of_the_documented_shape(
    sample: Survey, address: str, responses: dict[str, Any]
) -> None:
    answer = Reader().get(address)
    assert answer.status_code == 200
    assert faults(responses["200"]["content"]["application/json"]["schema"], answer.json()) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_required_and_no_other_is_allowed(name: str) -> None:
    assert SCHEMAS[name]["additionalProperties"] is False
    assert SCHEMAS[name]["required"] == list(SCHEMAS[name]["properties"])


def test_a_key_that_is_not_documented_is_a_fault(sample: Survey) -> None:
    answer = Reader().get(f"/api/v1/surveys/{EXAMPLE}/results.json").json()
    for part in (answer, answer["identity"], answer["items"][0], answer["items"][0]["choices"][0]):
        other = copy.deepcopy(part)
        part["average"] = 1
        assert len(faults(SCHEMAS["Results"], answer)) == 1
        del part["average"]
        assert part == other


def test_the_document_is_given_as_it_stands(db: None) -> None:
    assert Reader().get("/api/v1/openapi.json").json() == DOCUMENT


def keys(shape: Any) -> Iterator[str]:
    """Every key of an answer, at any depth."""
    if isinstance(shape, dict):
        yield from shape.get("properties", {}) if shape.get("type") == "object" else ()
        for part in shape.values():
            yield from keys(part)


# What the document leaves to OpenAPI, because each is named after what it holds.
OF_RELEASES = ("Cross", "Trend", "Scenario")


def test_every_key_and_every_address_is_in_the_words_of_the_documentation() -> None:
    named = set(re.findall(r"`([A-Za-z_]+)`", WORDS))
    assert {*OF_RELEASES} <= named
    told = {name: shape for name, shape in SCHEMAS.items() if name not in OF_RELEASES}
    assert sorted(set(keys(told)) - named) == []
    for address in DOCUMENT["paths"]:
        said = address.replace("{slug}", "<slug>").replace("{number}", "<number>")
        assert f"`{said}" in WORDS
