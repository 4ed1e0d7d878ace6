"""The statement of reasons on the receipt, the rules page, and that rejection hides everywhere."""

from typing import Any

import pytest

from polls.models import ModerationEvent, ModerationRule, Opinion, Survey
from polls.moderation.notices.services import Complaint, give
from polls.moderation.reasons import reasons
from polls.moderation.services import Action, decide
from polls.results.releases.services import publish_release
from tests.factories import make_article, make_opinion, make_staff, make_survey
from tests.reader import Reader

TEXT = "Phrase reconnaissable entre toutes."


def now_decide(action: str, rule: str = "", reason: str = "") -> None:
    opinion = Opinion.objects.get()
    chosen = ModerationRule.objects.get(language="fr", key=rule) if rule else None
    decide(
        versions={opinion.pk: opinion.version},
        action=action,
        moderator=make_staff("moderator", name=f"ana {ModerationEvent.objects.count()}"),
        rule=chosen,
        reason=reason,
    )


@pytest.fixture
def author(survey: Survey) -> Reader:
    reader = Reader()
    reader.answer(item__opinion=TEXT, consent_publication="on")
    return reader


def receipt(reader: Reader) -> str:
    page: str = reader.get("/receipts/").content.decode()
    return page


def test_a_rejection_says_what_why_by_whom_and_how_to_contest(author: Reader) -> None:
    now_decide(Action.REJECT, "privacy", "Le numéro de la dernière ligne.")
    page = receipt(author)
    for said in (
        "n’est pas publié",
        "Pas de donnée personnelle",
        "Le numéro de la dernière ligne.",
        "personne ne l’avait signalé",
        "Par une personne de la rédaction",
        "Contester la décision",
        "/articles/pont/rules/",
    ):
        assert said in page
    assert "ana" not in page


def test_a_law_is_named_as_a_law(author: Reader) -> None:
    now_decide(Action.REJECT, "law-insult")
    assert "<dt>Loi</dt><dd><b>Injure</b>" in receipt(author)


def test_what_readers_had_seen_and_reported_is_said_to_be_removed_for_it(author: Reader) -> None:
    now_decide(Action.PUBLISH)
    complaint = Complaint("illegal", explanation="C’est une injure.", name="Le voisin")
    give(opinion=Opinion.objects.get(), complaint=complaint, receipt_hash="0" * 64)
    now_decide(Action.REJECT, "law-insult")
    page = receipt(author)
    assert "Les lecteurs ont vu votre texte jusqu’au" in page
    assert "Un lecteur avait signalé le texte" in page
    assert "Le voisin" not in page
    assert "C’est une injure" not in page


def test_what_is_hidden_without_a_person_says_so(db: None) -> None:
    make_survey(hide_reported=True)
    author = Reader()
    author.answer(item__opinion=TEXT, consent_publication="on")
    now_decide(Action.PUBLISH)
    give(opinion=Opinion.objects.get(), complaint=Complaint("illegal"), receipt_hash="0" * 64)
    page = receipt(author)
    assert "Votre texte est masqué depuis" in page
    assert "sans qu’une personne intervienne" in page
    assert "appeal-form" not in page


def test_a_text_on_hold_is_said_to_wait(author: Reader) -> None:
    now_decide(Action.HOLD)
    assert "regarde de plus près" in receipt(author)


def test_an_undone_decision_leaves_no_reasons(author: Reader) -> None:
    now_decide(Action.REJECT, "privacy")
    now_decide(Action.UNDO)
    assert "Pas de donnée personnelle" not in receipt(author)


CHANGED = {
    "item-credible": "2",
    "item-relevant": "none",
    "item-opinion": "Tout autre chose.",
    "consent_counting": "on",
    "consent_publication": "on",
}


def test_readers_saw_a_text_until_it_left_the_page_and_not_until_the_rejection(
    author: Reader,
) -> None:
    now_decide(Action.PUBLISH)
    now_decide(Action.UNDO)
    undone = ModerationEvent.objects.get(action=Action.UNDO)
    now_decide(Action.REJECT, "privacy")
    found = reasons(Opinion.objects.get())
    assert found is not None
    assert found.shown_until == undone.at


