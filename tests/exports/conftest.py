"""What the tests of exports share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from polls.exports.filters import Filter
from polls.exports.making import make
from polls.exports.orders import Order
from polls.models import Survey
from tests.exports.helpers import records
from tests.factories import make_staff

Exported = Callable[..., list[dict[str, str]]]
Download = Callable[..., HttpResponseBase]
Made = Callable[..., Path]


@pytest.fixture
def exported(tmp_path: Path) -> Exported:
    """The records that the command writes for a slug."""

    def export(slug: str = "pont", *arguments: str) -> list[dict[str, str]]:
        file = tmp_path / "export.csv"
        call_command("export", slug, *arguments, output=str(file), verbosity=0)
        return records(file.read_bytes())

    return export


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """The file of an order, under the name that it goes by."""

    def make_file(survey: Survey, file_format: str, chosen: Filter | None = None) -> Path:
        order = Order(survey, "responses", file_format, chosen or Filter())
        make(order, tmp_path / order.name, lambda rows: None)
        return tmp_path / order.name

    return make_file


@pytest.fixture
def editor(db: None) -> User:
    return make_staff("editor", name="ada")


@pytest.fixture
def download(client: Client, editor: User) -> Download:
    """What an editor gets from the admin's buttons."""
    client.force_login(editor)

    def post(survey: Survey, what: str = "export", **fields: str) -> HttpResponseBase:
        return client.post(reverse(f"admin:polls_survey_{what}", args=[survey.pk]), fields)

    return post
