from datetime import timedelta

import pytest
from django.utils import timezone

from polls.answering.keys import identify
from polls.lib.codes import ALPHABET, grouped, hashed, normalised
from polls.models import ModerationEvent, ModerationRule, Opinion, Response, Survey
from polls.moderation.services import Action, decide
from polls.results import tallies
from tests.factories import make_opinion, make_staff
from tests.reader import ANSWER, Reader


@pytest.fixture
def answered(survey: Survey) -> Reader:
    reader = Reader()
    reader.answer(item__opinion="Mon avis.", consent_publication="on")
    return reader


def elsewhere(code: str) -> Reader:
    """Another device, on which the code was typed."""
    device = Reader()
    assert device.send("/receipts/", {"code": code}).status_code == 303
    return device


def test_the_receipt_shows_its_code_and_a_link_with_it(answered: Reader) -> None:
    page = answered.get("/receipts/").content.decode()
    code = answered.code
    assert grouped(code) in page
    assert f"/receipts/?lang=fr#{code}" in page
    assert "Mon avis." in page


def test_the_code_is_never_in_an_address_or_a_header_but_the_cookie(answered: Reader) -> None:
    response = answered.answer()
    assert answered.code not in response.headers.get("Location", "")
    page = answered.get("/receipts/")
    assert all(answered.code not in value for value in page.headers.values())
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_a_receipt_opened_by_its_code_shows_no_code(answered: Reader) -> None:
    device = elsewhere(answered.code)
    page = device.get("/receipts/").content.decode()
    assert "Mon avis." in page
    assert answered.code not in page
    assert grouped(answered.code) not in page


@pytest.mark.parametrize("typed", ["lower", "blanks", "hyphens", "misread"])
def test_a_code_may_be_typed_as_people_type(answered: Reader, typed: str) -> None:
    code = answered.code
    variants = {
        "lower": code.lower(),
        "blanks": " ".join(code),
        "hyphens": grouped(code) + " ",
        "misread": code.replace("0", "O").replace("1", "l"),
    }
    assert elsewhere(variants[typed]).get("/receipts/").status_code == 200


@pytest.mark.parametrize("code", ["", "x", "0" * 26, "é" * 3000, "'; DROP TABLE"])
def test_an_unknown_code_is_told_so(answered: Reader, code: str) -> None:
    response = Reader().send("/receipts/", {"code": code})
    assert response.status_code == 404
    assert 'role="alert"' in response.content.decode()
    assert "Mon avis." not in response.content.decode()


def test_the_answer_cookie_alone_opens_nothing(answered: Reader, survey: Survey) -> None:
    family = Reader()
    name = f"answered-{survey.pk}"
    family.cookies[name] = answered.cookies[name].value
    assert "Mon avis." not in family.get("/receipts/").content.decode()
    for path in ("change", "withdraw"):
        assert family.send(f"/receipts/{path}/").status_code == 404
    assert Response.objects.standing().count() == 1


def test_codes_are_long_and_made_of_letters_that_can_be_read_out(answered: Reader) -> None:
    assert len(answered.code) == 26
    assert set(answered.code) <= set(ALPHABET)
    assert Response.objects.get().receipt_hash == hashed(answered.code.lower())
    assert normalised("o0-il 1") == "00111"


def test_answers_are_changed_and_counted_anew(answered: Reader, survey: Survey) -> None:
    form = answered.get("/receipts/change/").content.decode()
    assert "Mon avis." in form
    sent = answered.send(
        "/receipts/change/",
        {"item-credible": "5", "item-relevant": "1", "consent_counting": "on"},
    )
    assert sent.status_code == 303
    stored = Response.objects.get()
    assert stored.answers == {"credible": "5", "relevant": "1"}
    assert stored.changed_at is not None
    assert tallies.differences(survey.pk) == {}
    assert tallies.read(survey.pk)["credible", "2"] == 0
    assert Opinion.objects.get().status == "withdrawn"  # the text was taken out of the form
    assert Opinion.objects.get().text == ""


def test_a_changed_text_is_read_again(answered: Reader, survey: Survey) -> None:
    opinion = Opinion.objects.get()
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    fields = {"item-credible": "2", "item-relevant": "none", "consent_counting": "on"}
    same = fields | {"item-opinion": "Mon avis.", "consent_publication": "on"}
    answered.send("/receipts/change/", same | {"item-credible": "3"})
    opinion.refresh_from_db()
    assert opinion.status == "published"  # only the rating changed
    answered.send("/receipts/change/", same | {"item-opinion": "Tout autre chose."})
    opinion.refresh_from_db()
    assert (opinion.status, opinion.text) == ("pending", "Tout autre chose.")
    assert [event.action for event in opinion.events.all()] == ["edit", "publish"]


