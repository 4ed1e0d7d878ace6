"""Simulated texts: composed from fragments, so that a queue of hundreds doesn't repeat itself."""

from collections.abc import Mapping, Sequence
from random import Random

from .phrases import Phrases, Stance
from .phrases_en import ENGLISH
from .phrases_fr import FRENCH

LANGUAGES: Mapping[str, Phrases] = {"fr": FRENCH, "en": ENGLISH}
EMOJI = ("🤔", "😅", "👍", "🙄", "🤷", "👏", "😂", "🧐")

# Of a hundred texts.
REJECTABLE, SHORT, EMOJIS, CAPITALS, TYPED_PLAINLY = 0.05, 0.2, 0.1, 0.04, 0.5


def phrases_of(language: str) -> Phrases:
    """The fragments of a language; English where there are none."""
    return LANGUAGES.get(language[:2], ENGLISH)


def compose(random: Random, phrases: Phrases, stance: Stance, speakers: Sequence[str]) -> str:
    """A text of a reader with this stance: short, or one to four sentences, or to be rejected."""
    kind = random.random()
    if kind < REJECTABLE:
        rule = random.choice(sorted(phrases.rejectable))
        text = random.choice(phrases.rejectable[rule])
    elif kind < REJECTABLE + SHORT:
        text = _with_manners(random, random.choice(phrases.short[stance]))
    else:
        text = _with_manners(random, _sentences(random, phrases, stance))
    text = text.replace("{speaker}", random.choice(speakers or [phrases.nobody]))
    # Most keyboards have no typographic apostrophe.
    text = text.replace("’", "'") if random.random() < TYPED_PLAINLY else text
    return text[0].upper() + text[1:]


def _sentences(random: Random, phrases: Phrases, stance: Stance) -> str:
    # The claim always stands; what surrounds it varies.
    parts = [random.choice(phrases.openings)] if random.random() < 0.5 else []
    parts.append(random.choice(phrases.claims[stance]))
    if random.random() < 0.65:
        parts.append(random.choice(phrases.reasons[stance]))
    if random.random() < 0.5:
        parts.append(random.choice(phrases.endings))
    breaks = "\n\n" if len(parts) == 4 and random.random() < 0.4 else " "
    return breaks.join([" ".join(parts[:2]), *parts[2:]])


def _with_manners(random: Random, text: str) -> str:
    """Some readers shout, some smile."""
    manner = random.random()
    if manner < EMOJIS:
        return f"{text} {random.choice(EMOJI) * random.choice((1, 1, 1, 3))}"
    if manner < EMOJIS + CAPITALS:
        return text.upper().replace("{SPEAKER}", "{speaker}")
    return text


def fitting_rule(text: str) -> str:
    """The key of the rule that a simulated text breaks; empty for one that breaks none."""
    plain = text.replace("'", "’")
    for phrases in LANGUAGES.values():
        for rule, fragments in phrases.rejectable.items():
            if plain in fragments:
                return rule
    return ""
