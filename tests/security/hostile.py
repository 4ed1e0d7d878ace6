"""What a hostile client sends, as Hypothesis draws it, and what must hold whatever was sent."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias
from urllib.parse import quote_from_bytes

from django.db import transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from polls.models import Opinion, Response, Survey
from polls.results import tallies
from tests.reader import ANSWER

Pair: TypeAlias = tuple[str, str]

# The answers that the survey of `conftest.attacked` takes.
SCALE = {"1", "2", "3", "4", "5", "none"}
SINGLE = {
    "credible": SCALE,
    "relevant": SCALE,
    "s1-credible": SCALE,
    "s1-relevant": SCALE,
    "s2-relevant": SCALE,
    "age": {"young", "old"},
}
MEDIA = ["press", "radio", "web"]
KEYS = ["3f1e5f4e-7c1d-4d55-9c58-0a5b2a0f8a11", "3F1E5F4E7C1D4D559C580A5B2A0F8A12"]

# Columns, and what other sites' forms call such things: never a client's to say.
SMUGGLED = [
    *("status", "weight", "score", "created_at", "submitted_at", "changed_at"),
    *("withdrawn_at", "decided_at", "id", "pk", "survey", "survey_id"),
    *("slug", "channel", "language", "excluded", "public_id", "reader_key"),
    *("receipt_hash", "answers", "lane", "may_publish", "show_ratings", "consent_version"),
    *("network_key", "network_block", "suspicion", "signals", "version", "text"),
    *("csrfmiddlewaretoken", "is_staff", "__proto__", "constructor", "item-", "item-foreign"),
    *("item", "item-id"),
]
FIELDS = [
    *(f"item-{key}" for key in SINGLE),
    "item-media",
    "item-opinion",
    *("consent_counting", "consent_publication", "consent_ratings"),
    *("client_key", "edition", "seconds", "stamp", "website2", "replace"),
]

# Those that break programs more often than others, any other, and those that nobody can store.
ODD = "\x01\r\n\t\x7f\x85\xa0\xad\u200b\u200d\u202e\u2028\u2066\ufeff\ufffe\uffff\U0001f388"
CHARACTERS = st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"]))
WORDS = st.one_of(
    st.text(CHARACTERS, max_size=40),
    st.text(CHARACTERS, max_size=40),
    st.text(st.sampled_from("a\0\ud800\udfff"), max_size=4),
    st.sampled_from(["<script>", "'; DROP TABLE polls_response; --", "{{ 7*7 }}", "%s%n", "../.."]),
)
VALUES = st.one_of(
    st.sampled_from(sorted(SCALE)),
    st.sampled_from([*MEDIA, "young", "old", "on", "", "alien", "0", "6", "-1", "1.0", "²", "01"]),
    st.sampled_from(["False", "null", "[]", "1' OR 1=1", "1\0", " 1", *KEYS]),
    st.sampled_from(["x" * 3000, "é" * 3001, "\r\n" * 2000, "9" * 5000]),
    WORDS,
)
EXTRAS = st.tuples(st.one_of(st.sampled_from(SMUGGLED), WORDS), VALUES)


def driven(examples: int) -> settings:
    """So many examples, the same each time; in the profile "long" a thousand, others each time."""
    skipped = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    if settings.get_current_profile_name() == "long":
        return settings(deadline=None, suppress_health_check=skipped)
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=skipped,
    )


@contextmanager
def undone() -> Iterator[None]:
    """What is stored inside is taken back, so that each example begins with the same rows.

    (A savepoint by hand: a submission's transaction doesn't run inside another one.)
    """
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


_READING = re.compile(
    r"SELECT\b|(RELEASE |ROLLBACK TO )?SAVEPOINT\b|SET |"
    r"DECLARE \S+ NO SCROLL CURSOR .* FOR SELECT\b",
    re.IGNORECASE,
)
_WRITING = re.compile(r"polls_submit|\bnextval\b", re.IGNORECASE)  # functions, which are selected


def writes(queries: CaptureQueriesContext) -> list[str]:
    """The statements that may have changed something."""
    said = [query["sql"].strip() for query in queries]
    return [sql for sql in said if not _READING.match(sql) or _WRITING.search(sql)]


def encoded(pairs: Sequence[Pair]) -> bytes:
    """A form's body. Surrogates are encoded as some programs do, which isn't UTF-8."""

    def part(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")

    return "&".join(f"{part(name)}={part(value)}" for name, value in pairs).encode()


def has_surrogates(pairs: Sequence[Pair]) -> bool:
    return any("\ud800" <= sign <= "\udfff" for pair in pairs for text in pair for sign in text)


@st.composite
def forms(draw: st.DrawFn) -> list[Pair]:
    """A whole answer of which fields were changed, left out, repeated, and others were added."""
    whole = [pair for pair in ANSWER.items() if draw(st.integers(0, 15))]
    changed = draw(st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=4))
    kept = whole if draw(st.booleans()) else [p for p in whole if p[0] not in dict(changed)]
    return draw(st.permutations([*kept, *changed, *draw(st.lists(EXTRAS, max_size=3))]))


def require_valid_state(survey: Survey) -> None:
    """Whatever was sent: answers are of this questionnaire, tallies are a recount, and each text
    belongs to an answer. (That a reader has one answer, the constraints of the table say.)"""
    for response in Response.objects.filter(survey=survey):
        for key, answer in response.answers.items():
            if key == "media":
                assert answer == [choice for choice in MEDIA if choice in answer]
                assert answer
            else:
                assert answer in SINGLE[key]
        assert not response.excluded
    assert tallies.differences(survey.pk) == {}
    opinions = Opinion.objects.filter(survey=survey)
    assert not opinions.exclude(response__survey=survey).exists()
    for opinion in opinions:
        assert opinion.status in ("pending", "withdrawn")
        assert "\0" not in opinion.text
        assert len(opinion.text) <= 3000
