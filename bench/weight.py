"""What a first view of the article costs, as nginx sends it: the page and what it names."""

import gzip
import http.client
import re
from dataclasses import dataclass

from bench.lines import Section, alone
from bench.servers import Project

BYTES, REQUESTS = 30_000, 3
# All that a browser fetches by itself; an icon or a picture that the page holds (data:) is not.
NAMED = re.compile(
    r'<(?:link(?=[^>]* rel="(?:stylesheet|icon|preload|modulepreload)")[^>]* href|[a-z]+[^>]* src)'
    r'="((?!data:)[^"]+)"'
)


@dataclass(frozen=True)
class FirstView:
    """Bytes of bodies, compressed. (`tests/browser/test_weight.py` counts in a browser.)"""

    requests: int
    bytes: int


def first_view(proxy: Project) -> FirstView:
    page = sent(proxy.port, proxy.page)
    named = sorted(set(NAMED.findall(gzip.decompress(page).decode())))
    return FirstView(1 + len(named), len(page) + sum(len(sent(proxy.port, it)) for it in named))


def sent(port: int, path: str) -> bytes:
    """A body as it comes over the wire to a browser."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        if answer.status != 200 or answer.getheader("Content-Encoding") != "gzip":
            raise SystemExit(f"{path} was answered with {answer.status}, or not compressed.")
        return answer.read()
    finally:
        connection.close()


def section(view: FirstView | None) -> Section:
    """None where it was not measured."""
    return Section(
        title="The first view of the article",
        text="Bodies as nginx sends them to a browser: the page and what it names.",
        lines=[
            alone("bytes, compressed", view.bytes if view else None, at_most=BYTES),
            alone("requests", view.requests if view else None, at_most=REQUESTS),
        ],
    )
