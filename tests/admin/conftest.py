import pytest
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