def test_taking_back_the_consent_takes_the_text_off_the_page(
    answered: Reader, survey: Survey
) -> None:
    opinion = Opinion.objects.get()
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    assert "Mon avis." in answered.get("/articles/pont/results/").content.decode()
    fields = {"item-credible": "2", "item-relevant": "none", "consent_counting": "on"}
    answered.send("/receipts/change/", fields | {"item-opinion": "Mon avis."})
    assert "Mon avis." not in answered.get("/articles/pont/results/").content.decode()
    assert Response.objects.get().opinion.text == "Mon avis."


def test_mistakes_in_a_change_are_listed_and_change_nothing(answered: Reader) -> None:
    response = answered.send("/receipts/change/", {"item-credible": "9", "item-opinion": "Neuf."})
    assert response.status_code == 422
    assert "Neuf." in response.content.decode()
    assert Response.objects.get().answers["credible"] == "2"


def test_a_closed_survey_can_be_left_but_not_changed(answered: Reader, survey: Survey) -> None:
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert answered.get("/receipts/change/").status_code == 403
    fields = {"item-credible": "5", "item-relevant": "1", "consent_counting": "on"}
    assert answered.send("/receipts/change/", fields).status_code == 403
    assert Response.objects.get().answers["credible"] == "2"
    assert answered.send("/receipts/withdraw/").status_code == 200
    assert not Response.objects.standing().exists()


def test_a_withdrawal_deletes_at_once_and_leaves_an_empty_mark(
    answered: Reader, survey: Survey
) -> None:
    code = answered.code
    response = answered.send("/receipts/withdraw/")
    assert response.status_code == 200
    assert response.cookies[f"answered-{survey.pk}"].value == ""
    assert "data-withdrawn" in response.content.decode()
    stored = Response.objects.get()
    assert stored.answers == {}
    assert stored.opinion.text == ""
    assert set(tallies.read(survey.pk).values()) == {0}
    assert tallies.differences(survey.pk) == {}
    page = elsewhere(code).get("/receipts/").content.decode()
    assert "Mon avis." not in page
    assert ModerationEvent.objects.get().action == "withdraw"


def test_after_a_withdrawal_one_may_answer_anew(answered: Reader, survey: Survey) -> None:
    answered.send("/receipts/withdraw/")
    assert answered.answer().status_code == 303
    assert tallies.read(survey.pk)["", ""] == 1


def test_a_withdrawal_elsewhere_leaves_no_bar_on_the_first_device(
    answered: Reader, survey: Survey
) -> None:
    """Its browser still has the answer cookie."""
    elsewhere(answered.code).send("/receipts/withdraw/")
    assert answered.answer().status_code == 303
    assert Response.objects.standing().count() == 1
    assert tallies.differences(survey.pk) == {}


def test_no_character_of_a_code_can_be_foretold() -> None:
    codes = [identify(1).code for _ in range(800)]
    assert len(set(codes)) == 800
    for position in zip(*codes, strict=True):
        assert len(set(position)) == 32  # 800 draws miss one once in 100 million runs


def test_a_late_retry_does_not_bring_a_withdrawn_answer_back(survey: Survey) -> None:
    key = "3f1e5f4e-7c1d-4d55-9c58-0a5b2a0f8a11"
    reader = Reader()
    reader.answer(client_key=key)
    reader.send("/receipts/withdraw/")
    assert Reader().answer(client_key=key).status_code == 409
    assert not Response.objects.standing().exists()


def test_a_withdrawal_sent_again_is_said_again(answered: Reader, survey: Survey) -> None:
    device = elsewhere(answered.code)
    answered.send("/receipts/withdraw/")
    again = device.send("/receipts/withdraw/")
    assert again.status_code == 200
    assert "data-withdrawn" in again.content.decode()
    assert ModerationEvent.objects.get().action == "withdraw"
    assert tallies.differences(survey.pk) == {}


def test_a_late_withdrawal_lets_go_of_no_other_answer(answered: Reader, survey: Survey) -> None:
    """One that was opened here before, and came again after this reader had answered anew."""
    first = answered.code
    answered.send("/receipts/withdraw/")
    answered.answer()
    again = answered.send("/receipts/withdraw/", {"code": first})
    assert again.status_code == 200
    assert "data-withdrawn" not in again.content.decode()
    assert answered.answer().status_code == 409
    assert Response.objects.standing().count() == 1


