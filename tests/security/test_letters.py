"""Whatever is sent to the doors of notices, replies and appeals: one letter as it was sent, or none
and a clear page."""

from typing import Any

import pytest
from django.db.models import Model
from hypothesis import event, given
from hypothesis import strategies as st

from polls.models import Appeal, Notice, Opinion, Reply, Survey
from polls.moderation.services import Action, decide
from tests.factories import make_opinion, make_staff
from tests.reader import FORM, Reader
from tests.security.hostile import KEYS, SMUGGLED, WORDS, Pair, driven, encoded, undone

LETTERS: dict[str, tuple[type[Model], dict[str, str]]] = {
    "notice": (
        Notice,
        {
            "claim": "illegal",
            "rule": "privacy",
            "ground": "Un article",
            "explanation": "Il n’a jamais été condamné.",
            "passage": "voleur",
            "name": "Anne",
            "email": "anne@example.org",
            "good_faith": "on",
        },
    ),
    "reply": (
        Reply,
        {
            "capacity": "person",
            "text": "Je n’ai pas dit cela.",
            "name": "Anne Maire",
            "contact": "anne@example.org",
            "agrees": "on",
        },
    ),
    "appeal": (Appeal, {"appeal": "Ce n’est pas une adresse."}),
}
# What a whole letter keeps of itself: the columns that a form's field of the same name fills.
KEPT = {
    "notice": ("claim", "explanation", "passage", "name", "email"),
    "reply": ("capacity", "text", "name", "contact"),
    "appeal": (),
}
VALUES = st.one_of(
    WORDS,
    st.sampled_from(["", "on", "privacy", "threat", "representative", "\0", "a@b", *KEYS]),
    st.sampled_from(["x" * 110, "x" * 111, "é" * 300, "x" * 301, "\r\n" * 1500, "x" * 3001]),
)


@st.composite
def letters(draw: st.DrawFn, whole: dict[str, str]) -> list[Pair]:
    """A whole letter of which fields were changed, left out, repeated, and others were added."""
    names = st.sampled_from([*whole, *whole, "key", "website2", *SMUGGLED])
    changed = draw(st.lists(st.tuples(st.one_of(names, WORDS), VALUES), max_size=4))
    kept = [pair for pair in whole.items() if draw(st.integers(0, 15))]
    return draw(st.permutations([*kept, *changed]))


@pytest.fixture
def places(survey: Survey) -> dict[str, tuple[Reader, str]]:
    """Who may send each letter, and where."""
    author, moderator = Reader(), make_staff("moderator")
    author.answer(item__opinion="Un texte.", consent_publication="on")
    rejected, published = Opinion.objects.get(), make_opinion(survey, "Ce maire est un voleur.")
    privacy = survey.rules.get(key="privacy")
    decide(versions={rejected.pk: 1}, action=Action.REJECT, moderator=moderator, rule=privacy)
    decide(versions={published.pk: 1}, action=Action.PUBLISH, moderator=moderator)
    return {
        "notice": (Reader(), f"/opinions/{published.public_id}/notice/"),
        "reply": (Reader(), "/articles/pont/statements/1/reply/"),
        "appeal": (author, "/receipts/appeal/"),
    }


def send(who: Reader, where: str, pairs: list[Pair]) -> Any:
    who = Reader() if "receipt" not in who.cookies else who
    return who.post(where, encoded(pairs).decode(), content_type=FORM)


@pytest.mark.parametrize("kind", LETTERS)
def test_any_letter_is_kept_as_sent_or_refused(
    places: dict[str, tuple[Reader, str]], kind: str
) -> None:
    model, whole = LETTERS[kind]
    who, where = places[kind]

    @driven(40)
    @given(letters(whole))
    def check(pairs: list[Pair]) -> None:
        with undone():
            answer = send(who, where, pairs)
            event(f"status {answer.status_code}")
            assert answer["Cache-Control"] == "private, no-store"
            rows = model._default_manager.all()
            if answer.status_code != 303:
                assert answer.status_code in (400, 404, 409, 415, 422)
                assert not rows.exists()
                assert b"<h1" in answer.content
                return
            [row] = rows
            sent = dict(pairs)
            for column in KEPT[kind]:
                said = " ".join(sent.get(column, "").split())
                assert " ".join(getattr(row, column).split()) in (said, "")
            assert row.status in ("open", "pending")  # type: ignore[attr-defined]

    check()


@pytest.mark.parametrize("kind", LETTERS)
def test_a_whole_letter_is_taken(places: dict[str, tuple[Reader, str]], kind: str) -> None:
    model, whole = LETTERS[kind]
    assert send(*places[kind], [*whole.items()]).status_code == 303
    assert model._default_manager.count() == 1
