"""What the reading of plain text makes of the words of `polls.lib.languages`, and nothing more."""

import re
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from polls.lib import languages, numbers
from polls.lib.names import language_name
from polls.lib.text import folded

from .drafts import LANGUAGES, Finding
from .findings import Places, Span, note

KNOWN = [languages.of(code) for code in LANGUAGES]


def _words(*texts: str) -> frozenset[str]:
    return frozenset(" ".join(texts).split())


SENTENCE_OPENERS = _words(*(f"{known.function_words} {known.openers}" for known in KNOWN))
SENTENCE_OPENERS -= _words(*(known.particles for known in KNOWN))
ABBREVIATIONS = _words(*(known.titles for known in KNOWN))
# Endings of domain names and of software's names, which follow a dot without ending a sentence.
DOMAIN_ENDINGS = _words("ai co com eu fr io js net org uk")
WORD = re.compile(r"[^\W\d_]+")


def is_open_question(wording: str, language: str) -> bool:
    """Whether a question asks for more than yes or no."""
    begins = rf"(?:{languages.of(language).questions})\b"
    return re.match(begins, wording, re.IGNORECASE) is not None


def detect_language(text: str) -> tuple[str, Finding]:
    """The likeliest of the site's languages by its function words, and a note that says how that
    was decided; the site's own where none is likelier than the others."""
    spoken = languages.spoken(WORD.findall(folded(text)))
    ranked = sorted(LANGUAGES, key=lambda code: -spoken[code])
    if len(ranked) > 1 and spoken[ranked[0]] == spoken[ranked[1]]:
        usual = str(settings.LANGUAGE_CODE)
        message = _("The language couldn’t be told from the text: %(language)s is assumed.")
        return usual, note(message % {"language": language_name(usual)})
    counts = ", ".join(f"{spoken[code]} {language_name(code)}" for code in ranked)
    message = _("Language: %(language)s, by its function words (%(counts)s).")
    return ranked[0], note(message % {"language": language_name(ranked[0]), "counts": counts})


def day_in_month(places: Places, start: int, month: date) -> tuple[date, Finding]:
    """The first full date of the month that the text gives, else its first day; with a note."""
    for mark in _dates_of(month).finditer(places.source, start):
        try:
            day = month.replace(day=int(next(filter(None, mark.groups()))))
        except ValueError:  # 31 February
            continue
        message = _(
            "The heading gives only a month: %(day)s is the first full date of that month in the"
            " text. Check that it is the day of publication."
        )
        how = message % {"day": numbers.day(day)}
        return day, places.finding("note", Span(*mark.span()), how)
    message = _(
        "The heading gives only a month, and the text no full date in it: %(day)s is assumed."
        " Check the day of publication."
    )
    return month, note(message % {"day": numbers.day(month)})


def _dates_of(month: date) -> re.Pattern[str]:
    """Matches 22 janvier 2025, 22 January 2025, January 22, 2025 and 2025-01-22."""
    names = "|".join(known.months.split()[month.month - 1] for known in KNOWN)
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})(?:er|st|nd|rd|th|\.)?\s+(?:{names})\s+{month:%Y}(?!\d)"
        rf"|\b(?:{names})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{month:%Y}(?!\d)"
        rf"|(?<!\d){month:%Y-%m}-(\d\d)(?!\d)",
        re.IGNORECASE,
    )
