"""Notices in the admin: what is open with its clock, and the decision that answers them."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from polls.models import ModerationEvent, ModerationRule, Notice, Opinion, Survey
from polls.moderation import texts
from polls.moderation.notices.queries import MOST_NOTICES, MOST_TEXTS
from polls.moderation.notices.services import Complaint, give
from polls.moderation.services import Action, decide
from tests.admin.conftest import signed_in
from tests.factories import make_opinion, make_staff, make_survey

LIST = "/admin/polls/notice/"


def reported(
    survey: Survey, text: str = "Un texte.", claim: str = "rules", suspicion: str = "", **more: str
) -> Notice:
    """A notice of a text that a person had published."""
    opinion = make_opinion(survey, text)
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    return again(opinion, claim, suspicion, **more)


def again(opinion: Opinion, claim: str = "rules", suspicion: str = "", **more: str) -> Notice:
    complaint = Complaint(claim, **more)
    return give(
        opinion=opinion,
        complaint=complaint,
        receipt_hash=uuid.uuid4().hex,
        suspicion=suspicion,
    )


def page(client: Client, path: str = LIST) -> str:
    response = client.get(path, follow=True)
    assert response.status_code == 200
    return unescape(response.content.decode())


def press(client: Client, notice: Notice, act: str, version: int = 0, **more: str | int) -> str:
    """Press a button of the page as it stands."""
    version = version or Opinion.objects.get(pk=notice.opinion_id).version
    fields = {"act": act, "version": version, **more}
    response = client.post(f"{LIST}{notice.pk}/decide/", fields, follow=True)
    assert response.status_code == 200
    return unescape(response.content.decode())


def law() -> int:
    return ModerationRule.objects.get(language="fr", key="law-insult").pk


def test_the_most_pressing_text_stands_first_with_all_that_was_said(
    survey: Survey, moderator: Client
) -> None:
    reported(survey, "Contre la règle.")
    reported(
        survey, "Menaçant.", "threat", explanation="Il dit où elle habite.", ground="Menace",
        passage="numéro douze", name="Ana Lopez", email="ana@example.org",
    )  # fmt: skip
    shown = page(moderator)
    assert shown.index("Menaçant.") < shown.index("Contre la règle.")
    for words in ("Il dit où elle habite.", "numéro douze", "Ana Lopez", "ana@example.org"):
        assert words in shown


def test_what_is_late_is_marked_and_stands_on_the_dashboard(
    survey: Survey, moderator: Client, editor: Client
) -> None:
    notice = reported(survey, claim="illegal")
    in_time = page(moderator)
    Notice.objects.update(due_at=timezone.now() - timedelta(hours=3))
    assert 'class="case late"' not in in_time
    assert 'class="case late"' in page(moderator)
    lines = editor.get(f"/admin/polls/survey/{survey.pk}/dashboard/").context["attention"]
    found = [(line.url, line.urgent) for line in lines if line.text.startswith("1\u00a0")]
    assert ("", True) in found
    assert notice.status == "open"


def test_the_dashboard_counts_what_is_open_late_and_hidden(db: None, editor: Client) -> None:
    survey = make_survey(hide_reported=True)
    for claim in ("illegal", "rules", "rules"):
        reported(survey, f"Un texte {claim}.", claim)
    Notice.objects.filter(claim="rules").update(due_at=timezone.now() - timedelta(hours=1))
    lines = editor.get(f"/admin/polls/survey/{survey.pk}/dashboard/").context["attention"]
    numbers = [re.findall(r"\d+", line.text) for line in lines]
    assert ["3", "2"] in numbers
    assert ["1"] in numbers


def test_leaving_it_published_answers_every_notice_of_the_text(
    survey: Survey, moderator: Client
) -> None:
    notice = reported(survey)
    other = again(notice.opinion, "illegal")
    press(moderator, notice, "keep", rule=law(), reason="C’est un avis.")
    for one in (notice, other):
        one.refresh_from_db()
        assert one.status == "dismissed"
        assert one.decision is not None
        assert (one.decision.rule_title, one.decision.reason) == ("", "C’est un avis.")
    assert Opinion.objects.get().status == "published"
    assert "Un texte." not in page(moderator)


def test_it_is_rejected_by_a_rule_or_a_law_with_a_sentence(
    survey: Survey, moderator: Client
) -> None:
    notice = reported(survey)
    press(moderator, notice, "reject", rule=law(), reason="Un mot de trop.")
    notice.refresh_from_db()
    assert notice.status == "upheld"
    assert notice.decision is not None
    assert (notice.decision.rule_title, notice.decision.reason) == ("Injure", "Un mot de trop.")
    assert Opinion.objects.get().status == "rejected"


def test_a_rejection_without_a_ground_decides_nothing(survey: Survey, moderator: Client) -> None:
    notice = reported(survey)
    assert 'class="error"' in press(moderator, notice, "reject")
    assert Notice.objects.get().status == "open"


def test_it_is_hidden_with_one_press_and_stays_on_the_page(
    survey: Survey, moderator: Client
) -> None:
    notice = reported(survey)
    shown = press(moderator, notice, "hide")
    assert Opinion.objects.get().status == "held"
    assert "Un texte." in shown
    assert 'value="hide"' not in shown
    press(moderator, notice, "keep")
    assert Opinion.objects.get().status == "published"


def test_a_suspicious_notice_of_a_decided_text_can_be_answered(
    survey: Survey, moderator: Client
) -> None:
    notice = reported(survey, suspicion="trap")
    Notice.objects.update(received_at=timezone.now() - timedelta(hours=2))
    assert 'class="suspicion"' in page(moderator)
    press(moderator, notice, "keep")
    notice.refresh_from_db()
    assert notice.status == "dismissed"
    event = ModerationEvent.objects.first()
    assert event is not None
    assert event.waited is not None
    assert 7200 <= event.waited < 7300  # since it was reported, not since it first came


def test_who_read_another_version_is_told_and_decides_nothing(survey: Survey) -> None:
    notice = reported(survey, "Disputé.")
    read = Opinion.objects.get().version
    first, second = signed_in("moderator"), signed_in("moderator")
    press(first, notice, "keep", version=read)
    told = press(second, notice, "reject", version=read, rule=law())
    warning = re.search(r'<li class="warning">(.*?)</li>', told, re.DOTALL)
    assert warning
    assert "Disputé." not in warning[1]
    last = ModerationEvent.objects.first()
    assert last is not None
    assert last.actor_name in warning[1]
    assert last.action == "publish"


def test_a_notice_that_comes_while_one_reads_makes_one_read_anew(
    survey: Survey, moderator: Client
) -> None:
    notice = reported(survey)
    read = Opinion.objects.get().version
    again(notice.opinion, "threat")
    told = press(moderator, notice, "keep", version=read)
    assert '<li class="warning">' in told
    assert set(Notice.objects.values_list("status", flat=True)) == {"open"}


def test_a_text_that_was_changed_since_says_so(survey: Survey, moderator: Client) -> None:
    notice = reported(survey, "Avant.")
    before = page(moderator)
    response = Opinion.objects.get().response
    assert response is not None
    texts.replace(response=response, text="Après.", may_publish=True, show_ratings=False)
    after = page(moderator)
    assert "Après." in after
    assert after.count("<b>") > before.count("<b>")
    assert notice.status == "open"


def test_a_hundred_notices_of_a_text_are_one_block(survey: Survey, moderator: Client) -> None:
    notice = reported(survey)
    for _ in range(30):
        again(notice.opinion)
    shown = page(moderator)
    assert shown.count('<article class="case') == 1
    assert shown.count("<li>") == MOST_NOTICES
    assert str(31 - MOST_NOTICES) in shown


def test_the_page_costs_the_same_for_one_and_for_many(
    survey: Survey, moderator: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for n in range(3):
        reported(survey, f"Un texte {n}.")
    with django_assert_max_num_queries(9):
        page(moderator)
    for n in range(MOST_TEXTS):
        again(reported(survey, f"Un autre {n}.").opinion)
    with django_assert_max_num_queries(9) as queries:
        shown = page(moderator)
    assert shown.count('<article class="case') == MOST_TEXTS
    assert not any("COUNT(*)" in query["sql"] for query in queries.captured_queries)


def test_decided_notices_are_found_by_number_and_in_a_list(
    survey: Survey, moderator: Client
) -> None:
    notice = reported(survey, ground="Vie privée")
    assert "Vie privée" not in page(moderator, f"{LIST}decided/")
    press(moderator, notice, "keep")
    assert "Vie privée" in page(moderator, f"{LIST}decided/")
    assert "Vie privée" in page(moderator, f"{LIST}decided/?number={notice.pk}")
    assert moderator.get(f"{LIST}{notice.pk + 1}/change/").status_code == 404
    assert "Vie privée" not in page(moderator, f"{LIST}decided/?before={notice.pk}")
    for nonsense in ("number=x", "number=-1", "before=" + "9" * 30):
        assert "Vie privée" in page(moderator, f"{LIST}decided/?{nonsense}")


def test_the_page_of_a_notice_decides_and_comes_back_to_it(
    survey: Survey, moderator: Client
) -> None:
    notice = reported(survey)
    own = f"{LIST}{notice.pk}/change/"
    assert f'name="own" value="{notice.pk}"' in page(moderator, own)
    response = moderator.post(
        f"{LIST}{notice.pk}/decide/", {"act": "keep", "version": 3, "own": notice.pk}
    )
    assert response["Location"] == own
    assert "<form" not in page(moderator, own).split('id="content-main"')[1]


@pytest.mark.parametrize(
    ("role", "sees"), [("moderator", True), ("editor", False), ("administrator", True)]
)
def test_who_sees_notices_and_who_decides(survey: Survey, role: str, sees: bool) -> None:
    notice = reported(survey, name="Ana Lopez")
    client = signed_in(role)
    for path in (LIST, f"{LIST}decided/", f"{LIST}{notice.pk}/change/"):
        assert (client.get(path).status_code == 200) is sees
    client.post(f"{LIST}{notice.pk}/decide/", {"act": "hide", "version": 3})
    assert (Opinion.objects.get().status == "held") is sees
    assert client.post(f"{LIST}{notice.pk}/change/", {"name": "x"}).status_code == 403
    assert client.post(f"{LIST}{notice.pk}/delete/", {"post": "yes"}).status_code == 403


def test_acts_are_posts_with_a_token(survey: Survey) -> None:
    notice = reported(survey)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("moderator"))
    assert client.post(f"{LIST}{notice.pk}/decide/", {"act": "hide"}).status_code == 403
    assert client.get(f"{LIST}{notice.pk}/decide/").status_code == 405


@pytest.mark.parametrize("fields", [{}, {"act": "nonsense", "version": 3}, {"act": "keep"}])
def test_a_forged_act_does_nothing(survey: Survey, moderator: Client, fields: Any) -> None:
    notice = reported(survey)
    moderator.post(f"{LIST}{notice.pk}/decide/", fields)
    assert Notice.objects.get().status == "open"


def test_what_readers_wrote_is_escaped(survey: Survey, moderator: Client) -> None:
    evil = "<script>alert(1)</script>"
    notice = reported(survey, evil, explanation=evil, ground=evil, passage=evil, name=evil)
    for path in (LIST, f"{LIST}{notice.pk}/change/"):
        assert evil not in moderator.get(path).content.decode()
