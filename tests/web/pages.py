"""What the tests of heads have in common: a page's head, as a program reads it."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from polls.lib.caching import forget
from tests.reader import Reader

OURS = "http://127.0.0.1:8000"


@dataclass
class Head(HTMLParser):
    """`metas` by name or property; `links` by relation, each with its attributes."""

    html: str
    title: str = ""
    language: str = ""
    metas: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    documents: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag if tag == "title" else given.get("type", "") if tag == "script" else ""
        if tag == "html":
            self.language = given["lang"]
        if tag == "meta" and (name := given.get("name") or given.get("property")):
            self.metas.setdefault(name, []).append(given["content"])
        if tag == "link":
            self.links.setdefault(given["rel"], []).append(given)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        if self._inside == "application/ld+json":
            self.documents.append(json.loads(data))

    def meta(self, name: str) -> str:
        """The value of what must stand there once."""
        (value,) = self.metas[name]
        return value

    @property
    def canonical(self) -> str:
        (link,) = self.links["canonical"]
        return link["href"]

    @property
    def hreflang(self) -> dict[str, str]:
        links = self.links.get("alternate", [])
        return {link["hreflang"]: link["href"] for link in links if "hreflang" in link}


def text(path: str, status: int = 200, **headers: str) -> str:
    forget()
    response = Reader().get(path.removeprefix(OURS), headers=headers)
    assert response.status_code == status, path
    return response.content.decode()


def head(path: str, status: int = 200, **headers: str) -> Head:
    return Head(text(path, status, **headers))
