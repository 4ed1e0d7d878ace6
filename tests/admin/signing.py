"""What the tests of signing in and of accounts do at the doors."""

import re
from typing import Any

from django.test import Client

from tests.authenticator import code_for

LOGIN, CODE, ENROL, ACCOUNT = (
    f"/admin/{page}" for page in ("login/", "login/code/", "login/enrol/", "account/")
)


def password(client: Client, name: str = "mo", secret: str = "secret", **more: Any) -> Any:
    given = {"username": name, "password": secret, "next": "/admin/polls/opinion/"}
    return client.post(LOGIN, given, **more)


def secret_on(page: Any) -> str:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page.content.decode())
    assert found
    return found[1]


def codes_on(page: Any) -> list[str]:
    return re.findall(r"<li><code>([0-9A-Z-]+)</code>", page.content.decode())


def enrolled(client: Client, name: str = "mo") -> tuple[str, list[str]]:
    """Go the whole way in for the first time; the secret and the recovery codes."""
    password(client, name)
    secret = secret_on(client.get(ENROL))
    page = client.post(ENROL, {"code": code_for(secret)})
    assert page.status_code == 200
    return secret, codes_on(page)


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200