@pytest.mark.parametrize("path", ["change", "appeal"])
def test_nothing_can_be_done_with_a_withdrawn_answer(answered: Reader, path: str) -> None:
    device = elsewhere(answered.code)
    answered.send("/receipts/withdraw/")
    told = device.send(f"/receipts/{path}/", {"appeal": "Pourquoi ?"})
    assert told.status_code == 404
    assert "Cette réponse a été retirée." in told.content.decode()


def test_a_wrong_code_keeps_the_answers_that_were_sent_with_it(survey: Survey) -> None:
    response = Reader().send("/receipts/change/", {"code": "NOPE", "item-opinion": "À garder"})
    page = response.content.decode()
    assert response.status_code == 404
    assert 'name="item-opinion" value="À garder"' in page
    assert 'action="/receipts/change/' in page


def test_the_author_reads_why_a_text_was_rejected(answered: Reader, survey: Survey) -> None:
    rule = ModerationRule.objects.get(language="fr", key="privacy")
    decide(
        versions={Opinion.objects.get().pk: 1},
        action=Action.REJECT,
        moderator=make_staff("moderator", name="Moderatrice"),
        rule=rule,
        reason="Un numéro s’y trouve.",
    )
    page = answered.get("/receipts/").content.decode()
    assert rule.title in page
    assert "Un numéro s’y trouve." in page
    assert "Moderatrice" not in page  # the newsroom answers, not a person


def test_a_browser_that_refuses_cookies_is_told_that_its_answer_counts(survey: Survey) -> None:
    place = Reader().answer()["Location"]
    page = Reader().get(place).content.decode()
    assert 'class="notice"' in page
    assert 'class="notice"' not in Reader().get("/receipts/").content.decode()


def test_leaving_closes_the_receipt_on_this_device(answered: Reader) -> None:
    answered.send("/receipts/leave/")
    assert "Mon avis." not in answered.get("/receipts/").content.decode()


def test_looking_changes_nothing(answered: Reader) -> None:
    for path in ("", "change/", "withdraw/", "leave/"):
        answered.get(f"/receipts/{path}")
        answered.head(f"/receipts/{path}")
    assert Response.objects.standing().count() == 1


def test_the_page_that_asks_for_a_code_speaks_the_language_it_was_asked_in(db: None) -> None:
    assert "Open my receipt" in Reader().get("/receipts/?lang=en").content.decode()
    assert '<html lang="fr">' in Reader().get("/receipts/?lang=xx").content.decode()


def test_a_change_within_the_ten_minutes_leaves_the_code_on_the_page(survey: Survey) -> None:
    reader = Reader()
    reader.answer()
    reader.send("/receipts/change/", ANSWER | {"item-credible": "1"})
    page = reader.get("/receipts/?changed=1").content.decode()
    assert reader.code[:4] + "-" in page
    assert "Votre modification est enregistrée et comptée." in page


def test_a_change_with_a_typed_code_shows_no_code(survey: Survey) -> None:
    first, later = Reader(), Reader()
    first.answer()
    fields = ANSWER | {"item-credible": "1", "code": first.code}
    sent = later.send("/receipts/change/", fields)
    assert first.code[:4] + "-" not in later.get(sent["Location"]).content.decode()


def test_to_report_a_text_loses_no_receipt(survey: Survey) -> None:
    opinion = make_opinion(survey, may_publish=True)
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    reader = Reader()
    reader.answer()
    sent = reader.send(
        f"/opinions/{opinion.public_id}/notice/",
        {"claim": "illegal", "explanation": "Il n’a jamais été condamné.", "good_faith": "on"},
    )
    letter = reader.get(sent["Location"]).content.decode()
    assert reader.letter[:4] + "-" in letter
    assert 'href="/receipts/"' in letter
    answer = reader.get("/receipts/").content.decode()
    assert reader.code[:4] + "-" in answer
    assert 'href="/receipts/?of=letter"' in answer


def test_to_close_the_receipt_closes_the_letter_too_in_the_page_s_language(survey: Survey) -> None:
    reader = Reader()
    reader.answer()
    closed = reader.send("/receipts/leave/?lang=en", {})
    assert "Open my receipt" in reader.get(closed["Location"]).content.decode()
    assert not any(reader.cookies[name].value for name in ("receipt", "letter"))
