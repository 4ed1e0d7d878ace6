import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from polls.models import ModerationEvent, ModerationRule, Opinion, Survey
from tests.factories import make_article, make_opinion, make_survey

QUEUE = "/admin/polls/opinion/"


def page(client: Client, path: str = QUEUE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, opinion: Opinion, action: str, rule: int | str = "", **more: str) -> str:
    """Press a button of the list, as it stands on the page."""
    value = f"{opinion.pk}:{opinion.version}" + (f":{rule}" if rule else "")
    response = client.post(f"{QUEUE}decide/", {f"_{action}": value, **more}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def rule() -> ModerationRule:
    return ModerationRule.objects.get(language="fr", key="privacy")


def test_the_queue_shows_what_waits_oldest_first(survey: Survey, moderator: Client) -> None:
    first, second = make_opinion(survey, "Le premier."), make_opinion(survey, "Le second.")
    make_opinion(survey, "Entre nous.", may_publish=False)
    done = make_opinion(survey, "Déjà lu.")
    Opinion.objects.filter(pk=done.pk).update(status="published", decided_at=timezone.now())
    shown = page(moderator)
    assert shown.index("Le premier.") < shown.index("Le second.")
    assert "Entre nous." not in shown
    assert "Déjà lu." not in shown
    assert "Déjà lu." in page(moderator, f"{QUEUE}?state=published")
    assert "Entre nous." in page(moderator, f"{QUEUE}?state=private")
    assert first.pk < second.pk


def test_the_list_shows_texts_escaped_and_no_ratings(survey: Survey, moderator: Client) -> None:
    make_opinion(survey, "<script>alert(1)</script>")
    shown = page(moderator)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
    assert "crédible" not in shown


def test_one_press_publishes(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey)
    assert f'name="_publish" value="{opinion.pk}:1"' in page(moderator)
    press(moderator, opinion, "publish")
    opinion.refresh_from_db()
    assert opinion.status == "published"


def test_one_press_rejects_by_a_rule_with_a_sentence(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey)
    assert f'value="{opinion.pk}:1:{rule().pk}"' in page(moderator)
    press(moderator, opinion, "reject", rule().pk, reason="Une adresse.")
    opinion.refresh_from_db()
    event = ModerationEvent.objects.get()
    assert opinion.status == "rejected"
    assert (event.rule_key, event.reason) == ("privacy", "Une adresse.")


def test_undo_brings_the_text_back_to_the_queue(survey: Survey, moderator: Client) -> None:
    opinion = make_opinion(survey, "À relire.")
    press(moderator, opinion, "publish")
    opinion.refresh_from_db()
    press(moderator, opinion, "undo")
    assert "À relire." in page(moderator)
    assert ModerationEvent.objects.count() == 2


def bulk(client: Client, action: str, opinions: list[Opinion], **more: Any) -> str:
    fields = {
        "action": f"{action}_selected",
        "_selected_action": [opinion.pk for opinion in opinions],
        **{f"version-{opinion.pk}": opinion.version for opinion in opinions},
        **more,
    }
    return client.post(more.pop("path", QUEUE), fields, follow=True).content.decode()


def test_many_are_published_rejected_and_undone_at_once(survey: Survey, moderator: Client) -> None:
    opinions = [make_opinion(survey, f"Avis {n}") for n in range(4)]
    bulk(moderator, "publish", opinions[:2])
    bulk(moderator, "reject", opinions[2:], rule=rule().pk, reason="Ensemble.")
    assert list(Opinion.objects.order_by("pk").values_list("status", flat=True)) == [
        "published", "published", "rejected", "rejected",
    ]  # fmt: skip
    assert ModerationEvent.objects.filter(reason="Ensemble.").count() == 2
    rejected = list(Opinion.objects.filter(status="rejected"))
    bulk(moderator, "undo", rejected, path=f"{QUEUE}?state=rejected")
    assert Opinion.objects.filter(status="pending").count() == 2


def test_a_bulk_rejection_without_a_rule_decides_nothing(survey: Survey, moderator: Client) -> None:
    shown = bulk(moderator, "reject", [make_opinion(survey)])
    assert "errornote" in shown or 'class="error"' in shown
    assert Opinion.objects.get().status == "pending"


def test_a_moderator_is_told_what_another_decided_meanwhile(survey: Survey) -> None:
    from tests.admin.conftest import signed_in

    opinion = make_opinion(survey, "Disputé.")
    first, second = signed_in("moderator"), signed_in("moderator")
    press(first, opinion, "publish")
    told = press(second, opinion, "reject", rule().pk)
    event = ModerationEvent.objects.get()
    assert event.action == "publish"
    warning = re.search(r'<li class="warning">(.*?)</li>', told, re.DOTALL)
    assert warning
    assert f"/admin/polls/opinion/{opinion.pk}/change/" in warning[1]
    assert "Disputé." not in warning[1]  # messages travel in cookies
    assert event.actor_name in warning[1]


def test_the_page_of_a_text_hides_its_ratings_until_asked(
    survey: Survey, moderator: Client
) -> None:
    opinion = make_opinion(survey, answers={"credible": "1", "relevant": "5"})
    shown = page(moderator, f"{QUEUE}{opinion.pk}/change/")
    assert (
        shown.index("<details") < shown.index("Pas du tout crédibles") < shown.rindex("</details>")
    )
    press(moderator, opinion, "publish")
    assert "<table>" in page(moderator, f"{QUEUE}{opinion.pk}/change/")


@pytest.mark.parametrize("value", ["", "x", "1", "1:x", "999999:1", "1:1:x:y", "²:1"])
def test_a_forged_decision_does_nothing(survey: Survey, moderator: Client, value: str) -> None:
    make_opinion(survey)
    for action in ("publish", "reject", "undo"):
        response = moderator.post(f"{QUEUE}decide/", {f"_{action}": value})
        assert response.status_code == 302
    assert not ModerationEvent.objects.exists()


def test_after_a_decision_one_is_back_in_the_list_as_it_was_filtered(
    survey: Survey, moderator: Client
) -> None:
    opinion = make_opinion(survey)
    for referer, query in (
        ("http://testserver/admin/polls/opinion/?state=all&p=2", "?state=all&p=2"),
        ("https://evil.example/x?state=all", "?state=all"),
        ("javascript:alert(1)", ""),
    ):
        response = moderator.post(
            f"{QUEUE}decide/", {"_publish": f"{opinion.pk}:1"}, headers={"referer": referer}
        )
        assert response["Location"] == QUEUE + query


def test_the_queue_asks_as_many_queries_for_forty_texts_as_for_two(
    survey: Survey, moderator: Client, django_assert_max_num_queries: Any
) -> None:
    other = make_survey(make_article("autre"))
    for size in (2, 40):
        for n in range(size):
            make_opinion(survey if n % 2 else other, f"Avis {n}")
        with django_assert_max_num_queries(14):
            page(moderator)


@pytest.mark.parametrize("version", ["9" * 5000, "²", "-1", ""])
def test_a_forged_version_decides_nothing(survey: Survey, moderator: Client, version: str) -> None:
    opinion = make_opinion(survey)
    bulk(moderator, "publish", [opinion], **{f"version-{opinion.pk}": version})
    assert not ModerationEvent.objects.exists()


def test_nobody_adds_changes_or_deletes_an_opinion(survey: Survey, admin_client: Client) -> None:
    opinion = make_opinion(survey)
    assert admin_client.get(f"{QUEUE}add/").status_code == 403
    assert admin_client.get(f"{QUEUE}{opinion.pk}/delete/").status_code == 403
    assert "delete_selected" not in page(admin_client)
    changed = admin_client.post(f"{QUEUE}{opinion.pk}/change/", {"text": "Autre chose"})
    assert changed.status_code == 403
    opinion.refresh_from_db()
    assert opinion.text == "Un avis."
