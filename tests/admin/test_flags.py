"""The pages of flagged groups: who may decide, what they show, and what they never show."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from polls.models import AuditEvent, FlagGroup, Response, Survey
from polls.results import tallies
from polls.results.integrity.services import flag
from tests.admin.conftest import signed_in
from tests.factories import make_article, make_response, make_staff, make_survey
from tests.results.integrity_rows import every

LIST = "/admin/polls/flaggroup/"
TEXT = "Je n’ai jamais lu une chose pareille, et je demande à la rédaction de la retirer."


@pytest.fixture
def group(survey: Survey) -> FlagGroup:
    """Four copies of one text, sent within an hour of now."""
    for _ in range(4):
        make_response(survey, TEXT, answers={"credible": "1", "relevant": "5"})
    flag(survey)
    return FlagGroup.objects.get()


def page_of(group: FlagGroup) -> str:
    return f"{LIST}{group.pk}/change/"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def fields(shown: str) -> dict[str, str]:
    """The hidden fields of the form, as a browser sends them."""
    return {
        name: re.search(f'name="{name}" value="([^"]*)"', shown)[1]  # type: ignore[index]
        for name in ("decided_at", "size", "newest")
    }


def press(client: Client, group: FlagGroup, decision: str, reason: str, seen: str = "") -> str:
    """Press a button of the group's page, as it stands or as it was seen."""
    sent = fields(seen or page(client, page_of(group)))
    sent |= {"decision": decision, "reason": reason}
    response = client.post(f"{LIST}{group.pk}/decide/", sent, follow=True)
    assert response.status_code == 200
    # What was said of it, wherever it led to, and the group as it stands now.
    return response.content.decode() + page(client, page_of(group))


def set_aside(survey: Survey) -> int:
    assert tallies.differences(survey.pk) == {}
    return tallies.standing(survey.pk).excluded.get(("", ""), 0)


@pytest.mark.parametrize(
    ("role", "status"), [("moderator", 403), ("editor", 200), ("administrator", 200)]
)
def test_who_sees_the_groups_and_decides(group: FlagGroup, role: str, status: int) -> None:
    client = signed_in(role)
    for path in (LIST, page_of(group)):
        assert client.get(path).status_code == status
    sent = {"decision": "exclude", "reason": "x", "decided_at": "", "size": "4", "newest": "99"}
    client.post(f"{LIST}{group.pk}/decide/", sent)
    assert AuditEvent.objects.filter(action="exclude").exists() is (status == 200)


def test_who_may_only_look_has_no_buttons(group: FlagGroup) -> None:
    from django.contrib.auth.models import Permission

    user = make_staff()
    user.user_permissions.add(Permission.objects.get(codename="view_flaggroup"))
    client = Client()
    client.force_login(user)
    assert "Mettre" not in page(client, page_of(group))
    assert 'name="decision"' not in page(client, page_of(group))
    assert client.post(f"{LIST}{group.pk}/decide/", {"decision": "exclude"}).status_code == 403


def test_strangers_and_forged_forms_decide_nothing(group: FlagGroup, client: Client) -> None:
    assert client.post(f"{LIST}{group.pk}/decide/").status_code == 302
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(make_staff("editor"))
    assert careful.post(f"{LIST}{group.pk}/decide/", {"decision": "exclude"}).status_code == 403
    assert signed_in("editor").get(f"{LIST}{group.pk}/decide/").status_code == 405
    assert not AuditEvent.objects.filter(action="exclude").exists()


