"""Readers' texts: exact at every door, and no text that costs more than its length."""

from collections.abc import Callable
from time import process_time

import pytest
from django.utils import timezone

from polls.api.feeds import writable
from polls.lib.caching import forget
from polls.lib.codes import normalised
from polls.lib.logs import masked
from polls.lib.prose import paragraphs, prose
from polls.lib.spreadsheet import csv_chunks
from polls.lib.text import defuse, folded, is_blank, normalise_newlines
from polls.models import Opinion, Survey
from polls.moderation.contacts import addresses, emails, link, phones
from polls.moderation.resemblance import WORD, bands, shingles
from polls.moderation.signals import found
from polls.results.integrity.patterns import letters
from polls.results.postcards.typeset import printable
from polls.results.releases.claims import claims
from tests.reader import Reader

FILTERS: dict[str, Callable[[str], object]] = {
    "page": paragraphs,
    "article": lambda text: prose(text, ()),
    "signals": lambda text: found(text, "fr"),
    "mail": emails,
    "telephone": phones,
    "street": addresses,
    "link": link,
    "echo": lambda text: bands(shingles(WORD.findall(folded(text)))),
    "repeat": letters,
    "claims": lambda text: claims(text, "fr"),
    "feed": writable,
    "picture": printable,
    "spreadsheet": lambda text: b"".join(csv_chunks(["text"], [[text]])),
    "formula": defuse,
    "log": masked,
    "receipt": normalised,
    "fold": folded,
    "blank": is_blank,
    "lines": normalise_newlines,
}
PIECES = ["<a", "a@", '\n="', "\u0301\u202e", "0 ", ".a"]


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_of_text_takes_time_in_proportion_to_its_length(db: None, name: str) -> None:
    """`<a`, 100,000 times, and what other filters look for. (One asks for a list of words.)"""

    def seconds(piece: str, times: int) -> float:
        """In the processor's time: others use the machine too."""
        begun = process_time()
        FILTERS[name](piece * times)
        return process_time() - begun

    for piece in PIECES:
        times = 100_000 if piece == "<a" else 20_000
        small = max(min(seconds(piece, times // 8) for _ in range(2)), 0.001)
        # Eight times the text: 8 times the time where it is linear, 64 where it is quadratic.
        assert any(seconds(piece, times) < 24 * small for _ in range(3)), piece


ODD = [
    "a\u202eb\u202c مرحبا \u2066x\u2069",
    "\u200bun\u200c\u200d\ufeffdeux\u00ad",
    "👩🏽‍🚀 e\u0301 \U0010ffff \ufffe \x7f\x85",
    '"},{"x":1 </script> \\u0041 \\" \u2028\u2029',
    "\x01un\x08\x1f \x0bdeux",
    "=1+1\n\ttab",
]


def test_the_json_says_each_text_exactly(survey: Survey) -> None:
    for text in ODD:
        answer = Reader().answer(item__opinion=text, consent_publication="on")
        assert answer.status_code == 303, text
    Opinion.objects.update(status="published", decided_at=timezone.now())
    forget()
    said = Reader().get("/api/v1/surveys/pont/opinions.json").json()["opinions"]
    assert sorted(opinion["text"] for opinion in said) == sorted(text.strip() for text in ODD)
