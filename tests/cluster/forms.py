"""A page's form, as a browser without script would send it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    action: str
    receipt: str  # where a stored answer leads, where the page says so
    hidden: dict[str, str] = field(default_factory=dict)


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(named.get("action", ""), named.get("data-receipt", "")))
        elif tag == "input" and named.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[named["name"]] = named.get("value", "")

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> tuple[list[Form], str]:
    """The forms of a page, and its words."""
    reading = _Reading()
    reading.feed(page)
    return reading.forms, reading.text
