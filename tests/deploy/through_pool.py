"""What the site does, on whatever DATABASE_URL leads to: `python -m tests.deploy.through_pool`.

Two connections are at work at the same time. Says as JSON what came of it.
"""

import json
from collections.abc import Callable
from threading import Thread
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  (after the settings)
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from polls.exports.orders import Order  # noqa: E402
from polls.exports.services import begin, stream  # noqa: E402
from polls.models import Opinion, PreparedExport, Response, Survey  # noqa: E402
from polls.results.tallies import differences  # noqa: E402
from tests.exports.helpers import make_many  # noqa: E402
from tests.factories import make_article, make_staff, make_survey  # noqa: E402
from tests.reader import ANSWER, Reader  # noqa: E402

MANY = 5000


def beside(work: Callable[[], Any]) -> Any:
    """Its value, on a connection of its own."""
    found: list[Any] = []

    def run() -> None:
        found.append(work())
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def submitted(slug: str) -> int:
    reader = Reader(**{"Sec-Fetch-Site": "same-origin", "Host": settings.ALLOWED_HOSTS[0]})
    answer = ANSWER | {"item-opinion": "Un avis."}
    return reader.send(f"/articles/{slug}/responses/", answer, secure=True).status_code


def while_exporting(survey: Survey, file_format: str) -> tuple[int, int]:
    """Rows of an export in whose midst somebody answered, and what that reader got."""
    pieces = stream(begin(order=Order(survey, file_format=file_format), by=None))
    first = next(pieces)
    status = beside(lambda: submitted("pool"))
    return (first + b"".join(pieces)).count(b"\n"), status


def given_up(survey: Survey) -> int:
    """An export that is cancelled half-way leaves a connection that works."""
    pieces = stream(begin(order=Order(survey, file_format="csv"), by=None))
    next(pieces)
    beside(lambda: submitted("pool"))
    pieces.close()
    return Response.objects.filter(survey=survey).count()


def newsroom(survey: Survey) -> dict[str, Any]:
    client = Client(headers={"Host": settings.ALLOWED_HOSTS[0]})
    client.force_login(make_staff("moderator", "editor", name="mo"))
    opinion = Opinion.objects.filter(survey=survey, may_publish=True).latest("pk")
    queue = client.get("/admin/polls/opinion/", secure=True)
    deciding = {"text": [f"{opinion.pk}:1"], "act": "publish"}
    client.post("/admin/polls/opinion/decide/", deciding, secure=True)
    order = reverse("admin:polls_survey_export", args=[survey.pk])
    client.post(order, {"file_format": "parquet"}, secure=True)
    call_command("db_worker", "--batch", "--no-startup-delay", "--no-reload", verbosity=0)
    opinion.refresh_from_db()
    return {
        "queue": queue.status_code,
        "decided": opinion.status,
        "prepared": list(PreparedExport.objects.values_list("state", flat=True)),
    }


def main() -> None:
    survey = make_survey(make_article("pool"), results="always")
    make_many(survey, MANY)
    said: dict[str, Any] = {"submitted": submitted("pool")}
    said |= {name: while_exporting(survey, name) for name in ("csv", "jsonl")}
    said["left"] = given_up(survey)
    said |= newsroom(survey)
    call_command("rebuild_tallies", "pool", verbosity=0)
    said["differences"] = len(differences(survey.pk))
    print(json.dumps(said))


if __name__ == "__main__":
    main()
