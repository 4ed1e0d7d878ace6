"""Readers who answer all at once, each with a client key, and a log of what they were told.

As the page's script does it, an answer that gets no reply or a 502, 503 or 504 is sent again with
the same key, until it is acknowledged. The log is compared with the database afterwards.
"""

import http.client
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from itertools import cycle
from threading import Event, Lock, Thread
from urllib.parse import urlencode

from polls.lib.codes import hashed
from tests.deploy.running import NAME, PATIENCE, ROOT, until
from tests.reader import ANSWER, FORM

from .stores import ask

READERS = 8
SLUG = "pont"
PASSING = (None, 502, 503, 504)  # None: the connection broke
PAUSE = 0.1  # seconds before it is sent again; the page's script waits for at least two
PAGES = (f"/articles/{SLUG}/", f"/articles/{SLUG}/results/", "/receipts/")


def text_of(key: str) -> str:
    """What the reader of a key writes, so that each row says of itself whose it is."""
    return f"Un avis, celui de {key}."


@dataclass
class Log:
    """What readers did and were told; the keys' codes are those of their receipts."""

    sent: set[str] = field(default_factory=set)
    acknowledged: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int | None] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def grows(self, by: int = 20) -> None:
        """Wait until so many more are acknowledged."""
        enough = len(self.acknowledged) + by
        until(lambda: len(self.acknowledged) >= enough or self.wrong, f"{by} more acknowledged")

    def says(self, status: int | None, times: int = 1) -> None:
        """Wait until readers got such an answer so many times more."""
        enough = self.statuses[status] + times
        until(lambda: self.statuses[status] >= enough or self.wrong, f"{times} more of {status}")


@dataclass(frozen=True)
class Answer:
    status: int | None
    headers: http.client.HTTPMessage
    body: str

    def cookie(self, name: str) -> str:
        found = [one for one in self.headers.get_all("Set-Cookie") or [] if one.startswith(name)]
        return found[0].partition(";")[0].removeprefix(f"{name}=") if found else ""


def request(port: int, method: str, path: str, body: str = "", **headers: str) -> Answer:
    """As nginx hands it on. A connection that breaks, at whatever point, is no status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    usual = {"Host": NAME, "X-Forwarded-Proto": "https"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body.encode() or None, usual | named)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())
    except (OSError, http.client.HTTPException):
        return Answer(None, http.client.HTTPMessage(), "")
    finally:
        connection.close()


class Crowd:
    def __init__(self, port: int) -> None:
        self.log = Log()
        self._port = port
        self._over = Event()
        self._lock = Lock()
        self._readers = [Thread(target=self._read, args=(n,)) for n in range(READERS)]

    def begin(self) -> None:
        for reader in self._readers:
            reader.start()

    def finish(self) -> None:
        """Nobody begins any more; each waits until what was sent is acknowledged."""
        self._over.set()
        for reader in self._readers:
            reader.join()

    def _read(self, number: int) -> None:
        pages = cycle(PAGES)
        place = f"10.{number}.0."
        for turn in range(10**6):
            if self._over.wait(0.01) or self.log.wrong:
                return
            key = self._answer(f"{place}{turn % 250}")
            if key in self.log.acknowledged:
                self._look(next(pages), key)

    def _answer(self, place: str) -> str:
        """Send one answer until it is acknowledged; its key."""
        key, deadline = str(uuid.uuid4()), time.monotonic() + PATIENCE
        with self._lock:
            self.log.sent.add(key)
        while time.monotonic() < deadline:
            answer = self._send(key, place)
            if answer.status not in PASSING:
                self._told(key, answer)
                return key
            if answer.status == 503:
                self._kept(key, answer)
            time.sleep(PAUSE)
        self._complain(f"{key} was never acknowledged")
        return key

    def _send(self, key: str, place: str) -> Answer:
        fields = ANSWER | {"client_key": key, "item-opinion": text_of(key)}
        fields |= {"consent_publication": "on"}
        headers = {"Content_Type": FORM, "Sec_Fetch_Site": "same-origin", "X_Forwarded_For": place}
        answer = request(
            self._port, "POST", f"/articles/{SLUG}/responses/", urlencode(fields), **headers
        )
        with self._lock:
            self.log.statuses[answer.status] += 1
        return answer

    def _told(self, key: str, answer: Answer) -> None:
        code = answer.cookie("receipt").removesuffix(".new")
        if answer.status != 303 or not code:
            self._complain(f"{key} got {answer.status}")
            return
        with self._lock:
            self.log.acknowledged[key] = code

    def _kept(self, key: str, answer: Answer) -> None:
        """The page of a 503 holds all that was sent, for this reader alone."""
        held = all(f'value="{escape(value)}"' in answer.body for value in (key, text_of(key)))
        private = answer.headers["Cache-Control"] == "private, no-store"
        if not (held and private and answer.headers["Retry-After"]):
            self._complain(f"the page of a 503 did not keep what {key} wrote")

    def _look(self, path: str, key: str) -> None:
        """Look around; a receipt that opens is the reader's own."""
        cookie = f"receipt={self.log.acknowledged[key]}.new"
        answer = request(self._port, "GET", path, Cookie=cookie)
        if answer.status not in (200, *PASSING):
            self._complain(f"{path} got {answer.status}")
        if answer.status == 200 and path == "/receipts/" and text_of(key) not in answer.body:
            self._complain(f"the receipt of {key} did not show its text")

    def _complain(self, what: str) -> None:
        with self._lock:
            self.log.wrong.append(what)


@contextmanager
def crowd(port: int) -> Iterator[Log]:
    """Readers who answer until the block ends, and then until the last one is acknowledged."""
    readers = Crowd(port)
    readers.begin()
    try:
        yield readers.log
    finally:
        readers.finish()


@dataclass(frozen=True)
class Compared:
    """What differs between what readers were told and what is stored, by key; all is well by
    default. `unknown`: texts that no reader sent. `told`: what went against the promise already
    when they were told."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    tallies_equal_a_recount: bool = True


ALL_IS_WELL = Compared()


def compared(log: Log, environment: dict[str, str]) -> Compared:
    """The log with the database of a site's settings."""
    rows = ask(
        environment["DATABASE_URL"],
        "SELECT response.receipt_hash, opinion.text FROM polls_response AS response"
        " JOIN polls_opinion AS opinion ON opinion.response_id = response.id",
    )
    stored, times = dict(rows), Counter(text for _hash, text in rows)
    texts = {text_of(key): key for key in log.sent}
    told = log.acknowledged.items()
    return Compared(
        lost=tuple(key for key, code in told if stored.get(hashed(code)) != text_of(key)),
        doubled=tuple(texts.get(text, text) for text, count in times.items() if count > 1),
        unknown=tuple(text for text in times if text not in texts),
        told=tuple(log.wrong),
        tallies_equal_a_recount=manage(environment, "rebuild_tallies", "--check", SLUG) == 0,
    )


def manage(environment: dict[str, str], *arguments: str) -> int:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
