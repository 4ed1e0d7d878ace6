"""What the reading of plain text knows of French and English, and nothing more."""

import re
from collections import Counter
from datetime import date

from django.utils.translation import gettext as _

from polls.lib import numbers
from polls.lib.languages import FUNCTION_WORDS

from .drafts import Finding, Language
from .findings import Places, Span, note

# First words of sentences that no name begins with: after "plan B." they show that a sentence
# ended, where "J. Dupont" and "J. Le Goff" go on.
OPENERS = "pensez comment pourquoi cependant why but however"
NAME_PARTICLES = "le la les de du"
SENTENCE_OPENERS = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"] | frozenset(OPENERS.split())
SENTENCE_OPENERS -= frozenset(NAME_PARTICLES.split())
OPEN_QUESTION = re.compile(
    r"(?:quel(?:le)?s?|que|qu['’]\w+|comment|pourquoi|what|how|why)\b", re.IGNORECASE
)
TITLES = "M MM Mme Mlle Mr Mrs Ms Dr Pr Prof St Ste Sen Rep Gov Gen Lt Col"
ABBREVIATIONS = frozenset(TITLES.split())
# Endings of domain names and of software's names, which follow a dot without ending a sentence.
ENDINGS = "ai co com eu fr io js net org uk"
DOMAIN_ENDINGS = frozenset(ENDINGS.split())

FRENCH_MONTHS = """
    janvier f[ée]vrier mars avril mai juin juillet ao[uû]t septembre octobre novembre d[ée]cembre
"""
ENGLISH_MONTHS = """
    January February March April May June July August September October November December
"""
WORD = re.compile(r"[^\W\d_]+")


def detect_language(text: str) -> tuple[Language, Finding]:
    """The likelier language by its function words, and a note that says how that was decided."""
    words = Counter(mark[0].casefold() for mark in WORD.finditer(text))
    score = {
        language: sum(words[word] for word in known) for language, known in FUNCTION_WORDS.items()
    }
    if score["fr"] == score["en"]:
        return "fr", note(_("The language couldn’t be told from the text: French is assumed."))
    chosen: Language = "fr" if score["fr"] > score["en"] else "en"
    message = {
        "fr": _("Language: French, by its function words (%(fr)d French, %(en)d English)."),
        "en": _("Language: English, by its function words (%(fr)d French, %(en)d English)."),
    }[chosen]
    return chosen, note(message % score)


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
    french = FRENCH_MONTHS.split()[month.month - 1]
    english = ENGLISH_MONTHS.split()[month.month - 1]
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:{french}|{english})\s+{month:%Y}(?!\d)"
        rf"|\b{english}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{month:%Y}(?!\d)"
        rf"|(?<!\d){month:%Y-%m}-(\d\d)(?!\d)",
        re.IGNORECASE,
    )
