"""The newspaper's own site: another server, on an address that is another site to a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Le journal</title></head>
<body><main><h1>Le journal</h1>{}<p>La suite.</p></main></body></html>"""


@dataclass
class Host:
    """`origin` serves `body` within an article of its own, at any path."""

    origin: str
    body: str = field(default="")


@contextmanager
def serving() -> Iterator[Host]:
    """A site on 127.0.0.1: to a browser another one than `localhost`, where ours is in tests."""
    host = Host("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.format(host.body).encode())

        def log_message(self, *_told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.origin = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
