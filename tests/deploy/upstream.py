"""A program behind the proxy that says what a test wants it to say, mistakes among it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

FRESH = "public, max-age=60"


@dataclass
class Upstream:
    """`says`: headers for a path, `FRESH` where none are given. While `gate` is closed all wait."""

    port: int
    says: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    gate: Event = field(default_factory=Event)
    body: bytes = b"first"
    lock: Lock = field(default_factory=Lock)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def upstream(port: int) -> Iterator[Upstream]:
    known = Upstream(port)
    known.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with known.lock:
                known.asked.append(self.path)
                known.senders.append(self.headers["X-Forwarded-For"])
            known.gate.wait(90)
            path = self.path.partition("?")[0]
            self.send_response(200)
            for name, value in known.says.get(path, {"Cache-Control": FRESH}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(known.body)))
            self.end_headers()
            self.wfile.write(known.body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = _Server(("127.0.0.1", port), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield known
    finally:
        known.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
