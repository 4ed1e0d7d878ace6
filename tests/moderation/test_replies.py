"""A right of reply is asked for at a statement's address; its code opens what became of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from polls.lib import persistence
from polls.models import (
    ModerationEvent,
    Reply,
    Survey,
    current_edition,
)
from polls.moderation.replies import services
from tests.factories import make_reply, make_response, make_staff
from tests.moderation.replies import ARTICLE, ASKED, PATH, RESULTS, ask, publish, refuse, shown
from tests.reader import FORM, Reader


def test_who_is_quoted_finds_the_form_beside_each_statement(survey: Survey) -> None:
    make_response(survey)
    for path in (ARTICLE, RESULTS, "/embed/pont/", "/embed/pont/results/"):
        found = re.findall(r'href="/articles/pont/statements/(\d)/reply/"', shown(path))
        assert found == ["1", "2"], path
    assert f'href="{PATH}" target="_blank"' in shown("/embed/pont/statements/1/")


def test_the_form_shows_the_statement_and_is_nobody_elses_to_keep(survey: Survey) -> None:
    response = Reader().get(PATH)
    page = response.content.decode()
    assert "Le pont sera gratuit" in page
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


@pytest.mark.parametrize("path", [PATH.replace("/1/", "/9/"), PATH.replace("pont", "autre")])
def test_a_statement_that_is_nowhere_has_no_form(survey: Survey, path: str) -> None:
    assert Reader().get(path).status_code == 404
    assert ask(Reader(), path).status_code == 404


def test_a_reply_is_kept_with_its_clock_and_its_event(survey: Survey) -> None:
    before = timezone.now()
    response = ask(Reader())
    assert response.status_code == 303
    assert response["Location"] == "/receipts/?lang=fr&of=letter&sent=letter"
    assert response["Cache-Control"] == "private, no-store"
    reply = Reply.objects.get()
    assert (reply.statement.number, reply.survey, reply.language) == (1, survey, "fr")
    assert (reply.capacity, reply.name, reply.contact) == (
        "person",
        "Anne Maire",
        "anne@example.org",
    )
    assert reply.text == "Je n’ai jamais promis cela.\n\nLe péage est prévu."
    assert reply.status == "pending"
    assert before <= reply.received_at <= timezone.now()
    assert reply.due_at - reply.received_at == timedelta(days=3)
    event = ModerationEvent.objects.get()
    assert (event.action, event.before, event.after) == ("reply", "pending", "pending")
    assert (event.reply, event.actor, event.automatic, event.reason) == (reply, None, True, "")


def test_nothing_of_what_was_written_is_in_the_record(survey: Survey) -> None:
    ask(Reader())
    services.withdraw(reply=publish(Reply.objects.get()).pk)
    for event in ModerationEvent.objects.all():
        for word in ("promis", "Anne", "example.org"):
            assert word not in str(vars(event))


def test_a_closed_consultation_takes_replies_all_the_same(survey: Survey) -> None:
    Survey.objects.update(closes_at=timezone.now() - timedelta(days=1))
    assert ask(Reader()).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("capacity", None),
        ("capacity", "king"),
        ("name", ""),
        ("name", " \u200b "),
        ("name", "x" * 121),
        ("contact", ""),
        ("contact", "x" * 201),
        ("text", ""),
        ("text", "\u200b\n "),
        ("text", "x" * 3001),
        ("text", "nul\0"),
        ("agrees", None),
        ("key", "nonsense"),
    ],
)
def test_a_mistake_is_said_on_top_and_every_word_is_kept(
    survey: Survey, field: str, value: str | None
) -> None:
    response = ask(Reader(), **{field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="errors"' in page
    assert f'href="#{"response-form" if field == "key" else f"id_{field}"}' in page
    for name in {"text", "name", "contact"} - {field}:
        assert ASKED[name].split("\r")[0] in page
    assert not Reply.objects.exists()


def test_a_text_of_just_the_limit_is_taken_whatever_its_line_breaks_cost(survey: Survey) -> None:
    text = "\r\n".join(["x" * 99] * 30)  # 2,999 characters as the page's counter counts
    assert ask(Reader(), text=text).status_code == 303
    assert len(Reply.objects.get().text) == 2999


def test_a_name_is_one_line(survey: Survey) -> None:
    ask(Reader(), name="Anne\r\n  Maire ")
    assert Reply.objects.get().name == "Anne Maire"


def test_the_same_form_sent_twice_is_one_request_with_one_code(survey: Survey) -> None:
    first, second = Reader(), Reader()
    ask(first)
    ask(second)
    assert Reply.objects.count() == 1
    assert first.letter == second.letter
    ask(second, text="Autre chose.")
    assert Reply.objects.count() == 2
    assert first.letter != second.letter


def test_a_reply_comes_from_our_own_page(survey: Survey) -> None:
    response = ask(Reader(**{"Sec-Fetch-Site": "cross-site"}))
    assert response.status_code == 403
    assert "Sec-Fetch-Site" in response.content.decode()
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"text=%ff", FORM, 400),
        (b"{}", "application/json", 415),
        (b"text=" + b"x" * 3_000_000, FORM, 413),
        (b"&".join(b"a%d=1" % n for n in range(1200)), FORM, 400),
    ],
)
def test_bytes_that_are_no_form_are_refused_and_not_guessed(
    survey: Survey, body: bytes, kind: str, status: int
) -> None:
    response = Reader().post(PATH, body, content_type=kind)
    assert response.status_code == status
    assert not Reply.objects.exists()


def test_a_filled_trap_is_kept_and_marked(survey: Survey) -> None:
    assert ask(Reader(), website2="http://buy.example").status_code == 303
    assert Reply.objects.get().status == "pending"
    assert ModerationEvent.objects.get().reason == "trap"


def test_a_flood_from_one_network_is_put_off_and_keeps_its_words(
    survey: Survey, settings: Any
) -> None:
    settings.RATE_LETTERS = 2
    reader = Reader()
    reader.defaults["REMOTE_ADDR"] = "203.0.113.7"
    for number in range(2):
        assert ask(reader, text=f"Réponse {number}").status_code == 303
    response = ask(reader, text="Réponse 3")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert 'value="Réponse 3"' in response.content.decode()
    assert Reply.objects.count() == 2


def test_while_the_database_is_away_the_page_keeps_what_was_written(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_values: object) -> None:
        raise OperationalError("gone")

    current_edition("pont")
    monkeypatch.setattr(services, "ask", away)
    monkeypatch.setattr(persistence, "PATIENCE", 0.0)
    monkeypatch.setattr(connection, "close", lambda: None)
    response = ask(Reader())
    page = response.content.decode()
    assert response.status_code == 503
    assert f'action="{PATH}"' in page
    assert 'value="Anne Maire"' in page


def opened(reader: Reader) -> str:
    return reader.get("/receipts/").content.decode()


def test_the_code_is_shown_once_and_opens_the_state_of_the_request(survey: Survey) -> None:
    reader = Reader()
    ask(reader)
    code = reader.letter
    assert code[:4] in opened(reader)
    other = Reader()
    other.send("/receipts/", {"code": code.lower()})
    page = opened(other)
    assert "Je n’ai jamais promis cela." in page
    assert code[:4] + "-" not in page
    assert "anne@example.org" not in page


def test_who_asked_reads_why_it_was_refused(survey: Survey) -> None:
    reader = Reader()
    ask(reader)
    refuse(Reply.objects.get(), "La réponse est plus <longue> que l’article.")
    page = opened(reader)
    assert "plus &lt;longue&gt; que l’article." in page
    assert f'href="{PATH}"' in page


def test_an_undone_decision_is_not_shown_any_more(survey: Survey) -> None:
    reader = Reader()
    ask(reader)
    reply = refuse(Reply.objects.get(), "Trop long.")
    services.undo(reply=reply.pk, version=reply.version, editor=make_staff("editor"))
    assert "Trop long." not in opened(reader)


def test_its_author_takes_it_back_and_every_trace_of_it_is_gone(survey: Survey) -> None:
    reader = Reader()
    ask(reader)
    publish(Reply.objects.get())
    assert "promis" in shown()
    response = reader.send("/receipts/reply/withdraw/", {})
    assert response.status_code == 200
    reply = Reply.objects.get()
    assert (reply.status, reply.text, reply.name, reply.contact, reply.answer) == (
        "withdrawn",
        "",
        "",
        "",
        "",
    )
    assert "promis" not in shown()
    assert "letter" not in {name for name, value in reader.cookies.items() if value.value}
    last = ModerationEvent.objects.first()
    assert last is not None
    assert (last.action, last.before, last.after) == ("withdraw", "published", "withdrawn")


def test_the_code_can_be_typed_to_take_it_back(survey: Survey) -> None:
    reader = Reader()
    ask(reader)
    code = reader.letter
    Reader().send("/receipts/reply/withdraw/", {"code": code})
    assert Reply.objects.get().status == "withdrawn"


def test_without_the_code_nothing_is_taken_back_and_the_page_asks_for_it(survey: Survey) -> None:
    make_reply(survey)
    for fields in ({}, {"code": "0" * 26}):
        response = Reader().send("/receipts/reply/withdraw/", fields)
        assert response.status_code == 404
        assert 'id="open-receipt"' in response.content.decode()
    assert Reply.objects.get().status == "pending"


def test_taking_it_back_twice_is_once(survey: Survey) -> None:
    reply = make_reply(survey)
    services.withdraw(reply=reply.pk)
    services.withdraw(reply=reply.pk)
    assert ModerationEvent.objects.filter(action="withdraw").count() == 1


def test_taking_it_back_is_judged_by_where_it_comes_from(survey: Survey) -> None:
    reader = Reader()
    ask(reader)
    response = reader.send("/receipts/reply/withdraw/", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert Reply.objects.get().status == "pending"
    assert reader.get("/receipts/reply/withdraw/").status_code == 405
