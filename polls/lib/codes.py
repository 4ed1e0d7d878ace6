"""Codes: what opens a receipt, a notice or a reply to who sent it, and to nobody else.

A code travels in a POST or in a ten-minute cookie that scripts can't read, never in a URL's query.
The printable link has it in the fragment, which no browser sends. Only its hash is stored.
"""

import hashlib
import re
import secrets
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from . import http
from .addresses import public_address

# Crockford's base 32: no I, L, O, U, so that a code can be read out and typed.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26  # times 5 bits: 130
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})

# An answer's code and a letter's (a notice, or a reply) are held apart: who reports a text right
# after answering must not lose the one by the other.
COOKIE, LETTER = "receipt", "letter"
SECONDS = 600
NEW = ".new"


def code_of(digest: bytes) -> str:
    """A code of the first 130 bits of at least 17 bytes."""
    number = int.from_bytes(digest[:17], "big") >> 6
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def new_code() -> str:
    return code_of(secrets.token_bytes(17))


def normalised(code: str) -> str:
    """A code as typed: any case, blanks and hyphens, and the letters that are often misread."""
    return re.sub(r"[\s\-–]", "", code).upper().translate(_MISREAD)


def hashed(code: str) -> str:
    """What is stored of a code. It has 128 random bits: a plain hash can't be guessed back."""
    return hashlib.sha256(normalised(code).encode()).hexdigest()


def grouped(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


@cache
def receipts_path() -> str:
    """The page that opens every code."""
    return reverse("receipts")


def receipt_link(language: str, code: str) -> str:
    """The printable link: the code stands behind "#", which no browser sends."""
    return f"{public_address(receipts_path())}?lang={language}#{code}"


def hand_over(answer: HttpResponse, code: str, *, new: bool = False, cookie: str = COOKIE) -> None:
    """Give the code to the receipts' page by cookie; `new`: the page may show it."""
    value = code + (NEW if new else "")
    http.set_reader_cookie(answer, cookie, value, seconds=SECONDS, path=receipts_path())


def held(request: HttpRequest, cookie: str = COOKIE) -> tuple[str, bool]:
    """The code that was typed, or else that of the cookie, and whether it was just issued."""
    posted = request.POST.get("code", "") if request.method == "POST" else ""
    kept = request.COOKIES.get(cookie, "")
    return normalised(posted or kept.removesuffix(NEW)), not posted and kept.endswith(NEW)


def let_go(answer: HttpResponse, cookie: str = COOKIE) -> None:
    """Open it no more on this device."""
    answer.delete_cookie(cookie, path=receipts_path())
