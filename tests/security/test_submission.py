"""Whatever is sent to the doors of an answer: it is stored as it was sent, or refused clearly."""

import unicodedata
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from polls.answering.fields import MAX_TEXT
from polls.models import Opinion, Response, Survey
from tests.reader import ANSWER, FORM, Reader
from tests.security.hostile import (
    CHARACTERS,
    EXTRAS,
    FIELDS,
    MEDIA,
    SINGLE,
    WORDS,
    Pair,
    driven,
    encoded,
    forms,
    has_surrogates,
    require_valid_state,
    undone,
)

DOORS = {"/articles/pont/responses/": 303, "/embed/pont/responses/": 200}
"""Where an answer is sent, and what says that it was stored."""
REFUSED = {400, 409, 413, 415, 422}


def send(door: str, body: bytes, content_type: str = FORM) -> Any:
    answer = Reader().generic("POST", door, body, content_type)  # `post` would encode it anew
    assert answer["Cache-Control"] == "private, no-store"
    return answer


def require_clear_refusal(answer: Any) -> None:
    assert answer.status_code in REFUSED
    assert not Response.objects.exists()
    assert not Opinion.objects.exists()
    assert not answer.cookies
    assert b"<h1" in answer.content


def as_shown(text: str) -> str:
    """A text as a reader sees it: without blanks around it, a line break is one character."""
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def is_invisible(text: str) -> bool:
    return all(unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for sign in text)


def require_stored_as_sent(body: bytes, channel: str) -> None:
    """What is stored is what the body says, read here once more and by other rules."""
    sent: dict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl(body.decode(), keep_blank_values=True, errors="strict"):
        sent[name].append(value)
    expected: dict[str, Any] = {
        key: sent[f"item-{key}"][0] for key in SINGLE if any(sent[f"item-{key}"])
    }
    if any(sent["item-media"]):
        expected["media"] = [choice for choice in MEDIA if choice in sent["item-media"]]
    [stored] = Response.objects.all()
    assert stored.answers == expected
    assert all(len(sent[f"item-{key}"]) <= 1 for key in SINGLE)
    assert (stored.channel, stored.excluded, stored.language) == (channel, False, "fr")
    text = as_shown(sent["item-opinion"][-1]) if sent["item-opinion"] else ""
    kept = "" if is_invisible(text) else text
    assert [opinion.text for opinion in Opinion.objects.all()] == ([kept] if kept else [])


@pytest.mark.parametrize("door", DOORS)
@driven(60)
@given(pairs=forms())
@example(pairs=[*ANSWER.items()])
def test_any_form_is_stored_as_sent_or_refused(
    attacked: Survey, door: str, pairs: list[Pair]
) -> None:
    body = encoded(pairs)
    with undone():
        answer = send(door, body)
        event(f"status {answer.status_code}")
        if answer.status_code == DOORS[door]:
            require_stored_as_sent(body, "embed" if "embed" in door else "page")
        else:
            require_clear_refusal(answer)
        require_valid_state(attacked)


def is_of_the_form(name: str) -> bool:
    return name in FIELDS


@driven(40)
@given(st.lists(EXTRAS.filter(lambda pair: not is_of_the_form(pair[0])), max_size=8))
def test_what_no_field_asks_for_changes_nothing(attacked: Survey, extras: list[Pair]) -> None:
    """A status, a weight, a time, the answer to another survey's question."""
    body = encoded([*extras, *ANSWER.items(), *extras])
    with undone():
        answer = send("/articles/pont/responses/", body)
        if has_surrogates(extras):
            require_clear_refusal(answer)
            return
        assert answer.status_code == 303
        require_stored_as_sent(encoded([*ANSWER.items()]), "page")
        stored = Response.objects.get()
        assert (stored.survey_id, stored.withdrawn_at) == (attacked.pk, None)
        assert stored.suspicion == stored.network_key == ""


texts = st.one_of(
    st.text(CHARACTERS, max_size=200),
    st.tuples(WORDS, st.integers(0, 1500)).map(lambda two: two[0] * two[1]),
)


@driven(60)
@given(texts)
@example("x" * MAX_TEXT)
@example("x" * (MAX_TEXT + 1))
@example("\r\n".join(["é"] * 1500))
@example("a\u202eb \u2066c\u2069 \u200bd\ufeff")
def test_any_text_is_stored_exactly_or_refused(attacked: Survey, text: str) -> None:
    pairs = [*(ANSWER | {"item-opinion": text, "consent_publication": "on"}).items()]
    possible = "\0" not in text.strip() and len(as_shown(text)) <= MAX_TEXT
    with undone():
        answer = send("/articles/pont/responses/", encoded(pairs))
        if possible and not has_surrogates(pairs):
            assert answer.status_code == 303
            require_stored_as_sent(encoded(pairs), "page")
        else:
            require_clear_refusal(answer)


pieces = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"item-credible=2", b"consent_counting=on", b"item-relevant=4", b"=", b"&&"]),
    st.sampled_from([b"%", b"%zz=%f", b"item-opinion=%ED%A0%80", b"item-opinion=%00", b"\xff\xfe"]),
    st.sampled_from([b"item%2dcredible=2", b"ITEM-CREDIBLE=3", b"item-credible=2;age=old", b"+=+"]),
)
kinds = st.one_of(
    st.just(FORM),
    st.sampled_from(["", "text/plain", "application/json", f"{FORM}; charset=x"]),
    st.sampled_from(["multipart/form-data", "multipart/form-data; boundary=x"]),
)


@driven(60)
@given(parts=st.lists(pieces, max_size=8), kind=kinds)
@example(parts=[b"item-credible=2"], kind=f"{FORM}; charset=utf-16")
def test_any_bytes_of_any_kind_are_a_form_or_refused(
    attacked: Survey, parts: list[bytes], kind: str
) -> None:
    body = b"&".join(parts)
    with undone():
        answer = send("/articles/pont/responses/", body, kind)
        event(f"status {answer.status_code}")
        if answer.status_code == 303:
            assert kind.startswith(FORM)
            unquote_to_bytes(body).decode()
            require_stored_as_sent(body, "page")
        else:
            require_clear_refusal(answer)
        require_valid_state(attacked)


@pytest.mark.parametrize("size", [2_700_000, 30_000_000])
def test_a_body_too_large_is_refused_before_it_is_read(attacked: Survey, size: int) -> None:
    answer = send("/articles/pont/responses/", b"item-opinion=" + b"x" * size)
    assert answer.status_code == 413
    require_clear_refusal(answer)
