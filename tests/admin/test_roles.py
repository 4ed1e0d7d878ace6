"""Who may do what: every role against every page and every act of the admin."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from polls.exports.orders import Order
from polls.exports.tasks import request
from polls.models import (
    Article,
    AuditEvent,
    Escalation,
    FlagGroup,
    ModerationEvent,
    ModerationRule,
    ModerationWord,
    Opinion,
    SecondLook,
    Survey,
)
from polls.moderation.notices.services import Complaint, give
from polls.moderation.services import Action, decide
from polls.results.integrity.services import flag
from polls.results.releases.services import publish_release
from tests.admin.conftest import signed_in
from tests.admin.matrix import ALL, DOORS, MODELS, expected
from tests.factories import (
    make_appeal,
    make_article,
    make_draft,
    make_opinion,
    make_reply,
    make_staff,
)
from tests.security.hostile import writes

ROLES = {"m": "moderator", "e": "editor", "a": "administrator", "s": ""}
LOGIN = "/admin/login/"
COPIED = "Je n’ai jamais lu une chose pareille, et je demande à la rédaction de la retirer."
MATRIX = expected()


def addresses() -> Iterator[tuple[str, str]]:
    """Name and route of every address of the admin, those without a name (redirects) left out."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield pattern.name, prefix + str(pattern.pattern)

    yield from walk(admin.site.get_urls(), "/admin/")


ROUTES = dict(reversed(list(addresses())))


@pytest.fixture
def rows(survey: Survey, settings: Any, tmp_path: Path) -> dict[str, Any]:
    """A row of each model, and of a survey that is published, by the beginning of its address."""
    draft = make_draft(make_article("brouillon"))
    opinion = make_opinion(survey)
    for _ in range(4):
        make_opinion(survey, COPIED)
    flag(survey)
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    notice = give(opinion=opinion, complaint=Complaint("rules"), receipt_hash="0" * 64)
    contested = make_appeal(survey)
    # Two in a hundred are drawn already.
    look, _drawn = SecondLook.objects.get_or_create(
        decision=contested.decision, opinion=contested.opinion
    )
    told = Escalation.objects.create(
        opinion=opinion, facts="Une menace.", authority="17", told_at=timezone.now()
    )
    settings.EXPORTS_DIR = tmp_path
    prepared = request(order=Order(survey, file_format="xlsx"), by=make_staff("editor"))
    released = publish_release(survey=survey, title="Un", by=make_staff("editor"))
    firsts = [Article, AuditEvent, FlagGroup, ModerationEvent, ModerationRule, ModerationWord]
    known = {
        f"polls_{model._meta.model_name}": model._default_manager.values("pk")[0]["pk"]
        for model in firsts
    }
    return known | {
        "auth_group": 1,
        "auth_user": make_staff("moderator").pk,
        "polls_article": draft.article_id,
        "polls_statement": draft.article.statements.all()[0].pk,
        "polls_survey": draft.pk,
        "polls_question": draft.questions.all()[0].pk,
        "published": survey.pk,
        "polls_opinion": opinion.pk,
        "polls_notice": notice.pk,
        "polls_appeal": contested.pk,
        "polls_secondlook": look.pk,
        "polls_escalation": told.pk,
        "polls_reply": make_reply(survey).pk,
        "polls_release": released.pk,
        "export": prepared.public_id,
    }


def path_to(name: str, rows: dict[str, Any]) -> str:
    """An address with a row in it."""
    if name == "autocomplete":
        return "/admin/autocomplete/?app_label=polls&model_name=survey&field_name=article"
    if name == "app_list":
        return "/admin/polls/"
    if name == "view_on_site":
        kind = ContentType.objects.get_for_model(User)
        return f"/admin/r/{kind.pk}/{rows['auth_user']}/"
    model = "_".join(name.split("_")[:2])
    if name == "polls_escalation_of":
        model = "polls_opinion"
    published = {"polls_survey_release", "polls_survey_dashboard", "polls_survey_results"}
    on_published = name in published or name.startswith("polls_survey_export")
    row = rows["published"] if on_published else rows.get(model, 0)
    route = ROUTES[name].replace("<uuid:export>", str(rows["export"]))
    return re.sub(r"<[^>]*>", str(row), route)


def may(client: Client, method: str, path: str) -> bool | int:
    """Whether it was let in; what it then did is another test's. A status that isn't an answer to
    that question is given back as it is."""
    client.raise_request_exception = False
    answer = client.generic(method, path, b"", "application/x-www-form-urlencoded")
    if answer.status_code == 405 or answer.status_code >= 500:
        return int(answer.status_code)
    shut_out = answer.status_code == 302 and answer["Location"].startswith(LOGIN)
    return answer.status_code not in (403, 404) and not shut_out


