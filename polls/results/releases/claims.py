"""Words that claim more than a consultation of readers can: plain text in, no Django.

French law keeps the word "sondage" for surveys of a representative sample (law n° 77-808), and a
consultation open to all may never be presented as one (Commission des sondages, 31 March 2017).
"""

import html
import re
import unicodedata

SHORTEST_ANSWER = 15  # characters

# What is said of a thing is matched with its plural and its gender; accents as readers write them.
CLAIMS = {
    "fr": (
        r"sondages?|sondé(?:e|s|es)?|marges? d['’]erreur|majorité|majoritaire(?:s|ment)?|verdicts?"
        r"|représentati(?:f|fs|ve|ves)|opinion publique|plébiscit\w*"
        r"|(?:les|des|aux|ces|nos|\w+ sur \w+|\d+\s*% des?)"
        r" (?:français(?:es)?|électeurs|électrices|citoyens)"
        r"|\w+ français(?:es)? sur \w+"
        r"|les lecteurs (?:pensent|jugent|estiment)|la france (?:pense|juge|estime)"
    ),
    "en": (
        r"polls?|polled|polling|pollsters?|margins?[ -]of[ -]error|majorit(?:y|ies)|verdicts?"
        r"|representative|public opinion"
        r"|(?:the|most|\w+ in \w+|\d+\s*% of(?: the)?)"
        r" (?:french|voters|citizens|americans|public)"
        r"|(?:our )?readers (?:think|believe|judge)"
    ),
}
# "n'est pas un sondage" says what it should say.
DENIED = {
    "fr": (
        r"(?:n['’](?:est|a|ont|étaient?)|ne (?:sont|sera|vaut|prétend\w*)|ni|pas|sans|aucune?|non)"
        r"(?: pas)?(?: (?:un|une|de|d['’]|le|la|les|être))* ?"
    ),
    "en": r"(?:not|no|isn['’]t|aren['’]t|never|without|nor|neither)(?: (?:a|an|any|the|be))* ",
}


def claims(text: str, language: str) -> tuple[str, ...]:
    """The words of `text` that claim more, as they are written, each once, in their order.

    A language without a list of its own is held to all lists.
    """
    found: dict[str, str] = {}
    for name in [language] if language in CLAIMS else CLAIMS:
        pattern = rf"(?P<denied>\b{DENIED[name]})?\b(?P<claim>{CLAIMS[name]})\b"
        for match in re.finditer(pattern, _as_read(text), re.IGNORECASE):
            if not match["denied"]:
                found.setdefault(match["claim"].lower(), match["claim"])
    return tuple(found.values())


def _as_read(text: str) -> str:
    """The text as it is read: composed letters, nothing invisible, no Markdown or HTML marks, and
    every blank as one space, so that none of them hides "les Français"."""
    seen = unicodedata.normalize("NFC", html.unescape(text))
    seen = "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")
    return re.sub(r"\s+", " ", re.sub(r"[*_`~]+", "", seen))


def is_an_answer(text: str) -> bool:
    """Whether somebody answers for such words in a sentence: "ok" tells nobody anything."""
    return len(text.strip()) >= SHORTEST_ANSWER and " " in text.strip()
