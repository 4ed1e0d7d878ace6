"""The newsroom's doors, from outside."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.admin.conftest import signed_in
from tests.admin.signing import ENROL, LOGIN, secret_on
from tests.authenticator import code_for
from tests.factories import make_staff


def test_a_foreign_address_does_not_come_back_after_the_second_factor(
    db: None, settings: Any
) -> None:
    settings.SECOND_FACTOR = True
    for number, foreign in enumerate(("//evil.example", "/\\evil.example", "javascript:alert(1)")):
        make_staff("moderator", name=f"mo{number}")
        client = Client()
        client.post(LOGIN, {"username": f"mo{number}", "password": "secret", "next": foreign})
        page = client.post(ENROL, {"code": code_for(secret_on(client.get(ENROL)))})
        assert page.context["target"] == reverse("admin:index")
        assert "evil" not in page.content.decode()


def test_nobody_is_told_by_a_reset_whether_there_is_an_account(db: None) -> None:
    """There is none: an administrator gives another password. Its address is as any other."""
    make_staff("moderator", name="mo")
    page = Client().get(LOGIN).content.decode()
    assert "password_reset" not in page
    for path in ("password_reset/", "reset/MQ/x/", "nothing/"):
        for answer in (Client().get(f"/admin/{path}"), Client().post(f"/admin/{path}")):
            assert answer.status_code == 302
            assert answer["Location"] == f"{LOGIN}?next=/admin/{path}"


def test_a_sign_in_is_not_forged(db: None) -> None:
    """Another site can't sign a colleague in to an account of its own."""
    make_staff("moderator", name="mo")
    client = Client(enforce_csrf_checks=True)
    given = {"username": "mo", "password": "secret"}
    assert client.post(LOGIN, given).status_code == 403
    assert client.get("/admin/").status_code == 302
    assert User.objects.get().last_login is None


def test_a_sign_out_is_not_forged(db: None) -> None:
    mo = Client(enforce_csrf_checks=True)
    mo.cookies = signed_in("moderator").cookies
    assert mo.post("/admin/logout/").status_code == 403
    assert mo.get("/admin/logout/").status_code == 405
    assert mo.get("/admin/").status_code == 200
