"""Readers who answer through the front door, and the log of what they were told.

As the page's script does, an answer that gets none, or a 502, 503 or 504, is sent again with the
same key until it is acknowledged; but after a moment and not after two seconds or more, so that a
gap is seen as long as it was. After a 503 it is sent as a browser without script does: from that
page.
"""

import http.client
import json
import os
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from secrets import randbelow
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlencode

from tests.deploy.running import NAME, Answer, Front
from tests.reader import ANSWER, FORM

from . import forms

READERS = 8
ARTICLE = "/articles/pont/"
PASSING = (502, 503, 504)
PAUSE = 0.25  # seconds before something is sent again
REST = 0.1  # between two answers


def text_of(key: str) -> str:
    """What the reader of a key writes: each row tells whose it is."""
    return f"Un avis, celui de {key}."


@dataclass(frozen=True)
class Acknowledgement:
    key: str
    receipt: str  # its code
    at: float  # of the monotonic clock


@dataclass
class Log:
    """Each acknowledgement is on the disk before the next thing happens."""

    path: Path
    told: list[Acknowledgement] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)  # of what was sent; 0: nothing came
    unread: Counter[int] = field(default_factory=Counter)  # of the article, where not 200
    reads: int = 0
    kept: int = 0  # 503 pages that held the text, and a form that sends it again
    wrong: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def acknowledge(self, key: str, receipt: str) -> None:
        now = Acknowledgement(key, receipt, time.monotonic())
        with self.lock, self.path.open("a") as file:
            file.write(json.dumps([key, receipt, time.time()]) + "\n")
            file.flush()
            os.fsync(file.fileno())
            self.told.append(now)


class Readers:
    """A crowd that answers until it is told to stop; each waits for the thanks before the next."""

    def __init__(self, front: Front, log: Log) -> None:
        self.front, self.log = front, log
        self._over = Event()
        self._threads = [Thread(target=self._read, daemon=True) for _ in range(READERS)]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Who hasn't been thanked yet goes away."""
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=40)

    def _read(self) -> None:
        while not self._over.wait(REST):
            try:
                self._answer()
            except Exception as problem:  # a thread that ends would say nothing
                self.log.wrong.append(f"{type(problem).__name__}: {problem}")
                return

    def _answer(self) -> None:
        page = self._article()
        if page is None:
            return
        form = next(form for form in forms.read(page)[0] if "client_key" in form.hidden)
        key = str(uuid.uuid4())
        given = {"client_key": key, "item-opinion": text_of(key)}
        action, fields = form.action, {**form.hidden, **ANSWER, **given}
        while not self._over.is_set():
            answer = self._ask(action, urlencode(fields).encode())
            status = answer.status if answer else 0
            with self.log.lock:
                self.log.statuses[status] += 1
            if answer and status == 303 and answer.headers["Location"].startswith(form.receipt):
                return self.log.acknowledge(key, _receipt(answer))
            if answer and status not in PASSING:
                raise AssertionError(f"an answer got {status}")
            if answer and status == 503:
                action, fields = self._kept(answer, key)
            self._over.wait(PAUSE)
        return None

    def _article(self) -> str | None:
        answer = self._ask(ARTICLE)
        with self.log.lock:
            self.log.reads += 1
            if answer and answer.status == 200:
                return answer.body.decode()
            self.log.unread[answer.status if answer else 0] += 1
        return None

    def _kept(self, answer: Answer, key: str) -> tuple[str, dict[str, str]]:
        """What the page of a 503 sends again: the same submission, which the reader sees on it."""
        found, words = forms.read(answer.body.decode())
        (form,) = found
        assert text_of(key) in words, "a 503 without the reader's text"
        assert form.hidden["client_key"] == key, "a 503 that would send another submission"
        assert form.hidden["item-opinion"] == text_of(key)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Retry-After" in answer.headers
        with self.log.lock:
            self.log.kept += 1
        return form.action, form.hidden

    def _ask(self, path: str, body: bytes | None = None) -> Answer | None:
        """From a network of its own, as readers have. None: no answer came."""
        source = f"127.{1 + randbelow(60)}.{randbelow(256)}.{1 + randbelow(254)}"
        sent: dict[str, Any] = {"source": source, "body": body}
        if body is not None:
            headers = {"Content_Type": FORM, "Origin": f"https://{NAME}"}
            sent |= {"method": "POST", "Sec_Fetch_Site": "same-origin", **headers}
        try:
            return self.front.ask(path, **sent)
        except (OSError, http.client.HTTPException):
            return None


def _receipt(answer: Answer) -> str:
    """The code in the cookie that opens the receipt."""
    cookies = answer.headers.get_all("Set-Cookie") or []
    (found,) = (one for one in cookies if one.startswith("receipt="))
    return found.partition(";")[0].removeprefix("receipt=").removesuffix(".new")