def test_every_address_stands_in_the_matrix_and_every_line_has_an_address() -> None:
    listed = {name for _, name in MATRIX} | DOORS
    assert set(ROUTES) - listed == set(), "say in tests/admin/matrix.py who may open this"
    assert listed - set(ROUTES) == set()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_and_does_what_the_matrix_says(rows: dict[str, Any], role: str) -> None:
    client = signed_in(*filter(None, [ROLES[role]]))
    seen = {key: may(client, key[0], path_to(key[1], rows)) for key in MATRIX}
    wrong = {key: found for key, found in seen.items() if found != (role in MATRIX[key])}
    assert wrong == {}


def test_without_the_second_factor_nothing_opens_to_anyone(
    rows: dict[str, Any], settings: Any
) -> None:
    """Strangers, closed accounts, and who knows the password of a superuser and has no code."""
    halfway = Client()
    User.objects.create_superuser("root", password="secret")
    settings.SECOND_FACTOR = True
    halfway.post(LOGIN, {"username": "root", "password": "secret"})
    signed_in_before = Client()
    signed_in_before.force_login(User.objects.get(username="root"))
    settings.SECOND_FACTOR = False
    closed = Client()
    closed.force_login(make_staff("administrator", name="gone"))
    User.objects.filter(username="gone").update(is_active=False)
    for who in (Client(), closed, halfway):
        opened = [key for key in MATRIX if may(who, key[0], path_to(key[1], rows))]
        assert opened == []
    settings.SECOND_FACTOR = True
    for who in (halfway, signed_in_before):
        opened = [key for key in MATRIX if may(who, key[0], path_to(key[1], rows))]
        assert opened == []


def test_every_method_that_an_address_takes_stands_in_the_matrix(rows: dict[str, Any]) -> None:
    """An act can't hide behind a page that the matrix only lists for looking at."""
    superuser = Client()
    superuser.force_login(User.objects.create_superuser("root", password="secret"))
    looked = {name for method, name in MATRIX if method == "GET"}
    for name in set(ROUTES) - DOORS - looked:
        assert superuser.get(path_to(name, rows)).status_code == 405, name


def test_looking_writes_nothing(rows: dict[str, Any]) -> None:
    """Whatever its query asks for, to who may do everything."""
    superuser = Client()
    superuser.force_login(User.objects.create_superuser("root", password="secret"))
    for name in sorted(set(ROUTES) - DOORS):
        with CaptureQueriesContext(connection) as queries:
            superuser.get(path_to(name, rows), {"act": "publish", "post": "yes", "_save": "1"})
        assert writes(queries) == [], name


def test_an_address_that_does_not_exist_says_nothing_to_strangers(db: None) -> None:
    assert Client().get("/admin/polls/nothing/1/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize(
    ("role", "allowed"), [("m", True), ("e", False), ("a", True), ("s", False)]
)
def test_who_decides_on_opinions(survey: Survey, role: str, allowed: bool) -> None:
    opinion = make_opinion(survey)
    client = signed_in(*filter(None, [ROLES[role]]))
    client.post("/admin/polls/opinion/decide/", {"text": [f"{opinion.pk}:1"], "act": "publish"})
    assert ModerationEvent.objects.exists() is allowed
    assert Opinion.objects.published().exists() is allowed


@pytest.mark.parametrize("role", ROLES)
def test_the_record_cannot_be_changed_by_anyone(survey: Survey, role: str) -> None:
    opinion = make_opinion(survey)
    decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=make_staff("moderator"))
    event = ModerationEvent.objects.get()
    superuser = Client()
    superuser.force_login(User.objects.create_superuser("root", password="secret"))
    for client in (signed_in(*filter(None, [ROLES[role]])), superuser):
        for act in ("change", "delete"):
            path = f"/admin/polls/moderationevent/{event.pk}/{act}/"
            assert client.post(path, {"reason": "x", "post": "yes"}).status_code == 403
        added = client.post("/admin/polls/moderationevent/add/", {"reason": "x"})
        assert added.status_code == 403
    assert ModerationEvent.objects.get().reason == ""


def test_each_model_has_one_line_for_looking_and_three_for_acting() -> None:
    assert {len(line) for line in MODELS.values()} == {4}
    assert all(set(letters) <= set(ALL) for letters in MATRIX.values())


def test_the_admin_keeps_its_token(survey: Survey) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("moderator"))
    response = client.post("/admin/polls/opinion/decide/", {"text": "1:1", "act": "publish"})
    assert response.status_code == 403
