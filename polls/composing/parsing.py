"""Reads an article's file into a draft. Nothing is stored; Django only translates the messages.

`docs/import-format.md` describes what is read: Markdown with front matter, or plain text.
"""

import re

from django.utils.translation import gettext as _

from .drafts import LANGUAGES, DraftArticle, ImportProblem
from .findings import Places
from .keys import one_of
from .markdown import has_front_matter, parse_markdown
from .plaintext import parse_plain_text
from .slugs import slug_mistakes

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
BYTE_ORDER_MARK = "\ufeff"


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, without the mark that some programs put at its beginning.

    Raises ImportProblem with the offset of the first byte that isn't UTF-8.
    """
    try:
        return content.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        message = _(
            "file: not UTF-8: byte %(offset)d (counted from 0) is 0x%(byte)s; save the file as"
            " UTF-8"
        )
        wrong = {"offset": error.start, "byte": f"{content[error.start]:02X}"}
        raise ImportProblem([message % wrong]) from None


def parse(source: str, *, slug: str = "", title: str = "", language: str = "") -> DraftArticle:
    """Read Markdown with front matter, or else plain text; arguments override the source.

    Offsets in findings count from the source's first character (after a byte order mark).
    Raises ImportProblem, which names every mistake.
    """
    source = source.removeprefix(BYTE_ORDER_MARK)
    chosen = next((known for known in LANGUAGES if known == language), None)
    mistakes = _unstorable(source)
    if slug:
        mistakes += slug_mistakes(slug)
    if language and chosen is None:
        message = _("language: “%(language)s” is unknown; expected %(words)s")
        mistakes.append(message % {"language": language[:40], "words": one_of(LANGUAGES)})
    if mistakes:
        raise ImportProblem(mistakes)
    read = parse_markdown if has_front_matter(source) else parse_plain_text
    return read(source, slug=slug, title=title.strip(), language=chosen)


def _unstorable(source: str) -> list[str]:
    """The first character that no database stores: NUL, or half of a character."""
    found = UNSTORABLE.search(source)
    if found is None:
        return []
    offset, code = found.start(), f"{ord(found[0]):04X}"
    line, column = Places(source).line_and_column(offset)
    message = _(
        "text: the character U+%(code)s at line %(line)d, column %(column)d (offset %(offset)d)"
        " can’t be stored; remove it"
    )
    return [message % {"code": code, "line": line, "column": column, "offset": offset}]
