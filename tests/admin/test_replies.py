"""The editors' queue of rights of reply: what it shows, and what its buttons do."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from polls.models import ModerationEvent, Reply, Survey
from polls.moderation.replies import services
from tests.admin.conftest import signed_in
from tests.factories import make_reply, make_staff

QUEUE = "/admin/polls/reply/"


def page_of(reply: Reply, client: Client) -> str:
    return client.get(f"{QUEUE}{reply.pk}/change/").content.decode()


def decide(client: Client, reply: Reply, button: str, **more: str) -> HttpResponse:
    fields = {button: "1", "version": str(reply.version), **more}
    return client.post(f"{QUEUE}{reply.pk}/decide/", fields, follow=True)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("role", "may"), [("moderator", False), ("editor", True), ("administrator", True)]
)
def test_editors_and_administrators_decide_and_moderators_do_not(
    survey: Survey, role: str, may: bool
) -> None:
    reply, client = make_reply(survey), signed_in(role)
    assert (client.get(QUEUE).status_code == 200) is may
    assert (client.get(f"{QUEUE}{reply.pk}/change/").status_code == 200) is may
    response = decide(client, reply, "_publish")
    assert (response.status_code == 200) is may
    reply.refresh_from_db()
    assert (reply.status == "published") is may
    assert client.get(f"{QUEUE}add/").status_code == 403


def test_the_most_urgent_stands_first_and_what_is_overdue_says_so(
    survey: Survey, editor: Client
) -> None:
    later, sooner = make_reply(survey, "Plus tard."), make_reply(survey, "D’abord.")
    Reply.objects.filter(pk=sooner.pk).update(due_at=timezone.now() - timedelta(hours=3))
    page = editor.get(QUEUE).content.decode()
    assert page.index("D’abord.") < page.index("Plus tard.")
    assert page.count("clock over") == 1
    assert page.index("clock over") < page.index(f"{QUEUE}{later.pk}/change/")


def test_the_queue_has_what_waits_and_the_rest_by_its_state(survey: Survey, editor: Client) -> None:
    make_reply(survey, "En attente.")
    done = make_reply(survey, "Publiée.")
    services.publish(reply=done.pk, version=1, editor=make_staff("editor"))
    assert "En attente." in editor.get(QUEUE).content.decode()
    assert "Publiée." not in editor.get(QUEUE).content.decode()
    published = editor.get(QUEUE, {"state": "published"}).content.decode()
    assert "Publiée." in published
    assert "En attente." not in published
    both = editor.get(QUEUE, {"state": "all"}).content.decode()
    assert "Publiée." in both
    assert "En attente." in both


def test_the_page_has_all_that_an_editor_needs_to_decide(survey: Survey, editor: Client) -> None:
    reply = make_reply(survey, "Ce <n’est> pas vrai.", contact="06 12 34 56 78", number=2)
    page = page_of(reply, editor)
    assert "Ce &lt;n’est&gt; pas vrai." in page
    assert "06 12 34 56 78" in page
    assert "Personne ne dit qui paiera." in page
    assert '<mark id="passage-2">' in page  # where it stands in the article
    assert "La maire" in page


def test_what_comes_late_or_in_a_suspicious_way_is_marked(survey: Survey, editor: Client) -> None:
    survey.article.published_on = timezone.localdate() - timedelta(days=5)
    survey.article.save()
    plain = make_reply(survey, "Simple.")
    assert "marks" not in editor.get(QUEUE).content.decode()
    ModerationEvent.objects.create(
        reply=plain, action="reply", before="pending", after="pending", reason="trap"
    )
    assert editor.get(QUEUE).content.decode().count('class="marks"') == 1
    survey.article.published_on = date(2024, 1, 1)
    survey.article.save()
    page = page_of(make_reply(survey, "Tard."), editor)
    assert page.count('class="marks"') == 1


def test_publishing_leads_to_the_next_that_waits(survey: Survey, editor: Client) -> None:
    first, second = make_reply(survey, "La première."), make_reply(survey, "La deuxième.")
    response = decide(editor, first, "_publish")
    assert "La deuxième." in response.content.decode()
    response = decide(editor, second, "_refuse", answer="Trop\r\nlong.")
    second.refresh_from_db()
    assert (second.status, second.answer) == ("refused", "Trop\nlong.")


def test_a_refusal_without_a_sentence_is_none(survey: Survey, editor: Client) -> None:
    reply = make_reply(survey)
    page = decide(editor, reply, "_refuse", answer=" ").content.decode()
    assert "errorlist" in page or 'class="error"' in page
    reply.refresh_from_db()
    assert reply.status == "pending"


def test_a_decision_is_undone_on_the_same_page(survey: Survey, editor: Client) -> None:
    reply = services.publish(
        reply=make_reply(survey).pk, version=1, editor=make_staff("editor", name="eva")
    )
    response = decide(editor, reply, "_undo")
    reply.refresh_from_db()
    assert reply.status == "pending"
    assert f'action="{QUEUE}{reply.pk}/decide/"' in response.content.decode()


def test_the_second_of_two_editors_is_told_who_was_first(survey: Survey, editor: Client) -> None:
    reply = make_reply(survey)
    services.publish(reply=reply.pk, version=1, editor=make_staff("editor", name="eva"))
    page = decide(editor, reply, "_refuse", answer="Non.").content.decode()
    assert "eva" in page
    assert 'class="warning"' in page
    reply.refresh_from_db()
    assert reply.status == "published"


def test_an_editor_who_comes_after_its_author_is_told_so(survey: Survey, editor: Client) -> None:
    reply = make_reply(survey)
    services.withdraw(reply=reply.pk)
    page = decide(editor, reply, "_publish").content.decode()
    assert 'class="warning"' in page
    assert 'name="_publish"' not in page
    assert Reply.objects.get().status == "withdrawn"


@pytest.mark.parametrize("fields", [{}, {"_publish": "1"}, {"_publish": "1", "version": "x"}])
def test_a_forged_press_decides_nothing(
    survey: Survey, editor: Client, fields: dict[str, str]
) -> None:
    reply = make_reply(survey)
    editor.post(f"{QUEUE}{reply.pk}/decide/", fields)
    assert editor.get(f"{QUEUE}{reply.pk}/decide/").status_code == 405
    assert Reply.objects.get().status == "pending"


def test_the_queue_costs_the_same_for_one_and_for_many(
    survey: Survey, editor: Client, django_assert_max_num_queries: Any
) -> None:
    make_reply(survey)
    editor.get(QUEUE)
    for number in (0, 12):
        for each in range(number):
            make_reply(survey, f"Réponse {each}", number=1 + each % 2)
        with django_assert_max_num_queries(10):
            editor.get(QUEUE)
        with django_assert_max_num_queries(12):
            page_of(Reply.objects.latest("pk"), editor)


def test_the_dashboard_says_what_waits_and_until_when(survey: Survey, editor: Client) -> None:
    path = f"/admin/polls/survey/{survey.pk}/dashboard/"
    link = f"{QUEUE}?statement__article__id__exact={survey.article_id}"
    assert link not in editor.get(path).content.decode()
    make_reply(survey)
    assert link in editor.get(path).content.decode()
    assert editor.get(link).status_code == 200
    assert link not in signed_in("moderator").get(path).content.decode()
    services.withdraw(reply=Reply.objects.get().pk)
    assert link not in editor.get(path).content.decode()
