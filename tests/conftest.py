"""What all tests share: nothing kept between them, and a reader who answers as a browser does."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from polls.lib.caching import forget
from polls.models import ModerationRule, Survey, editions
from tests.factories import make_survey
from tests.reader import Reader


@pytest.fixture(autouse=True)
def nothing_kept_between_tests() -> Iterator[None]:
    forget()
    editions._newest.clear()
    yield
    forget()


@pytest.fixture(autouse=True)
def passwords_are_hashed_fast(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser last, and what only PostgreSQL does left out on SQLite.

    Browser tests empty the tables when they end, what the migrations put there included. Their
    session-wide fixtures would otherwise draw them among tests that count on it.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)
    if connection.vendor != "postgresql":
        only = pytest.mark.skip(reason="only PostgreSQL does this; make test runs both")
        for item in items:
            if "postgres" in item.keywords:
                item.add_marker(only)


@pytest.fixture
def committed(transactional_db: None) -> None:
    """A database whose rows other threads see, with what the first migrations put into it.

    (Each such test ends with empty tables. pytest-django's serialized rollback keeps its copy on
    a connection, and a browser's event loop has connections of its own.)
    """
    if not ModerationRule.objects.exists():
        migration = importlib.import_module("polls.migrations.0002_rules_and_groups")
        migration.add_rules(apps, None)
        migration.add_groups(apps, None)
        importlib.import_module("polls.migrations.0004_results_permissions").add_permissions(
            apps, None
        )
        later = importlib.import_module("polls.migrations.0006_moderation_data")
        for step in (later.add_laws, later.add_words, later.add_permissions):
            step(apps, None)
        importlib.import_module("polls.migrations.0010_words").mend_rules(apps, None)


@pytest.fixture
def survey(db: None) -> Survey:
    """A published survey on an article with two statements, open and open-ended."""
    return make_survey()


@pytest.fixture
def reader() -> Reader:
    return Reader()
