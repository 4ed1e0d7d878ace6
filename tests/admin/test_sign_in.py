"""Signing in: two steps, a lock, one answer to all that is wrong, and what is seen of it after."""

import logging
import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from polls.staff import second_factor
from polls.staff.places import shortened
from tests.admin.conftest import signed_in
from tests.admin.signing import (
    ACCOUNT,
    CODE,
    ENROL,
    LOGIN,
    codes_on,
    enrolled,
    is_in,
    password,
    secret_on,
)
from tests.authenticator import code_for, wrong_code
from tests.factories import make_staff


def test_the_first_sign_in_enrols_an_authenticator_before_anything_opens(mo: User) -> None:
    client = Client()
    assert password(client)["Location"] == ENROL
    assert not is_in(client)
    page = client.get(ENROL)
    assert "<svg" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    halfway = client.session.session_key
    codes = client.post(ENROL, {"code": code_for(secret_on(page))})
    assert len(set(codes_on(codes))) == 10
    assert 'href="/admin/polls/opinion/"' in codes.content.decode()
    assert is_in(client)
    assert client.session.session_key != halfway
    assert client.get(ENROL)["Location"] == LOGIN  # the codes and the secret were shown once


def test_a_wrong_first_code_enrols_nothing(mo: User) -> None:
    client = Client()
    password(client)
    secret = secret_on(client.get(ENROL))
    client.post(ENROL, {"code": wrong_code(secret)})
    assert not TOTPDevice.objects.exists()
    assert not is_in(client)
    assert secret_on(client.get(ENROL)) == secret


def test_every_later_sign_in_asks_for_a_code_that_is_new(mo: User) -> None:
    secret, _ = enrolled(Client())
    client = Client()
    assert password(client)["Location"] == CODE
    assert not is_in(client)
    client.post(CODE, {"code": code_for(secret)})  # which confirmed the authenticator
    assert not is_in(client)
    second_factor.unlock(user=mo)
    answer = client.post(CODE, {"code": code_for(secret, later=1)})
    assert answer["Location"] == "/admin/polls/opinion/"
    assert is_in(client)


def test_a_recovery_code_opens_once_in_the_same_field_however_it_is_typed(mo: User) -> None:
    _, codes = enrolled(Client())
    client = Client()
    password(client)
    client.post(CODE, {"code": f" {codes[3].lower().replace('-', ' ')}"})
    assert "9" in client.get("/admin/").content.decode().split("messagelist")[1][:400]
    again = Client()
    password(again)
    again.post(CODE, {"code": codes[3]})
    assert not is_in(again)


def test_recovery_codes_are_stored_as_hashes(mo: User) -> None:
    _, codes = enrolled(Client())
    stored = " ".join(StaticToken.objects.values_list("token", flat=True)).lower()
    for code in codes:
        assert code.replace("-", "").lower()[:6] not in stored.replace("-", "")


def test_after_wrong_codes_even_the_right_one_has_to_wait(mo: User) -> None:
    secret, _ = enrolled(Client())
    client = Client()
    password(client)
    for _ in range(3):
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        client.post(CODE, {"code": wrong_code(secret)})
    page = client.post(CODE, {"code": code_for(secret, later=1)})
    assert "4" in page.content.decode().split("code-mistake")[1][:600]
    assert not is_in(client)


def test_wrong_codes_lock_the_name_as_wrong_passwords_do(mo: User) -> None:
    secret, codes = enrolled(Client())
    client = Client()
    password(client)
    for _ in range(5):
        client.post(CODE, {"code": wrong_code(secret)})
    client.post(CODE, {"code": codes[0]})
    assert not is_in(client)
    assert StaticToken.objects.count() == 10  # not looked at, and so not used up


def test_whoever_kept_the_page_open_cannot_add_a_second_authenticator(mo: User) -> None:
    stranger = Client()
    password(stranger)
    secret = secret_on(stranger.get(ENROL))
    enrolled(Client())
    stranger.post(ENROL, {"code": code_for(secret)})
    assert not is_in(stranger)
    assert TOTPDevice.objects.count() == 1


