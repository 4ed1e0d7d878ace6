"""Links and ways to reach somebody, in a folded text (`polls.lib.text.folded`).

Every pattern begins at something rare and looks a bounded way from there, so that no text, however
made, costs more than its length. What they miss is read by a person all the same; a signal that is
mostly wrong would not be looked at any more.
"""

import re

# A domain without "www." is known by its ending. Those that are words of French or English ("ca",
# "de", "it", "me") only with a path behind them: many people leave no blank after a full stop.
_ENDINGS = "com|org|net|fr|eu|info|io|tv|uk|ch|gouv|paris|bzh|xyz|online"
_WORDS_TOO = "ai|app|be|biz|blog|ca|cc|club|co|de|dev|es|gg|gl|it|li|lu|ly|me|ru|shop|site|to|us"
_DOMAIN = re.compile(rf"\.(?<=[a-z0-9].)(?:(?:{_ENDINGS})(?![\w-])|(?:{_WORDS_TOO})/\w)")
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")

_EMAIL = re.compile(
    r"(?<=[a-z0-9_+-])@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}"
    r"|(?<=[a-z0-9]) ?[(\[] ?(?:at|arobase) ?[)\]] ?[a-z0-9]"
)
_GAP = r"[ .‐-]"
_FRENCH = re.compile(
    rf"(?<![\d+,.])(?:0|(?:\+|00)33 ?(?:\(0\) ?)?)[1-9]({_GAP}?)\d\d(?:\1\d\d){{3}}(?!\d)"
)
_INTERNATIONAL = re.compile(
    rf"(?<![\w,.])(?:\+|00)[1-9]\d{{0,2}}(?:[ .()‐-]{{0,2}}\d){{7,12}}"
    rf"(?!{_GAP}?\d)(?! ?(?:[€$£%]|euro|dollar|mill))"
)
_BRITISH = re.compile(r"(?<![\d+,.])(?<!\d )0[1-9]\d{1,3}([ -])\d{3,4}\1?\d{3,4}(?!\d)")
_AMERICAN = re.compile(r"(?<![\d+,.])(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}(?!\d)")
_STREETS = "rue|avenue|boulevard|chemin|impasse|allee|quai|place (?:du|de|des|d)"
_ADDRESS = re.compile(
    rf"[1-9](?<!\d.)\d{{0,3}}(?: ?(?:bis|ter))?,? (?:(?:{_STREETS})\b"
    r"|[a-z]{2,20} (?:[a-z]{2,20} )?(?:street|road|avenue|lane|drive)\b)"
)
# What no telephone number does without, and few texts have.
_DIGITS = re.compile(r"(?:\d[ .()‐-]{0,3}){7}\d")


def emails(text: str) -> bool:
    return ("@" in text or "(" in text or "[" in text) and _EMAIL.search(text) is not None


def phones(text: str) -> bool:
    """Telephone numbers as the French write them, and as British, Americans and others do."""
    if _DIGITS.search(text) is None:
        return False
    if any(kind.search(text) for kind in (_FRENCH, _BRITISH, _AMERICAN)):
        return True
    # "+15 000 000" is a figure, also where its unit stands elsewhere.
    return any(not mark[0].endswith("000") for mark in _INTERNATIONAL.finditer(text))


def addresses(text: str) -> bool:
    """Postal addresses: a number and a street."""
    return _ADDRESS.search(text) is not None


def contact(text: str) -> bool:
    return emails(text) or phones(text) or addresses(text)


def link(text: str) -> bool:
    """A link that isn't the end of an e-mail address."""
    return _has_link(_EMAIL.sub(" ", text) if "@" in text else text)


def _has_link(text: str) -> bool:
    return "http://" in text or "https://" in text or "www." in text or bool(_DOMAIN.search(text))


def hosts(text: str) -> list[str]:
    """The sites that the links lead to, each once, in their order."""
    found = {}
    for token in _EMAIL.sub(" ", text).split():
        if _has_link(token) and (host := _HOST.search(token.partition("://")[2] or token)):
            found[host[0].removeprefix("www.")] = True
    return list(found)
