"""What a moderator is pointed to in a text, found when it comes in.

It is called at each submission, and costs what the length of the text does (of 300
characters: some 65 µs). `explained` finds the same again for the page that shows a text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from polls.lib import languages
from polls.lib.names import language_name
from polls.lib.text import folded
from polls.models import Opinion, Signal
from polls.results.integrity.suspicions import Suspicion

from . import contacts
from .resemblance import WORD, bands, shingles
from .words import pointed_out

# Capitals: more than half of the letters of at least so many ("LFI", "RN !!" say nothing).
SHOUTED_LETTERS = 20
# Language: so many function words of another, and half as many again as of the survey's own; or
# so many words without hardly any that is known.
OTHER_WORDS = 5
STRANGE_WORDS = 20

_UPPER = bytes(range(0x41, 0x5B)) + bytes(range(0xC0, 0xDF)).replace(b"\xd7", b"")
_LETTERS = _UPPER + bytes(range(0x61, 0x7B)) + bytes(range(0xDF, 0x100)).replace(b"\xf7", b"")
_STRANGE = re.compile(r"[^\W\d_a-z]")


@dataclass(frozen=True)
class Found:
    """The signals as `Opinion.signals` keeps them, and the two numbers that near repeats share."""

    signals: str = ""
    echo_a: int = 0
    echo_b: int = 0


def found(text: str, language: str, others: Iterable[str] = ()) -> Found:
    """The signals of a text in a survey's language, with `others` that are known already.

    Signal.ECHO isn't among them: it takes a look at the other texts (`echoes`).
    """
    if not text:
        return Found(_joined(others))
    plain = folded(text)
    words = WORD.findall(plain)
    seen = {
        Signal.LINK: contacts.link(plain),
        Signal.CAPITALS: capitals(text) > 50,
        Signal.WORD: bool(pointed_out(plain, words)),
        Signal.CONTACT: contacts.contact(plain),
        Signal.LANGUAGE: other_language(plain, words, language) is not None,
    }
    keys = [key for key, is_there in seen.items() if is_there]
    return Found(_joined([*keys, *others]), *bands(shingles(words)))


def _joined(keys: Iterable[str]) -> str:
    known = dict.fromkeys(str(key) for key in keys)
    return f" {' '.join(known)} " if known else ""


def capitals(text: str) -> int:
    """How many of 100 letters are capitals; 0 in a text that is too short to shout."""
    latin = text.encode("latin-1", "ignore")
    letters = len(latin) - len(latin.translate(None, _LETTERS))
    if letters < SHOUTED_LETTERS:
        return 0
    return round(100 * (len(latin) - len(latin.translate(None, _UPPER))) / letters)


def other_language(text: str, words: Sequence[str], own: str) -> str | None:
    """The language of a folded text, if it isn't the survey's own; "" for one that isn't known.

    A short text says nothing, and none is judged by names alone.
    """
    counts = languages.spoken(words)
    if counts:
        likely, number = counts.most_common(1)[0]
        if likely != own and number >= OTHER_WORDS and number >= 1.5 * counts[own]:
            return likely
    known = sum(counts.values())
    if len(words) >= STRANGE_WORDS and known < len(words) / 20:
        return ""
    if known < OTHER_WORDS and not text.isascii() and languages.is_latin(own):
        strange = len(_STRANGE.findall(text))  # of an alphabet that isn't ours
        if strange >= STRANGE_WORDS and strange > len(text) / 2:
            return ""
    return None


@dataclass(frozen=True)
class Explained:
    """One signal in words: its name, and what was seen where that can be said."""

    key: str
    label: str
    detail: str = ""


def explained(opinion: Opinion) -> list[Explained]:
    """What each stored signal saw, looked up in the text for the page that shows it.

    No query but the kept word list. The trap says by what the sending was suspicious where the
    response was loaded with the opinion.
    """
    plain = folded(opinion.text)
    return [
        Explained(key, str(Signal(key).label), _detail(key, opinion, plain))
        for key in opinion.signal_keys
        if key in Signal.values
    ]


def _detail(key: str, opinion: Opinion, plain: str) -> str:
    match key:
        case Signal.LINK:
            return ", ".join(contacts.hosts(plain))
        case Signal.CAPITALS:
            return _("%(number)d %% of the letters") % {"number": capitals(opinion.text)}
        case Signal.WORD:
            return ", ".join(pointed_out(plain, WORD.findall(plain)))
        case Signal.CONTACT:
            return ", ".join(_contacts(plain))
        case Signal.LANGUAGE:
            return _language(plain)
        case Signal.TRAP:
            return ", ".join(_suspicions(opinion))
    return ""


def _contacts(plain: str) -> list[str]:
    seen = {
        _("an e-mail address"): contacts.emails(plain),
        _("a telephone number"): contacts.phones(plain),
        _("a postal address"): contacts.addresses(plain),
    }
    return [name for name, is_there in seen.items() if is_there]


def _language(plain: str) -> str:
    counts = languages.spoken(WORD.findall(plain))
    likely, number = counts.most_common(1)[0] if counts else ("", 0)
    return language_name(likely) if number >= OTHER_WORDS else _("a language that isn’t known here")


def _suspicions(opinion: Opinion) -> list[str]:
    if not Opinion._meta.get_field("response").is_cached(opinion) or opinion.response is None:
        return []
    keys = opinion.response.suspicion.split()
    return [str(Suspicion(key).label) for key in keys if key in Suspicion.values]
