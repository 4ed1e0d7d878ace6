"""The desk's pages of appeals and of what was told to the authorities."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from polls.models import Appeal, Escalation, ModerationEvent, Survey
from tests.admin.conftest import signed_in
from tests.factories import make_appeal, make_opinion, make_staff

LIST = "/admin/polls/appeal/"


def press(appeal: Appeal, button: str, answer: str = "", client: Any = None) -> str:
    client = client or signed_in("moderator")
    path = f"{LIST}{appeal.pk}/decide/"
    page: str = client.post(path, {button: "1", "answer": answer}, follow=True).content.decode()
    return page


def test_the_oldest_open_appeal_comes_first_and_ratings_are_not_shown(survey: Survey) -> None:
    make_staff("moderator")
    first = make_appeal(survey, words="La première.")
    second = make_appeal(survey, words="La seconde.")
    Appeal.objects.filter(pk=second.pk).update(received_at=timezone.now() - timedelta(days=3))
    client = signed_in("moderator")
    page = client.get(LIST).content.decode()
    assert page.index("La seconde.") < page.index("La première.")
    own = client.get(f"{LIST}{first.pk}/change/").content.decode()
    assert "La première." in own
    assert "Peu crédible" not in own


def test_upholding_publishes_and_goes_on_to_the_next(survey: Survey) -> None:
    first, second = make_appeal(survey), make_appeal(survey, words="La suivante.")
    page = press(first, "_uphold", "En effet.")
    assert f"La contestation n°\u00a0{first.pk} est tranchée\u00a0: le texte est publié." in page
    assert "La suivante." in page
    first.opinion.refresh_from_db()
    assert first.opinion.status == "published"
    assert press(second, "_dismiss", "Non.").count("le refus est maintenu.") >= 1


def test_a_dismissal_without_a_sentence_is_not_taken(survey: Survey) -> None:
    appeal = make_appeal(survey)
    assert "dites en une phrase" in press(appeal, "_dismiss")
    appeal.refresh_from_db()
    assert appeal.status == "open"


def test_an_own_decision_is_for_a_colleague(survey: Survey) -> None:
    own = make_staff("moderator", name="ana")
    make_staff("moderator")
    appeal = make_appeal(survey, own)
    client = signed_in("editor")
    client.force_login(own)
    page = client.get(f"{LIST}{appeal.pk}/change/").content.decode()
    assert "un collègue décide" in page
    assert "_uphold" not in page
    assert "votre propre décision" in press(appeal, "_uphold", client=client)
    appeal.refresh_from_db()
    assert appeal.status == "open"


def test_the_second_of_two_is_told(survey: Survey) -> None:
    appeal = make_appeal(survey)
    press(appeal, "_uphold")
    assert "admise" in press(appeal, "_dismiss", "Non.")


def test_a_moderator_of_a_contested_text_is_led_to_the_appeal(survey: Survey) -> None:
    appeal = make_appeal(survey)
    text = f"{appeal.opinion_id}:{appeal.opinion.version}"
    answer = signed_in("moderator").post(
        "/admin/polls/opinion/decide/", {"act": "undo", "text": text}, follow=True
    )
    assert LIST in answer.content.decode()


def test_the_list_asks_as_much_for_many_as_for_few(
    survey: Survey, django_assert_max_num_queries: Any
) -> None:
    make_appeal(survey)
    client = signed_in("moderator")
    client.get(LIST)
    for _ in range(6):
        make_appeal(survey)
    with django_assert_max_num_queries(12):
        client.get(LIST)


@pytest.fixture
def told() -> dict[str, str]:
    return {
        "facts": "L’auteur annonce un passage à l’acte.",
        "authority": "Police, 17",
        "told_at": "2026-01-02T10:00",
        "reference": "2026/17",
    }


def test_what_was_told_to_the_authorities_is_on_record(
    survey: Survey, told: dict[str, str]
) -> None:
    opinion = make_opinion(survey)
    client = signed_in("moderator")
    client.post(f"/admin/polls/escalation/of/{opinion.pk}/", told)
    record = Escalation.objects.get()
    assert (record.authority, record.reference) == ("Police, 17", "2026/17")
    event = ModerationEvent.objects.get()
    assert (event.action, event.before, event.after) == ("escalate", "pending", "pending")
    page = client.get(f"/admin/polls/opinion/{opinion.pk}/change/").content.decode()
    assert "L’auteur annonce un passage à l’acte." in page
    with pytest.raises(PermissionDenied):
        record.delete()
    with pytest.raises(PermissionDenied):
        Escalation.objects.update(facts="x")


def test_mistakes_in_it_keep_every_word(survey: Survey, told: dict[str, str]) -> None:
    opinion = make_opinion(survey)
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = signed_in("moderator").post(
        f"/admin/polls/escalation/of/{opinion.pk}/", told | {"told_at": later}
    )
    assert answer.status_code == 422
    assert "passage à l’acte" in answer.content.decode()
    assert not Escalation.objects.exists()
