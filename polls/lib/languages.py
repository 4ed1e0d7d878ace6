"""Function words, by which a language is told: plain functions, no Django."""

from collections import Counter
from collections.abc import Iterable, Mapping

from .text import folded

# Frequent words that belong to one of the two only (on, as, but, or… are words of both).
_FRENCH = """
    le la les des du de et est une un dans pour que qui sur pas avec ce cette ces ses au aux ont
    il elle ils elles nous vous mais ou où ne se par leur leurs être été sont comme plus tout
    avait était selon ainsi aussi quel quelle votre
"""
_ENGLISH = """
    the of and to in is that for with was by it this from are his her their has have had not be
    at an he she they which who what will would been were its than your you do does how these
    those about into
"""
FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    "fr": frozenset(_FRENCH.split()),
    "en": frozenset(_ENGLISH.split()),
}

# The neighbours' words, without accents, those that they share with French or English included:
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


def _by_word(plain: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    languages: dict[str, tuple[str, ...]] = {}
    for language, words in plain.items():
        for word in words:
            languages[word] = (*languages.get(word, ()), language)
    return languages


_LANGUAGES = _by_word(
    {language: set(map(folded, words)) for language, words in FUNCTION_WORDS.items()}
    | {language: set(words.split()) for language, words in _NEIGHBOURS.items()}
)


def spoken(words: Iterable[str]) -> Counter[str]:
    """How many of the words, in small letters and without accents, are function words of each
    language: French, English, Spanish, German, Italian."""
    counts: Counter[str] = Counter()
    for languages, number in Counter(map(_LANGUAGES.get, words)).items():
        for language in languages or ():
            counts[language] += number
    return counts
