"""A reader reports a published text: the form, the acknowledgement, what follows, the decision."""

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.utils import timezone

from polls.lib.caching import forget
from polls.models import ModerationEvent, ModerationRule, Notice, Opinion, Survey
from polls.moderation import letters, texts
from polls.moderation.notices import pages, services
from polls.moderation.notices.services import Complaint, NotShown, give
from polls.moderation.services import Action, decide
from tests.factories import make_article, make_opinion, make_staff, make_survey
from tests.reader import Reader

Lane = Opinion.Lane
TEXT = "Ce maire est un voleur."


def published(survey: Survey, text: str = TEXT) -> Opinion:
    """A text that a person has published."""
    opinion = make_opinion(survey, text)
    judge(opinion, Action.PUBLISH)
    return opinion


def judge(opinion: Opinion, action: str, **more: Any) -> None:
    opinion.refresh_from_db()
    moderator = make_staff("moderator")
    outcome = decide(
        versions={opinion.pk: opinion.version}, action=action, moderator=moderator, **more
    )
    assert outcome.decided
    opinion.refresh_from_db()


def rule(key: str = "privacy") -> ModerationRule:
    return ModerationRule.objects.get(language="fr", key=key)


def address(opinion: Opinion) -> str:
    return f"/opinions/{opinion.public_id}/notice/"


def report(opinion: Opinion, reader: Reader | None = None, **fields: Any) -> HttpResponse:
    """Send the form whole, with some fields changed."""
    known = {"claim": "illegal", "explanation": "Il n’a jamais été condamné.", "good_faith": "on"}
    sent = {name: value for name, value in (known | fields).items() if value}
    return (reader or Reader()).send(address(opinion), sent)


def page(response: Any) -> str:
    return unescape(response.content.decode())


def received(opinion: Opinion, claim: str = "rules", **values: Any) -> Notice:
    complaint = Complaint(claim=claim, explanation="Parce que.")
    return give(opinion=opinion, complaint=complaint, receipt_hash=uuid.uuid4().hex, **values)


def test_every_published_text_leads_to_its_form(survey: Survey) -> None:
    opinion = published(survey)
    shown = page(Reader().get("/articles/pont/results/"))
    assert f'href="{address(opinion)}"' in shown
    form = Reader().get(address(opinion))
    assert form.status_code == 200
    assert TEXT in page(form)
    assert form["Cache-Control"] == "private, no-store"
    assert not form.cookies


def test_the_form_offers_the_rules_of_the_survey_and_the_laws_of_its_language(
    survey: Survey,
) -> None:
    shown = page(Reader().get(address(published(survey))))
    assert f'<option value="privacy">{rule().title}</option>' in shown
    assert '<option value="law-insult">Injure</option>' in shown
    assert "Defamation" not in shown


def test_a_notice_is_acknowledged_on_a_page_of_its_own(survey: Survey) -> None:
    opinion, reader = published(survey), Reader()
    sent = report(opinion, reader, rule="law-defamation", passage="un voleur")
    assert sent.status_code == 303
    assert sent["Location"].startswith("/receipts/")
    assert reader.letter not in sent["Location"]
    shown = page(reader.get("/receipts/"))
    assert reader.letter[:4] in shown
    assert f"#{reader.letter}" in shown
    for words in ("Diffamation", "un voleur", "jamais été condamné", TEXT):
        assert words in shown
    notice = Notice.objects.get()
    assert (notice.claim, notice.ground, notice.language) == ("illegal", "Diffamation", "fr")
    assert notice.due_at - notice.received_at == timedelta(hours=24)


def test_its_code_opens_it_later_and_is_not_shown_again(survey: Survey) -> None:
    first, later = Reader(), Reader()
    report(published(survey), first)
    later.send("/receipts/", {"code": first.letter.lower()})
    shown = page(later.get("/receipts/"))
    assert "jamais été condamné" in shown
    assert first.letter not in shown.replace("-", "")


@pytest.mark.parametrize(
    ("claim", "lane", "due"),
    [
        ("threat", Lane.URGENT, timedelta(hours=24)),
        ("illegal", Lane.URGENT, timedelta(hours=24)),
        ("rules", Lane.REPORTED, timedelta(days=7)),
    ],
)
def test_a_notice_brings_the_text_back_to_the_queue_first(
    survey: Survey, claim: str, lane: int, due: timedelta
) -> None:
    waiting = make_opinion(survey, "Il attend.")
    opinion = published(survey)
    read = opinion.version
    report(opinion, claim=claim)
    opinion.refresh_from_db()
    assert list(survey.opinions.queue()) == [opinion, waiting]
    assert (opinion.lane, opinion.status, opinion.version) == (lane, "published", read + 1)
    assert opinion.waits_since > opinion.submitted_at
    notice = Notice.objects.get()
    assert notice.due_at - notice.received_at == due


