from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_staff


def signed_in(*groups: str) -> Client:
    client = Client()
    client.force_login(make_staff(*groups))
    return client


@pytest.fixture
def moderator(db: None) -> Client:
    return signed_in("moderator")


@pytest.fixture
def editor(db: None) -> Client:
    return signed_in("editor")


@pytest.fixture
def mo(db: None, settings: Any) -> User:
    """A moderator where a second factor is required."""
    settings.SECOND_FACTOR = True
    return make_staff("moderator", name="mo")
