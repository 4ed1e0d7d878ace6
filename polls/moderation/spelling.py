"""A part of a text as a moderator types it, for texts as their authors wrote them.

Accents, capitals, straight or curly apostrophes and the blanks of French typography make no
difference: the term becomes a regular expression that Python and PostgreSQL read alike.
"""

import re
import unicodedata

from polls.lib.text import folded

# The letters of Latin-1 by the plain one: few enough that PostgreSQL still finds a word by its
# trigrams.
_ACCENTED: dict[str, str] = {}
for _letter in map(chr, range(0xC0, 0x100)):
    if len(_plain := folded(_letter)) == 1 and _plain.isascii():
        _ACCENTED[_plain] = _ACCENTED.get(_plain, "") + _letter
_APOSTROPHES = "'’ʼ"
_BLANKS = "[ \n\u00a0\u202f]+"


def spelt(term: str) -> str:
    """The expression for a term that isn't empty. It fits texts as they are and in capitals."""
    whole = unicodedata.normalize("NFC", term).replace("œ", "oe").replace("Œ", "oe")
    ligature = f"(?:{_sign('o')}{_sign('e')}|[œŒ])"
    return "".join(map(_sign, whole)).replace(_sign("o") + _sign("e"), ligature)


def _sign(sign: str) -> str:
    if sign.isspace():
        return _BLANKS
    if sign in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    plain = folded(sign)
    signs = {sign, sign.lower(), sign.upper(), plain, plain.upper(), *_ACCENTED.get(plain, "")}
    written = sorted(one for one in signs if len(one) == 1)
    return f"[{''.join(written)}]" if len(written) > 1 else re.escape(sign)