def test_the_record_has_the_step_and_neither_who_nor_what(survey: Survey) -> None:
    opinion = published(survey)
    report(opinion, name="Ana Lopez", email="ana@example.org")
    event = ModerationEvent.objects.first()
    assert event is not None
    assert (event.action, event.opinion, event.notice) == ("notice", opinion, Notice.objects.get())
    assert (event.before, event.after, event.automatic) == ("published", "published", True)
    assert (event.actor, event.actor_name, event.reason) == (None, "", "")


def test_its_author_reads_that_a_reader_reported_it_and_never_who(survey: Survey) -> None:
    author = Reader()
    author.answer(item__opinion=TEXT, consent_publication="on")
    opinion = Opinion.objects.get()
    judge(opinion, Action.PUBLISH)
    report(opinion, name="Ana Lopez", email="ana@example.org", explanation="Mes raisons.")
    shown = page(author.get("/receipts/"))
    for secret in ("Ana Lopez", "ana@example.org", "Mes raisons."):
        assert secret not in shown


def test_a_lesser_notice_never_lowers_the_lane(survey: Survey) -> None:
    opinion = published(survey)
    received(opinion, "threat")
    received(opinion, "rules")
    opinion.refresh_from_db()
    assert opinion.lane == Lane.URGENT


def test_a_text_that_waits_already_keeps_its_clock(survey: Survey) -> None:
    opinion = published(survey)
    received(opinion)
    before = Opinion.objects.get().waits_since
    received(opinion)
    assert Opinion.objects.get().waits_since == before


# What is hidden until decided.


def test_it_is_hidden_at_once_where_the_survey_says_so(db: None) -> None:
    survey = make_survey(hide_reported=True)
    opinion = published(survey)
    reader = Reader()
    report(opinion, reader)
    opinion.refresh_from_db()
    assert (opinion.status, opinion.decided_at) == ("held", None)
    assert TEXT not in page(Reader().get("/articles/pont/results/"))
    assert TEXT not in page(reader.get("/receipts/"))
    hidden = ModerationEvent.objects.first()
    assert hidden is not None
    assert (hidden.action, hidden.before, hidden.after) == ("hide", "published", "held")
    assert hidden.automatic


@pytest.mark.parametrize(("claim", "hides"), [("rules", True), ("illegal", False)])
def test_it_stays_in_sight_for_a_lesser_claim_or_without_that_rule(
    db: None, claim: str, hides: bool
) -> None:
    opinion = published(make_survey(hide_reported=hides))
    report(opinion, claim=claim)
    opinion.refresh_from_db()
    assert opinion.status == "published"


def test_what_a_person_has_left_published_is_not_hidden_a_second_time(db: None) -> None:
    opinion = published(make_survey(hide_reported=True))
    received(opinion, "illegal")
    judge(opinion, Action.PUBLISH)
    received(opinion, "illegal")
    opinion.refresh_from_db()
    assert (opinion.status, opinion.lane) == ("published", Lane.URGENT)


def test_a_text_that_was_changed_since_is_hidden_again(db: None) -> None:
    author = Reader()
    survey = make_survey(hide_reported=True)
    author.answer(item__opinion=TEXT, consent_publication="on")
    opinion = Opinion.objects.get()
    judge(opinion, Action.PUBLISH)
    received(opinion, "illegal")
    judge(opinion, Action.PUBLISH)
    response = opinion.response
    assert response is not None
    texts.replace(response=response, text="Pire.", may_publish=True, show_ratings=False)
    judge(opinion, Action.PUBLISH)
    received(opinion, "illegal")
    opinion.refresh_from_db()
    assert opinion.status == "held"
    assert survey.hide_reported


def test_a_moderator_hides_with_one_press_and_the_notices_stay_open(survey: Survey) -> None:
    opinion = published(survey)
    notice = received(opinion)
    opinion.refresh_from_db()
    moderator = make_staff("moderator")
    services.hide(notice=notice, version=opinion.version, by=moderator)
    opinion.refresh_from_db()
    notice.refresh_from_db()
    event = ModerationEvent.objects.first()
    assert event is not None
    assert (opinion.status, opinion.decided_at, notice.status) == ("held", None, "open")
    assert (event.action, event.actor, event.automatic) == ("hide", moderator, False)
    with pytest.raises(services.Changed):
        services.hide(notice=notice, version=opinion.version, by=moderator)


