"""What all tests share: nothing kept between them, and a reader who answers as a browser does."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from polls.lib.caching import forget
from polls.models import Survey
from tests.factories import make_survey
from tests.reader import Reader


@pytest.fixture(autouse=True)
def nothing_kept_between_tests() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture(autouse=True)
def passwords_are_hashed_fast(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What only PostgreSQL does is left out on SQLite, also when pytest is called by hand."""
    if connection.vendor != "postgresql":
        only = pytest.mark.skip(reason="only PostgreSQL does this; make test runs both")
        for item in items:
            if "postgres" in item.keywords:
                item.add_marker(only)


@pytest.fixture
def survey(db: None) -> Survey:
    """A published survey on an article with two statements, open and open-ended."""
    return make_survey()


@pytest.fixture
def reader() -> Reader:
    return Reader()
