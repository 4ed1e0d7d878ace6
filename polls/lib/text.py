"""Text of readers and editors: plain functions, no Django."""

import re
import unicodedata

# What a spreadsheet takes for the start of a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def normalise_newlines(text: str) -> str:
    """Browsers send CRLF: the limit, the counter and the exports count one character."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_blank(text: str) -> bool:
    """Nothing that a reader could see: only blanks, controls and zero-width characters."""
    return all(unicodedata.category(c) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for c in text)


# Combining marks, and what has no width: a soft hyphen, zero-width blanks, marks of direction.
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\ufeff]+")


def folded(text: str) -> str:
    """A text without case, accents and what has no width; blanks of all widths are blanks."""
    if text.isascii():
        return text.casefold()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold()).replace("œ", "oe")


def defuse(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
