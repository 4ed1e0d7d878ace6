"""A reader's browser, as far as our pages need one."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

FORM = "application/x-www-form-urlencoded"

# A whole answer to the survey of `factories.make_survey`.
ANSWER = {
    "item-credible": "2",
    "item-relevant": "none",
    "item-s1-credible": "1",
    "item-opinion": "",
    "consent_counting": "on",
}


# One site for all readers: a client of its own would load every middleware anew.
SITE = ClientHandler(enforce_csrf_checks=False)


class Reader(Client):
    """Sends forms as a browser does from our own page; cookies are kept as in a browser."""

    def __init__(self, **headers: str) -> None:
        super().__init__(headers=headers or {"Sec-Fetch-Site": "same-origin"})
        self.handler = SITE

    def send(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        body = urlencode(fields or {}, doseq=True)
        return self.post(path, body, content_type=FORM, **more)  # type: ignore[return-value]

    def answer(self, slug: str = "pont", **fields: Any) -> HttpResponse:
        """Send the whole answer with some fields changed; None leaves one out."""
        changed = {name.replace("__", "-"): value for name, value in fields.items()}
        sent = {name: value for name, value in (ANSWER | changed).items() if value is not None}
        return self.send(f"/articles/{slug}/responses/", sent)

    @property
    def code(self) -> str:
        """The code that the receipt's cookie carries."""
        return self._code("receipt")

    @property
    def letter(self) -> str:
        """That of a notice or of a right of reply."""
        return self._code("letter")

    def _code(self, cookie: str) -> str:
        return self.cookies[cookie].value.removesuffix(".new")


def headers_of(answer: Any) -> dict[str, str]:
    """An answer's headers, without the id that each request has of its own."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