def test_halfway_in_ends_with_the_password_the_account_and_ten_minutes(
    mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    password(client)
    mo.set_password("another")
    mo.save()
    assert client.get(ENROL)["Location"] == LOGIN
    password(client, secret="another")
    User.objects.update(is_active=False)
    assert client.get(ENROL)["Location"] == LOGIN
    User.objects.update(is_active=True)
    password(client, secret="another")
    assert client.get(ENROL).status_code == 200
    monkeypatch.setattr("polls.staff.halfway.SECONDS", -1)
    password(client, secret="another")
    assert client.get(ENROL)["Location"] == LOGIN


def test_a_session_without_the_second_factor_signs_in_again(mo: User) -> None:
    client = Client()
    client.force_login(mo)
    for path in ("/admin/", ACCOUNT, "/admin/polls/opinion/", "/admin/jsi18n/"):
        assert client.get(path)["Location"].startswith(LOGIN), path
    assert client.get(LOGIN).status_code == 200


def test_where_it_is_optional_who_set_it_up_is_asked_all_the_same(mo: User, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    client = Client()
    assert password(client)["Location"] == "/admin/polls/opinion/"
    assert client.post(ACCOUNT, {"_renew": ""})["Location"] == "/admin/account/enrol/"
    secret = secret_on(client.get("/admin/account/enrol/"))
    assert len(codes_on(client.post("/admin/account/enrol/", {"code": code_for(secret)}))) == 10
    assert is_in(client)
    assert password(Client())["Location"] == CODE


def test_after_signing_in_one_goes_to_no_other_site(mo: User, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    for foreign in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        given = {"username": "mo", "password": "secret", "next": foreign}
        assert Client().post(LOGIN, given)["Location"] == "/admin/"


def refusals(mo: User) -> dict[str, tuple[str, str]]:
    """Every way to be refused: a name and a password."""
    User.objects.create_user("gone", password="secret", is_staff=True, is_active=False)
    User.objects.create_user("reader", password="secret")
    make_staff("moderator", name="locked")
    for name in ("locked", "locked-nobody"):
        for _ in range(5):
            password(Client(), name, "wrong")
    return {
        "unknown": ("nobody", "secret"),
        "wrong password": ("mo", "wrong"),
        "inactive": ("gone", "secret"),
        "not staff": ("reader", "secret"),
        "locked": ("locked", "secret"),
        "locked and unknown": ("locked-nobody", "secret"),
    }


def test_every_refusal_is_the_same_page_after_the_same_work(
    mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = refusals(mo)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    seen = {}
    for way, (name, secret) in ways.items():
        hashed.clear()
        answer = password(Client(), name, secret)
        text = re.sub(r'value="[^"]*"', "", answer.content.decode())
        headers = sorted(set(answer.headers) - {"Expires"})
        seen[way] = (answer.status_code, text, headers, sorted(answer.cookies), len(hashed))
    assert len(set(map(str, seen.values()))) == 1, {k: (v[0], v[4]) for k, v in seen.items()}
    assert seen["locked"][0] == 200
    assert seen["locked"][4] == 1


def test_five_failures_refuse_a_name_from_there_for_a_quarter_of_an_hour(
    mo: User, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = []
    here, elsewhere = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.7"}
    for _ in range(5):
        password(Client(), secret="wrong", **here)
    assert password(Client(), **here).status_code == 200
    assert password(Client(), **elsewhere).status_code == 302
    later = timezone.now() - timedelta(minutes=15, seconds=1)
    AccessAttempt.objects.update(attempt_time=later)
    assert password(Client(), **here).status_code == 302


def test_trying_on_while_locked_makes_it_no_longer(mo: User) -> None:
    for _ in range(8):
        password(Client(), secret="wrong")
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_changing_the_browser_or_an_invented_hop_gives_no_new_tries(
    mo: User, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    for number in range(5):
        hops = {
            "REMOTE_ADDR": "10.0.0.1",
            "HTTP_X_FORWARDED_FOR": f"192.0.2.{number}, 203.0.113.7",
            "HTTP_USER_AGENT": f"Firefox/{number}",
        }
        password(Client(), secret="wrong", **hops)
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"203.0.113.7"}
    assert password(Client(), **hops).status_code == 200


def test_a_whole_network_of_one_line_is_one_place(mo: User) -> None:
    for number in range(5):
        password(Client(), secret="wrong", REMOTE_ADDR=f"2001:db8:1:2::{number + 1}")
    assert password(Client(), REMOTE_ADDR="2001:db8:1:2:ffff::9").status_code == 200
    assert password(Client(), REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("203.0.113.7", "203.0.113.*"),
        ("2001:db8:1:2::", "2001:0db8:0001:*"),
        ("::", "inconnu"),
        (None, "inconnu"),
    ],
)
def test_an_address_is_shown_shortened(whole: str | None, shown: str) -> None:
    assert shortened(whole) in (shown, "unknown" if shown == "inconnu" else shown)


def test_no_address_name_or_password_goes_into_the_log(
    mo: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.7", "HTTP_USER_AGENT": "Peculiar/9"}
    for _ in range(6):
        password(Client(), "somebody-odd", "odd-secret", **place)
    client = Client(**place)
    secret, _ = enrolled(client)
    client.post("/admin/logout/")
    password(client)
    client.post(CODE, {"code": wrong_code(secret)})
    told = "\n".join(
        f"{record.name} {record.getMessage()}"
        for record in caplog.records
        if not record.name.startswith("django.db")  # SQL, which production never logs
    )
    assert "AXES" in told  # it does tell of failures
    for kept in ("203.0.113.7", "somebody-odd", "odd-secret", "Peculiar", secret):
        assert kept not in told, kept


def test_one_sees_ones_own_sign_ins_and_failures_and_nobody_elses(mo: User) -> None:
    make_staff("editor", name="ed")
    client = Client(REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="Mozilla/5.0 Firefox/150.0")
    password(Client(REMOTE_ADDR="198.51.100.7"), secret="wrong")
    password(Client(REMOTE_ADDR="192.0.2.7"), "ed", "wrong")
    secret, _ = enrolled(client)
    other = Client(REMOTE_ADDR="192.0.2.9")
    enrolled(other, "ed")
    halfway = Client()
    password(halfway)
    halfway.post(CODE, {"code": wrong_code(secret)})
    page = client.get(ACCOUNT)
    text = page.content.decode()
    assert "203.0.113.*" in text
    assert "Firefox" in text
    for unseen in ("203.0.113.7", "198.51.100", "192.0.2"):
        assert unseen not in text
    failures = page.context["failures"]
    assert (failures.number, failures.after_password) == (2, 1)
    assert [entry.here for entry in page.context["sign_ins"]] == [True]


def test_a_change_of_the_second_factor_takes_a_code(mo: User) -> None:
    client = Client()
    secret, codes = enrolled(client)
    for act in ("_codes", "_renew"):
        assert codes_on(client.post(ACCOUNT, {act: ""})) == []
        assert codes_on(client.post(ACCOUNT, {act: "", "code": wrong_code(secret)})) == []
    second_factor.unlock(user=mo)
    fresh = codes_on(client.post(ACCOUNT, {"_codes": "", "code": code_for(secret, later=1)}))
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    assert client.get("/admin/account/enrol/")["Location"] == ACCOUNT
    assert client.post(ACCOUNT, {"_renew": "", "code": fresh[0]}).status_code == 302
    moved = secret_on(client.get("/admin/account/enrol/"))
    assert moved != secret
    assert len(codes_on(client.post("/admin/account/enrol/", {"code": code_for(moved)}))) == 10
    assert is_in(client)
    assert TOTPDevice.objects.count() == 1


def test_signing_out_elsewhere_leaves_this_session(mo: User) -> None:
    first, second = Client(), Client()
    _, codes = enrolled(first)
    password(second)
    second.post(CODE, {"code": codes[0]})
    assert is_in(second)
    colleague = signed_in("editor")
    first.post(ACCOUNT, {"_elsewhere": ""})
    assert is_in(first)
    assert not is_in(second)
    assert colleague.session.session_key


def test_the_own_page_costs_the_same_with_many_sign_ins(
    mo: User, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    enrolled(client)
    values = {"username": "mo", "ip_address": "203.0.113.7", "user_agent": "x"}
    AccessLog.objects.bulk_create(AccessLog(**values) for _ in range(200))
    AccessFailureLog.objects.bulk_create(AccessFailureLog(**values) for _ in range(200))
    with django_assert_max_num_queries(14):
        page = client.get(ACCOUNT)
    assert len(page.context["sign_ins"]) == 20


def test_production_without_a_second_factor_is_a_warning_at_deployment(settings: Any) -> None:
    from polls.checks import staff_sign_in_with_two_factors

    settings.SECOND_FACTOR = False
    assert [found.id for found in staff_sign_in_with_two_factors(None)] == ["polls.W010"]
    settings.SECOND_FACTOR = True
    assert staff_sign_in_with_two_factors(None) == []
