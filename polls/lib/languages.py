"""What the program knows of a language, beside its catalogue and its formats (`polls/locale`):
plain values and functions, no Django.

`LANGUAGES` has an entry for each language of the settings (`tests/test_translations.py`). What a
consultation must not be called in a language stands in `results/releases/claims.py`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .text import folded


@dataclass(frozen=True, kw_only=True)
class Language:
    """How a language is set, and the words that the reading of plain text looks for.

    Words are separated by blanks, in small letters where nothing else is said, with their accents.
    """

    quotes: tuple[str, str]  # around verbatim words, with the spaces that belong inside
    percent: str = "%"  # after a number, with the space that belongs before
    first: str = "1"  # the first day of a month, at the beginning of a date
    small_names: bool = False  # whether names of languages have a small letter: "anglais"
    # Frequent words that hardly any other language here has: a language is told by them.
    function_words: str
    # First words of sentences that no name begins with: after "plan B." they show that a sentence
    # ended, where "J. Dupont" and "J. Le Goff" go on. Function words are such words as well, but
    # for those that names do have.
    openers: str
    particles: str = ""
    questions: str  # a pattern: how questions begin that are not answered by yes or no
    titles: str  # abbreviations before a name, as they are written, without their dot
    months: str  # twelve patterns


FRENCH = Language(
    quotes=("«\u00a0", "\u00a0»"),
    percent="\u202f%",
    first="1er",
    small_names=True,
    function_words="""
        le la les des du de et est une un dans pour que qui sur pas avec ce cette ces ses au aux
        ont il elle ils elles nous vous mais ou où ne se par leur leurs être été sont comme plus
        tout avait était selon ainsi aussi quel quelle votre
    """,
    openers="pensez comment pourquoi cependant",
    particles="le la les de du",
    questions=r"quel(?:le)?s?|que|qu['’]\w+|comment|pourquoi",
    titles="M MM Mme Mlle Dr Pr Prof St Ste",
    months="""
        janvier f[ée]vrier mars avril mai juin juillet ao[uû]t septembre octobre novembre
        d[ée]cembre
    """,
)
ENGLISH = Language(
    quotes=("“", "”"),
    function_words="""
        the of and to in is that for with was by it this from are his her their has have had not be
        at an he she they which who what will would been were its than your you do does how these
        those about into
    """,
    openers="why but however",
    questions="what|how|why",
    titles="Mr Mrs Ms Dr Prof St Sen Rep Gov Gen Lt Col",
    months="""
        January February March April May June July August September October November December
    """,
)
LANGUAGES: Mapping[str, Language] = {"fr": FRENCH, "en": ENGLISH}

# The neighbours' words, without accents, those that they share with the languages above included:
# what decides is which language has the most of a text's words.
_NEIGHBOURS = {
    "es": """
        el la los las un una de del que y en es por con para no se lo su al como pero muy este esta
        son mas sin sobre todo tambien hay porque cuando si ya ha
    """,
    "de": """
        der die das den dem des ein eine einen und ist nicht mit fur auf von zu sich auch es im in
        dass wie aber wir sie ich sind wird werden hat haben bei nach uber so wenn noch nur
    """,
    "it": """
        il lo la i gli le un una di del della che e in per con non si da al alla sono ha come ma
        piu anche questo questa nel nella dei delle essere molto perche
    """,
}


def of(code: str | None) -> Language:
    """What is known of a language by its code, a region's included ("fr-ca"); else of English."""
    return LANGUAGES.get((code or "").partition("-")[0], ENGLISH)


def _by_word(plain: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    languages: dict[str, tuple[str, ...]] = {}
    for code, words in plain.items():
        for word in words:
            languages[word] = (*languages.get(word, ()), code)
    return languages


_LANGUAGES = _by_word(
    {code: set(words.split()) for code, words in _NEIGHBOURS.items()}
    | {code: set(folded(known.function_words).split()) for code, known in LANGUAGES.items()}
)


def spoken(words: Iterable[str]) -> Counter[str]:
    """How many of the words, in small letters and without accents, are function words of each
    language: those of `LANGUAGES`, and those of `_NEIGHBOURS`."""
    counts: Counter[str] = Counter()
    for languages, number in Counter(map(_LANGUAGES.get, words)).items():
        for code in languages or ():
            counts[code] += number
    return counts


def is_latin(code: str) -> bool:
    """Whether a language is written in our letters."""
    return all(word.isascii() for word in folded(of(code).function_words).split())
