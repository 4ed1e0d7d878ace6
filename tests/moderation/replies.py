"""Rights of reply in tests: asked for over HTTP, decided, and looked for on a page."""

from django.http import HttpResponse

from polls.lib import caching
from polls.models import Reply
from polls.moderation.replies import services
from tests.factories import make_staff
from tests.reader import Reader

PATH = "/articles/pont/statements/1/reply/"
TEXT = "Je n’ai jamais promis cela.\r\n\r\nLe péage est prévu."
ASKED = {
    "key": "7f3c0a52-7f0a-4a86-9f2f-0d9f6e3a1b11",
    "capacity": "person",
    "name": "Anne Maire",
    "contact": "anne@example.org",
    "text": TEXT,
    "agrees": "on",
    "website2": "",
}
ARTICLE, RESULTS = "/articles/pont/", "/articles/pont/results/"


def ask(reader: Reader, path: str | None = None, **changed: str | None) -> HttpResponse:
    fields = {name: value for name, value in (ASKED | changed).items() if value is not None}
    return reader.send(path or PATH, fields)


def shown(path: str = ARTICLE) -> str:
    """The page as another process makes it some seconds later (a test commits nothing)."""
    caching.forget()
    return Reader().get(path).content.decode()


def publish(reply: Reply) -> Reply:
    reply.refresh_from_db()
    return services.publish(
        reply=reply.pk, version=reply.version, editor=make_staff("editor", name=f"eva{reply.pk}")
    )


def refuse(reply: Reply, answer: str = "Trop long.") -> Reply:
    reply.refresh_from_db()
    editor = make_staff("editor")
    return services.refuse(reply=reply.pk, version=reply.version, editor=editor, answer=answer)
