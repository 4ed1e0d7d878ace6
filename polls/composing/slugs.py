"""The end of a page's address, made from a title with letters, digits and hyphens only."""

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST = 80
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
OTHER = re.compile(r"[^a-z0-9]+")
# Letters that Unicode doesn't take apart into a plain one and an accent.
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def slugify(title: str) -> str:
    """At most LONGEST characters, cut between words; "" where nothing of the title remains."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(LIGATURES))
    slug = OTHER.sub("-", plain.encode("ascii", "ignore").decode()).strip("-")
    if len(slug) <= LONGEST:
        return slug
    whole_words = slug[: LONGEST + 1].rpartition("-")[0]
    return whole_words or slug[:LONGEST]


def slug_mistakes(slug: str) -> list[str]:
    """What is wrong with a slug that a person chose; nothing if it is fit."""
    if not SLUG.fullmatch(slug):
        message = _(
            "slug: “%(slug)s” is no address; use lower-case letters a–z, digits and single hyphens"
            " between them, such as stargate-musk"
        )
        return [message % {"slug": slug[:40]}]
    count = len(slug)
    if count > LONGEST:
        message = ngettext(
            "slug: %(count)d character; at most %(most)d are possible",
            "slug: %(count)d characters; at most %(most)d are possible",
            count,
        )
        return [message % {"count": count, "most": LONGEST}]
    return []
