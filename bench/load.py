"""The load generator: `python -m bench.load JSON`, a process of its own, standard library alone.

Each of its connections reads the page and then submits, again and again, until the time is up;
what is under way then is waited for, so that every acknowledgement is known. One thread and one
selector: it shares the machine with what it measures, and must take little of it.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from uuid import uuid4

PATIENCE = 20.0  # seconds for what is under way at the end
READ, SUBMITTED = (200,), (302, 303)  # the peers lead on with 302


@dataclass(frozen=True)
class Job:
    """`post` empty: only the page is read. `rate`: begun per second; 0: as fast as answered."""

    port: int
    page: str
    post: str
    bodies: str
    seconds: float
    connections: int
    rate: float = 0.0


@dataclass
class Round:
    """What one job gave. Latencies in seconds: of the submission, or else of the page."""

    done: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    latencies: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)


class Connection:
    """One keep-alive connection and the answer that it waits for."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = b""
        self.missing = -1  # bytes of the body still to come; -1: the head isn't whole yet
        self.late = self.sent = 0.0
        self.posting = False

    def send(self, request: bytes, *, posting: bool) -> None:
        self.head, self.missing, self.posting = b"", -1, posting
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int:
        """The status of the answer once it is whole; 0 before. Bodies are counted, not kept."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed a connection")
        if self.missing < 0:
            self.head += data
            head, found, body = self.head.partition(b"\r\n\r\n")
            if not found:
                return 0
            self.head, self.missing, data = head, content_length(head), body
        self.missing -= len(data)
        return 0 if self.missing else int(self.head[9:12])


def content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without Content-Length")


def cookie(head: bytes) -> bytes:
    """The token against forged requests that the page came with; a peer's form wants it back."""
    return head.partition(b"csrftoken=")[2].partition(b";")[0]


def submissions(job: Job) -> Iterator[bytes]:
    """Bodies without end, each of another reader: a fresh client key."""
    bodies = [line.encode() for line in Path(job.bodies).read_text().splitlines()]
    for body in cycle(bodies):
        yield b"%s&client_key=%s" % (body, str(uuid4()).encode())


def request(job: Job, body: bytes, token: bytes) -> bytes:
    head = (
        f"POST {job.post} HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n"
        f"Origin: http://127.0.0.1:{job.port}\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    ).encode()
    if token:
        head += b"Cookie: csrftoken=%s\r\n" % token
        body += b"&csrfmiddlewaretoken=%s" % token
    return b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)


class Load:
    """A job being carried out."""

    def __init__(self, job: Job) -> None:
        self.job, self.round, self.wrong = job, Round(), Counter[str]()
        self.get = f"GET {job.page} HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n\r\n".encode()
        self.posts = submissions(job)
        self.selector = selectors.DefaultSelector()
        # In turn, for a server closes a connection that stays idle.
        self.idle = deque(Connection(job.port) for _ in range(job.connections))
        for connection in self.idle:
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        self.begun, self.busy, self.start = 0, 0, 0.0

    def run(self) -> Round:
        self.start = time.perf_counter()
        end = self.start + self.job.seconds
        while (now := time.perf_counter()) < end or self.busy:
            if now > end + PATIENCE:
                self.wrong["no answer"] += self.busy
                break
            pause = self._begin(now) if now < end else PATIENCE
            for key, _ in self.selector.select(pause):
                self._receive(key.data)
        self.round.seconds = time.perf_counter() - self.start
        self.round.processor = time.process_time()
        self.round.wrong = dict(self.wrong)
        return self.round

    def _begin(self, now: float) -> float:
        """Give idle connections their turn; return how long until the next one's."""
        while self.idle:
            due = self.start + self.begun / self.job.rate if self.job.rate else now
            if due > now:
                return due - now
            connection = self.idle.popleft()
            # Behind schedule counts as waiting: a stalled server must not slow the measurement.
            connection.late = now - due
            self.begun += 1
            self.busy += 1
            connection.send(self.get, posting=False)
        return 0.5

    def _receive(self, connection: Connection) -> None:
        status = connection.receive()
        if not status:
            return
        taken = time.perf_counter() - connection.sent + connection.late
        if not connection.posting and self.job.post and status == 200:
            body = request(self.job, next(self.posts), cookie(connection.head))
            connection.send(body, posting=True)
            return
        if status in (SUBMITTED if connection.posting else READ):
            self.round.done += 1
            self.round.latencies.append(taken)
        else:
            self.wrong[str(status)] += 1
        self.busy -= 1
        self.idle.append(connection)


if __name__ == "__main__":
    print(json.dumps(asdict(Load(Job(**json.loads(sys.argv[1]))).run())))
