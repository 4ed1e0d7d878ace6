"""Accounts of staff: another start, on the record, and no rights beyond one's own."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.admin.conftest import signed_in
from tests.admin.signing import ENROL, enrolled, is_in, password
from tests.factories import make_staff


def test_an_administrator_gives_a_colleague_another_start_on_the_record(mo: User) -> None:
    theirs, administrator = Client(), Client()
    enrolled(theirs)
    make_staff("administrator", name="ad")
    enrolled(administrator, "ad")
    page = f"/admin/auth/user/{mo.pk}/"
    for _ in range(5):
        password(Client(), secret="wrong")
    administrator.post(f"{page}sign-in/", {"_unlock": ""})
    assert password(Client()).status_code == 302
    session = theirs.session.session_key
    administrator.post(f"{page}sign-in/", {"_forget": ""})
    assert not Session.objects.filter(pk=session).exists()
    assert not is_in(theirs)
    assert password(Client())["Location"] == ENROL
    acts = LogEntry.objects.filter(object_id=str(mo.pk), user__username="ad")
    assert acts.count() == 2
    assert administrator.get(f"{page}history/").status_code == 200


def test_nobody_takes_away_the_own_second_factor_or_a_superusers(mo: User) -> None:
    make_staff("administrator", name="ad")
    administrator, moderator = Client(), Client()
    enrolled(administrator, "ad")
    enrolled(moderator)
    root = User.objects.create_superuser("root", password="secret")
    own = User.objects.get(username="ad")
    for client, pk in ((administrator, own.pk), (administrator, root.pk), (moderator, own.pk)):
        answer = client.post(f"/admin/auth/user/{pk}/sign-in/", {"_forget": ""})
        assert answer.status_code == 403
    assert TOTPDevice.objects.count() == 2


def test_the_shell_gives_the_last_administrator_another_start(mo: User) -> None:
    enrolled(Client())
    call_command("reset_second_factor", "mo", verbosity=0)
    assert password(Client())["Location"] == ENROL
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")


def account_form(user: User, **changes: Any) -> dict[str, Any]:
    groups = list(user.groups.values_list("pk", flat=True))
    given = {"username": user.username, "is_active": "on", "is_staff": "on", "groups": groups}
    dated = timezone.localtime(user.date_joined)
    return given | {"date_joined": f"{dated:%Y-%m-%dT%H:%M:%S}"} | changes


@pytest.mark.parametrize("whose", ["own", "colleague"])
def test_an_administrator_raises_no_rights_beyond_the_groups(db: None, whose: str) -> None:
    client = signed_in("administrator")
    own = User.objects.get()
    user = own if whose == "own" else make_staff("editor")
    page = client.get(f"/admin/auth/user/{user.pk}/change/").content.decode()
    assert 'name="is_superuser"' not in page
    assert 'name="user_permissions"' not in page
    more = Group.objects.create(name="more")
    more.permissions.add(Permission.objects.get(codename="delete_user"))
    path = f"/admin/auth/user/{user.pk}/change/"
    beyond = account_form(user, is_superuser="on", user_permissions=[1], last_name="Neuf")
    assert client.post(path, beyond).status_code == 302
    refused = client.post(path, account_form(user, groups=[more.pk]))
    assert refused.status_code == 200  # not one of the choices
    user.refresh_from_db()
    assert user.last_name == "Neuf"
    assert not user.is_superuser
    assert not user.user_permissions.exists()
    assert not user.groups.filter(pk=more.pk).exists()
    administrators = Group.objects.get(name="administrator")
    assert client.post(path, account_form(user, groups=[administrators.pk])).status_code == 302
    assert list(user.groups.all()) == [administrators]


@pytest.mark.parametrize("closed", [False, True])
def test_an_administrator_gets_at_no_account_that_may_do_more(db: None, closed: bool) -> None:
    client = signed_in("administrator")
    root = User.objects.create_superuser("root", password="secret", is_active=not closed)
    skilled = User.objects.create_user("skilled", is_staff=True, is_active=not closed)
    skilled.user_permissions.add(Permission.objects.get(codename="delete_user"))
    for user in (root, skilled):
        page = f"/admin/auth/user/{user.pk}"
        assert client.get(f"{page}/change/").status_code == 200  # to look at
        for act in ("change", "password", "delete"):
            assert client.post(f"{page}/{act}/", account_form(user)).status_code == 403
    superuser = Client()
    superuser.force_login(User.objects.create_superuser("chief", password="secret"))
    page = superuser.get(f"/admin/auth/user/{skilled.pk}/change/").content.decode()
    assert 'name="is_superuser"' in page


def test_nobody_looks_at_the_secrets_of_others(db: None) -> None:
    superuser = Client()
    superuser.force_login(User.objects.create_superuser("root", password="secret"))
    for app in ("otp_totp/totpdevice", "otp_static/staticdevice", "axes/accesslog"):
        assert superuser.get(f"/admin/{app}/").status_code == 404


def test_a_new_account_may_sign_in_and_is_given_its_group_at_once(db: None) -> None:
    administrator = signed_in("administrator")
    page = administrator.get("/admin/auth/user/add/").context["adminform"].form
    assert page["is_staff"].initial
    fields = {
        "username": "nora", "password1": "un-long-mot-de-passe", "is_staff": "on",
        "password2": "un-long-mot-de-passe", "groups": Group.objects.get(name="editor").pk,
    }  # fmt: skip
    administrator.post("/admin/auth/user/add/", fields)
    account = User.objects.get(username="nora", is_staff=True)
    assert account.groups.get().name == "editor"


def test_the_page_of_an_account_tells_no_hash_and_says_who_can_t_sign_in(db: None) -> None:
    administrator = signed_in("administrator")
    outside = User.objects.create_user("olga", password="un-long-mot-de-passe", is_staff=False)
    shown = administrator.get(f"/admin/auth/user/{outside.pk}/change/").content.decode()
    assert "pbkdf2" not in shown
    assert "md5" not in shown
    way_in = shown.partition('class="way-in"')[2].partition("</section>")[0]
    assert "<b>" in way_in
    User.objects.update(is_staff=True)
    outside.groups.add(Group.objects.get(name="editor"))
    shown = administrator.get(f"/admin/auth/user/{outside.pk}/change/").content.decode()
    assert "<b>" not in shown.partition('class="way-in"')[2].partition("</section>")[0]
