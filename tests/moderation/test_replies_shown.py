"""A published right of reply stands beside its statement at every door."""

import json
from typing import Any

import pytest
from django.urls import reverse

from polls.lib import caching
from polls.models import (
    Survey,
    current_edition,
    read_edition,
)
from polls.moderation.replies import services
from polls.results.releases.services import digest_of, publish_release
from tests.factories import make_article, make_reply, make_response, make_staff, make_survey
from tests.moderation.replies import ARTICLE, RESULTS, publish, refuse, shown
from tests.reader import Reader


def test_a_published_reply_stands_beside_its_statement_at_every_door(survey: Survey) -> None:
    make_response(survey)
    reply = make_reply(survey, "Le péage est prévu.\n\nDepuis 2024.", name="Anne Maire")
    paths = (ARTICLE, RESULTS, "/embed/pont/", "/embed/pont/results/", "/embed/pont/statements/1/")
    for path in paths:
        assert "Le péage est prévu." not in shown(path), path
    publish(reply)
    for path in paths:
        page = shown(path)
        assert page.count("Le péage est prévu.") == 1, path
        assert "Anne Maire" in page
        assert "maire@example.org" not in page
        assert reply.decided_at is None or str(reply.decided_at.year) in page
    assert "Le péage est prévu." not in shown("/embed/pont/statements/2/")


def test_what_was_refused_or_waits_again_is_not_shown(survey: Survey) -> None:
    refuse(make_reply(survey, "Refusée."))
    undone = publish(make_reply(survey, "Annulée."))
    services.undo(reply=undone.pk, version=undone.version, editor=make_staff("editor"))
    for path in (ARTICLE, "/embed/pont/statements/1/", "/api/v1/surveys/pont/"):
        page = shown(path)
        assert "Refusée." not in page
        assert "Annulée." not in page


def test_it_stands_between_its_own_statement_and_the_next(survey: Survey) -> None:
    publish(make_reply(survey, "À la première.", number=1))
    publish(make_reply(survey, "À la seconde.", number=2))
    page = shown()
    places = [
        page.index(words)
        for words in (
            'id="statement-1"',
            "À la première.",
            'id="statement-2"',
            "À la seconde.",
        )
    ]
    assert places == sorted(places)


def test_replies_to_one_statement_stand_in_the_order_of_their_publication(
    survey: Survey,
) -> None:
    first, second = make_reply(survey, "La première."), make_reply(survey, "La deuxième.")
    publish(second)
    publish(first)
    page = shown()
    assert page.index("La deuxième.") < page.index("La première.")


def test_a_published_reply_changes_the_tag_of_the_cached_page(survey: Survey) -> None:
    def asked(known: str = "") -> Any:
        caching.forget()
        return Reader().get(ARTICLE, headers={"If-None-Match": known})

    before = asked()["ETag"]
    assert asked(before).status_code == 304
    reply = publish(make_reply(survey))
    assert asked(before).status_code == 200
    services.undo(reply=reply.pk, version=reply.version, editor=make_staff("editor"))
    assert asked(before).status_code == 304


@pytest.mark.django_db(transaction=True)
def test_it_appears_at_once_in_the_process_that_published_it(committed: None) -> None:
    survey = make_survey()
    assert "pas ce que" not in Reader().get(ARTICLE).content.decode()
    reply = publish(make_reply(survey))
    assert "pas ce que" in Reader().get(ARTICLE).content.decode()
    services.withdraw(reply=reply.pk)
    assert "pas ce que" not in Reader().get(ARTICLE).content.decode()


def test_an_edition_stays_the_same_object_until_a_reply_is_published(survey: Survey) -> None:
    def edition() -> Any:
        caching.forget()
        return current_edition("pont")

    first = edition()
    reply = make_reply(survey)
    assert edition() is first
    publish(reply)
    second = edition()
    assert second is not first
    assert edition() is second


def test_an_edition_has_nothing_of_how_to_reach_who_replied(survey: Survey) -> None:
    publish(make_reply(survey, contact="secret@example.org"))
    assert "secret@example.org" not in str(read_edition(survey).rows)


def test_what_is_read_with_an_edition_does_not_grow_with_its_replies(
    survey: Survey, django_assert_num_queries: Any
) -> None:
    for number in range(6):
        caching.forget()
        with django_assert_num_queries(11):
            current_edition("pont")
        publish(make_reply(survey, f"Réponse {number}", number=1 + number % 2))
    shown()
    with django_assert_num_queries(0):
        Reader().get(ARTICLE)


def test_it_is_read_in_every_edition_of_the_consultation(survey: Survey) -> None:
    publish(make_reply(survey, "Toujours là."))
    make_survey(survey.article, edition=2)
    caching.forget()
    assert "Toujours là." in shown()


def test_markup_and_directions_stay_in_their_block(survey: Survey) -> None:
    text = "<script>alert(1)</script>\n\nمرحبا \u202e renversé"
    publish(make_reply(survey, text, name="<b>Anne</b> \u202e مرحبا"))
    page = shown()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<bdi>&lt;b&gt;Anne&lt;/b&gt; \u202e مرحبا</bdi>" in page
    assert '<p dir="auto">مرحبا' in page


def test_a_representative_signs_as_one(survey: Survey) -> None:
    publish(make_reply(survey, capacity="representative"))
    assert "<bdi>La maire</bdi> <span>(" in shown()


def test_a_released_figure_bears_the_reply_that_came_after_it(survey: Survey) -> None:
    for _ in range(2):
        make_response(survey)
    release = publish_release(survey=survey, by=None, title="Réponses")
    path = reverse("release", args=["pont", release.number])
    assert "pas ce que" not in shown(path)
    publish(make_reply(survey))
    assert shown(path).count("pas ce que") == 1
    release.refresh_from_db()
    assert release.digest == digest_of(release)


def test_the_api_says_replies_with_their_statement(survey: Survey) -> None:
    reply = make_reply(survey, "Le péage <est> prévu.", capacity="representative")
    path = "/api/v1/surveys/pont/"
    assert [s["replies"] for s in json.loads(shown(path))["statements"]] == [[], []]
    reply = publish(reply)
    assert reply.decided_at is not None
    [said], none = (s["replies"] for s in json.loads(shown(path))["statements"])
    assert none == []
    assert said == {
        "name": "La maire",
        "capacity": "representative",
        "text": "Le péage <est> prévu.",
        "published": reply.decided_at.isoformat(),
    }


def test_readers_of_another_article_see_nothing_of_it(survey: Survey) -> None:
    other = make_survey(make_article("autre"))
    publish(make_reply(other))
    assert "pas ce que" not in shown()