def test_who_hides_another_version_than_was_read_is_told(survey: Survey) -> None:
    opinion = published(survey)
    notice = received(opinion)
    with pytest.raises(services.Changed):
        services.hide(notice=notice, version=opinion.version, by=make_staff("moderator"))


@pytest.mark.parametrize(
    ("action", "state", "shown"),
    [(Action.PUBLISH, "dismissed", True), (Action.REJECT, "upheld", False)],
)
def test_a_hidden_text_is_decided_either_way(
    db: None, action: str, state: str, shown: bool
) -> None:
    survey = make_survey(hide_reported=True)
    opinion = published(survey)
    notice = received(opinion, "illegal")
    judge(opinion, action, rule=rule() if action == Action.REJECT else None)
    notice.refresh_from_db()
    assert notice.status == state
    assert (TEXT in page(Reader().get("/articles/pont/results/"))) is shown


# The decision, on the page of who gave notice.


def decided(survey: Survey, action: str, **more: Any) -> tuple[Opinion, Reader]:
    opinion, reader = published(survey), Reader()
    report(opinion, reader)
    judge(opinion, action, **more)
    return opinion, reader


def test_who_reported_reads_why_it_was_removed(survey: Survey) -> None:
    _opinion, reader = decided(
        survey, Action.REJECT, rule=rule("law-insult"), reason="Un mot de trop."
    )
    shown = page(reader.get("/receipts/"))
    assert "Injure" in shown
    assert "Un mot de trop." in shown
    assert TEXT not in shown


def test_who_reported_reads_that_it_stays_and_may_report_again(survey: Survey) -> None:
    opinion, reader = decided(survey, Action.PUBLISH, reason="C’est un avis.")
    shown = page(reader.get("/receipts/"))
    assert "C’est un avis." in shown
    assert TEXT in shown
    assert f'href="{address(opinion)}"' in shown


def test_a_text_that_its_author_took_back_settles_the_notice(survey: Survey) -> None:
    author, reader = Reader(), Reader()
    author.answer(item__opinion=TEXT, consent_publication="on")
    opinion = Opinion.objects.get()
    judge(opinion, Action.PUBLISH)
    report(opinion, reader, passage="un voleur")
    author.send("/receipts/withdraw/", {})
    shown = page(reader.get("/receipts/"))
    assert Notice.objects.get().status == "moot"
    assert TEXT not in shown
    assert "un voleur" not in shown


def test_a_removed_text_that_is_published_again_is_not_called_removed_for_good(
    survey: Survey,
) -> None:
    opinion, reader = decided(survey, Action.REJECT, rule=rule())
    assert not has_returned()
    assert address(opinion) not in page(reader.get("/receipts/"))
    Opinion.objects.filter(pk=opinion.pk).update(status="published")
    assert has_returned()
    assert address(opinion) in page(reader.get("/receipts/"))


def has_returned() -> bool:
    found = pages.opened(Notice.objects.get().receipt_hash)
    assert found is not None
    return bool(found.context["returned"])


def test_a_text_that_stays_is_not_called_published_again(survey: Survey) -> None:
    decided(survey, Action.PUBLISH)
    assert not has_returned()


def test_the_page_says_when_the_newsroom_is_late(survey: Survey) -> None:
    reader = Reader()
    report(published(survey), reader)
    in_time = page(reader.get("/receipts/"))
    Notice.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert len(page(reader.get("/receipts/"))) > len(in_time)


def test_who_may_see_it_only_after_answering_gets_no_text_by_a_code(db: None) -> None:
    survey = make_survey(results="after_answering")
    reader = Reader()
    reader.answer()
    report(published(survey), reader)
    assert TEXT not in page(reader.get("/receipts/"))


# Mistakes, and what isn't taken.


def test_mistakes_stand_on_top_and_every_word_is_kept(survey: Survey) -> None:
    sent = report(
        published(survey),
        claim="threat",
        explanation="",
        passage="un « voleur »",
        ground="Code pénal",
        email="pas une adresse",
        good_faith="",
    )
    shown = page(sent)
    assert sent.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)">', shown) == [
        "id_explanation", "id_email", "id_good_faith",
    ]  # fmt: skip
    for words in ("un « voleur »", "Code pénal", "pas une adresse"):
        assert words in shown
    assert not Notice.objects.exists()