def test_nobody_adds_changes_or_deletes_a_group(group: FlagGroup, admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.get(f"{LIST}{group.pk}/delete/").status_code == 403
    assert admin_client.post(page_of(group), {"set_aside": "4"}).status_code == 403


def test_the_pages_show_neither_answers_nor_texts(group: FlagGroup, editor: Client) -> None:
    for path in (LIST, page_of(group)):
        shown = page(editor, path)
        assert "jamais lu" not in shown
        assert "crédible" not in shown.lower()
        assert "pertinent" not in shown.lower()
        assert group.key not in shown


def test_the_page_says_what_a_person_needs(
    group: FlagGroup, editor: Client, survey: Survey
) -> None:
    Response.objects.update(network_key="", network_block="")
    ids = list(Response.objects.values_list("pk", flat=True))
    Response.objects.filter(pk__in=ids[:3]).update(network_key="a", network_block="b", seconds=1)
    flag(survey)
    shown = page(editor, page_of(group))
    table = shown.partition('class="figures"')[2].partition("</table>")[0]
    numbers = [value for value in re.findall("<td>([^<]+)</td>", table) if value.isdigit()]
    # Responses, set aside, channel, lines, networks, without network, without script, and those
    # that repeat and speed have flagged as well.
    assert numbers == ["4", "0", "4", "1", "1", "1", "1", "3", "3"]
    assert "<svg" in shown


def test_setting_aside_and_taking_back_in(group: FlagGroup, editor: Client, survey: Survey) -> None:
    told = press(editor, group, "exclude", "Une pétition recopiée.")
    assert set_aside(survey) == 4
    assert told.count("Une pétition recopiée.") == 2  # in the message, and in what was decided
    assert AuditEvent.objects.get(action="exclude").survey == survey
    press(editor, group, "include", "Ce sont des lecteurs.")
    assert set_aside(survey) == 0


def test_leaving_it_counted_takes_it_off_the_list_until_it_grows(
    group: FlagGroup, editor: Client, survey: Survey
) -> None:
    assert page_of(group) in page(editor, LIST)
    press(editor, group, "keep", "Un texte connu.")
    assert page_of(group) not in page(editor, LIST)
    assert page_of(group) in page(editor, f"{LIST}?state=counted")
    make_response(survey, TEXT)
    flag(survey)
    assert page_of(group) in page(editor, LIST)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_decision_needs_a_reason(
    group: FlagGroup, editor: Client, survey: Survey, reason: str
) -> None:
    for decision in ("exclude", "include", "keep"):
        assert 'class="error"' in press(editor, group, decision, reason)
    assert set_aside(survey) == 0
    assert not AuditEvent.objects.exclude(action="publish").exists()


def test_of_two_at_once_the_second_is_told_what_the_first_decided(
    group: FlagGroup, editor: Client, survey: Survey
) -> None:
    first = Client()
    first.force_login(make_staff("editor", name="ada"))
    seen = page(editor, page_of(group))
    press(first, group, "exclude", "Un script.")
    told = press(editor, group, "keep", "Rien à voir.", seen=seen)
    warning = re.search(r'<li class="warning">(.*?)</li>', told, re.DOTALL)
    assert warning
    assert "ada" in warning[1]
    assert "Un script." in warning[1]
    assert set_aside(survey) == 4
    assert "Rien à voir." not in told


def test_who_saw_a_smaller_group_is_asked_to_look_again(
    group: FlagGroup, editor: Client, survey: Survey
) -> None:
    seen = page(editor, page_of(group))
    make_response(survey, TEXT)
    flag(survey)
    assert '<li class="warning">' in press(editor, group, "exclude", "x", seen=seen)
    assert set_aside(survey) == 0


@pytest.mark.parametrize(
    "forged",
    [
        {"decision": "delete"},
        {"size": "x"},
        {"size": "9" * 5000},
        {"decided_at": "yesterday"},
        {"decided_at": "2025-13-45T99:99"},
    ],
)
def test_a_forged_decision_does_no_more_than_its_buttons(
    group: FlagGroup, editor: Client, survey: Survey, forged: dict[str, str]
) -> None:
    press(editor, group, "keep", "Vu.")
    sent = {
        "decision": "exclude",
        "reason": "x",
        "decided_at": "",
        "size": "4",
        "newest": "99",
    } | forged
    response = editor.post(f"{LIST}{group.pk}/decide/", sent)
    assert response.status_code == 302
    assert set_aside(survey) == 0
    assert editor.post(f"{LIST}999999/decide/", sent).status_code == 404


def test_the_list_is_filtered_by_state_rule_and_survey(group: FlagGroup, editor: Client) -> None:
    other = make_survey(make_article("autre"))
    for _ in range(3):
        make_response(other, TEXT)
    flag(other)
    theirs = FlagGroup.objects.get(survey=other)
    press(editor, theirs, "exclude", "x")
    shown = {
        query: {one.pk for one in (group, theirs) if page_of(one) in page(editor, LIST + query)}
        for query in (
            "",
            "?state=aside",
            "?state=all",
            "?state=all&rule__exact=speed",
            f"?state=all&survey__id__exact={other.pk}",
            f"?state=all&survey__article__id__exact={group.survey.article_id}",
        )
    }
    assert list(shown.values()) == [
        {group.pk},
        {theirs.pk},
        {group.pk, theirs.pk},
        set(),
        {theirs.pk},
        {group.pk},
    ]


def test_every_rule_has_a_page(survey: Survey, editor: Client) -> None:
    now = timezone.now()
    for place, rule in enumerate(FlagGroup.Rule.values):
        made = FlagGroup.objects.create(
            survey=survey,
            rule=rule,
            version=1 + place % 2,  # a version that was taken out still has its page
            key="k",
            score=3,
            threshold=2,
            first_at=now - timedelta(days=4 * 30 * (place % 3)),
            last_at=now,
        )
        ids = every(survey, 3, timedelta(minutes=1), at=now - timedelta(hours=1))
        made.flags.bulk_create(
            made.flags.model(group=made, response_id=response) for response in ids
        )
        assert "<svg" in page(editor, page_of(made))


def test_the_pages_ask_as_many_queries_for_many_rows_as_for_few(
    group: FlagGroup, editor: Client, survey: Survey, django_assert_max_num_queries: Any
) -> None:
    for size in (3, 40):
        every(survey, size, timedelta(seconds=1), network_key=f"a{size}", seconds=1)
        flag(survey)
        for index in range(size):
            FlagGroup.objects.create(
                survey=make_survey(make_article(f"autre-{size}-{index}")),
                rule="burst",
                version=1,
                key="k",
                score=9,
                threshold=4,
                size=1,
                first_at=timezone.now(),
                last_at=timezone.now(),
            )
        with django_assert_max_num_queries(12):
            page(editor, LIST)
        with django_assert_max_num_queries(15):
            page(editor, page_of(FlagGroup.objects.get(rule="speed")))
