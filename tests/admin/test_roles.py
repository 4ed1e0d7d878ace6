"""Who may do what: every role against every page and every act of the admin."""

import pytest
from django.test import Client

from polls.models import ModerationEvent, Opinion, Survey
from tests.admin.conftest import signed_in
from tests.factories import make_article, make_draft, make_opinion, make_staff

# Page: may a moderator, an editor, an administrator see it?
PAGES = {
    "/admin/": (True, True, True),
    "/admin/polls/opinion/": (True, False, True),
    "/admin/polls/moderationevent/": (True, False, True),
    "/admin/polls/auditevent/": (False, True, True),
    "/admin/polls/article/": (True, True, True),
    "/admin/polls/article/add/": (False, True, True),
    "/admin/polls/article/import/": (False, True, True),
    "/admin/polls/survey/": (True, True, True),
    "/admin/polls/survey/add/": (False, True, True),
    "/admin/polls/moderationrule/": (True, True, True),
    "/admin/polls/moderationrule/add/": (False, False, True),
    "/admin/auth/user/": (False, False, True),
    "/admin/auth/user/add/": (False, False, True),
    "/admin/auth/group/add/": (False, False, False),
    "/admin/polls/moderationevent/add/": (False, False, False),
    "/admin/polls/auditevent/add/": (False, False, False),
    "/admin/polls/opinion/add/": (False, False, False),
}
ROLES = ("moderator", "editor", "administrator")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_own_pages(survey: Survey, role: str) -> None:
    client = signed_in(role)
    seen = {path: client.get(path).status_code == 200 for path in PAGES}
    assert seen == {path: allowed[ROLES.index(role)] for path, allowed in PAGES.items()}


@pytest.mark.parametrize(("role", "may"), list(zip(ROLES, (True, False, True), strict=True)))
def test_who_decides_on_opinions(survey: Survey, role: str, may: bool) -> None:
    opinion = make_opinion(survey)
    signed_in(role).post("/admin/polls/opinion/decide/", {"_publish": f"{opinion.pk}:1"})
    assert ModerationEvent.objects.exists() is may
    assert Opinion.objects.published().exists() is may


@pytest.mark.parametrize(("role", "may"), list(zip(ROLES, (False, True, True), strict=True)))
def test_who_exports_and_previews(survey: Survey, role: str, may: bool) -> None:
    client = signed_in(role)
    for act in ("export", "codebook"):
        response = client.post(f"/admin/polls/survey/{survey.pk}/{act}/")
        assert response.status_code == (200 if may else 403)


@pytest.mark.parametrize("role", ROLES)
def test_the_record_cannot_be_changed_by_anyone(survey: Survey, role: str) -> None:
    opinion = make_opinion(survey)
    signed_in("moderator").post("/admin/polls/opinion/decide/", {"_publish": f"{opinion.pk}:1"})
    event = ModerationEvent.objects.get()
    client = signed_in(role)
    for act in ("change", "delete"):
        path = f"/admin/polls/moderationevent/{event.pk}/{act}/"
        assert client.post(path, {"reason": "x", "post": "yes"}).status_code == 403
    assert ModerationEvent.objects.get().reason == ""


def test_strangers_get_nothing(survey: Survey, client: Client) -> None:
    draft = make_draft(make_article("brouillon"))
    for path in (*PAGES, f"/admin/polls/survey/{draft.pk}/preview/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
    for act in ("export", "codebook"):
        response = client.post(f"/admin/polls/survey/{survey.pk}/{act}/")
        assert response.status_code == 302


def test_the_admin_keeps_its_token(survey: Survey) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("moderator"))
    response = client.post("/admin/polls/opinion/decide/", {"_publish": "1:1"})
    assert response.status_code == 403
