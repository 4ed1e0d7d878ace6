"""A suspicious sending is kept, flagged and read by a person; nobody is locked out."""

from typing import Any

import pytest
from django.utils import translation

from polls.answering import guards
from polls.lib import rates
from polls.models import FlagGroup, ModerationEvent, Opinion, Response, Survey
from polls.results import tallies
from polls.results.integrity.services import flag_by_rule
from tests.factories import make_survey
from tests.reader import Reader

STAMP = "/articles/pont/stamp/"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of stamps, in seconds, to be moved."""
    now = [1_790_000_000.0]
    monkeypatch.setattr(guards, "time", lambda: now[0])
    return now


@pytest.fixture
def at_once(db: None) -> Survey:
    """A survey whose texts are published at once and read afterwards."""
    return make_survey(moderation="after")


def stamped(clock: list[float], seconds: float, slug: str = "pont") -> str:
    made = guards.stamp(slug)
    clock[0] += seconds
    return made


def suspicion() -> list[str]:
    return Response.objects.latest("pk").suspicion.split()


def from_address(address: str = "203.0.113.9") -> Reader:
    reader = Reader()
    reader.defaults["REMOTE_ADDR"] = address
    return reader


# Nobody is locked out


def test_a_reader_without_script_cookie_or_a_browsers_headers_answers_unsuspected(
    at_once: Survey,
) -> None:
    plain = Reader(Origin="http://127.0.0.1:8000")
    page = plain.get("/articles/pont/").content.decode()
    assert 'name="website2"' in page
    assert not plain.cookies
    assert plain.answer(item__opinion="Un avis.", consent_publication="on").status_code == 303
    assert suspicion() == []
    assert Opinion.objects.get().status == "published"


def test_the_page_is_the_same_for_all_and_carries_no_stamp(survey: Survey) -> None:
    one, other = Reader().get("/articles/pont/"), Reader().get("/articles/pont/")
    assert one.content == other.content
    page = one.content.decode()
    assert f'data-stamp="{STAMP}"' in page
    assert '<input type="text" name="stamp" hidden autocomplete="off" id="id_stamp">' in page


# The field that nobody sees


def test_who_fills_the_trap_is_kept_counted_flagged_and_waits(at_once: Survey) -> None:
    answer = Reader().answer(
        item__opinion="Acheter ici.", consent_publication="on", website2="http://buy.test"
    )
    assert answer.status_code == 303
    assert suspicion() == ["trap"]
    opinion = Opinion.objects.get()
    assert (opinion.status, opinion.signal_keys) == ("pending", ["trap"])
    assert opinion.waits
    assert not ModerationEvent.objects.exists()
    assert tallies.read(at_once.pk)["", ""] == 1


def test_the_trap_is_told_of_the_same_on_both_databases(survey: Survey) -> None:
    Reader().answer(item__opinion="Acheter ici.", consent_publication="on", website2="x")
    assert Opinion.objects.get().signals == " trap "
    assert Response.objects.get().suspicion == " trap "


def test_the_trap_is_never_a_mistake_of_the_form(survey: Survey) -> None:
    assert Reader().answer(website2="\0" * 9).status_code == 303
    again = Reader().answer(website2="x", consent_counting=None)
    assert again.status_code == 422
    assert again.content.decode().count('class="errors"') <= 1
    assert "website2" not in again.content.decode().split("<form")[0]


def test_a_text_changed_later_still_waits_for_a_person(at_once: Survey) -> None:
    reader = Reader()
    reader.answer(item__opinion="Un.", consent_publication="on", website2="x")
    changed = {"item-opinion": "Deux.", "consent_publication": "on", "consent_counting": "on"}
    fields = {"item-credible": "2", "item-relevant": "4", **changed}
    assert reader.send("/receipts/change/", fields).status_code == 303
    opinion = Opinion.objects.get()
    assert (opinion.text, opinion.status, opinion.signal_keys) == ("Deux.", "pending", ["trap"])


# The time stamp


@pytest.mark.django_db
def test_a_stamp_is_small_private_and_asks_no_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = Reader().get(STAMP)
    assert answer.status_code == 200
    assert len(answer.content) < 50
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "text/plain"
    assert not answer.cookies
    assert "Access-Control-Allow-Origin" not in answer
    assert Reader().post(STAMP).status_code in (403, 405)


def test_a_stamp_that_was_asked_for_is_taken(survey: Survey, clock: list[float]) -> None:
    stamp = Reader().get(STAMP).content.decode()
    clock[0] += 2
    assert Reader().answer(stamp=stamp).status_code == 303
    assert suspicion() == []


@pytest.mark.parametrize("seconds", [-60, 0, 1.9, 86_401, 10**7])
def test_a_stamp_too_young_or_too_old_is_suspicious(
    survey: Survey, clock: list[float], seconds: float
) -> None:
    assert Reader().answer(stamp=stamped(clock, seconds)).status_code == 303
    assert suspicion() == ["stamp"]


@pytest.mark.parametrize("seconds", [2, 600, 86_400])
def test_a_stamp_of_its_time_is_not(survey: Survey, clock: list[float], seconds: float) -> None:
    Reader().answer(stamp=stamped(clock, seconds))
    assert suspicion() == []


def test_a_stamp_of_another_article_is_suspicious(survey: Survey, clock: list[float]) -> None:
    Reader().answer(stamp=stamped(clock, 60, "tunnel"))
    assert suspicion() == ["stamp"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda stamp: "x",
        lambda stamp: stamp[:-1] + ("0" if stamp[-1] != "0" else "1"),
        lambda stamp: "2" + stamp[1:],
        lambda stamp: stamp.upper(),
        lambda stamp: stamp + " x",
        lambda stamp: "é" * 500,
        lambda stamp: "-" + stamp,
        lambda stamp: stamp.replace("-", "-" * 9),
    ],
)
def test_a_forged_stamp_is_suspicious_and_no_error(
    survey: Survey, clock: list[float], forge: Any
) -> None:
    assert Reader().answer(stamp=forge(stamped(clock, 60))).status_code == 303
    assert suspicion() == ["stamp"]


@pytest.mark.parametrize(
    ("claimed", "begun", "kept"),
    [
        ("", 40, 40),  # the claim was taken out
        ("5", 40, 40),  # the device slept, or the claim is invented
        ("300", 40, 300),  # read first, then answered
        ("41", 40, 41),
    ],
)
def test_the_seconds_are_the_claim_or_the_stamps_age_whichever_is_more(
    survey: Survey, clock: list[float], claimed: str, begun: int, kept: int
) -> None:
    Reader().answer(seconds=claimed, stamp=stamped(clock, begun))
    assert Response.objects.get().seconds == kept


def test_a_forged_stamp_proves_no_seconds(survey: Survey) -> None:
    Reader().answer(seconds="5", stamp="1-" + "0" * 32)
    assert Response.objects.get().seconds == 5


def test_a_page_that_comes_back_with_mistakes_keeps_its_stamp(
    survey: Survey, clock: list[float]
) -> None:
    stamp = stamped(clock, 60)
    page = Reader().answer(stamp=stamp, consent_counting=None).content.decode()
    assert f'name="stamp" value="{stamp}"' in page


def test_the_embed_has_both(survey: Survey) -> None:
    page = Reader().get("/embed/pont/").content.decode()
    assert f'data-stamp="{STAMP}"' in page
    assert 'name="website2"' in page
    fields = {"item-credible": "2", "item-relevant": "4", "consent_counting": "on"}
    Reader().send("/embed/pont/responses/", fields | {"website2": "x", "stamp": "x"})
    assert suspicion() == ["trap", "stamp"]


def test_a_preview_for_the_newsroom_asks_for_no_stamp(survey: Survey) -> None:
    from django.template.loader import render_to_string

    from polls.answering.pages import article_page
    from polls.models import current_edition

    edition = current_edition("pont")
    assert edition
    context = article_page(edition) | {"preview": True}
    assert "data-stamp" not in render_to_string("polls/answering/_form.html", context)


# How many from one network


@pytest.fixture
def few(settings: Any) -> None:
    settings.RATE_ANSWERS_FLAGGED, settings.RATE_ANSWERS_REFUSED = 3, 5


def test_many_from_one_network_are_kept_counted_and_flagged(at_once: Survey, few: None) -> None:
    for _ in range(4):
        answer = from_address().answer(item__opinion="Un avis.", consent_publication="on")
        assert answer.status_code == 303
    assert [response.suspicion for response in Response.objects.all()] == ["", "", "", " rate "]
    states = Opinion.objects.order_by("pk").values_list("status", flat=True)
    assert list(states) == ["published", "published", "published", "pending"]
    assert tallies.read(at_once.pk)["", ""] == 4
    from_address("203.0.113.10").answer()
    assert suspicion() == []


def test_a_flood_is_refused_for_the_moment_and_keeps_what_was_typed(
    survey: Survey, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(rates, "monotonic", lambda: now[0])
    for _ in range(5):
        from_address().answer()
    refused = from_address().answer(item__opinion="Ce que j’ai écrit.", seconds="41")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    assert refused["Cache-Control"] == "private, no-store"
    page = refused.content.decode()
    assert "Ce que j’ai écrit." in page
    assert 'action="/articles/pont/responses/"' in page
    assert 'name="client_key"' in page
    assert Response.objects.count() == 5
    now[0] += 600 + 120  # a fifth is free again
    assert from_address().answer().status_code == 303


def test_a_flood_in_a_frame_gets_the_frames_page(survey: Survey, few: None) -> None:
    fields = {"item-credible": "2", "item-relevant": "4", "consent_counting": "on"}
    for _ in range(5):
        from_address().answer()
    refused = from_address().send("/embed/pont/responses/", fields)
    assert refused.status_code == 429
    assert '<body class="frame">' in refused.content.decode()


def test_an_unnamed_proxy_does_not_make_a_flood_of_all_readers(survey: Survey, few: None) -> None:
    for _ in range(7):
        assert Reader().answer().status_code == 303
    assert set(Response.objects.values_list("suspicion", flat=True)) == {""}


def test_a_form_with_mistakes_counts_nothing(survey: Survey, few: None) -> None:
    for _ in range(9):
        from_address().answer(consent_counting=None)
    assert from_address().answer().status_code == 303
    assert suspicion() == []


def test_by_default_a_class_is_not_even_flagged(survey: Survey) -> None:
    for _ in range(35):
        from_address().answer()
    assert set(Response.objects.values_list("suspicion", flat=True)) == {""}


# What an editor sees of it


def test_suspicious_sendings_are_flagged_by_kind_and_day(survey: Survey) -> None:
    for fields in ({}, {"website2": "x"}, {"website2": "x", "stamp": "x"}, {"stamp": "x"}):
        Reader().answer(**fields)
    list(flag_by_rule(survey))
    first, trap, both, stamp = Response.objects.order_by("pk")
    groups = {
        group.key.split()[0]: [flag.response_id for flag in group.flags.order_by("pk")]
        for group in FlagGroup.objects.filter(rule="trap")
    }
    assert groups == {"trap": [trap.pk, both.pk], "stamp": [both.pk, stamp.pk]}
    assert not first.flags.exists()


def test_an_older_survey_goes_without_the_rule(survey: Survey) -> None:
    del survey.integrity["trap"]
    survey.save()
    Reader().answer(website2="x")
    list(flag_by_rule(Survey.objects.get()))
    assert not FlagGroup.objects.exists()


def test_an_editor_reads_what_was_suspicious(survey: Survey) -> None:
    from tests.admin.conftest import signed_in

    Reader().answer(website2="x")
    list(flag_by_rule(survey))
    group = FlagGroup.objects.get()
    with translation.override("fr"):
        page = signed_in("editor").get(f"/admin/polls/flaggroup/{group.pk}/change/")
    assert "website2" not in page.content.decode()
    assert page.context["told"] == "un champ que personne ne voit a été rempli"


def test_who_withdraws_is_suspected_of_nothing(survey: Survey) -> None:
    reader = Reader()
    reader.answer(website2="x")
    list(flag_by_rule(survey))
    reader.send("/receipts/withdraw/")
    assert Response.objects.get().suspicion == ""
    assert not FlagGroup.objects.exists()