def test_a_breach_of_the_rules_may_go_without_saying_why(survey: Survey) -> None:
    assert report(published(survey), claim="rules", explanation="").status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"claim": "nonsense"},
        {"claim": ""},
        {"rule": "no-such-rule"},
        {"explanation": "\u200b \u200b"},
        {"explanation": "x" * 2001},
        {"passage": "x" * 301},
        {"good_faith": ""},
        {"ground": "a\0b"},
    ],
)
def test_what_the_form_does_not_offer_is_refused(survey: Survey, fields: dict[str, Any]) -> None:
    assert report(published(survey), **fields).status_code == 422
    assert not Notice.objects.exists()


def test_line_breaks_count_as_one_character(survey: Survey) -> None:
    sent = report(published(survey), explanation="ab\r\n" * 666)
    assert sent.status_code == 303
    assert "\r" not in Notice.objects.get().explanation


@pytest.mark.parametrize("state", ["pending", "held", "rejected"])
def test_a_text_that_was_never_published_has_no_form(survey: Survey, state: str) -> None:
    opinion = make_opinion(survey)
    Opinion.objects.update(status=state)
    assert Reader().get(address(opinion)).status_code == 404
    assert report(opinion).status_code == 404


def test_no_text_has_no_form(survey: Survey) -> None:
    assert Reader().get(f"/opinions/{uuid.uuid4()}/notice/").status_code == 404


def test_who_saw_a_text_that_was_hidden_meanwhile_is_told_and_keeps_the_words(
    survey: Survey,
) -> None:
    opinion = published(survey)
    judge(opinion, Action.REJECT, rule=rule())
    looked, sent = Reader().get(address(opinion)), report(opinion)
    assert (looked.status_code, sent.status_code) == (410, 410)
    assert TEXT not in page(looked)
    assert "jamais été condamné" in page(sent)
    assert not Notice.objects.exists()


def test_where_results_may_not_be_seen_there_is_no_form(db: None) -> None:
    survey = make_survey(results="after_answering")
    opinion = published(survey)
    assert Reader().get(address(opinion)).status_code == 404
    assert report(opinion).status_code == 404
    answered = Reader()
    answered.answer()
    assert answered.get(address(opinion)).status_code == 200


def test_a_text_of_an_earlier_edition_has_no_form(survey: Survey) -> None:
    opinion = published(survey)
    make_survey(survey.article, edition=2)
    forget()
    assert Reader().get(address(opinion)).status_code == 404


def test_the_form_speaks_the_language_of_the_article(db: None) -> None:
    survey = make_survey(make_article("bridge", language="en"))
    shown = page(Reader().get(address(published(survey))))
    assert '<html lang="en">' in shown
    assert "Defamation" in shown


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"User-Agent": "curl"}])
def test_another_site_cannot_report(survey: Survey, headers: dict[str, str]) -> None:
    sent = report(published(survey), Reader(**headers))
    assert sent.status_code == 403
    assert "<h1>" in page(sent)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"claim=illegal&explanation=%ff", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 415),
        (b"explanation=" + b"x" * 3_000_000, "application/x-www-form-urlencoded", 413),
        (b"a=1&" * 2000, "application/x-www-form-urlencoded", 400),
    ],
)
def test_bytes_that_are_no_form_are_refused_clearly(
    survey: Survey, body: bytes, kind: str, status: int
) -> None:
    sent = Reader().post(address(published(survey)), body, content_type=kind)
    assert sent.status_code == status
    assert "<h1>" in page(sent)


def test_the_same_form_sent_twice_is_one_notice_and_other_words_another(survey: Survey) -> None:
    opinion, key = published(survey), str(uuid.uuid4())
    first, again, other = Reader(), Reader(), Reader()
    report(opinion, first, key=key)
    report(opinion, again, key=key)
    assert Notice.objects.count() == 1
    assert first.letter == again.letter
    report(opinion, other, key=key, explanation="Autre chose.")
    assert Notice.objects.count() == 2
    assert other.letter != first.letter


# Abuse.


@pytest.mark.parametrize("hides", [True, False])
def test_a_suspicious_notice_is_kept_and_moves_nothing(db: None, hides: bool) -> None:
    survey = make_survey(hide_reported=hides)
    opinion = published(survey)
    before = Opinion.objects.values().get()
    reader = Reader()
    assert report(opinion, reader, website2="https://spam.example").status_code == 303
    assert Notice.objects.get().suspicion == "trap"
    assert Opinion.objects.values().get() == before
    assert "jamais été condamné" in page(reader.get("/receipts/"))