def test_what_became_of_an_earlier_version_is_not_said_of_the_new_one(author: Reader) -> None:
    now_decide(Action.PUBLISH)
    give(opinion=Opinion.objects.get(), complaint=Complaint("rules"), receipt_hash="0" * 64)
    now_decide(Action.PUBLISH)  # and so the notice is dismissed
    author.send("/receipts/change/", CHANGED)
    now_decide(Action.REJECT, "privacy")
    page = receipt(author)
    assert "Les lecteurs ont vu" not in page
    assert "Un lecteur avait signalé" not in page


def test_a_notice_of_an_earlier_version_that_is_still_open_is_said(author: Reader) -> None:
    now_decide(Action.PUBLISH)
    give(opinion=Opinion.objects.get(), complaint=Complaint("rules"), receipt_hash="0" * 64)
    author.send("/receipts/change/", CHANGED)
    now_decide(Action.REJECT, "privacy")
    assert "Un lecteur avait signalé le texte" in receipt(author)


def test_a_reported_text_that_a_moderator_puts_on_hold_was_reported(author: Reader) -> None:
    now_decide(Action.PUBLISH)
    give(opinion=Opinion.objects.get(), complaint=Complaint("rules"), receipt_hash="0" * 64)
    now_decide(Action.HOLD)
    page = receipt(author)
    assert "Un lecteur avait signalé le texte" in page
    assert "Par une personne de la rédaction" in page


def test_what_a_program_had_pointed_to_is_said(db: None) -> None:
    survey = make_survey(make_article("bridge", language="en"))
    author = Reader()
    text = "Have a look at https://example.org before you write."
    author.answer("bridge", item__opinion=text, consent_publication="on")
    opinion = Opinion.objects.get()
    rule = survey.rules.get(key="advertising")
    moderator = make_staff("moderator")
    decide(versions={opinion.pk: 1}, action=Action.REJECT, moderator=moderator, rule=rule)
    page = receipt(author)
    assert "A program had drawn attention to: link. It decides nothing." in page
    assert "No program took part" not in page


def test_the_rules_of_a_survey_have_a_page(survey: Survey) -> None:
    answer = Reader().get("/articles/pont/rules/")
    page = answer.content.decode()
    for rule in survey.rules.all():
        assert rule.title in page
    assert "Loi du 29 juillet 1881" in page
    assert "183" in page
    assert "public" in answer["Cache-Control"]
    assert Reader().get("/articles/nothing/rules/").status_code == 404


def test_the_rules_page_says_what_this_survey_does(db: None) -> None:
    make_survey(moderation="after", hide_reported=True)
    page = Reader().get("/articles/pont/rules/").content.decode()
    assert "publiés immédiatement" in page
    assert "est masqué jusqu’à ce qu’une personne ait décidé" in page


DOORS = (
    "/articles/pont/",
    "/articles/pont/results/",
    "/articles/pont/results/figures.csv",
    "/articles/pont/opinions.atom",
    "/api/v1/surveys/pont/opinions.json",
    "/api/v1/surveys/pont/results.json",
    "/api/v1/surveys/pont/releases/1.json",
    "/api/v1/surveys/pont/",
    "/embed/pont/results/",
    "/articles/pont/releases/1/",
    "/api/v1/surveys/pont/releases/1/frozen.json",
    "/embed/pont/",
)


@pytest.mark.parametrize("act", ["", Action.HOLD, Action.REJECT, "withdraw"])
def test_what_is_not_published_stands_at_no_public_door(survey: Survey, act: str) -> None:
    author = Reader()
    author.answer(item__opinion=TEXT, consent_publication="on", consent_ratings="on")
    opinion = make_opinion(survey, "Un autre texte, publié celui-là.")
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    own = Opinion.objects.exclude(pk=opinion.pk).get()
    if act == "withdraw":
        author.send("/receipts/withdraw/", {})
    elif act:
        rule = ModerationRule.objects.get(language="fr", key="privacy")
        given: Any = rule if act == Action.REJECT else None
        decide(versions={own.pk: 1}, action=act, moderator=make_staff("moderator"), rule=given)
    publish_release(survey=survey, title="Un", by=make_staff("editor"))
    shown = {door: Reader().get(door) for door in DOORS}
    found = [door for door, answer in shown.items() if answer.status_code == 200]
    assert found == list(DOORS)
    for answer in shown.values():
        assert "reconnaissable" not in b"".join(answer).decode()
    assert any("celui-là" in b"".join(answer).decode() for answer in shown.values())