def test_many_from_one_network_are_kept_then_refused_for_the_moment(
    survey: Survey, settings: Any
) -> None:
    settings.TRUSTED_PROXIES, settings.RATE_LETTERS = [], 6
    opinion = published(survey)
    there = {"REMOTE_ADDR": "203.0.113.7"}
    body = {"claim": "rules", "good_faith": "on", "passage": "un voleur"}
    sent = [Reader().send(address(opinion), body, **there) for _ in range(7)]
    assert [answer.status_code for answer in sent] == [303] * 6 + [429]
    assert sent[-1]["Retry-After"] == str(settings.RATE_WINDOW)
    assert 'value="un voleur"' in page(sent[-1])
    suspicions = list(Notice.objects.order_by("pk").values_list("suspicion", flat=True))
    assert suspicions == ["", "", "rate", "rate", "rate", "rate"]
    elsewhere = Reader().send(address(opinion), body, REMOTE_ADDR="203.0.113.8")
    assert elsewhere.status_code == 303


def test_a_hundred_notices_of_one_text_are_one_line_of_bounded_work(
    survey: Survey, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    opinion = published(survey)
    read = opinion.version
    for _ in range(100):
        received(opinion)
    with django_assert_max_num_queries(8):
        received(opinion)
    opinion.refresh_from_db()
    assert list(survey.opinions.queue()) == [opinion]
    assert opinion.version == read + services.READ_ANEW
    received(opinion, "threat")
    opinion.refresh_from_db()
    assert opinion.version == read + services.READ_ANEW + 1
    judge(opinion, Action.PUBLISH)
    assert not Notice.objects.filter(status="open").exists()


def test_a_notice_costs_the_same_whatever_there_is(
    survey: Survey, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    opinion, reader = published(survey), Reader()
    for n in range(5):
        received(published(survey, f"Avis {n}."))
    reader.get(address(opinion))
    with django_assert_max_num_queries(4):
        reader.get(address(opinion))
    with django_assert_max_num_queries(14):
        report(opinion, reader)
    with django_assert_max_num_queries(6):
        reader.get("/receipts/")


def test_a_text_that_is_not_published_takes_no_notice(survey: Survey) -> None:
    with pytest.raises(NotShown):
        received(make_opinion(survey))
    assert not Notice.objects.exists()


def test_words_on_the_pages_are_escaped(survey: Survey) -> None:
    reader = Reader()
    evil = "<script>alert(1)</script>"
    report(published(survey, evil), reader, explanation=evil, passage=evil, ground=evil)
    for shown in (reader.get("/receipts/"), Reader().get(address(Opinion.objects.get()))):
        assert evil not in shown.content.decode()


def test_while_the_database_is_away_every_word_is_kept(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polls.lib.persistence import Unavailable
    from polls.moderation.notices import views

    def away(write: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(views, "persist", away)
    sent = report(published(survey), passage="un voleur")
    assert sent.status_code == 503
    assert "jamais été condamné" in page(sent)
    assert f'action="{address(Opinion.objects.get())}"' in page(sent)
    assert letters.FORM_ID


# Several at once.


@pytest.fixture
def shared(committed: None) -> Survey:
    """A survey that other threads see, because it is really committed."""
    return make_survey()


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    def closing(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except NotShown:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(closing, calls))


def test_of_notices_at_once_each_is_kept_and_the_most_urgent_lane_stands(shared: Survey) -> None:
    opinion = published(shared)
    read = opinion.version
    claims = ["rules", "threat", "rules", "illegal"] * 2
    sent = at_once([partial(report, opinion, claim=claim) for claim in claims])
    opinion.refresh_from_db()
    assert [answer.status_code for answer in sent] == [303] * 8
    assert (opinion.lane, opinion.version) == (Lane.URGENT, read + 8)
    events = ModerationEvent.objects.filter(action="notice").order_by("version")
    assert [event.version for event in events] == list(range(read, read + 8))


def test_a_notice_and_a_rejection_at_once_leave_no_notice_unanswered(shared: Survey) -> None:
    opinions = [published(shared, f"Avis {n}.") for n in range(6)]
    moderator, ground = make_staff("moderator"), rule()

    def reject(opinion: Opinion) -> Any:
        versions = {opinion.pk: opinion.version}
        return decide(versions=versions, action=Action.REJECT, moderator=moderator, rule=ground)

    calls: list[Callable[[], Any]] = []
    for opinion in opinions:
        calls += [partial(received, opinion, "illegal"), partial(reject, opinion)]
    at_once(calls)
    for opinion in Opinion.objects.all():
        notice = Notice.objects.filter(opinion=opinion).first()
        # Either the notice came first, and the moderator reads anew; or there is none.
        assert (opinion.status == "rejected") is (notice is None)
        assert notice is None or (notice.status, opinion.waits) == ("open", True)
